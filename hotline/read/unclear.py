"""Messages that wait for a person to understand them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline.domain.privacy import mask_phone
from hotline.store.notice import Message
from hotline.store.work import Work
from hotline.usecases import unclear

MOST = 100


@dataclass(frozen=True, slots=True)
class Unclear:
    """One message, its sender masked."""

    id: int
    at: datetime
    phone: str
    text: str
    part_words: str
    """Of how many parts it was joined; empty for a short one."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest messages first, and how many there are altogether."""

    messages: tuple[Unclear, ...]
    total: int


def waiting(work: Work) -> Waiting:
    """What nobody has decided about; a long message stands there once, with all its words."""
    unclear.check(work)
    found = work.session.scalars(
        select(Message).where(Message.outcome == "unclear").order_by(Message.id).limit(MOST)
    ).all()
    total = work.session.scalar(select(func.count()).select_from(Message).where(Message.outcome == "unclear")) or 0
    return Waiting(tuple(_shown(work, message) for message in found), total)


def _shown(work: Work, message: Message) -> Unclear:
    return Unclear(
        id=message.id,
        at=message.at,
        phone=mask_phone(work.sealer.open(message.phone)),
        text="".join(work.sealer.open(part.body) for part in _parts(work, message)),
        part_words=f"长短信，共 {message.parts} 段" if message.parts > 1 else "",
    )


def _parts(work: Work, message: Message) -> list[Message]:
    """The message with the parts that were joined to it, in order."""
    if message.parts == 1:
        return [message]
    near = timedelta(days=1)
    joined = work.session.scalars(
        select(Message).where(
            Message.gateway == message.gateway,
            Message.phone_hash == message.phone_hash,
            Message.ref == message.ref,
            Message.parts == message.parts,
            Message.outcome == "joined",
            Message.ticket_id.is_(None),
            Message.at.between(message.at - near, message.at + near),
        )
    )
    by_part = {part.part: part for part in (*joined, message)}
    return [by_part[number] for number in sorted(by_part)]
