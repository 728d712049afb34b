"""Rates of a period for one unit, beside the period before, day by day, and for the units below it by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from hotline.domain.rates import Period, Rate, RateDeclaration
from hotline.read import board as boards
from hotline.read import watching
from hotline.store.figure import FigureRow
from hotline.store.work import Work

RAW = {"resolved": "resolved_raw", "satisfied": "satisfied_raw"}
"""Adjusted rate → the raw one that is always shown beside it (handbook §9)."""
STEPS = 31
"""Most points of a small curve."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rate of the unit."""

    declared: RateDeclaration
    rate: Rate
    before: Rate
    """In the period of equal length just before."""
    raw: Rate | None
    curve: tuple[Decimal | None, ...]
    """Percent of equal parts of the period, in order."""

    @property
    def change(self) -> Decimal | None:
        """Percentage points since the period before."""
        now, then = self.rate.percent, self.before.percent
        return None if now is None or then is None else now - then


@dataclass(frozen=True, slots=True)
class UnitRate:
    """The chosen rate of one unit."""

    code: str
    name: str
    rate: Rate
    raw: Rate | None


@dataclass(frozen=True, slots=True)
class GroupRates:
    """The chosen rate of the units of one group."""

    name: str
    rows: tuple[UnitRate, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the page shows."""

    unit: str
    period: Period
    before: Period
    lines: tuple[Line, ...]
    chosen: RateDeclaration
    groups: tuple[GroupRates, ...]


def of(work: Work, unit: str, period: Period, key: str) -> Analysis:
    """Rates of ``unit`` over ``period``, and ``key`` for every unit below it; in four queries.

    The caller has asked :mod:`hotline.read.watching` whether the person may see the unit's figures.
    """
    book, city = work.rules.counting.rates, work.rules.city
    length = period.until - period.since
    before = Period(period.since - length, period.since)
    now, then = _sums(work, unit, period), _sums(work, unit, before)
    curves = _curves(work, unit, period)
    raws = set(RAW.values())
    lines = tuple(
        Line(
            book.over(name, period)[-1],
            now.get(name, Rate()),
            then.get(name, Rate()),
            now.get(RAW[name], Rate()) if name in RAW else None,
            curves.get(name, ()),
        )
        for name in book
        if name not in raws
    )
    grouped = watching.groups(city, unit)
    codes = [each.code for group in grouped for each in group.units]
    raw_key = RAW.get(key, "")
    found: dict[tuple[str, str], Rate] = {}
    if codes:
        for each in boards.summed(work, codes, flows=period, span=period, keys=[key, raw_key]):
            found[each.unit, each.key] = each.rate
    groups = tuple(
        GroupRates(
            group.name,
            tuple(
                sorted(
                    (
                        UnitRate(
                            each.code,
                            watching.words(city, each.code),
                            found.get((each.code, key), Rate()),
                            found.get((each.code, raw_key), Rate()) if raw_key else None,
                        )
                        for each in group.units
                    ),
                    key=lambda row: (row.rate.percent is None, -(row.rate.percent or 0), row.code),
                )
            ),
        )
        for group in grouped
    )
    return Analysis(unit, period, before, lines, book.over(key, period)[-1], groups)


def _sums(work: Work, unit: str, period: Period) -> Mapping[str, Rate]:
    book = work.rules.counting.rates
    return {s.key: s.rate for s in boards.summed(work, [unit], flows=period, span=period, keys=list(book))}


def _curves(work: Work, unit: str, period: Period) -> Mapping[str, tuple[Decimal | None, ...]]:
    days = (period.until - period.since).days
    step = max(1, -(-days // STEPS))
    parts = -(-days // step)
    query = select(FigureRow.key, FigureRow.on, FigureRow.hits, FigureRow.total).where(
        FigureRow.unit == unit,
        FigureRow.on >= period.since,
        FigureRow.on < period.until,
        FigureRow.key.in_(list(work.rules.counting.rates)),
    )
    sums: dict[str, list[Rate]] = defaultdict(lambda: [Rate()] * parts)
    for key, on, hits, total in work.session.execute(query):
        n = ((on or period.since) - period.since).days // step
        sums[key][n] = sums[key][n] + Rate(hits, total)
    return {key: tuple(rate.percent for rate in rates) for key, rates in sums.items()}


def spans(today: date) -> tuple[tuple[str, Period], ...]:
    """The periods offered: name and days."""
    tomorrow = today + timedelta(days=1)
    month = today.replace(day=1)
    last = (month - timedelta(days=1)).replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return (
        ("近 7 天", Period(tomorrow - timedelta(days=7), tomorrow)),
        ("本月", Period(month, tomorrow)),
        ("上月", Period(last, month)),
        ("本季度", Period(quarter, tomorrow)),
        ("今年", Period(month.replace(month=1), tomorrow)),
    )
