"""What the house has noticed before anybody complained, and what people made of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Insight(Base):
    """One thing noticed: kept once per week or season, its number brought up to date until somebody decides."""

    __tablename__ = "insight"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(60))
    """What makes it one thing: category, place, week or year."""
    category: Mapped[str] = mapped_column(String(6), default="")
    place: Mapped[str] = mapped_column(String(12), default="")
    n: Mapped[int] = mapped_column(default=0)
    before: Mapped[int] = mapped_column(default=0)
    """The week before."""
    words: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    """Who might see to it; once accepted, who was told."""
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    """What the unit was told, or why it was let be."""

    __table_args__ = (
        Index("uq_insight_kind_key", "kind", "key", unique=True),
        Index("ix_insight_verdict", "verdict", "kind", "id"),
    )
