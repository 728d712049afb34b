"""What tickets change in months that are frozen already: noted as it happens, never put into the frozen rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.facts import Mark
from hotline.store.journal import Entry
from hotline.store.month import Adjustment, FrozenMonth
from hotline.store.work import Work


def frozen_months(work: Work) -> dict[date, datetime]:
    """First day → moment of the freeze, of every frozen month."""
    return dict(work.session.execute(select(FrozenMonth.month, FrozenMonth.at)).all())


def adjust(work: Work, moved: Iterable[tuple[int, Sequence[Mark], Sequence[Mark]]]) -> None:
    """Note what these tickets have changed in frozen months: ticket, marks that went, marks that came.

    Called by the keeping of marks in its own transaction, under the board's lock.
    """
    frozen = frozen_months(work)
    if not frozen:
        return
    rates = work.rules.counting.rates
    rows: list[dict[str, Any]] = []
    for ticket_id, gone, come in moved:
        deltas: dict[tuple[str, date, str], list[Any]] = {}
        for sign, marks in ((-1, gone), (1, come)):
            for mark in marks:
                if mark.on is None or mark.key not in rates or mark.on.replace(day=1) not in frozen:
                    continue
                delta = deltas.setdefault((mark.key, mark.on, mark.unit), [0, 0])
                delta[0] += sign * mark.hits
                delta[1] += sign * mark.total
        rows += [
            {
                "month": on.replace(day=1),
                "ticket_id": ticket_id,
                "key": key,
                "on": on,
                "unit": unit,
                "hits": hits,
                "total": total,
                "at": work.now,
                "cause": "",
            }
            for (key, on, unit), (hits, total) in deltas.items()
            if hits or total
        ]
    if not rows:
        return
    causes = _causes(work, {row["ticket_id"] for row in rows}, min(frozen[row["month"]] for row in rows))
    for row in rows:
        at, action = causes.get(row["ticket_id"], (None, ""))
        if at is not None and at >= frozen[row["month"]]:
            row["cause"] = action
    work.session.execute(insert(Adjustment), rows)


def _causes(work: Work, tickets: set[int], since: datetime) -> dict[int, tuple[datetime, str]]:
    """The last event of each of these tickets since a moment."""
    query = (
        select(Entry.ticket_id, Entry.at, Entry.action)
        .where(Entry.ticket_id.in_(tickets), Entry.at >= since)
        .order_by(Entry.ticket_id, Entry.seq)
    )
    return {ticket: (at, action) for ticket, at, action in work.session.execute(query)}
