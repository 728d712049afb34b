"""Words to one member of staff: messages in the system, and what waits for the next digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Memo(Base):
    """One message to one person; no personal data of appellants."""

    __tablename__ = "memo"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[str] = mapped_column(String(12))
    """``digest``, ``urgent``, ``order``, ``surge``, ``brief`` …"""
    text: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(200), default="")
    """Path of the page it leads to."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    entry_id: Mapped[int | None]
    """The journal entry it tells of."""
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_memo_person", "person_id", "id"),
        Index("ix_memo_ticket", "ticket_id"),
        Index("ix_memo_unread", "person_id", postgresql_where=sql("read_at is null")),
        Index("ix_memo_entry", "entry_id", postgresql_where=sql("entry_id is not null")),
    )


class Digest(Base):
    """What one person has not been told yet, counted: a thousand tickets at once are one message."""

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    yellow: Mapped[int] = mapped_column(default=0)
    red: Mapped[int] = mapped_column(default=0)
    above: Mapped[int] = mapped_column(default=0)
    """Red long enough to be told a level higher."""
    severe: Mapped[int] = mapped_column(default=0)
    ordered: Mapped[int] = mapped_column(default=0)
    """Put under supervision by the house."""
    since: Mapped[datetime | None]
    """When the first of them came; None while nothing waits."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """The first of them, to be named when it stays the only one."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What would be said of it alone."""
    last_at: Mapped[datetime | None]
    """When this person last got a digest."""
    urgent_from: Mapped[datetime | None]
    urgent_n: Mapped[int] = mapped_column(default=0)
    """Messages at once since ``urgent_from``."""
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Sealed; where this person wants SMS on duty."""

    __table_args__ = (Index("ix_digest_since", "since", postgresql_where=sql("since is not null")),)
