"""Starting, stopping, pausing and moving clocks; arithmetic is in ``domain/reckoning`` and ``domain/calendar``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hotline.domain import deadlines as rules
from hotline.domain.allowances import Allowance, allowance_of
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind
from hotline.domain.reckoning import Move, MoveKind, Reckoned, moves_of, reckon
from hotline.store.assignment import ACTIVE, Assignment, Kind, of_ticket
from hotline.store.clock import Clock, running
from hotline.store.ticket import Ticket
from hotline.store.work import Work

UNIT_KINDS = (ClockKind.SIGN, ClockKind.CONTACT, ClockKind.HANDLING, ClockKind.INTERIM)
PAUSED_WITH_UNIT = frozenset({k.value for k in (*UNIT_KINDS, ClockKind.EXTENSION_DECISION, ClockKind.SUPERVISION)})
"""Clocks that stand still while a ticket waits for something outside (待补充, 挂起)."""


def limit_of(work: Work, ticket: Ticket, kind: ClockKind) -> Allowance | None:
    """The limit of one clock for this ticket, by type, urgency, quick list and complexity."""
    category = work.rules.city.categories.get(ticket.category or "")
    return rules.allowance(
        kind,
        AppealType(ticket.type or AppealType.COMPLAINT),
        Urgency(ticket.urgency),
        work.rules.limits,
        quick=bool(category and category.quick_list),
        complex=ticket.complex,
    )


def start(
    work: Work,
    ticket: Ticket,
    kind: ClockKind,
    *,
    assignment: Assignment | None = None,
    limit: Allowance | None = None,
    basis: str = "",
    until: datetime | None = None,
    cap: datetime | None = None,
    words: str = "",
) -> Clock | None:
    """Start a clock now; None where this ticket has no such limit.

    Args:
        limit: in place of the limit of its kind; say by ``basis`` (``rework``, ``fixed``) where it comes from.
        until: it is due then, whatever the limit says: the task above (``basis="child"``) or a planned date.
        cap: it is due then at the latest.
        words: why it is due then.
    """
    given, limit = limit is not None, limit or limit_of(work, ticket, kind)
    if limit is None:
        return None
    clock = Clock(
        ticket_id=ticket.id,
        assignment_id=assignment.id if assignment else None,
        kind=kind.value,
        unit=assignment.unit if assignment and kind.hand is rules.Hand.UNIT else "",
        allowance=str(limit),
        basis=basis or ("fixed" if given else ""),
        moves=[],
        started_at=work.now,
    )
    if until is not None:
        clock.moves = [Move(MoveKind.SET, work.now, until=until, words=words).kept()]
    found = reckoned(work, clock)
    if cap is not None and found.due.at > cap:
        clock.moves = [Move(MoveKind.SET, work.now, until=cap, words=words).kept()]
        found = reckoned(work, clock)
    put(work, clock, found)
    work.session.add(clock)
    return clock


def reckoned(work: Work, clock: Clock) -> Reckoned:
    """What the clock's history comes to under the rules in force."""
    return reckon(clock.started_at, allowance_of(clock.allowance), moves_of(clock.moves), work.rules.calendar)


def put(work: Work, clock: Clock, found: Reckoned) -> None:
    """Write what a history comes to: when it is due, when its lamp changes. Cards that fell stay."""
    calendar, warnings = work.rules.calendar, work.rules.limits.warnings
    kind, due = ClockKind(clock.kind), found.due
    clock.due_at, clock.provisional = due.at, due.provisional
    clock.warn_at = rules.warn_at(kind, found.limit, found.since, due.at, warnings, calendar)
    clock.severe_at = rules.severe_at(due.at, warnings, calendar)


def move(work: Work, ticket: Ticket, clock: Clock, *moves: Move) -> None:
    """Let something happen to a clock, and let its assignment and its ticket know the new due time.

    A due time that moved away lets the lamp turn again, and people are told again; the cards that fell stay.
    """
    before = clock.due_at
    clock.moves = [*clock.moves, *(each.kept() for each in moves)]
    put(work, clock, reckoned(work, clock))
    if clock.due_at > max(before, work.now):
        clock.yellow_at = clock.red_at = None
        clock.told_above = 0
    follow(work, ticket, [clock])


def put_off(work: Work, ticket: Ticket, clock: Clock, due_at: datetime, *, words: str) -> None:
    """Give a running clock another due time by a person's word."""
    move(work, ticket, clock, Move(MoveKind.SET, work.now, until=due_at, words=words))


def follow(work: Work, ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """Copy what lists and rates read: the assignment's due times, and the ticket's while a unit has it in hand."""
    for clock in clocks:
        if clock.assignment_id is None:
            continue
        task = work.session.get_one(Assignment, clock.assignment_id)
        if clock.kind == ClockKind.SIGN.value:
            task.sign_due_at = clock.due_at
        elif clock.kind == ClockKind.CONTACT.value:
            task.contact_due_at = clock.due_at
        elif clock.kind == ClockKind.HANDLING.value:
            task.due_at, task.warn_at, task.severe_at = clock.due_at, clock.warn_at, clock.severe_at
            task.provisional = clock.provisional
            if task.kind == Kind.LEAD and clock.stopped_at is None and clock.paused_at is None:
                ticket.due_at = clock.due_at


def handling_of(work: Work, task: Assignment) -> Clock:
    """The handling clock of an assignment, running or not."""
    query = select(Clock).where(Clock.assignment_id == task.id, Clock.kind == ClockKind.HANDLING.value)
    return work.session.scalars(query).one()


def stop(work: Work, ticket: Ticket, *kinds: ClockKind) -> None:
    """Stop these clocks of the ticket, or all when none is named; a supervision's only when it is named."""
    wanted = {kind.value for kind in kinds or set(ClockKind) - {ClockKind.SUPERVISION}}
    for clock in running(work.session, ticket.id):
        if clock.kind in wanted:
            clock.stopped_at = work.now


def send_back(work: Work, ticket: Ticket, lead: Assignment) -> datetime:
    """Let the handling clock run again after a reply was sent back; the first time it gets the grace (handbook §5)."""
    reviews = work.rules.limits.reviews
    grace = reviews.grace if lead.fails < reviews.grace_times else None
    clock = handling_of(work, lead)
    clock.stopped_at = None
    move(work, ticket, clock, Move(MoveKind.GRACE, work.now, more=grace))
    return clock.due_at


def pause(work: Work, ticket: Ticket, why: str) -> None:
    """Let the clocks of every unit that has the ticket stand still (待补充, 挂起); a co-unit waits with the lead."""
    for task in of_ticket(work.session, ticket.id):
        if task.stage in ACTIVE and task.replied_at is None:
            task.paused_at = work.now
    for clock in running(work.session, ticket.id):
        if clock.kind in PAUSED_WITH_UNIT and clock.paused_at is None:
            clock.paused_at = work.now
            clock.moves = [*clock.moves, Move(MoveKind.PAUSE, work.now, words=why).kept()]


def resume(work: Work, ticket: Ticket) -> None:
    """Go on with the remaining time of each paused clock (handbook §5, case C9)."""
    since = None
    for task in of_ticket(work.session, ticket.id):
        if task.stage in ACTIVE:
            since, task.paused_at = since or task.paused_at, None
    if since is not None:
        ticket.paused_seconds += int((work.now - since).total_seconds())
    for clock in running(work.session, ticket.id):
        if clock.paused_at is not None:
            clock.paused_at = None
            move(work, ticket, clock, Move(MoveKind.RESUME, work.now))
