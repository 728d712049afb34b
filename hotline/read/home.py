"""What waits for one person: the queues of their desks with counts from figures and the lamp of the first due.

Two queries however many queues there are, and two more for the lamps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from hotline.domain.board import figure
from hotline.domain.city import City
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Permission, Scope
from hotline.read import board, tasks, watching
from hotline.read.lamps import Lamp
from hotline.read.queues import rows_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.access import in_scope, units_in_scope

QUEUE = "queue."
OF_CENTRE = frozenset({"centre_late"})
"""Figures that count for the centre alone."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue or figure of a desk."""

    key: str
    label: str
    n: int
    revision: int
    first: Lamp | None
    """Of the ticket that is due first; None for figures, and where nothing waits."""
    queue: str = ""
    """Which queue of the desk it opens; empty: the desk."""


def tops(city: City, by: Actor) -> list[str]:
    """The fewest units whose figures together count everything in the person's scope."""
    mine = units_in_scope(city, by)
    if mine is None:
        return [city.root]
    known = set(mine)
    return [code for code in mine if city.unit(code).parent_code not in known]


def of(work: Work, keys: Collection[str]) -> dict[str, Queue]:
    """The queues and figures of these keys, as far as this person's tickets go.

    What only the centre can owe is left out for those whose tickets are not the centre's: it would always be 0.
    """
    today, month = board.today(work.now), board.this_month(work.now)
    found: dict[str, tuple[int, int]] = {}
    units = tops(work.rules.city, work.by)
    if not any(watching.has_intake(work.rules.city, unit) for unit in units):
        keys = [key for key in keys if key not in OF_CENTRE]
    for each in board.summed(work, units, flows=today, span=month, keys=list(keys)) if units else ():
        n, revision = found.get(each.key, (0, 0))
        found[each.key] = (n + int(each.rate.total), max(revision, each.revision))
    lamps = _first(work, [State(key.removeprefix(QUEUE)) for key in keys if key.startswith(QUEUE)])
    return {
        key: Queue(key, figure(key).label, *found.get(key, (0, 0)), lamps.get(key.removeprefix(QUEUE))) for key in keys
    }


def of_unit(work: Work, queues: Collection[str]) -> list[Queue]:
    """The queues of a unit's own desk, as the desk itself counts them: also what it helps with or was passed on to it.

    The figures of the board count leads only, so they would say that nothing waits for a unit that helps.
    """
    if work.by.unit not in work.rules.city.units:
        return []
    counts = tasks.counts(work)
    return [
        Queue(f"task.{code}", tasks.QUEUES[code][0], n, 0, tasks.first(work, code) if n else None, code)
        for code in queues
        for n in (counts[code],)
    ]


def _first(work: Work, states: Collection[State]) -> dict[str, Lamp | None]:
    if work.by.scope is Scope.NONE or not work.by.may(Permission.TICKET_VIEW) or not states:
        return {}
    query = select(Ticket).ext(distinct_on(Ticket.state)).where(Ticket.state.in_([state.value for state in states]))
    scope = in_scope(work.rules.city, work.by)
    if scope is not None:
        query = query.where(scope)
    tickets = work.session.scalars(query.order_by(Ticket.state, Ticket.due_at.asc().nulls_last(), Ticket.id)).all()
    return {row.state: row.lamp for row in rows_of(work, tickets)}
