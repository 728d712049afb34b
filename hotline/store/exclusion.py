"""Exclusions 剔除: a unit's request to take one rating out of the score, and what QA decided (handbook §9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Exclusion(Base):
    """One request about one rating; a rating is asked about once."""

    __tablename__ = "exclusion"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), unique=True)
    unit: Mapped[str] = mapped_column(String(20))
    """The unit that asks."""
    reason: Mapped[str] = mapped_column(String(20))
    evidence: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    due_at: Mapped[datetime]
    """When QA should have decided."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    granted: Mapped[bool | None]
    opinion: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_exclusion_waiting", "due_at", "id", postgresql_where=text("decided_at is null")),
        Index("ix_exclusion_decided", "decided_at", "id", postgresql_where=text("decided_at is not null")),
    )
