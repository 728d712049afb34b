"""What the house has noticed, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from hotline.domain.foresight import InsightKind, Trend, Verdict
from hotline.store.foresight import Insight
from hotline.store.work import Work

MOST = 100


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing."""

    id: int
    kind: InsightKind
    words: str
    category: str
    place: str
    n: int
    before: int
    change: Fraction | None
    unit: str
    unit_code: str
    at: datetime
    verdict: Verdict
    decided_at: datetime | None
    decided_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Foresight:
    """The whole page."""

    tops: tuple[Noticed, ...]
    """Of the newest week."""
    proposed: tuple[Noticed, ...]
    decided: tuple[Noticed, ...]
    waiting: int


def page(work: Work) -> Foresight:
    """The week, what waits for a decision, and what was decided lately; four queries."""
    newest = select(func.max(Insight.at)).where(Insight.kind == InsightKind.TOP.value).scalar_subquery()
    tops = select(Insight).where(Insight.kind == InsightKind.TOP.value, Insight.at == newest).order_by(Insight.key)
    proposed = (
        select(Insight)
        .where(Insight.verdict == Verdict.PROPOSED.value)
        .order_by(Insight.kind.desc(), Insight.n.desc(), Insight.id)
        .limit(MOST)
    )
    decided = (
        select(Insight)
        .where(Insight.verdict.in_((Verdict.ACCEPTED.value, Verdict.DISMISSED.value)))
        .order_by(Insight.decided_at.desc())
        .limit(30)
    )
    waiting = select(func.count()).select_from(Insight).where(Insight.verdict == Verdict.PROPOSED.value)
    return Foresight(
        tuple(_noticed(work, row) for row in work.session.scalars(tops)),
        tuple(_noticed(work, row) for row in work.session.scalars(proposed)),
        tuple(_noticed(work, row) for row in work.session.scalars(decided)),
        work.session.scalar(waiting) or 0,
    )


def _noticed(work: Work, row: Insight) -> Noticed:
    city = work.rules.city
    unit = city.units.get(row.unit)
    known = city.categories.get(row.category)
    return Noticed(
        id=row.id,
        kind=InsightKind(row.kind),
        words=row.words,
        category=known.level3 if known else "",
        place=city.region_name(row.place) if row.place else "",
        n=row.n,
        before=row.before,
        change=Trend(row.category, row.n, row.before).change,
        unit=unit.short_name if unit else "",
        unit_code=row.unit,
        at=row.at,
        verdict=Verdict(row.verdict),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        note=row.note,
    )
