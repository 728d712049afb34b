"""Checks of a reply while it is being written: they cost nothing, and they forbid nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.domain.privacy import redact

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
SHORT = 15
"""Characters below which a reply can hardly say what was done and when."""


@dataclass(frozen=True, slots=True)
class Check:
    """One remark; ``said`` and ``better`` when it concerns one sentence."""

    words: str
    said: str = ""
    better: str = ""


def checked(public: str, *, contacted: bool) -> list[Check]:
    """What to look at before the reply is sent.

    Args:
        contacted: a talk with the appellant is on record.
    """
    found = []
    text = public.strip()
    if not text:
        found.append(Check("公开答复还是空的，诉求人会看到这段话"))
    elif len(text) < SHORT:
        found.append(Check("答复很短，请写明做了什么、结果如何"))
    if not contacted:
        found.append(Check("还没有记录与诉求人的联系，建议先联系再提交"))
    for sentence in _SENTENCE.findall(text):
        better = redact(sentence)
        if better != sentence:
            found.append(Check("这句话里有电话、证件号等个人信息，公开答复里应隐去", sentence.strip(), better.strip()))
    return found
