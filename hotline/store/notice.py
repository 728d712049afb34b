"""Words on their way: SMS to appellants, notices to units; and the messages that came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Notice(Base):
    """One message: written with the event it tells of, sent by a job, at least once, with its id as the key."""

    __tablename__ = "notice"

    id: Mapped[Id]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    entry_id: Mapped[int | None]
    """The journal entry it tells of."""
    way: Mapped[str] = mapped_column(String(8))
    """``sms`` to a phone, ``inbox`` to a unit's people."""
    template: Mapped[int]
    """Number of the text in handbook §14; 0 for a digest or the help line."""
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Sealed; for SMS only."""
    unit: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    """Not before: no SMS between 22:00 and 08:00 except 特急."""
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str] = mapped_column(String(80), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    parked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_notice_waiting",
            "send_at",
            "id",
            postgresql_where=sql("sent_at is null and parked_at is null and way = 'sms'"),
        ),
        Index("ix_notice_inbox", "unit", "id", postgresql_where=sql("way = 'inbox'")),
    )


class Message(Base):
    """One SMS part or other raw message as it came in, kept whatever becomes of it."""

    __tablename__ = "message"

    id: Mapped[Id]
    gateway: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(200))
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed text of this part."""
    ref: Mapped[str] = mapped_column(String(40), default="")
    """What the parts of one long message share."""
    part: Mapped[int] = mapped_column(default=1)
    parts: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    helped: Mapped[bool] = mapped_column(default=False)
    """The help line was sent in answer to it."""
    outcome: Mapped[str] = mapped_column(String(20), default="waiting")
    """``waiting`` for other parts, ``appeal``, ``command``, ``joined`` into another part, ``unclear`` (people look),
    ``dismissed`` (they looked)."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    __table_args__ = (
        Index("uq_message_gateway_external_id", "gateway", "external_id", unique=True),
        Index("ix_message_parts", "gateway", "phone_hash", "ref"),
        Index("ix_message_look", "outcome", "id", postgresql_where=sql("outcome in ('waiting','unclear')")),
    )


class Rating(Base):
    """One answer of an appellant to the call-back; the last one counts, earlier ones stay on record."""

    __tablename__ = "rating"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    round: Mapped[int]
    at: Mapped[datetime]
    way: Mapped[str] = mapped_column(String(10))
    """``sms``, ``link``, ``phone``."""
    result: Mapped[str | None] = mapped_column(String(1))
    score: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(40))
    """Up to two codes, with a comma between them."""
    words: Mapped[str] = mapped_column(Text, default="")
    excluded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_rating_false_reply", "at", postgresql_where=sql("reason like '%false_reply%'")),)
