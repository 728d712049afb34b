"""Rate 知识更新及时率: how much of what a unit owes the knowledge base was done in time.

Definition (handbook §11, "Knowledge duty"): total is every duty whose due moment lies in the window [t0, t1), cancelled
ones left out; hits are those that were done at their due moment at the latest. Duties are: a new policy handed in as an
item within 3 working days after it takes effect; a question of an agent answered within 1 working day; an item renewed
or taken down before its validity ends. A unit answers for itself and the units below it. Nothing due: “—”.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from hotline.domain.city import City
from hotline.domain.rates import Rate
from hotline.store.knowledge import DutyRow
from hotline.store.work import Work


def rates(work: Work, since: datetime, until: datetime) -> dict[str, Rate]:
    """The rate of every unit that owed something in [since, until), its own and those below it; one query."""
    own = _own(work, since, until)
    return added_up(work.rules.city, own)


def rate(work: Work, unit: str, since: datetime, until: datetime) -> Rate:
    """The rate of one unit with those below it."""
    below = set(work.rules.city.below(unit))
    return sum(_own(work, since, until, below).values(), Rate())


def added_up(city: City, own: dict[str, Rate]) -> dict[str, Rate]:
    """Each unit's own pairs and those of the units below it."""
    found: dict[str, Rate] = defaultdict(Rate)
    for code, each in own.items():
        for unit in city.ancestors(code) or (code,):
            found[unit] += each
    return dict(found)


def _own(work: Work, since: datetime, until: datetime, units: Iterable[str] | None = None) -> dict[str, Rate]:
    in_time = func.count().filter(DutyRow.done_at <= DutyRow.due_at)
    query = select(DutyRow.unit, in_time, func.count()).where(
        DutyRow.due_at >= since, DutyRow.due_at < until, DutyRow.cancelled_at.is_(None)
    )
    if units is not None:
        query = query.where(DutyRow.unit.in_(list(units)))
    rows = work.session.execute(query.group_by(DutyRow.unit))
    return {unit: Rate(Decimal(hits), Decimal(total)) for unit, hits, total in rows}
