"""What the board's templates ask: where a figure leads, what it means, how a curve runs. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for

from hotline.domain import board as counting
from hotline.domain.calendar import DAY
from hotline.domain.conditions import CONDITIONS
from hotline.domain.facts import local_date
from hotline.domain.rates import Aim, Period, Rate, RateBook, RateDeclaration
from hotline.read.board import Board
from hotline.read.board_picture import Part, Picture, UnitRow
from web.formats import day as day_words
from web.period import named

WIDTH, HEIGHT = 100, 24
"""Of a small curve's drawing."""


@dataclass(frozen=True, slots=True)
class Span:
    """One choice of the window."""

    name: str
    period: Period | None
    """None: the live board, today and this month."""


def spans(now: datetime) -> tuple[Span, ...]:
    """The windows offered on the page."""
    on = local_date(now)
    first = on.replace(day=1)
    before = (first - DAY).replace(day=1)
    return (
        Span("实时", None),
        Span("昨天", Period(on - DAY, on)),
        Span("近 7 天", Period(on - 6 * DAY, on + DAY)),
        Span("上月", Period(before, first)),
    )


class Drawing:
    """One board as one person sees it."""

    def __init__(self, board: Board, picture: Picture, rates: RateBook, *, live: bool, opens: bool) -> None:
        self.board, self.picture, self.live, self._rates = board, picture, live, rates
        self._opens = opens

    def n(self, key: str) -> int:
        """A figure's number."""
        return self.board.figures.get(key, 0)

    def revision(self, key: str) -> int:
        """Of the figure or rate."""
        return self.board.revisions.get(key, 0)

    def period(self, key: str) -> Period | None:
        """The window of a figure or rate; None for the state of things now."""
        if key in self._rates:
            return self.board.span
        return self.board.flows if counting.figure(key).kind is counting.Kind.FLOW else None

    def href(self, key: str, unit: str = "", part: str = "") -> str:
        """Where the tickets behind it are listed; empty for who may only see figures."""
        if not self._opens:
            return ""
        window = named(self.period(key))
        return url_for("board.figure", key=key, unit=unit or self.board.unit, part=part or None, **window)

    def words(self, key: str) -> str:
        """The figure or rate in a sentence."""
        rate = self.board.rates[key] if key in self._rates else Rate(Decimal(0), Decimal(self.n(key)))
        return counting.explain(key, rate, self.period(key), self._rates)

    def label(self, key: str) -> str:
        """Its name."""
        return self._rates[key].label if key in self._rates else counting.figure(key).label

    def target(self, key: str) -> Decimal | None:
        """What the rate should reach, in percent; None when nothing is set or less is better."""
        declared = self._rates[key]
        return declared.target if declared.aim is Aim.AT_LEAST else None

    @property
    def beside_usual(self) -> int | None:
        """Percent by which today's intake lies above what is usual at this time of the day; None while unknown."""
        usual = self.picture.usual_by_now
        if usual is None or usual < 5:
            return None
        return round((self.n("intake") - usual) * 100 / usual)

    @property
    def chart(self) -> str:
        """What the line chart draws, as JSON."""
        picture = self.picture
        if picture.with_intake:
            return json.dumps(
                {
                    "kind": "hours",
                    "labels": [f"{n} 时" for n in range(24)],
                    "today": [hour.n for hour in picture.hours],
                    "low": [hour.low for hour in picture.hours],
                    "high": [hour.high for hour in picture.hours],
                    "usual": [hour.usual for hour in picture.hours],
                },
                ensure_ascii=False,
            )
        return json.dumps(
            {
                "kind": "days",
                "labels": [f"{on.month}-{on.day}" for on in picture.days],
                "sent": picture.sent,
                "replied": picture.replied,
            }
        )

    def curve(self, key: str) -> str:
        """The points of a small curve through the days that have data; empty for fewer than two."""
        return points(self.picture.curves.get(key, ()))


@dataclass(frozen=True, slots=True)
class Formula:
    """One version of a rate's formula, in words."""

    version: str
    words: str
    target: str
    lines: tuple[tuple[str, str], ...]
    """What is counted: pairs of name and words."""


def formula(declared: RateDeclaration) -> Formula:
    """How the rate is counted, for people."""
    lines: list[tuple[str, str]] = []
    for count in declared.counts:
        answers = "热线中心" if count.centre else "承办单位"
        lines += [
            (
                "统计对象",
                f"{count.each.label}，按{declared.window.value}日期统计，归{answers}",
            ),
            ("分母", _conditions(count.total) or "全部"),
            ("不计入", _conditions(count.unless, "；")),
            ("分子", _conditions(count.hits) or "全部"),
            ("部分计入", f"{_conditions(count.partly)} × {declared.partial_weight}" if count.partly else ""),
        ]
    target = f"{declared.aim.value} {declared.target}%" if declared.target is not None else ""
    return Formula(declared.version_words, declared.formula, target, tuple((a, b) for a, b in lines if b))


def _conditions(names: Sequence[str], joint: str = "，") -> str:
    return joint.join(
        f"不是“{CONDITIONS[name[1:]].words}”" if name.startswith("!") else CONDITIONS[name].words for name in names
    )


def share(part: int, most: int) -> int:
    """Length of a bar in hundredths of the longest; what is there at all can be seen."""
    return max(round(part * 100 / most), 1) if part and most else 0


def most(parts: Sequence[Part]) -> int:
    """The largest part."""
    return max((part.n for part in parts), default=0)


def lit(rows: Sequence[UnitRow]) -> bool:
    """Whether any of the units has a lamp that is not green."""
    return any(row.n("red") or row.n("yellow") for row in rows)


def window_words(period: Period, now: datetime) -> str:
    """``3月1日至11日`` as one says it."""
    last = period.last
    if period.since == last:
        return day_words(last, now)
    end = (
        f"{last.day}日" if (last.year, last.month) == (period.since.year, period.since.month) else day_words(last, now)
    )
    return f"{day_words(period.since, now)}至{end}"


def points(values: Sequence[Decimal | None]) -> str:
    """The points of a small curve; empty for fewer than two values."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    across, down = WIDTH / (len(values) - 1), HEIGHT - 6
    points = []
    for n, value in known:
        height = float((value - low) / (high - low)) if high > low else 0.5
        points.append(f"{n * across:.1f},{HEIGHT - 3 - height * down:.1f}")
    return " ".join(points)


HELPERS: dict[str, Any] = {"share": share, "most": most, "lit": lit, "window_words": window_words}
"""What the templates call beside the drawing."""
