"""What a ticket contributes (marks) and their sums (figures). See ADR 0004."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Numeric, Sequence, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base

REVISION = Sequence("figure_revision", metadata=Base.metadata)
"""Every change of a figure takes the next number; a page ignores what is not newer."""


class MarkRow(Base):
    """One contribution of one ticket, at the unit it is counted for (not at the units above)."""

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    on: Mapped[date | None]
    """The day it counts for; None for a figure of the present moment."""
    unit: Mapped[str] = mapped_column(String(20))
    hits: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    total: Mapped[Decimal] = mapped_column(Numeric(12, 2))

    __table_args__ = (Index("ix_mark_key", "key", "on", "unit", "ticket_id"),)


class Remark(Base):
    """When time alone will next change a ticket's marks."""

    __tablename__ = "remark"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class FigureRow(Base):
    """The sum of the marks of a unit and all units below it."""

    __tablename__ = "figure"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    on: Mapped[date | None]
    unit: Mapped[str] = mapped_column(String(20))
    hits: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    revision: Mapped[int] = mapped_column(BigInteger, server_default=REVISION.next_value())

    __table_args__ = (
        Index("uq_figure_key", "key", "on", "unit", unique=True, postgresql_nulls_not_distinct=True),
        Index("ix_figure_unit", "unit", "on"),
        Index("ix_figure_now", "key", "unit", postgresql_where=text('"on" is null')),
    )
