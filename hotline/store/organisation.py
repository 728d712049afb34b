"""Units and categories as rows: seeded from ``config/``, changed by import, read as one :class:`City`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class UnitRow(Base):
    """One unit of ``departments.csv``; ``data`` holds the row's columns as read."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    data: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=True)


class CategoryRow(Base):
    """One category of ``taxonomy.csv``; ``data`` holds the row's columns as read."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    data: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=True)


class OrganisationChange(Base):
    """One change of one unit, category or precedent: from when on, by whom, why, and what it was before."""

    __tablename__ = "organisation_change"
    __table_args__ = (
        Index(None, "what", "code", "id"),
        Index("ix_organisation_change_waiting", "since", postgresql_where=text("applied_at is null")),
    )

    id: Mapped[Id]
    what: Mapped[str] = mapped_column(String(10))
    """``unit``, ``category`` or ``precedent``."""
    code: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    """The row's columns and ``active`` as they were when it was written; empty for a new one."""
    after: Mapped[dict[str, Any]]
    words: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    """When it came into force; None while it is planned or once it has been taken back."""
    withdrawn_at: Mapped[datetime | None]


class Revision(Base):
    """How often something that every process keeps in memory has been changed; who is behind reads it anew."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]


def take_turn(session: Session, name: str, seen: int) -> bool:
    """Take one's turn at changing something; False for who has not seen its last change. Holds it until the end."""
    raised = insert(Revision).values(name=name, n=1)
    raised = raised.on_conflict_do_update(index_elements=["name"], set_={"n": Revision.n + 1})
    return session.scalar(raised.returning(Revision.n)) == seen + 1
