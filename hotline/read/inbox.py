"""Messages of the house to a unit's people: newest first, and which are not read yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hotline.store.notice import Notice
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.inbox import of_mine

MOST = 100
"""So many at once; older ones have had their day."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    id: int
    at: datetime
    text: str
    no: str | None
    """The ticket it tells of."""
    unit: str
    """Short name of the unit, when it is not the reader's own."""
    read: bool


def messages(work: Work) -> tuple[Message, ...]:
    """The latest messages of the person's units."""
    city = work.rules.city
    query = (
        select(Notice, Ticket.no)
        .join(Ticket, Ticket.id == Notice.ticket_id, isouter=True)
        .where(Notice.way == "inbox", of_mine(work))
        .order_by(Notice.id.desc())
        .limit(MOST)
    )
    return tuple(
        Message(
            notice.id,
            notice.created_at,
            notice.text,
            no,
            city.unit(notice.unit).short_name if notice.unit in city.units and notice.unit != work.by.unit else "",
            notice.read_at is not None,
        )
        for notice, no in work.session.execute(query)
    )


def unread(work: Work) -> int:
    """How many of the latest messages nobody has read."""
    latest = (
        select(Notice.read_at).where(Notice.way == "inbox", of_mine(work)).order_by(Notice.id.desc()).limit(MOST)
    ).subquery()
    return work.session.scalar(select(func.count()).select_from(latest).where(latest.c.read_at.is_(None))) or 0
