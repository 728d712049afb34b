"""Steps that need two people: what the first one proposed, until a second one has settled it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Joint(Base):
    """One proposal on one ticket; at most one is open at a time (a partial unique index says so too)."""

    __tablename__ = "joint"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    action: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    """The ticket's state when it was proposed; once the ticket has moved on, the proposal is void."""
    fields: Mapped[dict[str, Any]]
    """What the first person filled in, as the use case reads it."""
    by_id: Mapped[int]
    by: Mapped[str] = mapped_column(String(40))
    supervisor: Mapped[bool] = mapped_column(default=False)
    """The first person is a supervisor; some steps want one among the two."""
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(40), default="")
    agreed: Mapped[bool | None]

    __table_args__ = (
        Index("uq_joint_open", "ticket_id", unique=True, postgresql_where=text("settled_at is null")),
        Index("ix_joint_ticket", "ticket_id", "id"),
    )


def open_on(session: Session, ticket_id: int) -> Joint | None:
    """The proposal that waits for a second person, if there is one."""
    return session.scalar(select(Joint).where(Joint.ticket_id == ticket_id, Joint.settled_at.is_(None)))
