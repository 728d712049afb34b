"""Marks and figures: what each ticket contributes, kept in step with it (ADR 0004)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import and_, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from hotline.domain import board
from hotline.domain.deadlines import ClockKind, Hand
from hotline.domain.events import Subscriber
from hotline.domain.facts import AssignmentFacts, Facts, Mark
from hotline.domain.lifecycle import State
from hotline.store.assignment import Assignment, Kind
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.figure import FigureRow, MarkRow, Remark
from hotline.store.matter import Incident
from hotline.store.notice import Rating
from hotline.store.outbox import Line
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import adjustments

Begin = Callable[..., AbstractContextManager[Work]]
"""Opens a transaction: ``office.begin``."""
OF_CENTRE = frozenset(kind.value for kind in ClockKind if kind.hand is Hand.CENTRE)
_KINDS = (ClockKind.ACCEPT.value, ClockKind.DISPATCH.value, ClockKind.SIGN.value)
"""Clocks whose due time or warning is read even when they have stopped."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure's new absolute value, as the board is told."""

    key: str
    on: date | None
    unit: str
    hits: Decimal
    total: Decimal
    revision: int


def facts_of(work: Work, ids: Iterable[int]) -> dict[int, Facts]:
    """What the rules need to know of these tickets, in five queries however many they are."""
    wanted = list(ids)
    session = work.session
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(wanted))).all()
    leads: dict[int, list[Assignment]] = defaultdict(list)
    for task in session.scalars(
        select(Assignment).where(Assignment.ticket_id.in_(wanted), Assignment.kind == Kind.LEAD).order_by(Assignment.id)
    ):
        leads[task.ticket_id].append(task)
    first_due: dict[tuple[int, str], datetime] = {}
    owed: dict[int, datetime] = {}
    sign_warn: dict[int, datetime] = {}
    running = and_(Clock.kind.in_(OF_CENTRE), Clock.stopped_at.is_(None), Clock.paused_at.is_(None))
    for clock in session.scalars(
        select(Clock).where(Clock.ticket_id.in_(wanted), or_(Clock.kind.in_(_KINDS), running)).order_by(Clock.id.desc())
    ):
        if clock.kind in OF_CENTRE and clock.stopped_at is None and clock.paused_at is None:
            owed[clock.ticket_id] = min(clock.due_at, owed.get(clock.ticket_id, clock.due_at))
        first_due[clock.ticket_id, clock.kind] = clock.due_at
        if clock.assignment_id is not None:
            sign_warn[clock.assignment_id] = clock.warn_at
    reachable = set(
        session.scalars(select(Contact.ticket_id).where(Contact.ticket_id.in_(wanted), Contact.phone_hash.is_not(None)))
    )
    last = select(func.max(Rating.id)).where(Rating.ticket_id.in_(wanted)).group_by(Rating.ticket_id)
    excluded = set(session.scalars(select(Rating.ticket_id).where(Rating.id.in_(last), Rating.excluded)))
    followers = _followers(work, tickets)
    return {
        ticket.id: Facts(
            no=ticket.no,
            state=State(ticket.state),
            channel=ticket.channel,
            created_at=ticket.created_at,
            type=ticket.type,
            category=ticket.category,
            region=ticket.region,
            accepted_at=ticket.accepted_at,
            accept_due_at=first_due.get((ticket.id, ClockKind.ACCEPT.value)),
            dispatch_due_at=first_due.get((ticket.id, ClockKind.DISPATCH.value)),
            centre_due_at=owed.get(ticket.id),
            first_dispatched_at=ticket.first_dispatched_at,
            closed_at=ticket.closed_at,
            close_mode=ticket.close_mode,
            rounds=ticket.round,
            reviewed_at=ticket.reviewed_at,
            rated_at=ticket.rated_at,
            result=ticket.result,
            score=ticket.score,
            excluded=ticket.id in excluded,
            has_contact=ticket.id in reachable,
            anonymous=ticket.anonymous,
            nuisance="nuisance" in ticket.tags,
            follower=ticket.id in followers,
            test="test" in ticket.tags,
            repeated=ticket.repeated_at is not None,
            leads=tuple(_lead(task, sign_warn) for task in leads[ticket.id]),
        )
        for ticket in tickets
    }


def _followers(work: Work, tickets: Iterable[Ticket]) -> set[int]:
    """Those that are handled with the master of their event."""
    joined = {ticket.id: ticket for ticket in tickets if ticket.incident_id is not None}
    if not joined:
        return set()
    wanted = {ticket.incident_id for ticket in joined.values()}
    rows = work.session.execute(select(Incident.id, Incident.master_no).where(Incident.id.in_(wanted)))
    masters = {row.id: row.master_no for row in rows}
    return {number for number, ticket in joined.items() if masters[ticket.incident_id] != ticket.no}


def _lead(task: Assignment, sign_warn: dict[int, datetime]) -> AssignmentFacts:
    return AssignmentFacts(
        unit=task.unit,
        state=task.stage,
        sent_at=task.sent_at,
        round=task.round,
        sign_due_at=task.sign_due_at,
        sign_warn_at=sign_warn.get(task.id),
        signed_at=task.signed_at,
        contact_due_at=task.contact_due_at,
        contacted_at=task.contacted_at,
        due_at=task.due_at,
        promise_due_at=task.promise_due_at,
        warn_at=task.warn_at,
        severe_at=task.severe_at,
        replied_at=task.replied_at,
        return_requested_at=task.return_requested_at,
        return_decided_at=task.return_decided_at,
        return_granted=task.return_granted,
        suspended=task.paused_at is not None,
        extended=task.extended > 0,
    )


def remark(work: Work, ids: Sequence[int]) -> list[Changed]:
    """Bring the marks of these tickets, and the figures above them, up to date.

    Running it twice changes nothing. The caller holds the board's lock, so no two runs meet.
    """
    wanted = sorted(set(ids))
    facts = facts_of(work, wanted)
    before: dict[int, dict[tuple[str, date | None, str], MarkRow]] = defaultdict(dict)
    for row in work.session.scalars(select(MarkRow).where(MarkRow.ticket_id.in_(wanted))):
        before[row.ticket_id][row.key, row.on, row.unit] = row
    deltas: dict[board.Slot, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    gone: list[int] = []
    new: list[dict[str, object]] = []
    moved: list[tuple[int, list[Mark], list[Mark]]] = []
    until: dict[int, datetime] = {}
    ancestors = work.rules.city.ancestors
    for ticket_id in wanted:
        marks, next_at = (
            board.marks(facts[ticket_id], work.now, work.rules.counting) if ticket_id in facts else (frozenset(), None)
        )
        if next_at is not None:
            until[ticket_id] = next_at
        old = frozenset(Mark(r.key, r.on, r.unit, r.hits, r.total) for r in before[ticket_id].values())
        gone += [before[ticket_id][m.key, m.on, m.unit].id for m in old - marks]
        new += [
            {"ticket_id": ticket_id, "key": m.key, "on": m.on, "unit": m.unit, "hits": m.hits, "total": m.total}
            for m in marks - old
        ]
        moved.append((ticket_id, [*old - marks], [*marks - old]))
        for slot, rate in board.changes(old - marks, marks - old, ancestors).items():
            hits, total = deltas[slot]
            deltas[slot] = (hits + rate.hits, total + rate.total)
    adjustments.adjust(work, moved)
    if gone:
        work.session.execute(delete(MarkRow).where(MarkRow.id.in_(gone)))
    if new:
        # The table, not the class: that would send a statement of its own for each run of rows with or without a day.
        work.session.execute(insert(MarkRow.metadata.tables["mark"]), new)
    work.session.execute(delete(Remark).where(Remark.ticket_id.in_(wanted)))
    if until:
        work.session.execute(insert(Remark), [{"ticket_id": i, "at": at} for i, at in until.items()])
    return _add(work, {slot: change for slot, change in deltas.items() if any(change)})


def _add(work: Work, deltas: dict[board.Slot, tuple[Decimal, Decimal]]) -> list[Changed]:
    if not deltas:
        return []
    rows = sorted(deltas.items(), key=lambda item: (item[0].key, str(item[0].on), item[0].unit))
    added = work.session.execute(
        _ADDED,
        {
            "keys": [slot.key for slot, _ in rows],
            "days": [slot.on for slot, _ in rows],
            "units": [slot.unit for slot, _ in rows],
            "hits": [hits for _, (hits, _) in rows],
            "totals": [total for _, (_, total) in rows],
        },
    )
    return [Changed(*row) for row in added]


_ADDED = text(
    """
    INSERT INTO figure AS f (key, "on", unit, hits, total)
    SELECT * FROM unnest(CAST(:keys AS varchar[]), CAST(:days AS date[]), CAST(:units AS varchar[]),
                         CAST(:hits AS numeric[]), CAST(:totals AS numeric[]))
    ON CONFLICT (key, "on", unit) DO UPDATE
    SET hits = f.hits + excluded.hits, total = f.total + excluded.total, revision = nextval('figure_revision')
    RETURNING key, "on", unit, hits, total, revision
    """
)
"""Adds to thousands of figures in one statement; one that names every value would meet the limit of 65,535 of them."""


def tick(work: Work, most: int = 500) -> int:
    """Leave a line for each ticket whose marks time alone has changed; returns how many."""
    due = work.session.scalars(
        select(Remark.ticket_id).where(Remark.at <= work.now).order_by(Remark.at).limit(most)
    ).all()
    if due:
        work.session.execute(delete(Remark).where(Remark.ticket_id.in_(due)))
        work.session.execute(
            insert(Line),
            [
                {"subscriber": Subscriber.BOARD, "ticket_id": i, "due_at": work.now, "attempts": 0, "fault": ""}
                for i in due
            ],
        )
        work.rang.add(Subscriber.BOARD)
    return len(due)


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that does not equal its tickets."""

    key: str
    on: date | None
    unit: str
    shown: tuple[Decimal, Decimal]
    counted: tuple[Decimal, Decimal]


def catch_up(work: Work, batch: int = 1000) -> None:
    """Do what the relay still has to do for the board, so that what remains different is drift.

    Only the lines that were seen before counting are dropped: one that comes meanwhile may tell of something newer.
    """
    waiting = select(Line.id, Line.ticket_id).where(Line.subscriber == Subscriber.BOARD).order_by(Line.id).limit(batch)
    while lines := work.session.execute(waiting).all():
        remark(work, [line.ticket_id for line in lines])
        work.session.execute(delete(Line).where(Line.id.in_([line.id for line in lines])))
    while ids := work.session.scalars(select(Remark.ticket_id).where(Remark.at <= work.now).limit(batch)).all():
        remark(work, ids)


def wait_for_turn(work: Work) -> None:
    """Hold the board's lock until the transaction ends: nobody else counts meanwhile, appeals go on."""
    work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"relay/{Subscriber.BOARD}", 0))))


def recount(begin: Begin, *, repair: bool = False, batch: int = 1000) -> tuple[int, list[Drift]]:
    """Count every figure afresh from the tickets and compare; returns the number of tickets and the differences.

    The relay's board waits meanwhile; appeals go on. What is compared is read from one snapshot; of a ticket that has
    moved on since the board last heard of it, the marks stand that it had then. Nothing is written in the snapshot's
    own transaction: it would fail whenever somebody works on one of its tickets.

    Args:
        begin: opens a transaction (``office.begin``).
        repair: put the counted values in place of the shown ones (and the marks of every ticket in order).
    """
    with begin() as guard:
        wait_for_turn(guard)
        with begin() as work:
            catch_up(work)
        if repair:
            _remark_all(begin, batch)
        with begin(isolation="REPEATABLE READ") as work:
            tickets, drifts = _compare(work, batch)
        if repair and drifts:
            with begin() as work:
                _add(
                    work,
                    {
                        board.Slot(d.key, d.on, d.unit): (d.counted[0] - d.shown[0], d.counted[1] - d.shown[1])
                        for d in drifts
                    },
                )
        return tickets, drifts


def _remark_all(begin: Begin, batch: int) -> None:
    last = 0
    while True:
        with begin() as work:
            ids = work.session.scalars(select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(batch)).all()
            if not ids:
                return
            last = ids[-1]
            remark(work, ids)


def _compare(work: Work, batch: int) -> tuple[int, list[Drift]]:
    counted: dict[tuple[str, date | None, str], tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    ancestors = work.rules.city.ancestors
    unheard = set(work.session.scalars(select(Line.ticket_id).where(Line.subscriber == Subscriber.BOARD)))
    unheard |= set(work.session.scalars(select(Remark.ticket_id).where(Remark.at <= work.now)))
    last, tickets = 0, 0
    while ids := work.session.scalars(select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(batch)).all():
        last, tickets = ids[-1], tickets + len(ids)
        heard = [i for i in ids if i not in unheard]
        found = [board.marks(f, work.now, work.rules.counting)[0] for f in facts_of(work, heard).values()]
        if len(heard) < len(ids):
            rows = work.session.scalars(select(MarkRow).where(MarkRow.ticket_id.in_(unheard & set(ids))))
            found += [frozenset({Mark(r.key, r.on, r.unit, r.hits, r.total)}) for r in rows]
        for marks in found:
            for slot, rate in board.fold(marks, ancestors).items():
                hits, total = counted[slot.key, slot.on, slot.unit]
                counted[slot.key, slot.on, slot.unit] = (hits + rate.hits, total + rate.total)
        work.session.expunge_all()
    columns = (FigureRow.key, FigureRow.on, FigureRow.unit, FigureRow.hits, FigureRow.total)
    shown = {(row.key, row.on, row.unit): (row.hits, row.total) for row in work.session.execute(select(*columns))}
    nothing = (Decimal(0), Decimal(0))
    drifts = [
        Drift(slot[0], slot[1], slot[2], shown.get(slot, nothing), counted.get(slot, nothing))
        for slot in shown.keys() | counted.keys()
        if shown.get(slot, nothing) != counted.get(slot, nothing)
    ]
    return tickets, sorted(drifts, key=lambda d: (d.key, str(d.on), d.unit))


def waiting(work: Work) -> int:
    """Lines the board has not heard yet; figures equal tickets only when there are none."""
    query = select(func.count()).select_from(Line).where(Line.subscriber == Subscriber.BOARD)
    return work.session.scalar(query) or 0
