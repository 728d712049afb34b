"""Calls as the telephone exchange tells of them; numbers sealed, found again only by keyed hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Call(Base):
    """One call: when it rang, was answered and ended. Its events may come in any order, and twice."""

    __tablename__ = "call"

    id: Mapped[Id]
    gateway: Mapped[str] = mapped_column(String(40))
    call_id: Mapped[str] = mapped_column(String(80))
    """The exchange's own; an appeal that is registered in the call bears it too."""
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    agent: Mapped[str] = mapped_column(String(40), default="")
    """User name at the seat that it rings at."""
    first_at: Mapped[datetime]
    """The earliest of its events."""
    rang_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    """When it was offered to the human queue; None: it ended in the self-service, or rang without a queue."""
    outward: Mapped[bool] = mapped_column(default=False)
    """Made by a seat, such as calling back who was missed."""
    holds: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``{"kind": "hold" | "resume", "at": …}`` as told."""
    ready_at: Mapped[datetime | None]
    """When the seat had done with it (end of the after-call work)."""
    called_back_at: Mapped[datetime | None]
    """When somebody said that a missed caller was called back."""
    called_back_by: Mapped[str] = mapped_column(String(60), default="")
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What it has added to the half hours so far: ``{"slot|key": n}``."""
    count_at: Mapped[datetime | None]
    """When it must be counted again; None: it is counted."""

    __table_args__ = (
        Index("uq_call_gateway_call_id", "gateway", "call_id", unique=True),
        Index("ix_call_seat", "agent", "first_at", postgresql_where=text("ended_at is null")),
        Index(
            "ix_call_missed",
            "first_at",
            postgresql_where=text("answered_at is null and ended_at is not null and called_back_at is null"),
        ),
        Index("ix_call_phone", "phone_hash", postgresql_where=text("phone_hash is not null")),
        Index("ix_call_count", "count_at", postgresql_where=text("count_at is not null")),
    )
