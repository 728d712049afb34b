"""Precedents 派单先例 as people read them: what was decided before about the same kind of matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.store.precedent import Precedent
from hotline.store.ticket import Ticket
from hotline.store.work import Work

MOST = 5


@dataclass(frozen=True, slots=True)
class Known:
    """One precedent."""

    id: int
    category: str
    """Name of the category."""
    keywords: tuple[str, ...]
    region: str
    """Name of the county it holds for; empty: the whole city."""
    lead: str
    co_units: tuple[str, ...]
    """Short names, as is ``lead``."""
    minutes_no: str
    no: str | None
    """The ticket it was decided on."""
    made_at: datetime
    made_by: str
    auto: bool
    ended_at: datetime | None


def like(work: Work, category: str | None) -> tuple[Known, ...]:
    """The latest precedents of the same level-2 category that are used."""
    if not category:
        return ()
    return _known(work, Precedent.ended_at.is_(None), Precedent.category.startswith(category[:4]), most=MOST)


def every(work: Work, *, most: int = 500) -> tuple[Known, ...]:
    """All precedents, those in use first, the newest first."""
    return _known(work, most=most)


def _known(work: Work, *conditions: object, most: int) -> tuple[Known, ...]:
    query = (
        select(Precedent, Ticket.no)
        .join(Ticket, Ticket.id == Precedent.ticket_id, isouter=True)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Precedent.ended_at.is_not(None), Precedent.id.desc())
        .limit(most)
    )
    city = work.rules.city

    def name(code: str) -> str:
        unit = city.units.get(code)
        return unit.short_name if unit else code

    return tuple(
        Known(
            row.id,
            city.category_path(row.category) or row.category,
            tuple(row.keywords),
            city.region_name(row.region),
            name(row.lead),
            tuple(map(name, row.co_units)),
            row.minutes_no,
            no,
            row.made_at,
            row.made_by,
            row.auto,
            row.ended_at,
        )
        for row, no in work.session.execute(query)
    )
