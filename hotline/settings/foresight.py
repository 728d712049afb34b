"""Reads ``foresight.toml`` into :class:`~hotline.domain.foresight.ForesightRules`; tells all faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from hotline.domain.allowances import NaturalHours, allowance_of
from hotline.domain.city import City
from hotline.domain.foresight import ForesightRules, Risk, Season

NUMBERS = ("top", "least", "hot", "days")
KEYS = {*NUMBERS, "change", "ahead", "season", "risk"}
_PERCENT = re.compile(r"([0-9]{1,3})%")


def foresight_of(table: Mapping[str, Any], city: City, name: str) -> tuple[ForesightRules | None, list[str]]:
    """The rules of a table that was read or edited, and every fault in it as a Chinese sentence."""
    faults = [f"{name}:没有“{key}”这一项，请检查拼写" for key in sorted(table.keys() - KEYS)]
    numbers: dict[str, int] = {}
    for key in NUMBERS:
        value = table.get(key)
        if type(value) is not int or not 1 <= value <= 1000:
            faults.append(f"{name}:{key} 应为 1 到 1000 的整数")
        else:
            numbers[key] = value
    percent = _PERCENT.fullmatch(str(table.get("change")))
    if percent is None:
        faults.append(f'{name}:change 应写成 "30%" 这样的百分比')
    try:
        ahead = allowance_of(str(table.get("ahead")))
    except ValueError:
        ahead = None
    if not isinstance(ahead, NaturalHours):
        faults.append(f'{name}:ahead 应写成 "14d" 这样的时长')
    seasons = [_season(each, city, f"{name}:第 {n} 个 season", faults) for n, each in _entries(table, "season")]
    risks = [_risk(each, f"{name}:第 {n} 个 risk", faults) for n, each in _entries(table, "risk")]
    if faults or percent is None or not isinstance(ahead, NaturalHours):
        return None, faults
    return (
        ForesightRules(
            **numbers,
            change=Fraction(int(percent[1]), 100),
            ahead=ahead.span,
            seasons=tuple(each for each in seasons if each),
            risks=tuple(each for each in risks if each),
        ),
        [],
    )


def _entries(table: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    found = table.get(key)
    listed = found if isinstance(found, list) else []
    return [(n, each) for n, each in enumerate(listed, 1) if isinstance(each, Mapping)]


def _season(entry: Mapping[str, Any], city: City, where: str, faults: list[str]) -> Season | None:
    days = [_day(entry.get(key)) for key in ("from", "to")]
    categories, words = entry.get("categories"), entry.get("words")
    begins, ends = days
    if begins is None or ends is None:
        faults.append(f'{where} 的 from 和 to 应写成 "03-01" 这样的月日')
        return None
    if not isinstance(categories, list) or not categories or not isinstance(words, str):
        faults.append(f"{where} 应有 categories 和 words")
        return None
    unknown = [code for code in categories if not any(each.startswith(str(code)) for each in city.categories)]
    if unknown:
        faults.append(f"{where} 的 categories 中没有这些分类：{'、'.join(map(str, unknown))}，请改正")
        return None
    if not entry.get("id") or not entry.get("name"):
        faults.append(f"{where} 缺少 id 或 name")
        return None
    return Season(str(entry["id"]), str(entry["name"]), begins, ends, tuple(map(str, categories)), words)


def _risk(entry: Mapping[str, Any], where: str, faults: list[str]) -> Risk | None:
    words = entry.get("words")
    if not entry.get("id") or not entry.get("name") or not isinstance(words, list) or not all(words):
        faults.append(f"{where} 应有 id、name 和 words")
        return None
    return Risk(str(entry["id"]), str(entry["name"]), tuple(map(str, words)))


def _day(value: object) -> tuple[int, int] | None:
    try:
        found = date.fromisoformat(f"2001-{value}")  # a year without 29 February: no season begins on it
    except ValueError:
        return None
    return found.month, found.day
