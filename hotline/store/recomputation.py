"""Recomputations: under which rules the open clocks stand, and what each change of the rules did to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Recomputation(Base):
    """One run over all open clocks; the newest says which rules they follow."""

    __tablename__ = "recomputation"

    id: Mapped[Id]
    rules: Mapped[str] = mapped_column(String(64))
    """Hash of the calendar and the limits that the clocks were computed by."""
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    """None while it runs; whatever was done then is not done again."""
    last: Mapped[int] = mapped_column(default=0)
    """The ticket up to which it has come."""
    report: Mapped[dict[str, Any]]
    """Counts of what was changed, added up as it runs."""

    __table_args__ = (Index("ix_recomputation_began_at", "began_at"),)


def newest(session: Session, *, lock: bool = False) -> Recomputation | None:
    """The run that is under way, or the last one."""
    query = select(Recomputation).order_by(Recomputation.id.desc()).limit(1)
    return session.scalar(query.with_for_update() if lock else query)
