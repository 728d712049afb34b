"""What telephone traffic adds up to, half hour by half hour (handbook §10)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class CallFigure(Base):
    """One count or sum of seconds of one half hour."""

    __tablename__ = "call_figure"

    slot_at: Mapped[datetime] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[Decimal] = mapped_column(Numeric(14, 0))


class SeatEvent(Base):
    """A seat signs in or out, begins or ends a break; told in any order, and twice."""

    __tablename__ = "seat_event"

    id: Mapped[Id]
    agent: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]

    __table_args__ = (Index("uq_seat_event", "agent", "at", "kind", unique=True),)


class SeatDay(Base):
    """What one seat has added to the half hours of one day so far."""

    __tablename__ = "seat_day"

    agent: Mapped[str] = mapped_column(String(40), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``{"slot|key": seconds}``."""
    due_at: Mapped[datetime | None]
    """When it must be counted again; None: it is over and counted."""

    __table_args__ = (Index("ix_seat_day_due", "due_at", postgresql_where=text("due_at is not null")),)
