"""The outbox: one line per subscriber for each event, written in the event's own transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Line(Base):
    """Something a subscriber still has to hear; gone once it has."""

    __tablename__ = "outbox"

    id: Mapped[Id]
    subscriber: Mapped[str] = mapped_column(String(12))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"))
    """The journal entry it is about; None for a mere look at the ticket (time has passed)."""
    due_at: Mapped[datetime]
    """Not before; a failing line is put off with growing pauses."""
    attempts: Mapped[int] = mapped_column(default=0)
    parked_at: Mapped[datetime | None]
    """Set after too many failures; people see it, and nothing else waits for it."""
    fault: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_outbox_waiting", "subscriber", "id", postgresql_where=text("parked_at is null")),)
