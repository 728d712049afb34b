"""What happens when a clock's time has come and nobody did anything: cards, and ends that need no person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import OPEN, Action
from hotline.domain.supervision import Ground, Level
from hotline.store.clock import Clock
from hotline.store.supervision import Card
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import closing, progress, supervision, suspensions

SILENT = frozenset({ClockKind.SUSPENSION.value})
"""Clocks that end by themselves on their day; nobody is warned that they will."""


def sweep(work: Work, most: int = 500) -> int:
    """Give the cards whose time has come, at most ``most`` clocks; returns how many it saw to.

    A clock that passed both moments while nobody looked gets its red card only: after a stop of hours nobody is told
    twice. Tickets somebody is working on right now are left for the next sweep. At most one yellow and one red card per
    clock (handbook §8): a later due time takes none back.
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
        elif clock.kind in SILENT:
            if late:
                suspensions.resume_by_house(work, ticket)
        else:
            cards.append(_warn(work, ticket, clock, "red" if late else "yellow"))
    if cards:
        # A due time moved in time may let the lamp turn again, and people are told again; the card stays the first one.
        work.session.execute(insert(Card).values(cards).on_conflict_do_nothing(index_elements=["clock_id", "light"]))
    return done


def _warn(work: Work, ticket: Ticket, clock: Clock, light: str) -> dict[str, Any]:
    """Record it, and the card that goes with it."""
    due_at = clock.due_at.isoformat()
    progress.advance(
        work, ticket, Action.WARN, clock=clock.kind, light=light, due_at=due_at, unit=clock.unit, card=clock.id
    )
    if clock.kind == ClockKind.SUSPENSION_TOTAL.value and light == "red":
        most = work.rules.limits.suspensions.most.days
        supervision.open(work, ticket, Level.CENTRE, Ground.SUSPENDED, f"累计挂起超过 {most} 天")
    return {
        "ticket_id": clock.ticket_id,
        "clock_id": clock.id,
        "kind": clock.kind,
        "unit": clock.unit,
        "light": light,
        "at": work.now,
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
