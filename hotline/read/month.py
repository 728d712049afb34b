"""A month of rates: as frozen and as they are now, and what has changed in between, ticket by ticket (handbook §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select, true

from hotline.domain.facts import local_date
from hotline.domain.lifecycle import Action
from hotline.domain.rates import Period, Rate
from hotline.read import board as boards
from hotline.store.month import Adjustment, FrozenMonth, FrozenRate
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.access import in_scope
from hotline.usecases.freeze import last_month, month_of

TIME = "到期或规则变化"
"""Why a figure moved when no event of its ticket did it."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One rate of one unit in a month."""

    now: Rate
    frozen: Rate | None
    """None while the month is not frozen."""

    @property
    def counts(self) -> Rate:
        """What is published: frozen if it is, else as it stands."""
        return self.now if self.frozen is None else self.frozen

    @property
    def adjusted(self) -> Rate | None:
        """What has changed since the freeze; None when nothing has."""
        change = None if self.frozen is None else self.now - self.frozen
        return change if change is not None and change else None


@dataclass(frozen=True, slots=True)
class Month:
    """The rates of some units."""

    period: Period
    frozen_at: datetime | None
    rates: Mapping[str, Mapping[str, Standing]]
    """Unit → key → rate; what has no object is left out."""

    def of(self, unit: str, key: str) -> Standing:
        """One of them."""
        empty = Standing(Rate(), Rate() if self.frozen_at else None)
        return self.rates.get(unit, {}).get(key, empty)


@dataclass(frozen=True, slots=True)
class Changed:
    """What one ticket has changed in a frozen rate."""

    no: str
    key: str
    label: str
    unit: str
    on: date
    change: Rate
    at: datetime
    cause: str


def of(work: Work, month: date, units: Sequence[str], keys: Sequence[str] | None = None) -> Month:
    """The rates of these units in the month that begins on ``month``, in three queries."""
    period = month_of(month)
    wanted = list(keys) if keys is not None else list(work.rules.counting.rates)
    frozen = work.session.get(FrozenMonth, month)
    now = {
        (each.unit, each.key): each.rate
        for each in boards.summed(work, units, flows=period, span=period, keys=wanted)
        if each.rate
    }
    then: dict[tuple[str, str], Rate] = {}
    if frozen is not None:
        query = select(FrozenRate.unit, FrozenRate.key, FrozenRate.hits, FrozenRate.total).where(
            FrozenRate.month == month, FrozenRate.unit.in_(list(units)), FrozenRate.key.in_(wanted)
        )
        then = {(unit, key): Rate(hits, total) for unit, key, hits, total in work.session.execute(query)}
    rates: dict[str, dict[str, Standing]] = {}
    for unit, key in now.keys() | then.keys():
        before = then.get((unit, key), Rate()) if frozen is not None else None
        rates.setdefault(unit, {})[key] = Standing(now.get((unit, key), Rate()), before)
    return Month(period, frozen.at if frozen else None, rates)


def adjustments(work: Work, month: date, unit: str, key: str | None = None, *, most: int = MOST) -> tuple[Changed, ...]:
    """What tickets have changed in the frozen rates of a unit with all below it, the latest first.

    Every ticket may be named here only to people who may read it; of others the change is told without its number.
    """
    rates, city = work.rules.counting.rates, work.rules.city
    scope = in_scope(city, work.by)
    mine = true() if scope is None else Ticket.id.in_(select(Ticket.id).where(scope))
    query = (
        select(Adjustment, Ticket.no, mine)
        .join(Ticket, Ticket.id == Adjustment.ticket_id)
        .where(Adjustment.month == month, Adjustment.unit.in_(city.below(unit)))
    )
    if key is not None:
        query = query.where(Adjustment.key == key)
    rows = work.session.execute(query.order_by(Adjustment.id.desc()).limit(most)).all()
    return tuple(
        Changed(
            no=no if named else "",
            key=row.key,
            label=rates[row.key].label if row.key in rates else row.key,
            unit=city.unit(row.unit).short_name if row.unit in city.units else row.unit,
            on=row.on,
            change=Rate(row.hits, row.total),
            at=row.at,
            cause=Action(row.cause).label if row.cause else TIME,
        )
        for row, no, named in rows
    )


def adjusted(work: Work, month: date, unit: str) -> Mapping[str, Rate]:
    """Σ of the adjustments of a unit with all below it, by key."""
    query = (
        select(Adjustment.key, func.sum(Adjustment.hits), func.sum(Adjustment.total))
        .where(Adjustment.month == month, Adjustment.unit.in_(work.rules.city.below(unit)))
        .group_by(Adjustment.key)
    )
    return {key: Rate(Decimal(hits), Decimal(total)) for key, hits, total in work.session.execute(query)}


def months(work: Work, most: int = 24) -> tuple[tuple[date, datetime | None], ...]:
    """The months one can choose, newest first: the present one, the ones before, and when each was frozen."""
    frozen = dict(work.session.execute(select(FrozenMonth.month, FrozenMonth.at)).all())
    first = min(frozen, default=None)
    found = []
    month = local_date(work.now).replace(day=1)
    for n in range(most):
        if n > 2 and (first is None or month < first):
            break
        found.append((month, frozen.get(month)))
        month = last_month(month)
    return tuple(found)
