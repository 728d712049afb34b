"""A unit that was merged into another one: who took over, and how far its open tickets have moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hotline.store.succession import Succession, heir
from hotline.store.work import Work
from hotline.usecases import units


@dataclass(frozen=True, slots=True)
class Merged:
    """A merger, and what is left to do."""

    into: str
    """Name of the unit that answers now."""
    at: datetime
    by: str
    words: str
    tickets: int
    """Open tickets it had."""
    left: int
    """Those that have not moved yet."""

    @property
    def moved(self) -> int:
        """Those that have moved, or have ended meanwhile."""
        return max(0, self.tickets - self.left)


def of(work: Work, unit: str) -> Merged | None:
    """The merger of this unit; None while it stands for itself."""
    found = work.session.get(Succession, unit)
    if found is None:
        return None
    left = work.session.scalar(select(func.count()).select_from(units.held_by(unit).subquery())) or 0
    into = work.rules.city.units.get(heir(work.session, unit))
    return Merged(into.short_name if into else found.into, found.at, found.by, found.words, found.tickets, left)
