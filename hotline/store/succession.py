"""Who took over what a dissolved unit had: asked when a closed ticket of its comes back."""

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


def heir(session: Session, unit: str) -> str:
    """The unit that answers for this one's tickets now; itself as long as it has no successor."""
    known = {unit}
    while (found := session.get(Succession, unit)) is not None and found.into not in known:
        unit = found.into
        known.add(unit)
    return unit
