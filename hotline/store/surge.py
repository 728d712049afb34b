"""Surges: proposed, switched on and off; what waits to be told in batches; the leader's briefs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Numeric, String, Text, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.domain.surge import SurgeStage
from hotline.store.base import Base, Id


class Surge(Base):
    """One surge from its proposal, or from the hand that switched it on, to its end."""

    __tablename__ = "surge"

    id: Mapped[Id]
    stage: Mapped[str] = mapped_column(String(10))
    proposed_at: Mapped[datetime | None]
    """When the house saw it; None when a person switched it on unasked."""
    half: Mapped[str] = mapped_column(String(4), default="")
    volume: Mapped[int] = mapped_column(default=0)
    usual: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=0)
    on_at: Mapped[datetime | None]
    on_by: Mapped[str] = mapped_column(String(60), default="")
    until: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(Text, default="")
    announcement: Mapped[str] = mapped_column(Text, default="")
    """What callers hear first."""
    off_at: Mapped[datetime | None]
    off_by: Mapped[str] = mapped_column(String(60), default="")
    off_why: Mapped[str] = mapped_column(Text, default="")
    briefed_at: Mapped[datetime | None]
    batched_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_surge_stage", "stage", unique=True, postgresql_where=sql("stage in ('ON','PROPOSED')")),
    )


class Batch(Base):
    """What has been sent to one unit since its last batch, by kind."""

    __tablename__ = "surge_batch"

    unit: Mapped[str] = mapped_column(String(20), primary_key=True)
    counts: Mapped[dict[str, Any]]
    since: Mapped[datetime]


class Brief(Base):
    """One brief for the leader, as it stood when it was written."""

    __tablename__ = "surge_brief"

    id: Mapped[Id]
    surge_id: Mapped[int] = mapped_column(ForeignKey("surge.id"), index=True)
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


def is_on(now: datetime) -> ColumnElement[bool]:
    """Whether a surge is on now, as part of another query."""
    return select(Surge.id).where(Surge.stage == SurgeStage.ON.value, Surge.until > now).exists()


def standing(session: Session, now: datetime) -> Surge | None:
    """The surge that is on now; one whose end has come is not, even before it has been written down."""
    found = session.scalar(select(Surge).where(Surge.stage == SurgeStage.ON.value))
    return found if found is not None and found.until is not None and found.until > now else None


def proposed(session: Session) -> Surge | None:
    """The surge that waits for a decision."""
    return session.scalar(select(Surge).where(Surge.stage == SurgeStage.PROPOSED.value))
