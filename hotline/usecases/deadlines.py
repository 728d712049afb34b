"""Starting, stopping, pausing and sweeping clocks; arithmetic is in ``domain/deadlines`` and ``domain/calendar``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain import deadlines as rules
from hotline.domain.allowances import Allowance, allowance_of
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import OPEN, Action
from hotline.store.assignment import Assignment
from hotline.store.clock import Clock, running
from hotline.store.supervision import Card
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import closing, progress

UNIT_KINDS = (ClockKind.SIGN, ClockKind.CONTACT, ClockKind.HANDLING, ClockKind.INTERIM)


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
) -> Clock | None:
    """Start a clock now; None where this ticket has no such limit."""
    limit = limit or limit_of(work, ticket, kind)
    if limit is None:
        return None
    calendar, warnings = work.rules.calendar, work.rules.limits.warnings
    due = calendar.due(work.now, limit)
    clock = Clock(
        ticket_id=ticket.id,
        assignment_id=assignment.id if assignment else None,
        kind=kind.value,
        unit=assignment.unit if assignment else "",
        allowance=str(limit),
        started_at=work.now,
        due_at=due.at,
        warn_at=rules.warn_at(kind, limit, work.now, due.at, warnings, calendar),
        severe_at=rules.severe_at(due.at, warnings, calendar),
        provisional=due.provisional,
    )
    work.session.add(clock)
    return clock


def stop(work: Work, ticket: Ticket, *kinds: ClockKind) -> None:
    """Stop these clocks of the ticket, or all when none is named; a supervision's only when it is named."""
    wanted = {kind.value for kind in kinds or set(ClockKind) - {ClockKind.SUPERVISION}}
    for clock in running(work.session, ticket.id):
        if clock.kind in wanted:
            clock.stopped_at = work.now


def restart_handling(work: Work, ticket: Ticket, lead: Assignment, due_at: datetime) -> None:
    """Let the stopped handling clock run again with another due time (a reply sent back, a pause over)."""
    clock = work.session.scalars(
        select(Clock).where(Clock.assignment_id == lead.id, Clock.kind == ClockKind.HANDLING.value)
    ).one()
    _set_due(work, ticket, lead, clock, due_at)
    clock.stopped_at = clock.paused_at = lead.paused_at = None


def put_off(work: Work, clock: Clock, due_at: datetime) -> None:
    """Give a running clock another due time, and the lamps that go with it."""
    calendar, warnings = work.rules.calendar, work.rules.limits.warnings
    kind = ClockKind[clock.kind.upper()]
    clock.due_at = due_at
    clock.warn_at = rules.warn_at(kind, allowance_of(clock.allowance), clock.started_at, due_at, warnings, calendar)
    clock.severe_at = rules.severe_at(due_at, warnings, calendar)


def pause_handling(work: Work, lead: Assignment) -> None:
    """Stop the unit's handling clock for a while (待补充, 挂起)."""
    lead.paused_at = work.now
    for clock in running(work.session, lead.ticket_id):
        if clock.assignment_id == lead.id:
            clock.paused_at = work.now


def resume_handling(work: Work, ticket: Ticket, lead: Assignment) -> None:
    """Go on with the remaining time of each of the unit's clocks (handbook §5, case C9)."""
    paused_at = lead.paused_at
    assert paused_at is not None, "only a paused assignment is resumed"
    ticket.paused_seconds += int((work.now - paused_at).total_seconds())
    calendar, warnings = work.rules.calendar, work.rules.limits.warnings
    for clock in running(work.session, ticket.id):
        if clock.assignment_id != lead.id:
            continue
        limit, kind = allowance_of(clock.allowance), ClockKind[clock.kind.upper()]
        due_at = calendar.resume(clock.due_at, limit, paused_at, work.now).at
        clock.paused_at = None
        if kind is ClockKind.HANDLING:
            restart_handling(work, ticket, lead, due_at)
            continue
        clock.due_at = due_at
        clock.warn_at = rules.warn_at(kind, limit, clock.started_at, due_at, warnings, calendar)
        clock.severe_at = rules.severe_at(due_at, warnings, calendar)
        if kind is ClockKind.CONTACT:
            lead.contact_due_at = due_at


def _set_due(work: Work, ticket: Ticket, lead: Assignment, clock: Clock, due_at: datetime) -> None:
    calendar, warnings = work.rules.calendar, work.rules.limits.warnings
    limit = limit_of(work, ticket, ClockKind.HANDLING)
    assert limit is not None, "every type has a handling limit"
    if due_at > clock.due_at and (clock.red_at is None):
        clock.yellow_at = None
    clock.due_at = lead.due_at = ticket.due_at = due_at
    clock.warn_at = rules.warn_at(ClockKind.HANDLING, limit, clock.started_at, due_at, warnings, calendar)
    clock.severe_at = rules.severe_at(due_at, warnings, calendar)
    lead.warn_at, lead.severe_at = clock.warn_at, clock.severe_at


def sweep(work: Work, most: int = 500) -> int:
    """Give the cards whose time has come, at most ``most`` clocks; returns how many it saw to.

    A clock that passed both moments while nobody looked gets its red card only: after a stop of hours nobody is told
    twice. Tickets somebody is working on right now are left for the next sweep.
    """
    open_now = (Clock.stopped_at.is_(None), Clock.paused_at.is_(None), Clock.red_at.is_(None))
    due = or_(Clock.due_at < work.now, (Clock.warn_at <= work.now) & Clock.yellow_at.is_(None))
    found = work.session.execute(
        select(Clock.id, Clock.ticket_id).where(*open_now, due).order_by(Clock.due_at).limit(most)
    ).all()
    locked = {
        ticket.id: ticket
        for ticket in work.session.scalars(
            select(Ticket)
            .where(Ticket.id.in_({row.ticket_id for row in found}))
            .order_by(Ticket.id)
            .with_for_update(skip_locked=True)
        )
    }
    clocks = work.session.scalars(
        select(Clock).where(Clock.id.in_([row.id for row in found]), *open_now).order_by(Clock.due_at)
    ).all()
    done = 0
    cards: list[dict[str, Any]] = []
    for clock in clocks:
        ticket = locked.get(clock.ticket_id)
        if ticket is None or clock.stopped_at is not None:
            continue
        done += 1
        if ticket.at not in OPEN and clock.kind != ClockKind.REVIEW_REQUEST.value:
            clock.stopped_at = work.now
            continue
        late = work.now > clock.due_at
        if late:
            clock.red_at = work.now
        else:
            clock.yellow_at = work.now
        if late and clock.kind == ClockKind.INFO_WAIT.value:
            closing.lapse(work, ticket, mode="UNVERIFIED", why="超过时限未补充")
            continue
        light = "red" if late else "yellow"
        progress.advance(
            work,
            ticket,
            Action.WARN,
            clock=clock.kind,
            light=light,
            due_at=clock.due_at.isoformat(),
            unit=clock.unit,
        )
        cards.append(_card(clock, light, work.now))
    if cards:
        # A due time moved in time may let the lamp turn again, and people are told again; the card stays the first one.
        work.session.execute(insert(Card).values(cards).on_conflict_do_nothing(index_elements=["clock_id", "light"]))
    return done


def _card(clock: Clock, light: str, at: datetime) -> dict[str, Any]:
    return {
        "ticket_id": clock.ticket_id,
        "clock_id": clock.id,
        "kind": clock.kind,
        "unit": clock.unit,
        "light": light,
        "at": at,
        "due_at": clock.due_at,
    }


def overdue_count(work: Work) -> int:
    """How many clocks wait for a sweep now; for ``hotline doctor`` and metrics."""
    query = (
        select(func.count())
        .select_from(Clock)
        .where(Clock.stopped_at.is_(None), Clock.paused_at.is_(None), Clock.red_at.is_(None), Clock.due_at < work.now)
    )
    return work.session.scalar(query) or 0
