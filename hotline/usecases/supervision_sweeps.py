"""What the house looks after by itself: missed supervisions, and clocks that have been red for long (handbook §8)."""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain import supervision as rules
from hotline.domain.deadlines import ClockKind
from hotline.domain.supervision import Ground, Level, Stage
from hotline.store.assignment import lead_of
from hotline.store.clock import Clock
from hotline.store.supervision import Supervision
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import points, staff, supervision


def sweep(work: Work, most: int = 200) -> int:
    """Raise what was not answered in time; returns how many. The red card has been given by then."""
    found = work.session.execute(
        select(Supervision.id, Supervision.ticket_id)
        .join(Clock, Clock.id == Supervision.clock_id)
        .where(
            Supervision.stage == Stage.OPEN.value,
            Clock.stopped_at.is_(None),
            Clock.paused_at.is_(None),
            Clock.red_at.is_not(None),
        )
        .order_by(Supervision.id)
        .limit(most)
    ).all()
    done = 0
    for number, ticket_id in found:
        ticket = work.session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True))
        row = work.session.get(Supervision, number, populate_existing=True)
        if ticket is None or row is None or row.stage != Stage.OPEN:
            continue
        done += 1
        row.missed += 1
        points.missed(work, ticket, row.unit, row.missed)
        supervision.raise_to(work, ticket, row, row.rank.next, f"第 {row.missed} 次未按时答复")
    return done


def look(work: Work, most: int = 200) -> int:
    """Order or propose supervision for what has been red long enough; each clock is looked at once."""
    limit = rules.red_since(work.now, work.rules.supervision.escalation.county, work.rules.calendar)
    clocks = work.session.scalars(
        select(Clock)
        .where(
            Clock.kind == ClockKind.HANDLING.value,
            Clock.stopped_at.is_(None),
            Clock.paused_at.is_(None),
            Clock.red_at.is_not(None),
            Clock.told_above == 0,
            Clock.due_at < limit,
        )
        .order_by(Clock.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    tickets = {
        ticket.id: ticket
        for ticket in work.session.scalars(
            select(Ticket)
            .where(Ticket.id.in_({clock.ticket_id for clock in clocks}))
            .order_by(Ticket.id)
            .with_for_update(skip_locked=True)
        )
    }
    done = 0
    told: list[tuple[str, int, str]] = []
    for clock in clocks:
        ticket = tickets.get(clock.ticket_id)
        if ticket is None:
            continue
        done += 1
        clock.told_above = 1
        if (lead := lead_of(work.session, ticket.id)) and lead.id == clock.assignment_id:
            supervision.open(work, ticket, Level.CENTRE, Ground.OVERDUE)
        told.append((clock.unit, ticket.id, ticket.no))
    staff.above(work, "above", told)
    return done


def look_above(work: Work, most: int = 200) -> int:
    """Tell the supervisor of what is overdue severely (严重超期), once each."""
    found = work.session.execute(
        select(Clock, Ticket.no)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(
            Clock.kind == ClockKind.HANDLING.value,
            Clock.stopped_at.is_(None),
            Clock.paused_at.is_(None),
            Clock.red_at.is_not(None),
            Clock.told_above == 1,
            Clock.severe_at <= work.now,
        )
        .order_by(Clock.due_at)
        .limit(most)
        .with_for_update(of=Clock, skip_locked=True)
    ).all()
    for clock, _ in found:
        clock.told_above = 2
    staff.above(work, "severe", [(clock.unit, clock.ticket_id, no) for clock, no in found])
    return len(found)
