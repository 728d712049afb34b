"""The proof of a figure: what was counted, with the facts used, so that anybody can compute it again.

No personal data: numbers of tickets, units, moments, states (handbook §10, §12).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from hotline.domain import board as counting
from hotline.domain import proof_check
from hotline.domain.calendar import local
from hotline.domain.conditions import CONDITIONS
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.facts import Facts
from hotline.domain.rates import Counted, Period, Rate, RateDeclaration
from hotline.read import board as boards
from hotline.read.drill import label_of
from hotline.store.figure import MarkRow
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.board import facts_of

BATCH = 1000


def prove(work: Work, key: str, unit: str, period: Period) -> dict[str, Any]:
    """The proof of the figure ``key`` of ``unit`` (with all below it) over ``period``, as JSON values.

    The caller has asked whether the person may see the unit's figures. Run it in a REPEATABLE READ transaction.

    Raises:
        NotFound: there is no such figure.
        Invalid: it is a figure of the present moment, which has no days.
        NotNow: the relay has not told the board everything yet, so that facts and figure differ.
    """
    rates = work.rules.counting.rates
    label = label_of(key, rates)
    if key not in rates and counting.figure(key).kind is counting.Kind.SNAPSHOT:
        raise Invalid({"key": "此刻的数字没有时间段，请选一个当日的数字或比率"})
    units = work.rules.city.below(unit)
    declared = rates.over(key, period) if key in rates else ()
    objects = _rate(work, declared, units, period) if declared else _figure(work, key, units, period)
    sums = boards.summed(work, [unit], flows=period, span=period, keys=[key])
    shown = sums[0].rate if sums else Rate()
    hits = sum((Decimal(each["worth"]) for each in objects), Decimal(0))
    total = sum((Decimal(each["weight"]) for each in objects), Decimal(0))
    if Rate(hits, total) != shown:
        raise NotNow("看板正在更新，数字与工单还差一步，请过一会儿再生成证明")
    proof: dict[str, Any] = {
        "format": proof_check.FORMAT,
        "key": key,
        "label": label,
        "words": counting.explain(key, shown, period, rates),
        "unit": unit,
        "unit_name": work.rules.city.unit(unit).name,
        "units": sorted(units),
        "centre": work.rules.counting.centre,
        "from": period.since.isoformat(),
        "to": period.until.isoformat(),
        "statistic_at": _plain(work.now),
        "declarations": [each.plain | {"until": each.until.isoformat()} for each in declared],
        "objects": objects,
        "hits": _number(hits),
        "total": _number(total),
        "percent": None if not declared or shown.percent is None else str(shown.percent),
    }
    return proof | {"digest": proof_check.digest(proof)}


def _rate(
    work: Work, declared: tuple[RateDeclaration, ...], units: tuple[str, ...], period: Period
) -> list[dict[str, Any]]:
    marked = (
        select(MarkRow.ticket_id)
        .where(MarkRow.key == declared[0].key, MarkRow.unit.in_(units))
        .where(MarkRow.on >= period.since, MarkRow.on < period.until)
        .distinct()
        .order_by(MarkRow.ticket_id)
    )
    found: list[dict[str, Any]] = []
    wanted = work.session.scalars(marked).all()
    for first in range(0, len(wanted), BATCH):
        ids = wanted[first : first + BATCH]
        facts = facts_of(work, ids)
        for ticket_id in ids:
            for n, version in enumerate(declared):
                for each in version.counted(facts[ticket_id], work.now, work.rules.counting):
                    if each.on in period and each.unit in units:
                        found.append(_object(facts[ticket_id], n, version, each))
        work.session.expunge_all()
    return found


def _object(facts: Facts, n: int, version: RateDeclaration, each: Counted) -> dict[str, Any]:
    names = {name for c in each.count.conditions for name in CONDITIONS[c].formula.names} - {"now", "satisfied_min"}
    names |= {each.count.at} | (set() if each.count.centre else {"unit", "sent_at"})
    return {
        "no": facts.no,
        "on": each.on.isoformat(),
        "unit": each.unit,
        "declaration": n,
        "count": version.counts.index(each.count),
        "facts": {name: _plain(each.seen[name]) for name in sorted(names)},
        "worth": _number(each.worth),
        "weight": "1",
    }


def _figure(work: Work, key: str, units: tuple[str, ...], period: Period) -> list[dict[str, Any]]:
    rows = (
        select(Ticket.no, MarkRow.on, MarkRow.unit, MarkRow.hits, MarkRow.total)
        .join(Ticket, Ticket.id == MarkRow.ticket_id)
        .where(MarkRow.key == key, MarkRow.unit.in_(units), MarkRow.on >= period.since, MarkRow.on < period.until)
        .order_by(Ticket.id, MarkRow.on)
    )
    return [
        {
            "no": no,
            "on": on.isoformat() if on else "",
            "unit": unit,
            "facts": {"on": on.isoformat() if on else "", "unit": unit},
            "worth": _number(hits),
            "weight": _number(total),
        }
        for no, on, unit, hits, total in work.session.execute(rows)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).isoformat()
    return str(value) if isinstance(value, str) else value


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
