"""Units and categories as rows: seeded from ``config/``, changed by import, read as one :class:`City`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base


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


class Revision(Base):
    """How often something that every process keeps in memory has been changed; who is behind reads it anew."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]
