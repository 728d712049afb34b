"""Messages that the centre has to carry, oldest first (handbook §12 ¹)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hotline.domain.errors import NotYours
from hotline.store.contact import Contact
from hotline.store.relayed import Relayed
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import relaying

SHOWN = 100


@dataclass(frozen=True, slots=True)
class ToCarry:
    """One message and whom to ring."""

    id: int
    no: str
    title: str
    unit: str
    words: str
    at: datetime
    tries: int
    name: str
    phone: str


def waiting(work: Work) -> tuple[ToCarry, ...]:
    """What is to be carried now; two queries.

    Raises:
        NotYours: the person makes no calls for the centre.
    """
    if not relaying.may_call(work):
        raise NotYours("平台转达由话务员和回访员致电", rule="§12")
    rows = work.session.execute(
        select(Relayed, Ticket, Contact)
        .join(Ticket, Ticket.id == Relayed.ticket_id)
        .outerjoin(Contact, Contact.ticket_id == Relayed.ticket_id)
        .where(Relayed.done_at.is_(None), Relayed.call)
        .order_by(Relayed.at, Relayed.id)
        .limit(SHOWN)
    )
    return tuple(_one(work, *row) for row in rows)


def count(work: Work) -> int:
    """How many wait."""
    open_ones = select(func.count()).select_from(Relayed).where(Relayed.done_at.is_(None), Relayed.call)
    return work.session.scalar(open_ones) or 0


def _one(work: Work, relayed: Relayed, ticket: Ticket, who: Contact | None) -> ToCarry:
    unit = work.rules.city.units.get(relayed.unit)
    return ToCarry(
        id=relayed.id,
        no=ticket.no,
        title=ticket.title,
        unit=unit.short_name if unit else relayed.unit,
        words=relayed.words,
        at=relayed.at,
        tries=relayed.tries,
        name="匿名" if ticket.anonymous else work.sealer.open(who.name) if who else "",
        phone=work.sealer.open(who.phone) if who else "",
    )
