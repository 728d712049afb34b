"""Frozen months, what has changed in them since, and plus and minus points of the score (handbook §10, §11)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class FrozenMonth(Base):
    """One month as it stood when it was frozen; never changed afterwards."""

    __tablename__ = "frozen_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    at: Mapped[datetime]
    """The statistic time: everything that had happened by then is in."""
    by: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None]
    rows: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 over its rates in the order of key and unit."""
    rules: Mapped[dict[str, Any]]
    """``{"rates": {key: [{version, since, digest}]}, "score": table}`` as they were in force."""


class FrozenRate(Base):
    """One rate of one unit (with all below it) in a frozen month."""

    __tablename__ = "frozen_rate"

    month: Mapped[date] = mapped_column(ForeignKey("frozen_month.month"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    hits: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))


class Adjustment(Base):
    """What one ticket has changed in a frozen month since: frozen + Σ adjustments = now."""

    __tablename__ = "adjustment"

    id: Mapped[Id]
    month: Mapped[date] = mapped_column(ForeignKey("frozen_month.month"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]
    unit: Mapped[str] = mapped_column(String(20))
    """The unit it is counted for, not those above."""
    hits: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    total: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(20), default="")
    """The ticket's last event since the freeze; empty: time alone, or a changed rule."""

    __table_args__ = (Index("ix_adjustment_month", "month", "key", "unit", "id"),)


class ScorePoint(Base):
    """A plus or minus point of a unit: found by the house, or entered by a person who has verified it."""

    __tablename__ = "score_point"

    id: Mapped[Id]
    month: Mapped[date]
    unit: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    ticket_no: Mapped[str] = mapped_column(String(24), default="")
    words: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str] = mapped_column(String(60), default="")
    taken_back_words: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index("ix_score_point_month", "month", "unit"),
        Index("ix_score_point_ticket", "ticket_no", postgresql_where=sql("ticket_no <> ''")),
    )


PUBLISHED = "published"
"""The stage of a notice that everybody may read, and nobody changes any more."""


class Bulletin(Base):
    """The monthly notice 通报: drafted, approved by a second person, published, objected to."""

    __tablename__ = "bulletin"

    month: Mapped[date] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(10))
    """``draft``, ``sent_back``, ``published``."""
    words: Mapped[str] = mapped_column(String(4000), default="")
    """What the centre says to the figures."""
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str] = mapped_column(String(60))
    drafted_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    opinion: Mapped[str] = mapped_column(String(500), default="")
    objections_until: Mapped[datetime | None]


class Objection(Base):
    """A unit's objection to its part of a notice, and the answer."""

    __tablename__ = "objection"

    id: Mapped[Id]
    month: Mapped[date] = mapped_column(ForeignKey("bulletin.month"))
    unit: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_objection_month", "month", "unit", unique=True),)
