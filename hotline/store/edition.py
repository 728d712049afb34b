"""Editions: what the rules said from when on, who changed them, and why. Never changed, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Edition(Base):
    """One edition of one name (``limits``, ``calendar`` …): the whole table, in force from ``since`` on.

    In force at a moment is the one with the latest ``since`` that has come, of those the last written; before the
    first the shipped file holds (edition 0).
    """

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("name", "revision"), Index(None, "name", "since"))

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    """1, 2, 3 … within the name: two people who save at once can't both be the next one."""
    since: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    words: Mapped[str] = mapped_column(String(200))
    """Why."""
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    """When it was written."""
    withdrawn_at: Mapped[datetime | None]
    """A planned edition taken back before it came; it never was in force."""
    withdrawn_by: Mapped[str] = mapped_column(String(40), default="")
