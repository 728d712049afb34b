"""Freezing a month 冻结: its rates as they stand, once; what changes them later goes to the adjustment list (§10).

The freeze takes the board's lock, does what the relay still owes the board, and sums the figures of the month in one
statement. A rating that commits meanwhile is either in the sums or heard of afterwards, and then an adjustment:
frozen + Σ adjustments = now, whatever comes in when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, text

from hotline.domain.audit import Kind
from hotline.domain.calendar import start_of
from hotline.domain.errors import NotNow
from hotline.domain.facts import local_date
from hotline.domain.rates import Period, Rate, canonical
from hotline.domain.score import KNOWLEDGE
from hotline.store.figure import FigureRow
from hotline.store.month import FrozenMonth, FrozenRate
from hotline.store.work import Work
from hotline.usecases import audit_log, board, editions

Begin = Callable[..., AbstractContextManager[Work]]
Duties = Callable[[Work, datetime, datetime], Mapping[str, Rate]]
"""The knowledge rate of every unit between two moments."""


def month_of(first: date) -> Period:
    """The month that begins on ``first``."""
    return Period(first, next_month(first))


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_month(first: date) -> date:
    """The first day of the month before."""
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)


def due(work: Work) -> list[date]:
    """Months that should be frozen by now and are not, the oldest first.

    From the month after the last frozen one; before the first freeze only the month just past.
    """
    today = local_date(work.now)
    newest = last_month(today)
    if today.day < work.rules.score.freeze_day:
        newest = last_month(newest)
    last = work.session.scalar(select(func.max(FrozenMonth.month)))
    if last is None:
        has_any = select(FigureRow.id).where(FigureRow.on >= newest, FigureRow.on < next_month(newest)).limit(1)
        return [newest] if work.session.scalar(has_any) is not None and newest == last_month(today) else []
    months = []
    month = next_month(last)
    while month <= newest:
        months.append(month)
        month = next_month(month)
    return months


def freeze(
    begin: Begin, month: date, *, early: bool = False, knowledge: Duties | None = None, **by: Any
) -> FrozenMonth:
    """Freeze the month that begins on ``month``.

    Args:
        begin: opens a transaction (``office.begin``); ``by`` goes to it.
        knowledge: the units' rates of keeping the knowledge base fresh, which no ticket tells.
        early: on the last days before ``freeze_day`` too, when a person wants it.

    Raises:
        NotNow: it is not over, its day has not come, or it is frozen already.
    """
    assert month.day == 1, "a month is named by its first day"
    with begin(**by) as guard:
        board.wait_for_turn(guard)
        with begin(**by) as work:
            _check(work, month, early)
        with begin(**by) as work:
            board.catch_up(work)
        with begin(**by) as work:
            return _freeze(work, month, knowledge)


def _check(work: Work, month: date, early: bool) -> None:
    words = f"{month.year} 年 {month.month} 月"
    opens = next_month(month) + timedelta(days=0 if early else work.rules.score.freeze_day - 1)
    if work.session.get(FrozenMonth, month) is not None:
        raise NotNow(f"{words}的数据已经冻结，后来的变化见调整清单", rule="§10")
    if work.now < start_of(opens):
        raise NotNow(f"{words}的数据从 {opens} 起可以冻结", rule="§10")


def _freeze(work: Work, month: date, knowledge: Duties | None) -> FrozenMonth:
    words = f"{month.year} 年 {month.month} 月"
    rates = work.rules.counting.rates
    frozen = FrozenMonth(
        month=month,
        at=work.now,
        by=work.by.name,
        by_id=work.by.id,
        rows=0,
        digest="",
        rules={
            "rates": {
                key: [
                    {"version": each.version, "since": each.since.isoformat(), "digest": each.digest}
                    for each in rates.over(key, month_of(month))
                ]
                for key in rates
            },
            "score": editions.table(work, "score"),
        },
    )
    work.session.add(frozen)
    work.session.flush()
    work.session.execute(_SNAPSHOT, {"month": month, "until": next_month(month), "keys": list(rates)})
    if knowledge is not None:
        found = knowledge(work, start_of(month), start_of(next_month(month)))
        work.session.add_all(
            FrozenRate(month=month, unit=unit, key=KNOWLEDGE, hits=rate.hits, total=rate.total)
            for unit, rate in found.items()
            if rate
        )
        work.session.flush()
    frozen.rows, frozen.digest = digest(work, month)
    audit_log.write(work, Kind.FREEZE, about=f"冻结 {words}", rows=frozen.rows, digest=frozen.digest)
    return frozen


_SNAPSHOT = text(
    """
    INSERT INTO frozen_rate (month, unit, key, hits, total)
    SELECT :month, unit, key, sum(hits), sum(total) FROM figure
    WHERE "on" >= :month AND "on" < :until AND key = ANY(:keys)
    GROUP BY unit, key HAVING sum(total) <> 0 OR sum(hits) <> 0
    """
)


def digest(work: Work, month: date) -> tuple[int, str]:
    """How many rates a frozen month has, and the SHA-256 over them: a changed row never keeps it."""
    hashed, n = sha256(), 0
    for unit, key, hits, total in work.session.execute(_FROZEN, {"month": month}):
        hashed.update(canonical([unit, key, f"{hits:.2f}", f"{total:.2f}"]).encode())
        n += 1
    return n, hashed.hexdigest()


_FROZEN = text(
    """
    SELECT unit, key, hits, total FROM frozen_rate WHERE month = :month ORDER BY unit COLLATE "C", key COLLATE "C"
    """
)


def verify(work: Work, month: date) -> bool:
    """Whether the frozen rates are those that were frozen."""
    frozen = work.session.get(FrozenMonth, month)
    return frozen is not None and digest(work, month) == (frozen.rows, frozen.digest)
