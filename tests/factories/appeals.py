"""Appeals, invented; and a reader that says the same of the same words without a model."""

from __future__ import annotations

from typing import Any

from hotline.domain.appeal import Appeal, AppealType
from hotline.domain.reading import Guess, Reading

PHONE = "13800005678"
CATEGORY = "010107"
"""建筑装修垃圾乱倒: a complaint of ten working days, not on the quick list, never for a township."""
QUICK = "010101"
REGION = "350102"

KNOWN = {
    "路灯": ("010602", 0.95),
    "装修垃圾": (CATEGORY, 0.95),
    "没人扫": (QUICK, 0.5),
}
"""Word → category and confidence, for :func:`plain_reader`."""


def an_appeal(**given: Any) -> Appeal:
    """An ordinary complaint with a phone, dispatched in ten working days unless told otherwise."""
    usual: dict[str, Any] = {
        "channel": "web",
        "title": "装修垃圾堆在路边",
        "content": "小区门口的装修垃圾堆了三天没有清走",
        "phone": PHONE,
        "name": "林晓",
        "address": "鼓楼区示范路1号",
        "region": REGION,
        "category": CATEGORY,
        "type": AppealType.COMPLAINT,
    }
    return Appeal(**usual | given)


def plain_reader(title: str, content: str, address: str = "") -> Reading:
    """What a text says, from a list of words: for tests that are not about the model."""
    text = f"{title}{content}"
    found = next(((code, sure) for word, (code, sure) in KNOWN.items() if word in text), None)
    guesses = (Guess(found[0], found[1], ()),) if found else ()
    region = "350102" if "鼓楼" in f"{address}{text}" else None
    return Reading(
        guesses=guesses,
        confidence=found[1] if found else 0.0,
        type=AppealType.COMPLAINT,
        urgency="CRITICAL" if "漏电" in text else "NORMAL",
        region=region,
        place_certain=region is not None,
        doubt="" if found else "看不出类别",
    )
