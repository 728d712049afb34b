"""Acting before the appeal 未诉先办, and words of risk (handbook §8): pure rules over counts and texts.

Weekly top categories and how they moved, hot spots, the seasons of the year, and what a call to 110 is due for. The
numbers, the seasons and the words are data (``config/foresight.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class InsightKind(StrEnum):
    """What the house has noticed."""

    label: str
    TOP = "TOP", "本周高频"
    TREND = "TREND", "明显升降"
    HOT = "HOT", "热点"
    SEASON = "SEASON", "季节提示"

    def __new__(cls, code: str, label: str = "") -> InsightKind:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Verdict(StrEnum):
    """What people made of it."""

    label: str
    NOTED = "NOTED", "已列出"
    PROPOSED = "PROPOSED", "待决定"
    ACCEPTED = "ACCEPTED", "已交办"
    DISMISSED = "DISMISSED", "不采纳"

    def __new__(cls, code: str, label: str = "") -> Verdict:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year that brings its own appeals."""

    id: str
    name: str
    begins: tuple[int, int]
    """Month and day."""
    ends: tuple[int, int]
    categories: tuple[str, ...]
    """Beginnings of category codes."""
    words: str
    """What is to be done in time."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Words after which 110 is called."""

    id: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForesightRules:
    """What a city looks for."""

    top: int
    change: Fraction
    """So much more or less than the week before is told."""
    least: int
    """In neither week fewer than this: small numbers always jump."""
    hot: int
    """Appeals of one level-3 category in one place."""
    days: int
    """Within so many days."""
    ahead: timedelta
    """How long before a season begins it is proposed."""
    seasons: tuple[Season, ...]
    risks: tuple[Risk, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One category of this week and of the week before."""

    category: str
    n: int
    before: int

    @property
    def change(self) -> Fraction | None:
        """By how much it moved; None when there was nothing before."""
        return Fraction(self.n - self.before, self.before) if self.before else None


def tops(this: Mapping[str, int], last: Mapping[str, int], rules: ForesightRules) -> list[Trend]:
    """The commonest categories of the week, the commonest first."""
    ordered = sorted(this, key=lambda code: (-this[code], code))
    return [Trend(code, this[code], last.get(code, 0)) for code in ordered[: rules.top]]


def moved(this: Mapping[str, int], last: Mapping[str, int], rules: ForesightRules) -> list[Trend]:
    """Categories that rose or fell by at least the share that is told; new ones rose."""
    found = []
    for code in sorted(this.keys() | last.keys()):
        trend = Trend(code, this.get(code, 0), last.get(code, 0))
        if max(trend.n, trend.before) < rules.least:
            continue
        if trend.change is None or abs(trend.change) >= rules.change:
            found.append(trend)
    return found


def season_on(season: Season, on: date, ahead: timedelta) -> int | None:
    """The year of the season that is on or begins within ``ahead``; None when it is out of season.

    A season may run over the new year: it belongs to the year it begins in.
    """
    for year in (on.year - 1, on.year, on.year + 1):
        begins = date(year, *season.begins)
        ends = date(year + (season.ends < season.begins), *season.ends)
        if begins - ahead <= on <= ends:
            return year
    return None


def heard(text: str, risks: Iterable[Risk]) -> list[tuple[Risk, str]]:
    """The risks that a text speaks of, each with the first word that says so."""
    return [(risk, word) for risk in risks if (word := next((each for each in risk.words if each in text), ""))]
