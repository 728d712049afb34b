"""What a reviewer confirms before a reply goes to the appellant (handbook §1, 审核).

The items are data (``config/review.toml``); that every required one was confirmed is the rule.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.domain.errors import Invalid

MOST = 9
"""Each item has a digit as its key."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at."""

    code: str
    """How programs and journals know it."""
    words: str
    required: bool = True
    """Nothing passes without it."""
    help: str = ""
    """When it holds, in a sentence."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """The items in their order."""

    items: tuple[Item, ...]

    def confirmed(self, codes: Collection[str] | None) -> dict[str, Any]:
        """What the journal keeps of a review: the items in the words they had, confirmed and left open.

        Args:
            codes: the items that hold; others than ours say nothing. None: a program that passes the reply as a whole.

        Raises:
            Invalid: a required item is not among them.
        """
        if codes is None:
            return {"checked": None}
        held = [item for item in self.items if item.code in codes]
        left = [item for item in self.items if item not in held]
        missing = [item.words for item in left if item.required]
        if missing:
            words = "、".join(f"“{each}”" for each in missing)
            raise Invalid({"checked": f"还没有确认{words}，确认后再通过，不符合的请退回"}, rule="§4")
        return {"checked": _kept(held), "left_open": _kept(left)}


def _kept(items: Sequence[Item]) -> list[dict[str, str]]:
    return [{"code": item.code, "words": item.words} for item in items]
