"""The monthly score of units 办理质量得分 (handbook §11), in decimal arithmetic on the rounded rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from hotline.domain.rates import Rate

_CENT = Decimal("0.01")
_ZERO, _HUNDRED = Decimal(0), Decimal(100)
KNOWLEDGE = "knowledge_update"
"""The item whose rate comes from the knowledge base; a unit that owns no item has nothing to keep fresh: full."""
KNOWLEDGE_LABEL = "知识更新及时率"
PRAISE, MISSED, FALSE_REPLY = "praise", "supervision_missed", "false_reply"
"""Kinds of plus and minus points that the house knows something of."""
FOUND = frozenset({PRAISE, MISSED})
"""Those that it enters by itself; all others people enter who have verified them."""


class Standing(StrEnum):
    """Whether a unit is scored at all."""

    SCORED = "已评分"
    TOO_FEW = "样本不足"
    NONE = "无诉求"


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One item of the score."""

    key: str
    weight: Decimal
    target: Decimal
    slope: Decimal
    """Points per percentage point off the target."""
    floor: Decimal
    over: bool = False
    """Points are lost above the target, not below it."""
    optional: bool = False
    """Dropped when the denominator is too small; otherwise nothing to divide is full points."""


@dataclass(frozen=True, slots=True)
class PointRule:
    """What one kind of plus or minus is worth."""

    kind: str
    words: str
    each: Decimal
    most: Decimal | None = None
    """All of a month together; None: no limit."""
    zero: bool = False
    """The whole score becomes 0."""


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """What differs from city to city (``config/score.toml``)."""

    items: tuple[ItemRule, ...]
    bands: tuple[tuple[str, Decimal], ...]
    """Name and lowest score, the best first."""
    points: Mapping[str, PointRule]
    min_items: int = 5
    min_tickets: int = 10
    rank: bool = True
    objection_days: int = 5
    """Working days in which a unit may object to a published notice."""
    freeze_day: int = 5
    """Day of the next month on which a month is frozen."""

    def band(self, score: Decimal) -> str:
        """The band of a score."""
        return next(name for name, least in self.bands if score >= least)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of one unit."""

    rule: ItemRule
    rate: Rate
    points: Decimal
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One plus or minus of one unit."""

    kind: str
    n: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a unit has got, item by item."""

    standing: Standing
    items: tuple[Item, ...]
    base: Decimal
    """Σ of the kept items, carried over to 100."""
    plus: Decimal
    minus: Decimal
    total: Decimal
    band: str
    """Empty unless scored."""
    zeroed: bool = False


def points(rule: ItemRule, percent: Decimal) -> Decimal:
    """max(floor, weight − slope × gap), rounded half up to 2 decimals.

    >>> points(ItemRule("on_time", Decimal(25), Decimal(98), Decimal(1), Decimal(0)), Decimal("80.00"))
    Decimal('7.00')
    """
    gap = max(_ZERO, percent - rule.target if rule.over else rule.target - percent)
    return max(rule.floor, rule.weight - rule.slope * gap).quantize(_CENT, ROUND_HALF_UP)


def score(rules: ScoreRules, rates: Mapping[str, Rate], received: int, given: Sequence[Point] = ()) -> Score:
    """The score of a unit.

    Args:
        rates: by key; what is missing has no denominator.
        received: assignments of the month; decides whether the unit is scored at all.
        given: plus and minus points, each time one.
    """
    items = tuple(_item(rules, rule, rates.get(rule.key, Rate())) for rule in rules.items)
    kept = [item for item in items if not item.dropped]
    weights = sum((item.rule.weight for item in kept), _ZERO)
    base = sum((item.points for item in kept), _ZERO)
    if kept and len(kept) < len(items):
        base = (base * _HUNDRED / weights).quantize(_CENT, ROUND_HALF_UP)
    plus, minus, zeroed = _given(rules, given)
    total = _ZERO if zeroed else min(_HUNDRED, max(_ZERO, base + plus - minus))
    standing = Standing.NONE if not received else Standing.TOO_FEW if received < rules.min_tickets else Standing.SCORED
    band = rules.band(total) if standing is Standing.SCORED else ""
    return Score(standing, items, base, plus, minus, total.quantize(_CENT), band, zeroed)


def ranks(scores: Mapping[str, Score]) -> dict[str, int]:
    """Places inside one group, equal scores share one; only units that are scored."""
    totals = sorted((each.total for each in scores.values() if each.standing is Standing.SCORED), reverse=True)
    return {unit: totals.index(each.total) + 1 for unit, each in scores.items() if each.standing is Standing.SCORED}


def _item(rules: ScoreRules, rule: ItemRule, rate: Rate) -> Item:
    if rule.optional and rate.total < rules.min_items:
        return Item(rule, rate, _ZERO, dropped=True)
    if rate.percent is None:
        return Item(rule, rate, rule.weight.quantize(_CENT))
    return Item(rule, rate, points(rule, rate.percent))


def _given(rules: ScoreRules, given: Sequence[Point]) -> tuple[Decimal, Decimal, bool]:
    plus = minus = _ZERO
    zeroed = False
    for kind, rule in rules.points.items():
        n = sum(point.n for point in given if point.kind == kind)
        amount = rule.each * n
        if rule.most is not None:
            amount = max(-rule.most, min(rule.most, amount))
        plus, minus = plus + max(_ZERO, amount), minus + max(_ZERO, -amount)
        zeroed = zeroed or (rule.zero and n > 0)
    return plus, minus, zeroed
