"""Unmaskings: who may see one ticket's data in full, why, and until when (handbook §12 ²)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Unmasking(Base):
    """One person's reason to see certain data of one ticket."""

    __tablename__ = "unmasking"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int]
    data: Mapped[list[str]]
    """Values of :class:`hotline.domain.masking.Datum`."""
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    until: Mapped[datetime]

    __table_args__ = (Index("ix_unmasking_ticket", "ticket_id", "person_id", "until"),)


def running(session: Session, ticket_id: int, person_id: int, now: datetime) -> list[Unmasking]:
    """Those of this person on this ticket that still hold."""
    return list(
        session.scalars(
            select(Unmasking).where(
                Unmasking.ticket_id == ticket_id, Unmasking.person_id == person_id, Unmasking.until > now
            )
        )
    )
