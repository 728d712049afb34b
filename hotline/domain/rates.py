"""The rates of handbook §10, each declared once: the declaration counts it, names it, explains it and proves it.

A rate is a pair of hits and total. Pairs are added, never averaged, and divided only when shown. What a rate counts is
data (``config/rates.toml``) over the named conditions of :mod:`hotline.domain.conditions`; a changed formula is a
further version with its first day, and what was placed on earlier days keeps the earlier one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from hotline.domain.conditions import CONDITIONS, MOMENTS, Each, Seen, objects
from hotline.domain.facts import Counting, Facts, Mark

EMPTY = "—"
"""What a rate without a denominator shows; never 100 %."""
_CENT = Decimal("0.01")
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole, kept as the pair that it is."""

    hits: Decimal = _ZERO
    total: Decimal = _ZERO

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.total + other.total)

    def __sub__(self, other: Rate) -> Rate:
        return Rate(self.hits - other.hits, self.total - other.total)

    def __bool__(self) -> bool:
        return bool(self.hits or self.total)

    @property
    def percent(self) -> Decimal | None:
        """Hits in hundredths of the total, to 2 decimals, half up; ``None`` when the total is 0."""
        if not self.total:
            return None
        return (self.hits * 100 / self.total).quantize(_CENT, ROUND_HALF_UP)

    @property
    def words(self) -> str:
        return EMPTY if self.percent is None else f"{self.percent}%"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from ``since`` up to, not including, ``until`` (handbook §10: [t0, t1))."""

    since: date
    until: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.since <= day < self.until

    @property
    def last(self) -> date:
        """The last day in it, which is how people name its end."""
        return self.until - timedelta(days=1)

    @property
    def words(self) -> str:
        return f"{self.since}" if self.last <= self.since else f"{self.since} 至 {self.last}"


class Window(StrEnum):
    """Which date of a ticket places it in a window; the value is the word on the page."""

    CREATED = "登记"
    ACCEPTED = "受理"
    DISPATCHED = "派单"
    CONTACT_DUE = "联系期限"
    DUE = "到期"
    RATED = "评价"
    CLOSED = "办结"
    DECIDED = "退单审定"


class Audience(StrEnum):
    """Whom a rate judges; it answers for what the rate counts."""

    UNIT = "承办单位"
    CENTRE = "热线中心"


class Aim(StrEnum):
    """On which side of its target a rate is good."""

    AT_LEAST = "不低于"
    AT_MOST = "不高于"


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of object that a rate counts, and when it is a hit. All named conditions must be so."""

    each: Each
    at: str
    """The moment that places it on a day."""
    total: tuple[str, ...]
    """Conditions of the denominator; ``!name``: it is not so."""
    hits: tuple[str, ...]
    """Further conditions of the numerator."""
    unless: tuple[str, ...] = ()
    """Any of these leaves the object out."""
    partly: tuple[str, ...] = ()
    """What is no hit but fulfils these counts with the rate's ``partial_weight``."""
    centre: bool = False
    """The centre answers for it, not the unit of the lead."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """Every condition it names, without the negation sign, once."""
        named = (*self.unless, *self.total, *self.hits, *self.partly)
        return tuple(dict.fromkeys(name.removeprefix("!") for name in named))


@dataclass(frozen=True, slots=True)
class Counted:
    """One object that a rate has counted."""

    seen: Seen
    count: Count
    on: date
    unit: str
    worth: Decimal
    """What it adds to the hits: 0 … 1."""


@dataclass(frozen=True, slots=True)
class RateDeclaration:
    """One version of one rate: what it is called, what it divides by what, and how a ticket counts in it."""

    key: str
    label: str
    numerator: str
    denominator: str
    window: Window
    audience: Audience
    row: int
    """Row of the table in handbook §10."""
    counts: tuple[Count, ...]
    version: str = "1"
    since: date = date.min
    """The first day it counts for."""
    until: date = date.max
    """The first day of the next version."""
    target: Decimal | None = None
    """Percent."""
    aim: Aim = Aim.AT_LEAST
    partial_weight: Decimal = Decimal("0.5")
    """What an object is worth that is partly a hit."""
    satisfied_min: int = 3
    """The lowest score that counts as satisfied."""
    settings: Mapping[str, Any] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", {"satisfied_min": self.satisfied_min})

    def counted(self, facts: Facts, now: datetime, rules: Counting, known: Known | None = None) -> Iterator[Counted]:
        """The objects of this ticket that the rate counts, as things stand at ``now``."""
        known = {} if known is None else known
        for count in self.counts:
            for lead in objects(count.each, facts):
                slot = (id(lead), self.satisfied_min)
                seen = known.get(slot)
                if seen is None:
                    seen = known[slot] = Seen(facts, lead, now, self.settings)
                if any(_so(seen, name) for name in count.unless) or not all(_so(seen, name) for name in count.total):
                    continue
                at = seen[count.at]
                on = MOMENTS[count.at](at) if at is not None else None
                if on is None or not self.since <= on < self.until:
                    continue
                unit = rules.centre if count.centre or lead is None else lead.unit
                yield Counted(seen, count, on, unit, self._worth(seen, count))

    def _worth(self, seen: Seen, count: Count) -> Decimal:
        if all(_so(seen, name) for name in count.hits):
            return _ONE
        if count.partly and all(_so(seen, name) for name in count.partly):
            return self.partial_weight
        return _ZERO

    def marks(self, facts: Facts, now: datetime, rules: Counting, known: Known | None = None) -> Iterator[Mark]:
        """What this ticket adds to the rate as things stand."""
        for each in self.counted(facts, now, rules, known):
            yield Mark(self.key, each.on, each.unit, each.worth, _ONE)

    @property
    def source(self) -> str:
        return f"handbook §10 row {self.row}"

    @property
    def formula(self) -> str:
        return f"{self.numerator} ÷ {self.denominator}"

    def met(self, rate: Rate) -> bool | None:
        """Whether the target is reached; None without a target or a percentage."""
        if self.target is None or rate.percent is None:
            return None
        return rate.percent >= self.target if self.aim is Aim.AT_LEAST else rate.percent <= self.target

    @property
    def plain(self) -> dict[str, Any]:
        """Everything that decides how it counts, as JSON values."""
        used = {name for count in self.counts for name in count.conditions}
        return {
            "key": self.key,
            "label": self.label,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "window": self.window.value,
            "audience": self.audience.value,
            "row": self.row,
            "version": self.version,
            "since": self.since.isoformat(),
            "partial_weight": str(self.partial_weight),
            "satisfied_min": self.satisfied_min,
            "counts": [
                {
                    "each": count.each.value,
                    "at": count.at,
                    "unless": list(count.unless),
                    "total": list(count.total),
                    "hits": list(count.hits),
                    "partly": list(count.partly),
                    "unit": "centre" if count.centre else "lead",
                }
                for count in self.counts
            ],
            "conditions": {
                name: {"words": CONDITIONS[name].words, "formula": CONDITIONS[name].formula.text}
                for name in sorted(used)
            },
        }

    @property
    def digest(self) -> str:
        """SHA-256 of :attr:`plain`: two formulas that count differently never share it."""
        return sha256(canonical(self.plain).encode()).hexdigest()

    @property
    def version_words(self) -> str:
        """``口径 1（2020-01-01 起，a1b2c3d4）``."""
        return f"口径 {self.version}（{self.since} 起，{self.digest[:8]}）"


def _so(seen: Seen, name: str) -> bool:
    return not seen.holds(name[1:]) if name[0] == "!" else seen.holds(name)


Known = dict[tuple[int, int], Seen]
"""The objects of one ticket as they were seen already, so that rates that share conditions ask once."""


def canonical(plain: Any) -> str:
    """JSON in the one spelling that is hashed."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class RateBook:
    """Every version of every rate, in the order of the handbook, then the ones beside them."""

    def __init__(self, declared: Mapping[str, tuple[RateDeclaration, ...]]) -> None:
        self._versions = declared
        self._all = tuple(version for versions in declared.values() for version in versions)

    def __contains__(self, key: object) -> bool:
        return key in self._versions

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    def __getitem__(self, key: str) -> RateDeclaration:
        """The newest version; ``KeyError`` if there is no such rate."""
        return self._versions[key][-1]

    def values(self) -> Iterator[RateDeclaration]:
        """The newest version of every rate."""
        return (versions[-1] for versions in self._versions.values())

    def versions(self, key: str) -> tuple[RateDeclaration, ...]:
        """All versions of a rate, the oldest first."""
        return self._versions[key]

    def at(self, key: str, on: date) -> RateDeclaration:
        """The version in force on a day; before the first one, the first one."""
        return next((each for each in reversed(self._versions[key]) if each.since <= on), self._versions[key][0])

    def over(self, key: str, period: Period) -> tuple[RateDeclaration, ...]:
        """The versions that count something in the period."""
        found = (v for v in self._versions[key] if v.since < period.until and period.since < v.until)
        return tuple(found) or (self[key],)

    def marks(self, facts: Facts, now: datetime, rules: Counting) -> Iterator[Mark]:
        """What this ticket adds to all rates."""
        known: Known = {}
        for declared in self._all:
            yield from declared.marks(facts, now, rules, known)


def unknown_words(count: Count) -> list[str]:
    """Names that no condition or moment bears, as Chinese sentences."""
    faults = [f"没有“{name}”这个条件" for name in count.conditions if name not in CONDITIONS]
    if count.at not in MOMENTS:
        faults.append(f"没有“{count.at}”这个时间，可选：{'、'.join(MOMENTS)}")
    if count.each is Each.TICKET and not count.centre:
        faults.append('以工单为对象时应写 unit = "centre"')
    return faults
