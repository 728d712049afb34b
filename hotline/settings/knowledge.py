"""Reads ``knowledge.toml`` into :class:`~hotline.domain.knowledge.KnowledgeRules`; tells all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.domain.allowances import WorkingDays, allowance_of
from hotline.domain.knowledge import KnowledgeRules

LIMITS = ("policy", "question", "feedback")
NUMBERS = {"months": (1, 12), "expiring_days": (1, 180), "offered": (1, 10), "pinned_hours": (1, 720)}


def knowledge_of(table: Mapping[str, Any], name: str) -> tuple[KnowledgeRules | None, list[str]]:
    """The rules of a table that was read or edited."""
    faults = [f"{name}：没有“{key}”这一项，请检查拼写" for key in table.keys() - {*LIMITS, *NUMBERS}]
    read: dict[str, Any] = {}
    for key in LIMITS:
        read[key] = _days(table.get(key))
        if read[key] is None:
            faults.append(f'{name}：{key} 应写成 "1wd" 这样的工作日')
    for key, (least, most) in NUMBERS.items():
        read[key] = table.get(key)
        if not isinstance(read[key], int) or isinstance(read[key], bool) or not least <= read[key] <= most:
            faults.append(f"{name}：{key} 应为 {least} 到 {most} 的整数")
    return (None if faults else KnowledgeRules(**read)), faults


def _days(value: object) -> WorkingDays | None:
    try:
        found = allowance_of(value if isinstance(value, str) else "")
    except ValueError:
        return None
    return found if isinstance(found, WorkingDays) else None
