"""How much time somebody is given, and in which kind of time; with a short notation for settings and the database.

``2wd`` working days · ``4wh`` ``30wmin`` time inside office windows · ``24h`` ``10min`` ``7d`` natural time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias

_NOTHING = timedelta(0)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1), "s": timedelta(seconds=1)}
_NOTATION = re.compile(r"([0-9]{1,6})(wd|w?(?:h|min|s)|d)")


def span_words(span: timedelta) -> str:
    """A span in Chinese, to the minute: 2 小时 30 分钟, 7 天."""
    if span >= timedelta(days=2) and not span % timedelta(days=1):
        return f"{span.days} 天"
    minutes = int(span.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} 小时"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} 分钟")
    return " ".join(parts)


def _notation(span: timedelta, prefix: str = "") -> str:
    seconds = int(span.total_seconds())
    for unit in ("h", "min"):
        if seconds % int(_UNITS[unit].total_seconds()) == 0:
            return f"{seconds // int(_UNITS[unit].total_seconds())}{prefix}{unit}"
    return f"{seconds}{prefix}s"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Days at work after day 0; at least one."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("a limit in working days is at least one day")

    @property
    def words(self) -> str:
        return f" {self.days} 个工作日"

    def __str__(self) -> str:
        return f"{self.days}wd"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Time inside office windows only."""

    span: timedelta

    def __post_init__(self) -> None:
        if self.span < _NOTHING:
            raise ValueError("a limit can't be negative")

    @property
    def words(self) -> str:
        return f" {span_words(self.span)}工作时间"

    def __str__(self) -> str:
        return _notation(self.span, "w")


@dataclass(frozen=True, slots=True)
class NaturalHours:
    """Time round the clock."""

    span: timedelta

    def __post_init__(self) -> None:
        if self.span < _NOTHING:
            raise ValueError("a limit can't be negative")

    @property
    def words(self) -> str:
        return f" {span_words(self.span)}"

    def __str__(self) -> str:
        return _notation(self.span)


Allowance: TypeAlias = WorkingDays | WorkingHours | NaturalHours


@lru_cache(maxsize=1024)  # a city has a few dozen, and reads them for each of its clocks
def allowance_of(text: str) -> Allowance:
    """Read the notation, the inverse of ``str(allowance)``; ValueError when it isn't one."""
    match = _NOTATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not an allowance: {text!r}")
    number, unit = int(match[1]), match[2]
    if unit == "wd":
        return WorkingDays(number)
    if unit.startswith("w"):
        return WorkingHours(number * _UNITS[unit[1:]])
    return NaturalHours(number * _UNITS[unit])
