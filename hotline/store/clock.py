"""Clocks: what is due when. Sweeps read an index of the open ones, so their cost depends on what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Clock(Base):
    """One limit on one ticket: started, due, and stopped when the duty is done."""

    __tablename__ = "clock"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(20), default="")
    """Whose time it is; empty for the centre."""
    allowance: Mapped[str] = mapped_column(String(20))
    """The limit in the notation of ``domain/allowances``, e.g. ``10wd``."""
    basis: Mapped[str] = mapped_column(String(20), default="")
    """Where the limit comes from: empty by the rules of its kind, else ``rework``, ``child``, ``fixed`` or the reason
    of a suspension."""
    moves: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Pauses, extensions and whatever else moved it, in order (``domain/reckoning``); only ever appended to."""
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    severe_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    yellow_at: Mapped[datetime | None]
    """When the yellow card fell; at most one per clock."""
    red_at: Mapped[datetime | None]
    """When the red card fell; at most one per clock."""
    told_above: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How far above the unit a red handling clock has been told of: 1 the county, 2 the supervisor."""

    __table_args__ = (
        Index("ix_clock_ticket", "ticket_id", "kind"),
        Index("ix_clock_open", "ticket_id", "id", postgresql_where=text("stopped_at is null")),
        Index(
            "ix_clock_yellow",
            "warn_at",
            postgresql_where=text("stopped_at is null and paused_at is null and yellow_at is null and red_at is null"),
        ),
        Index(
            "ix_clock_red",
            "due_at",
            postgresql_where=text("stopped_at is null and paused_at is null and red_at is null"),
        ),
        Index(
            "ix_clock_above",
            "told_above",
            "due_at",
            postgresql_where=text(
                "kind = 'handling' and stopped_at is null and paused_at is null and red_at is not null"
                " and told_above < 2"
            ),
        ),
    )


def running(session: Session, ticket_id: int) -> list[Clock]:
    """The ticket's clocks that have not been stopped, paused ones included."""
    return list(session.scalars(select(Clock).where(Clock.ticket_id == ticket_id, Clock.stopped_at.is_(None))))
