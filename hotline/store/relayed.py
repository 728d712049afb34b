"""Messages between a unit and an appellant it may not know: carried by the centre (handbook §12 ¹)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Relayed(Base):
    """What a unit wants told or asked; open until the centre has reached the appellant or given up."""

    __tablename__ = "relayed"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    unit: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    call: Mapped[bool] = mapped_column(default=True)
    """The centre shall ring the appellant; else it waits on the tracking page."""
    at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(60), default="")
    reached: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the appellant said, in the words of the centre; shown to the unit redacted."""

    __table_args__ = (
        Index("ix_relayed_ticket", "ticket_id", "id"),
        Index("ix_relayed_open", "at", postgresql_where=text("done_at is null and call")),
    )
