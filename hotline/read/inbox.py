"""Messages of the house to one member of staff: their own, and those of their units; newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hotline.store.memo import Digest, Memo
from hotline.store.notice import Notice
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.inbox import mine, of_units

MOST = 100
"""So many of each kind at once; older ones have had their day."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    key: str
    """``p`` and a number for one's own, ``u`` and a number for one of the unit's."""
    at: datetime
    text: str
    no: str | None
    """The ticket it tells of."""
    link: str
    """Path of the page it leads to, where it is about no single ticket."""
    unit: str
    """Short name of the unit, when it is not the reader's own."""
    read: bool


def messages(work: Work) -> tuple[Message, ...]:
    """The latest messages of the person and of the person's units, in two queries."""
    city = work.rules.city
    found: list[Message] = []
    for memo, no in work.session.execute(
        select(Memo, Ticket.no)
        .join(Ticket, Ticket.id == Memo.ticket_id, isouter=True)
        .where(mine(work))
        .order_by(Memo.id.desc())
        .limit(MOST)
    ):
        found.append(Message(f"p{memo.id}", memo.at, memo.text, no, memo.link, "", memo.read_at is not None))
    condition = of_units(work)
    if condition is not None:
        for notice, no in work.session.execute(
            select(Notice, Ticket.no)
            .join(Ticket, Ticket.id == Notice.ticket_id, isouter=True)
            .where(Notice.way == "inbox", condition)
            .order_by(Notice.id.desc())
            .limit(MOST)
        ):
            unit = city.units.get(notice.unit)
            name = unit.short_name if unit and notice.unit != work.by.unit else ""
            read = notice.read_at is not None
            found.append(Message(f"u{notice.id}", notice.created_at, notice.text, no, "", name, read))
    return tuple(sorted(found, key=lambda message: message.at, reverse=True))


def unread(work: Work) -> int:
    """How many of the latest messages have not been read."""
    latest = select(Memo.read_at).where(mine(work)).order_by(Memo.id.desc()).limit(MOST).subquery()
    total = work.session.scalar(select(func.count()).select_from(latest).where(latest.c.read_at.is_(None))) or 0
    condition = of_units(work)
    if condition is not None:
        lines = (
            select(Notice.read_at).where(Notice.way == "inbox", condition).order_by(Notice.id.desc()).limit(MOST)
        ).subquery()
        total += work.session.scalar(select(func.count()).select_from(lines).where(lines.c.read_at.is_(None))) or 0
    return total


def duty_phone(work: Work) -> str:
    """Where the person gets SMS on duty; empty when nowhere."""
    sealed = work.session.scalar(select(Digest.phone).where(Digest.person_id == work.by.id))
    return work.sealer.open(sealed) if sealed else ""
