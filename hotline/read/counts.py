"""How long each queue is and how its oldest item stands: the figures of the board, and one lamp per queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hotline.domain.lifecycle import State
from hotline.read.lamps import Lamp, foremost
from hotline.store.clock import Clock
from hotline.store.figure import FigureRow
from hotline.store.ticket import Ticket
from hotline.store.work import Work


@dataclass(frozen=True, slots=True)
class QueueCount:
    """One queue of the whole city."""

    state: State
    key: str
    """The figure that keeps the count fresh."""
    count: int
    revision: int
    lamp: Lamp | None
    """Of the item that is due first."""


def of(work: Work, states: Sequence[State]) -> dict[State, QueueCount]:
    """The queues of these states, in two queries however long they are."""
    session, keys = work.session, {f"queue.{state}": state for state in states}
    figures = {
        row.key: row
        for row in session.scalars(
            select(FigureRow).where(
                FigureRow.key.in_(keys), FigureRow.on.is_(None), FigureRow.unit == work.rules.city.root
            )
        )
    }
    firsts = [
        select(Ticket.id).where(Ticket.state == state).order_by(Ticket.due_at, Ticket.id).limit(1).scalar_subquery()
        for state in states
    ]
    clocks: dict[str, list[Clock]] = defaultdict(list)
    for clock, state in session.execute(
        select(Clock, Ticket.state)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Ticket.id.in_(firsts), Clock.stopped_at.is_(None))
    ):
        clocks[state].append(clock)
    return {
        state: QueueCount(
            state,
            key,
            int(figures[key].total) if key in figures else 0,
            figures[key].revision if key in figures else 0,
            foremost(clocks[state], state, work.now, work.rules.calendar),
        )
        for key, state in keys.items()
    }
