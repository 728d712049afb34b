"""How many tickets of each county may stand still for force majeure, and how many do (handbook §15)."""

from __future__ import annotations

from sqlalchemy import func, select

from hotline.domain.appeal import Urgency
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import State
from hotline.store.clock import Clock
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.suspensions import Reason


def by_county(work: Work) -> dict[str, tuple[int, int]]:
    """By a county's six digits: ordinary tickets in hand, and those that stand still for force majeure; two queries."""
    county = func.left(Ticket.region, 6)
    in_hand = select(county, func.count()).where(
        Ticket.state == State.PROCESSING.value, Ticket.urgency == Urgency.NORMAL.value
    )
    still = (
        select(county, func.count())
        .join(Clock, Clock.ticket_id == Ticket.id)
        .where(
            Ticket.state == State.SUSPENDED.value,
            Clock.kind == ClockKind.SUSPENSION.value,
            Clock.stopped_at.is_(None),
            Clock.basis == Reason.FORCE_MAJEURE.value,
        )
    )
    found: dict[str, tuple[int, int]] = {}
    for code, n in work.session.execute(in_hand.group_by(county)):
        found[code or ""] = (n, 0)
    for code, n in work.session.execute(still.group_by(county)):
        found[code or ""] = (found.get(code or "", (0, 0))[0], n)
    return found
