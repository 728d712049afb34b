"""Who takes over what a dissolved unit had: its open tickets, and a closed one that comes back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base


class Succession(Base):
    """One unit that was dissolved or merged, and its successor."""

    __tablename__ = "succession"

    unit: Mapped[str] = mapped_column(String(20), primary_key=True)
    into: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(200))
    tickets: Mapped[int] = mapped_column(default=0)
    """Open tickets it had at that moment."""


def heir(session: Session, unit: str) -> str:
    """The unit that answers for this one's tickets now; itself as long as it has no successor."""
    known = {unit}
    while (found := session.get(Succession, unit)) is not None and found.into not in known:
        unit = found.into
        known.add(unit)
    return unit
