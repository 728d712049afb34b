"""Surge mode 应急模式: when a flood of appeals has come, and what then goes differently (handbook §15).

Pure rules; the numbers are data (``config/surge.toml``). The house only proposes, a person switches it on and off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.domain.allowances import NaturalHours
from hotline.domain.calendar import DAY, local, start_of
from hotline.domain.city import Unit

HALF = timedelta(minutes=30)


class SurgeStage(StrEnum):
    """Where a surge stands."""

    label: str
    PROPOSED = "PROPOSED", "待决定"
    ON = "ON", "应急模式"
    OFF = "OFF", "已结束"
    DISMISSED = "DISMISSED", "未启动"

    def __new__(cls, code: str, label: str = "") -> SurgeStage:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class SurgeRules:
    """What a city has decided about surges."""

    factor: Fraction
    """Times the usual volume of the same weekday and half hour."""
    minimum: int
    """Fewer appeals in half an hour are never a surge."""
    weeks: int
    """How many weeks make the usual volume."""
    longest: timedelta
    """For how long at most it is switched on at once."""
    batch: timedelta
    """How often companies and 三防 get what has come."""
    brief: timedelta
    """How often the leader gets a brief."""
    proposal: timedelta
    """After so long a proposal that nobody decided lapses, and a dismissed one may come again."""
    response: NaturalHours
    """First contact on typhoon tickets."""
    categories: tuple[str, ...]
    """Beginnings of the codes of typhoon tickets."""
    words: tuple[str, ...]
    """Words that make a typhoon ticket of any category."""
    batch_lines: tuple[str, ...]
    """Lines whose units get batches, beside the companies (三防)."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """One half hour of one day."""

    on: date
    name: str
    """``0930``: when it begins, as in the figure's key."""

    @property
    def words(self) -> str:
        """``09:30–10:00``."""
        begins, ends = local(self.begins_at), local(self.begins_at + HALF)
        return f"{begins:%H:%M}–{ends:%H:%M}"

    @property
    def begins_at(self) -> datetime:
        """The moment it begins, in UTC."""
        return start_of(self.on) + timedelta(hours=int(self.name[:2]), minutes=int(self.name[2:]))


def half_hour(at: datetime) -> HalfHour:
    """The half hour that a moment lies in."""
    here = local(at)
    return HalfHour(here.date(), f"{here:%H}{'30' if here.minute >= 30 else '00'}")


def to_watch(now: datetime) -> tuple[HalfHour, HalfHour]:
    """The half hour that runs and the one before: a surge shows in either."""
    return half_hour(now), half_hour(now - HALF)


def same_before(half: HalfHour, weeks: int) -> tuple[date, ...]:
    """The same weekday of the weeks before."""
    return tuple(half.on - 7 * DAY * week for week in range(1, weeks + 1))


def usual(past: Sequence[int | None]) -> Fraction | None:
    """The mean of the same half hour in the weeks before; None where the house was not there yet.

    Weeks without any intake at all (None) are left out: a hotline that began last week has one week to compare with.
    """
    known = [n for n in past if n is not None]
    return Fraction(sum(known), len(known)) if known else None


def is_surge(volume: int, past: Sequence[int | None], rules: SurgeRules) -> bool:
    """At least ``minimum``, and at least ``factor`` times the usual; without anything to compare with, never."""
    mean = usual(past)
    return mean is not None and volume >= rules.minimum and volume >= rules.factor * mean


def is_typhoon(category: str | None, said: str, rules: SurgeRules) -> bool:
    """Whether a ticket is one of those that a storm brings."""
    return (category or "").startswith(rules.categories) or any(word in said for word in rules.words)


def gets_batches(unit: Unit, rules: SurgeRules) -> bool:
    """Whether the unit is told every few minutes in place of every single ticket."""
    return unit.is_company or unit.line in rules.batch_lines


def counted(kinds: Iterable[tuple[str, int]], most: int = 5) -> str:
    """``停电 18 件、停水 5 件``: the commonest first."""
    ordered = sorted(kinds, key=lambda each: (-each[1], each[0]))
    rest = sum(n for _, n in ordered[most:])
    parts = [f"{name} {n} 件" for name, n in ordered[:most]] + ([f"其他 {rest} 件"] if rest else [])
    return "、".join(parts)
