"""Open clocks after the calendar or a limit has changed: looked at before saving, and brought in step afterwards.

Every open clock is at all times what its history comes to under the rules in force (``domain/reckoning``). So there is
nothing to be told about *what* changed: a run computes each clock anew and changes those that differ; a second run
changes nothing. Cards that fell stay; what is promised to the appellant first (``promise_due``) stays; nobody is made
late at once by a change of rules. Source: handbook §5.

The look before saving is one pass over the open clocks within the request (20,000 of them in less than a second); the
change itself is a job that goes from ticket to ticket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Row, Select, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from hotline.domain.allowances import Allowance, allowance_of
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.audit import Kind
from hotline.domain.deadlines import ClockKind, Light, child_due, light
from hotline.domain.events import Subscriber
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import HOUSE
from hotline.domain.reckoning import moves_of
from hotline.domain.reckoning_again import Anew, Recomputer, Standing
from hotline.domain.rulebook import Rulebook
from hotline.store.assignment import Assignment
from hotline.store.assignment import Kind as AssignmentKind
from hotline.store.clock import Clock
from hotline.store.notice import Notice
from hotline.store.recomputation import Recomputation, newest
from hotline.store.rewriting import Rewritten, journal, rewrite, tell_board
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, knowledge_limits

LISTED = 200
"""Tickets that a report names one by one."""
BATCH = 2000
"""Tickets in one transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """One clock before and after."""

    no: str
    kind: ClockKind
    unit: str
    before: datetime
    after: datetime
    light_after: Light
    kept: bool


@dataclass(slots=True)
class Report:
    """What a change of the rules does to the open clocks."""

    looked: int = 0
    """Open clocks."""
    later: int = 0
    sooner: int = 0
    kept: int = 0
    """Clocks that would have been late at once and keep their due time."""
    limits: int = 0
    """Clocks whose limit is another one."""
    settled: int = 0
    """Clocks that were provisional and no longer are."""
    provisional: int = 0
    """Clocks that count on a year without a list."""
    tickets: int = 0
    """Tickets with a clock that changed."""
    knowledge: int = 0
    """Limits of the knowledge base that change along; counted by a preview only."""
    lamps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Lamp before and after → how many."""
    changes: list[Change] = field(default_factory=list)
    """The first of them, by due time."""

    @property
    def changed(self) -> int:
        """Clocks with another due time."""
        return self.later + self.sooner

    def kept_values(self) -> dict[str, Any]:
        """Its counts as JSON."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return counts | {"lamps": [[a, b, n] for (a, b), n in sorted(self.lamps.items())]}

    def add(self, other: dict[str, Any]) -> dict[str, Any]:
        """Its counts added to those of an earlier part of the run."""
        mine = self.kept_values()
        lamps = Counter({(a, b): n for a, b, n in other.get("lamps", [])}) + self.lamps
        summed: dict[str, Any] = {name: mine[name] + other.get(name, 0) for name in COUNTS}
        return summed | {"lamps": [[a, b, n] for (a, b), n in sorted(lamps.items())]}


COUNTS = ("looked", "later", "sooner", "kept", "limits", "settled", "provisional", "tickets")

_CLOCK, _TICKET, _TASK = Clock.__table__, Ticket.__table__, Assignment.__table__
_OPEN = (
    # Columns of the tables, not of the classes: a hundred thousand rows come without the way through the ORM.
    select(
        *(_CLOCK.c[name] for name in ("id", "ticket_id", "assignment_id", "kind", "unit", "allowance", "basis")),
        *(_CLOCK.c[name] for name in ("moves", "started_at", "due_at", "warn_at", "severe_at", "provisional")),
        *(_CLOCK.c.paused_at, _TICKET.c.no, _TICKET.c.type, _TICKET.c.urgency, _TICKET.c.category),
        *(_TICKET.c.complex, _TICKET.c.state, _TICKET.c.due_at.label("ticket_due_at")),
        *(_TASK.c.parent_id, _TASK.c.kind.label("task")),
    )
    .join(_TICKET, _TICKET.c.id == _CLOCK.c.ticket_id)
    .outerjoin(_TASK, _TASK.c.id == _CLOCK.c.assignment_id)
    .where(_CLOCK.c.stopped_at.is_(None))
    .order_by(_CLOCK.c.ticket_id, _CLOCK.c.id)
)
"""Open clocks, those of a ticket together, that of a task before those of the tasks below it."""


def preview(work: Work, after: Rulebook) -> Report:
    """What putting ``after`` into force would do to the open clocks; writes nothing."""
    report = Report(knowledge=len(knowledge_limits.behind(work, after)))
    for _ in _moved(work, after, _OPEN.execution_options(yield_per=BATCH), report):
        pass  # the report counts them
    report.changes.sort(key=lambda change: change.before)
    return report


def apply(work: Work, most: int = BATCH) -> int:
    """Bring the next open clocks in step with the rules in force; how many tickets were looked at, 0 at the end.

    A run that was broken off goes on where it stopped, unless the rules have changed once more: then it begins anew.
    """
    mark = fingerprint(work.rules)
    run = newest(work.session, lock=True)
    if run is not None and run.rules == mark and run.done_at is not None:
        return 0
    if run is None or run.rules != mark:
        run = Recomputation(rules=mark, began_at=work.now, last=0, report={})
        work.session.add(run)
        knowledge_limits.follow(work)
    ids = _tickets(work, run.last, most)
    if not ids:
        run.done_at = work.now
        if run.report.get("looked"):
            _tell(work, run)
        return 0
    these = any_(literal(ids, ARRAY(BigInteger)))
    work.session.execute(select(Ticket.id).where(Ticket.id == these).order_by(Ticket.id).with_for_update())
    report = Report()
    written = list(_moved(work, work.rules, _OPEN.where(_CLOCK.c.ticket_id == these), report))
    units = Counter(run.report.get("units", {})) + (_write(work, written) if written else Counter())
    run.last, run.report = ids[-1], {**report.add(run.report), "units": dict(units)}
    return len(ids)


def fingerprint(rules: Rulebook) -> str:
    """What tells two sets of rules for clocks apart."""
    calendar = rules.calendar
    days = [sorted(calendar.holidays.items()), sorted(calendar.makeups.items()), sorted(calendar.years_known)]
    of_knowledge = [rules.knowledge.policy, rules.knowledge.question, rules.knowledge.feedback]
    parts = [days, calendar.windows, calendar.due_at, rules.limits, of_knowledge]
    return sha256(repr(parts).encode()).hexdigest()


def _tickets(work: Work, last: int, most: int) -> list[int]:
    """The next tickets with an open clock."""
    query = select(Clock.ticket_id).where(Clock.ticket_id > last, Clock.stopped_at.is_(None)).distinct()
    return list(work.session.scalars(query.order_by(Clock.ticket_id).limit(most)))


def _moved(work: Work, after: Rulebook, open_clocks: Select[Any], report: Report) -> Iterator[tuple[Row[Any], Anew]]:
    """Compute these clocks anew; those that differ in anything."""
    recomputer = Recomputer(after.calendar, after.limits)
    ticket = 0
    above: dict[int, datetime] = {}
    lead: datetime | None = None
    counted = 0
    for row in work.session.execute(open_clocks):
        if row.ticket_id != ticket:
            ticket, above, lead = row.ticket_id, {}, None
        known = after.city.categories.get(row.category or "")
        clock = Standing(
            kind=ClockKind(row.kind),
            basis=row.basis,
            limit=allowance_of(row.allowance),
            moves=moves_of(row.moves),
            started_at=row.started_at,
            due_at=row.due_at,
            paused=row.paused_at is not None,
            appeal_type=AppealType(row.type or AppealType.COMPLAINT),
            urgency=Urgency(row.urgency),
            quick=bool(known and known.quick_list),
            complex=row.complex,
        )
        until = None
        if row.basis == "child" and row.parent_id in above:
            until = child_due(above[row.parent_id], row.started_at, after.calendar)
        elif row.basis == "child" and row.task == AssignmentKind.CO:
            until = lead
        anew = recomputer.anew(clock, work.now, until=until)
        if clock.kind is ClockKind.HANDLING and row.assignment_id:
            above[row.assignment_id] = anew.due_at
            if row.task == AssignmentKind.LEAD:
                lead = anew.due_at
        report.looked += 1
        report.provisional += anew.provisional
        if _differs(row, clock.limit, anew):
            report.tickets += counted != ticket
            counted = ticket
            _count(report, row, anew, work.now)
            yield row, anew


def _differs(row: Row[Any], limit: Allowance, anew: Anew) -> bool:
    now = (limit, row.due_at, row.warn_at, row.severe_at, row.provisional)
    return now != (anew.limit, anew.due_at, anew.warn_at, anew.severe_at, anew.provisional)


def _count(report: Report, row: Row[Any], anew: Anew, now: datetime) -> None:
    report.later += anew.due_at > row.due_at
    report.sooner += anew.due_at < row.due_at
    report.kept += anew.kept
    report.limits += str(anew.limit) != row.allowance
    report.settled += row.provisional and not anew.provisional
    lights = (
        light(row.due_at, row.warn_at, row.severe_at, now),
        light(anew.due_at, anew.warn_at, anew.severe_at, now),
    )
    if lights[0] is not lights[1] and row.paused_at is None:
        report.lamps[lights[0].value, lights[1].value] += 1
    if len(report.changes) < LISTED and (anew.due_at != row.due_at or anew.kept):
        change = Change(row.no, ClockKind(row.kind), row.unit, row.due_at, anew.due_at, lights[1], anew.kept)
        report.changes.append(change)


GOVERNS = {
    State.SUBMITTED: (ClockKind.ACCEPT, ClockKind.TIMED_CALLBACK),
    State.PENDING_DISPATCH: (ClockKind.DISPATCH,),
    State.NEED_INFO: (ClockKind.INFO_WAIT,),
    State.PENDING_SIGN: (ClockKind.HANDLING,),
    State.PROCESSING: (ClockKind.HANDLING,),
    State.RETURN_REVIEW: (ClockKind.HANDLING,),
    State.COORDINATING: (ClockKind.COORDINATION,),
    State.SUSPENDED: (ClockKind.SUSPENSION,),
    State.REPLY_REVIEW: (ClockKind.REVIEW,),
    State.CALLBACK: (ClockKind.CALLBACK, ClockKind.SUPERVISION),
}
"""Which clock's due time a ticket carries in a state."""


def _write(work: Work, found: Iterable[tuple[Row[Any], Anew]]) -> Counter[str]:
    """Write the clocks, what copies their due times, a journal entry per ticket, and a line for the board.

    Returns how many tickets of each unit have another due time.
    """
    clocks = [
        Rewritten(
            clock_id=row.id,
            ticket_id=row.ticket_id,
            assignment_id=row.assignment_id,
            kind=row.kind,
            governs=row.ticket_due_at == row.due_at and ClockKind(row.kind) in GOVERNS.get(State(row.state), ()),
            allowance=str(anew.limit),
            moves=[move.kept() for move in anew.moves],
            due_at=anew.due_at,
            warn_at=anew.warn_at,
            severe_at=anew.severe_at,
            provisional=anew.provisional,
            again=anew.due_at > max(row.due_at, work.now),
        )
        for row, anew in found
    ]
    rewrite(work.session, clocks)
    moved = [(row, anew) for row, anew in found if anew.due_at != row.due_at or str(anew.limit) != row.allowance]
    payloads: dict[int, list[dict[str, Any]]] = {}
    for row, anew in moved:
        payloads.setdefault(row.ticket_id, []).append(
            {
                "clock": row.kind,
                "unit": row.unit,
                "old_due_at": row.due_at.isoformat(),
                "due_at": anew.due_at.isoformat(),
                **({"limit": str(anew.limit)} if str(anew.limit) != row.allowance else {}),
            }
        )
    journal(work, Action.RECOMPUTE, {ticket: {"clocks": each} for ticket, each in payloads.items()}, by=HOUSE)
    tell_board(work, sorted({row.ticket_id for row, _ in found}))
    work.rang.add(Subscriber.BOARD)
    return Counter(unit for _, unit in {(row.ticket_id, row.unit) for row, _ in moved if row.unit})


def _tell(work: Work, run: Recomputation) -> None:
    """The audit log, and each unit once however many of its tickets have another due time."""
    counts = {name: run.report.get(name, 0) for name in COUNTS}
    about = f"重算时限：共 {counts['looked']} 个在办时限，{counts['later'] + counts['sooner']} 个到期时间有变化"
    audit_log.write(work, Kind.CONFIGURATION, about=about, **counts)
    for unit, n in sorted(run.report.get("units", {}).items()):
        words = f"日历或时限有调整，{n} 件工单的到期时间随之变化，详见工单的“为什么是这个时限”"
        work.session.add(
            Notice(
                way="inbox",
                template=0,
                unit=unit,
                text=words,
                created_at=work.now,
                send_at=work.now,
                sent_at=work.now,
            )
        )
