"""Precedents 派单先例: what co-ordination decided about a shared duty, kept to send the next such ticket at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Precedent(Base):
    """One decision (handbook §6.6): category and keywords lead to a unit and its co-units."""

    __tablename__ = "precedent"

    id: Mapped[Id]
    category: Mapped[str] = mapped_column(String(6))
    keywords: Mapped[list[str]]
    """One of them must occur in the text; never empty, or every ticket of the category would go there."""
    region: Mapped[str] = mapped_column(String(12), default="")
    """The county that the decision holds for; empty: the whole city."""
    lead: Mapped[str] = mapped_column(String(20))
    co_units: Mapped[list[str]]
    minutes_no: Mapped[str] = mapped_column(String(60))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """The ticket it was decided on."""
    auto: Mapped[bool] = mapped_column(default=False)
    """Whether tickets may go by it without a person's confirmation."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]
    """Since when it is not used any more."""

    __table_args__ = (Index("ix_precedent_category", "category", postgresql_where=text("ended_at is null")),)


def in_force(session: Session, categories: list[str]) -> list[Precedent]:
    """The precedents of these categories that are used, oldest first."""
    query = select(Precedent).where(Precedent.category.in_(categories), Precedent.ended_at.is_(None))
    return list(session.scalars(query.order_by(Precedent.id)))


def every(session: Session, most: int = 500) -> list[Precedent]:
    """All precedents, those in use first, the newest first."""
    newest = select(Precedent).order_by(Precedent.ended_at.is_not(None), Precedent.id.desc()).limit(most)
    return list(session.scalars(newest))
