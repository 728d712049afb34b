"""Telephone traffic of a window, whole and by half hours or days, from the kept sums (handbook §10)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Date, cast, func, select

from hotline.domain.calendar import DAY, ZONE, local, start_of
from hotline.domain.rates import Period
from hotline.domain.telephony import SLOT, Traffic
from hotline.store.telephony import CallFigure
from hotline.store.work import Work


@dataclass(frozen=True, slots=True)
class Row:
    """One half hour or one day."""

    label: str
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Telephony:
    """A window of traffic."""

    period: Period
    whole: Traffic
    rows: tuple[Row, ...]
    """By half hours for a single day, else by days."""
    last_day: Traffic
    """The last 24 hours up to now, over which the target of 接通率 holds."""


def of(work: Work, period: Period) -> Telephony:
    """The traffic of some days, in two queries over at most 48 rows a key and day."""
    single = period.until - period.since == DAY
    rows: list[Row] = []
    for label, sums in (_by_slot if single else _by_day)(work, period).items():
        rows.append(Row(label, Traffic(sums, work.rules.telephony)))
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for key, n in row.traffic.n.items():
            whole[key] += n
    return Telephony(period, Traffic(whole, work.rules.telephony), tuple(rows), last_day(work))


def last_day(work: Work) -> Traffic:
    """The last 24 hours, by whole half hours."""
    query = (
        select(CallFigure.key, func.sum(CallFigure.n))
        .where(CallFigure.slot_at > work.now - DAY - SLOT, CallFigure.slot_at <= work.now)
        .group_by(CallFigure.key)
    )
    return Traffic(dict(work.session.execute(query).all()), work.rules.telephony)


def _by_slot(work: Work, period: Period) -> dict[str, dict[str, Decimal]]:
    query = select(CallFigure.slot_at, CallFigure.key, CallFigure.n).where(*_within(period))
    found: dict[datetime, dict[str, Decimal]] = defaultdict(dict)
    for slot, key, n in work.session.execute(query):
        found[slot][key] = n
    return {f"{local(slot):%H:%M}–{local(slot + SLOT):%H:%M}": found[slot] for slot in sorted(found)}


def _by_day(work: Work, period: Period) -> dict[str, dict[str, Decimal]]:
    on = cast(func.timezone(str(ZONE), CallFigure.slot_at), Date)
    query = select(on, CallFigure.key, func.sum(CallFigure.n)).where(*_within(period)).group_by(on, CallFigure.key)
    found: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for day, key, n in work.session.execute(query):
        found[day][key] = n
    return {f"{day.month}月{day.day}日": found[day] for day in sorted(found)}


def _within(period: Period) -> tuple[ColumnElement[bool], ...]:
    return (CallFigure.slot_at >= start_of(period.since), CallFigure.slot_at < start_of(period.until))
