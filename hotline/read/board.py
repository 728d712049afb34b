"""The board of one unit: figures and rates in one query, what stands around them in a few more.

Everything is read from ``figure`` rows; nothing is counted over tickets (ADR 0004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select

from hotline.domain.board import FIGURES
from hotline.domain.calendar import DAY
from hotline.domain.errors import Invalid
from hotline.domain.facts import local_date
from hotline.domain.rates import Period, Rate
from hotline.store.figure import FigureRow
from hotline.store.work import Work

LONGEST = timedelta(days=1100)
"""The longest window that is summed at once."""
PLAIN = tuple(key for key, declared in FIGURES.items() if not declared.family)


@dataclass(frozen=True, slots=True)
class Board:
    """The figures and rates of a unit with all units below it."""

    as_of: datetime
    revision: int
    """Of the newest figure in it: a later board never has a lower one."""
    unit: str
    flows: Period
    """The days over which flows are summed; snapshots are as of now whatever the window."""
    span: Period
    """The days over which rates are counted."""
    figures: Mapping[str, int]
    """By key; every plain figure is there, of a family what is not 0."""
    rates: Mapping[str, Rate]
    """By key; every declared rate is there."""
    revisions: Mapping[str, int]
    """By key, for those that have ever changed."""


def today(now: datetime) -> Period:
    """This local day."""
    on = local_date(now)
    return Period(on, on + DAY)


def this_month(now: datetime) -> Period:
    """From the first of the month up to and with today."""
    on = local_date(now)
    return Period(on.replace(day=1), on + DAY)


def window(since: str | None, until: str | None, now: datetime) -> Period | None:
    """The window that a program names by two ISO dates: ``[since, until)``, one day when they are equal; None without
    both.

    A missing end is tomorrow, a missing beginning the day before the end.

    Raises:
        Invalid: no such date, or the end lies before the beginning.
    """
    start, end = _dates(since, until)
    if start is None and end is None:
        return None
    end = end or max(local_date(now), start or date.min) + DAY
    start = start or end - DAY
    return _between(start, end if end != start else start + DAY)


def days(first: str | None, last: str | None, now: datetime) -> Period | None:
    """The window that a person names by its first and its last day; None without both.

    A missing last day is today, a missing first one the last day itself.

    Raises:
        Invalid: no such date, or the last day lies before the first.
    """
    start, end = _dates(first, last)
    if start is None and end is None:
        return None
    end = end or max(local_date(now), start or date.min)
    return _between(start or end, end + DAY)


def _dates(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    faults: dict[str, str] = {}
    found = _date("from", first, faults), _date("to", last, faults)
    if faults:
        raise Invalid(faults)
    return found


def _between(start: date, end: date) -> Period:
    if end <= start:
        raise Invalid({"to": "结束日期不能早于开始日期"})
    if end - start > LONGEST:
        raise Invalid({"from": "一次最多统计三年，请缩短时间段"})
    return Period(start, end)


def _date(name: str, given: str | None, faults: dict[str, str]) -> date | None:
    if not given:
        return None
    try:
        if len(given) != 10:
            raise ValueError
        on = date.fromisoformat(given)
        if not 2000 <= on.year <= 2100:
            raise ValueError
    except ValueError:
        faults[name] = "日期写法应如 2026-03-11"
        return None
    return on


def of(work: Work, unit: str, since: date | None = None, until: date | None = None) -> Board:
    """The board of ``unit``: over ``[since, until)`` when given, else flows of today and rates of this month.

    The caller has asked :mod:`hotline.read.watching` whether the person may see it.
    """
    now = work.now
    asked = Period(since, until) if since and until else None
    flows, span = asked or today(now), asked or this_month(now)
    rows = summed(work, [unit], flows=flows, span=span)
    figures, rates = dict.fromkeys(PLAIN, 0), dict.fromkeys(work.rules.counting.rates, Rate())
    revisions: dict[str, int] = {}
    for row in rows:
        revisions[row.key] = row.revision
        if row.key in rates:
            rates[row.key] = row.rate
        elif row.rate.total or row.key in figures:
            figures[row.key] = int(row.rate.total)
    return Board(
        as_of=now,
        revision=max(revisions.values(), default=0),
        unit=unit,
        flows=flows,
        span=span,
        figures=figures,
        rates=rates,
        revisions=revisions,
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure or rate of a unit over its window."""

    unit: str
    key: str
    rate: Rate
    revision: int


def summed(
    work: Work, units: Sequence[str], *, flows: Period, span: Period, keys: Sequence[str] | None = None
) -> list[Sum]:
    """The sums of these units, in one query; ``keys`` narrows to some figures and rates."""
    on, key = FigureRow.on, FigureRow.key
    rate = key.in_(list(work.rules.counting.rates))
    within = or_(
        on.is_(None),
        and_(~rate, on >= flows.since, on < flows.until),
        and_(rate, on >= span.since, on < span.until),
    )
    query = select(
        FigureRow.unit, key, func.sum(FigureRow.hits), func.sum(FigureRow.total), func.max(FigureRow.revision)
    ).where(FigureRow.unit.in_(list(units)), within)
    if keys is not None:
        query = query.where(key.in_(list(keys)))
    return [
        Sum(unit, name, Rate(Decimal(hits), Decimal(total)), revision)
        for unit, name, hits, total, revision in work.session.execute(query.group_by(FigureRow.unit, key))
    ]
