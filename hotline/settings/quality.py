"""Reads ``quality.toml`` into :class:`~hotline.domain.quality.QualityRules`; tells all faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hotline.domain.quality import FULL, Item, QualityRules

KEYS = {"id", "words", "help", "points"}
NUMBERS = {"days": (1, 31), "sample": (1, 500)}
LONGEST = {"words": 20, "help": 60}
MOST = 12
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,29}")


def quality_of(table: Mapping[str, Any], name: str) -> tuple[QualityRules | None, list[str]]:
    """The rules of a table that was read or edited."""
    faults = [f"{name}:没有“{key}”这一项，请检查拼写" for key in table.keys() - {"item", *NUMBERS}]
    for key, (least, most) in NUMBERS.items():
        if type(table.get(key)) is not int or not least <= table[key] <= most:
            faults.append(f"{key}:应为 {least} 到 {most} 的整数")
    given = table.get("item")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        return None, [*faults, f"{name}:应有 1 到 {MOST} 个 item"]
    items = [_item(each, f"{name}:第 {n} 个 item", faults) for n, each in enumerate(given, 1)]
    if len({item.code for item in items}) < len(items) or len({item.words for item in items}) < len(items):
        faults.append(f"{name}:有两个 item 的 id 或 words 相同，请改正")
    if not faults and sum(item.points for item in items) != FULL:
        faults.append(f"{name}:各项分值合计应为 {FULL}，现为 {sum(item.points for item in items)}")
    return (None if faults else QualityRules(tuple(items), **{key: table[key] for key in NUMBERS})), faults


def _item(given: object, where: str, faults: list[str]) -> Item:
    entry = given if isinstance(given, Mapping) else {}
    faults += [f"{where} 没有“{key}”这一项，请检查拼写" for key in entry.keys() - KEYS]
    code, points = entry.get("id"), str(entry.get("points", ""))
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        faults.append(f"{where} 的 id 应为小写英文字母、数字、- 和 _，以字母开头，最多 30 个")
    said = {key: entry.get(key, "") for key in LONGEST}
    for key, longest in LONGEST.items():
        if not isinstance(said[key], str) or not (key == "help" or said[key].strip()) or len(said[key]) > longest:
            faults.append(f"{where} 的 {key} 应为 {0 if key == 'help' else 1} 到 {longest} 个字")
    if not re.fullmatch(r"[0-9]{1,3}", points) or not 1 <= int(points) <= FULL:
        faults.append(f"{where} 的 points 应为 1 到 {FULL} 的整数")
        points = "0"
    return Item(str(code), str(said["words"]).strip(), int(points), str(said["help"]).strip())
