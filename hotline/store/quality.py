"""What QA gave for the serving of one caller; append-only, the last one counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class QualityScore(Base):
    """One scoring of one ticket and the call it came from."""

    __tablename__ = "quality_score"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    of_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who served the caller."""
    of_name: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    points: Mapped[list[dict[str, Any]]]
    """Of each item ``{code, words, got, most}``, in the words it had."""
    total: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_quality_score_ticket", "ticket_id", "id"), Index("ix_quality_score_at", "at"))
