"""How urgent (变更等级) and how involved (认定复杂) a ticket is, once it is in hand (handbook §5).

A grade is raised by whoever handles the ticket, at any time; it is lowered by the dispatch lead only, with a reason.
What that does to running clocks:

- raised: the new limit counts from the moment of raising and never moves a due time back; nobody is late at once for
  a limit that did not hold yet;
- lowered: the new limit counts from dispatch, as if the ticket had always had that grade; what a raise did is undone;
- complex: the longer of the type's limit and that of 复杂, from dispatch.

Units that were asked by the lead stay within its new due time. The promise to the appellant (承诺期限) never moves.
"""

from __future__ import annotations

from hotline.domain import deadlines as clock_rules
from hotline.domain.appeal import Urgency, clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission, Scope
from hotline.domain.reckoning import Move, MoveKind
from hotline.store.assignment import ACTIVE, Assignment, Kind, lead_of, of_ticket
from hotline.store.clock import Clock, running
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, progress
from hotline.usecases.handling import task_of

RULE = "§5 Grade"
COMPLEX_RULE = "§5 Complex"
GRADED = (ClockKind.DISPATCH, ClockKind.SIGN, ClockKind.CONTACT, ClockKind.HANDLING, ClockKind.INTERIM)
"""Clocks whose limit depends on the grade."""
CHILD = "child"
"""The basis of a clock that hangs on the due time of the unit above."""


def open_to(work: Work, ticket: Ticket) -> tuple[Urgency, ...]:
    """The grades that this person may give the ticket now, lowest first."""
    now = Urgency(ticket.urgency)
    return tuple(each for each in Urgency if each is not now and (now.is_below(each) or _may_lower(work)))


def change(work: Work, ticket: Ticket, urgency: str, *, words: str = "") -> None:
    """Raise or lower the grade.

    Raises:
        Invalid: no such grade, the one it has, or lowered without a reason.
        NotYours: lowered by anybody but the dispatch lead, or a ticket of somebody else's unit.
    """
    progress.check(work, ticket, Action.GRADE)
    if work.by.scope is not Scope.ALL:
        task_of(work, ticket)
    before = Urgency(ticket.urgency)
    grades = {code: member for member in Urgency for code in (member.value, member.label)}
    after = grades.get(clean(urgency))
    if after is None or after is before:
        told = "、".join(each.label for each in Urgency if each is not before)
        raise Invalid({"urgency": f"现为{before.label}，可改为：{told}"}, rule=RULE)
    if after.is_below(before):
        if not _may_lower(work):
            raise NotYours("降低等级由派单班长决定，请联系派单班长", rule=RULE)
        if not clean(words):
            raise Invalid({"words": "请写明降低等级的理由"}, rule=RULE)
    ticket.urgency = after
    raised = before.is_below(after)
    _retime(work, ticket, raised=raised, words=f"等级{'升' if raised else '降'}为{after.label}")
    progress.advance(
        work,
        ticket,
        Action.GRADE,
        before=before,
        after=after,
        words=clean(words),
        due_at=ticket.due_at.isoformat() if ticket.due_at else None,
    )


def declare_complex(work: Work, ticket: Ticket, *, words: str) -> None:
    """Give the longer limit of complex matters; the promise to the appellant stays as it was.

    Raises:
        Invalid: no reason.
        NotNow: too late after dispatch, urgent, reworked, or declared before.
    """
    progress.check(work, ticket, Action.COMPLEX)
    if refused := why_not_complex(work, ticket):
        raise NotNow(refused, rule=COMPLEX_RULE)
    if not clean(words):
        raise Invalid({"words": "请写明认定复杂的理由"}, rule=COMPLEX_RULE)
    ticket.complex = True
    _retime(work, ticket, raised=False, words="认定复杂", kinds=(ClockKind.HANDLING,))
    due_at = ticket.due_at.isoformat() if ticket.due_at else None
    progress.advance(work, ticket, Action.COMPLEX, words=clean(words), due_at=due_at)


def why_not_complex(work: Work, ticket: Ticket) -> str:
    """Why the ticket can't be declared complex now, in words; empty if nothing speaks against it."""
    lead = lead_of(work.session, ticket.id)
    if ticket.complex:
        return "已认定为复杂工单"
    if Urgency(ticket.urgency) is not Urgency.NORMAL:
        return "紧急、特急工单按小时办理，不能认定复杂"
    if lead is None or ticket.round > 1:
        return "首次办理的工单才能认定复杂"
    limits, calendar = work.rules.limits, work.rules.calendar
    if work.now > clock_rules.complex_until(lead.sent_at, limits, calendar):
        return f"认定复杂须在派单后{limits.handling.complex_within.words.strip()}内，现已截止"
    return ""


def _may_lower(work: Work) -> bool:
    return work.by.may(Permission.GRADE_LOWER) and work.by.may(Permission.TICKET_DISPATCH)


def _retime(work: Work, ticket: Ticket, *, raised: bool, words: str, kinds: tuple[ClockKind, ...] = GRADED) -> None:
    """Give the running clocks the limits that hold now, the units below theirs in turn."""
    lead = lead_of(work.session, ticket.id)
    clocks = [clock for clock in running(work.session, ticket.id) if clock.kind in kinds]
    for clock in clocks:
        if clock.basis != CHILD:
            _move(work, ticket, clock, raised=raised, words=words)
        if clock.kind == ClockKind.DISPATCH and ticket.at is State.PENDING_DISPATCH:
            ticket.due_at = clock.due_at
    owes = raised and lead is not None and lead.paused_at is None and ticket.at is not State.COORDINATING
    if owes and ClockKind.INTERIM.value not in {clock.kind for clock in clocks}:
        deadlines.start(work, ticket, ClockKind.INTERIM, assignment=lead)
    tasks = {task.id: task for task in of_ticket(work.session, ticket.id) if task.stage in ACTIVE}
    for clock in sorted(clocks, key=lambda clock: clock.assignment_id or 0):
        task = tasks.get(clock.assignment_id or 0)
        if clock.basis == CHILD and task is not None and lead is not None:
            _follow(work, ticket, clock, task, tasks.get(task.parent_id or 0, lead), words=words)


def _move(work: Work, ticket: Ticket, clock: Clock, *, raised: bool, words: str) -> None:
    limit = deadlines.limit_of(work, ticket, ClockKind(clock.kind))
    if limit is None:
        clock.stopped_at = work.now  # an interim report is owed no more
        return
    if clock.basis == "rework":
        limit = clock_rules.rework(limit, work.rules.limits)
    if raised:
        deadlines.move(work, ticket, clock, Move(MoveKind.RAISE, work.now, more=limit, words=words))
        return
    clock.allowance = str(limit)
    clock.moves = [move for move in clock.moves if move["kind"] != MoveKind.RAISE.value]
    deadlines.move(work, ticket, clock, Move(MoveKind.RELIMIT, work.now, words=words))


def _follow(work: Work, ticket: Ticket, clock: Clock, task: Assignment, above: Assignment, *, words: str) -> None:
    """A unit that was asked keeps its time as long as it ends within that of the unit above."""
    due_at = above.due_at
    if task.kind == Kind.SUB:
        due_at = clock_rules.child_due(above.due_at, work.now, work.rules.calendar)
    if due_at != clock.due_at:
        deadlines.put_off(work, ticket, clock, due_at, words=f"{words}，随上级单位")
