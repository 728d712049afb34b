"""Scoring how a caller was served (质检评分): points for each item, a reason for each point lost (handbook §2, QA)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hotline.domain.errors import Invalid

FULL = 100
"""What the points of all items add up to."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is scored."""

    code: str
    words: str
    points: int
    """At most."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What is scored, and how much is drawn."""

    items: tuple[Item, ...]
    days: int
    """Tickets registered in the last so many days are drawn."""
    sample: int
    """So many a day."""

    def scored(self, given: Mapping[str, str], words: str) -> dict[str, int]:
        """The points of every item.

        Raises:
            Invalid: an item has none or too many, by its code; or points are lost and ``words`` don't say why.
        """
        faults: dict[str, str] = {}
        points: dict[str, int] = {}
        for item in self.items:
            said = given.get(item.code, "").strip()
            # Digits of a Chinese input method (１８) are digits.
            if not (said.isdecimal() and len(said) <= 3 and int(said) <= item.points):
                faults[item.code] = f"应为 0 到 {item.points} 的整数"
            else:
                points[item.code] = int(said)
        if not faults and sum(points.values()) < FULL and not words:
            faults["words"] = "扣了分，请写明原因，当事人会看到"
        if faults:
            raise Invalid(faults, rule="§2")
        return points


def mean(totals: list[int]) -> Decimal | None:
    """The mean to two decimals, half up; None of nothing."""
    if not totals:
        return None
    return (Decimal(sum(totals)) / len(totals)).quantize(Decimal("0.01"), ROUND_HALF_UP)
