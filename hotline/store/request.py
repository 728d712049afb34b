"""What a unit asks the centre for on an assignment: more time (延期), or that the clock stand still (挂起)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Wish(StrEnum):
    """What is asked for."""

    EXTEND = "EXTEND"
    SUSPEND = "SUSPEND"


class Outcome(StrEnum):
    """What became of a request."""

    OPEN = ""
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    LAPSED = "LAPSED"
    """Nothing was left to decide: the unit replied, or the ticket left it."""


class Request(Base):
    """One request; an assignment has at most one open (a partial unique index says so too)."""

    __tablename__ = "request"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    wish: Mapped[str] = mapped_column(String(8))
    level: Mapped[int] = mapped_column(default=1)
    """1: the dispatcher decides; 2: the supervisor."""
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    """The unit's explanation, for staff only."""
    more: Mapped[str] = mapped_column(String(20), default="")
    """By how much to extend, in the notation of ``domain/allowances``."""
    until_on: Mapped[date | None]
    """On which day a suspension is planned to end."""
    due_at: Mapped[datetime]
    """The due moment when it was asked."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    """The person's key."""
    outcome: Mapped[str] = mapped_column(String(8), default=Outcome.OPEN)
    decided_at: Mapped[datetime | None]
    new_due_at: Mapped[datetime | None]
    opinion: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_request_ticket", "ticket_id", "id"),
        Index("uq_request_open", "assignment_id", unique=True, postgresql_where=text("outcome = ''")),
        Index("ix_request_waiting", "wish", "level", "ticket_id", postgresql_where=text("outcome = ''")),
    )


def open_of(session: Session, ticket_id: int) -> list[Request]:
    """The ticket's requests that wait for a decision."""
    query = select(Request).where(Request.ticket_id == ticket_id, Request.outcome == Outcome.OPEN)
    return list(session.scalars(query.order_by(Request.id)))


def granted_on(session: Session, assignment_id: int, wish: Wish) -> list[Request]:
    """What was granted on an assignment before, oldest first."""
    query = select(Request).where(
        Request.assignment_id == assignment_id, Request.wish == wish, Request.outcome == Outcome.GRANTED
    )
    return list(session.scalars(query.order_by(Request.id)))
