"""Trying routing rules on what was sent last month, before they are saved (handbook §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.domain import routing
from hotline.domain.city import City
from hotline.domain.routing_rules import Case, Rule, Rules
from hotline.store.precedent import in_force
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.precedents import rule_of

BACK = timedelta(days=30)
"""How far back tickets are tried."""
MOST = 1000
"""Tickets tried at most, the latest first: a second's work, however many there were."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One ticket that would go elsewhere, or at another degree of certainty."""

    no: str
    title: str
    category: str
    before: str
    """Unit by the rules in force; empty: a dispatcher decides."""
    after: str
    rule: str
    """The step or rule that says so now."""
    was_sent_to: str
    """Where it was sent in fact."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the tried tickets say about a set of rules."""

    tried: int
    moved: tuple[Moved, ...]
    automatic_before: int
    automatic_after: int
    by_unit: tuple[tuple[str, int, int], ...]
    """Unit, tickets before and after; only units that gain or lose, the biggest change first."""


def of(work: Work, after: Rules, *, instead: tuple[str, Rule | None] | None = None, most: int = MOST) -> DryRun:
    """Route the latest tickets by the rules in force and by ``after``; writes nothing.

    Args:
        instead: the id of the rule of one precedent, and what it would be (None: used no more); it is tried as if it
            had been decided before the tickets came.
    """
    city, threshold = work.rules.city, work.rules.auto_threshold
    known = {rule.id: rule for rule in (rule_of(each, city) for each in in_force(work.session, list(city.categories)))}
    wanted = dict(known)
    if instead is not None:
        id, other = instead
        if id in known:
            known[id] = replace(known[id], valid_from=None)
        wanted.pop(id, None)
        wanted |= {} if other is None else {id: replace(other, valid_from=None)}
    before = replace(work.rules.routing, explicit=(*work.rules.routing.explicit, *known.values()))
    after = replace(after, explicit=(*after.explicit, *wanted.values()))
    tried = 0
    automatic = [0, 0]
    units: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    moved: list[Moved] = []
    for case, ticket in _cases(work, most):
        tried += 1
        old, new = (routing.route(case, city, rules, ticket.at, threshold) for rules in (before, after))
        automatic[0] += old.automatic
        automatic[1] += new.automatic
        units[0][old.lead or ""] += 1
        units[1][new.lead or ""] += 1
        if old.lead != new.lead:
            rule = new.proposals[0].rule if new.proposals else ""
            moved.append(
                Moved(ticket.no, ticket.title, case.category or "", old.lead or "", new.lead or "", rule, ticket.unit)
            )
    changed = [(unit, units[0][unit], units[1][unit]) for unit in units[0].keys() | units[1].keys()]
    changed = [each for each in changed if each[1] != each[2]]
    changed.sort(key=lambda each: (-abs(each[2] - each[1]), each[0]))
    return DryRun(tried, tuple(moved), automatic[0], automatic[1], tuple(changed))


@dataclass(frozen=True, slots=True)
class _Sent:
    no: str
    title: str
    at: datetime
    unit: str


def _cases(work: Work, most: int) -> Iterator[tuple[Case, _Sent]]:
    """The latest tickets that were sent to a unit, as routing saw or would see them."""
    rows = work.session.execute(
        select(
            Ticket.no,
            Ticket.title,
            Ticket.content,
            Ticket.category,
            Ticket.region,
            Ticket.urgency,
            Ticket.confidential,
            Ticket.lead_unit,
            Ticket.first_dispatched_at,
        )
        .where(Ticket.first_dispatched_at > work.now - BACK, Ticket.category.is_not(None))
        .order_by(Ticket.first_dispatched_at.desc())
        .limit(most)
    )
    for row in rows:
        text = f"{row.title}\n{row.content}"
        case = Case(row.category, 1.0, row.region, urgency=row.urgency, text=text, confidential=row.confidential)
        yield case, _Sent(row.no, row.title, row.first_dispatched_at, row.lead_unit or "")


def name_of(city: City, code: str) -> str:
    """A unit in words; where there is none a dispatcher decides."""
    unit = city.units.get(code)
    return unit.short_name if unit else code or "由派单员决定"
