"""Reads ``review.toml`` into a :class:`~hotline.domain.checklist.Checklist`; tells all faults at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hotline.domain.checklist import MOST, Checklist, Item

KEYS = {"code", "words", "help", "required"}
LONGEST = {"words": 20, "help": 60}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


def checklist_of(table: Mapping[str, Any], name: str) -> tuple[Checklist | None, list[str]]:
    """The items of a table that was read or edited."""
    faults = [f"{name}：没有“{key}”这一项，请检查拼写" for key in table.keys() - {"item"}]
    given = table.get("item")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        return None, [*faults, f"{name}：item 应有 1 到 {MOST} 节"]
    items = [_item(n, each if isinstance(each, Mapping) else {}, name, faults) for n, each in enumerate(given, 1)]
    for what, seen in (("code", [i.code for i in items]), ("words", [i.words for i in items])):
        twice = [each for each, n in Counter(seen).items() if n > 1 and each]
        faults += [f"{name}：item 的 {what}“{each}”重复，请改正" for each in twice]
    return (None if faults else Checklist(tuple(items))), faults


def _item(n: int, entry: Mapping[str, Any], name: str, faults: list[str]) -> Item:
    code = entry.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        faults.append(f"{name}：第 {n} 节 item 的 code 应为小写英文字母、数字和下划线，以字母开头，最多 30 个")
        code = ""
    faults += [f"{name}：第 {n} 节 item 没有“{key}”这一项，请检查拼写" for key in entry.keys() - KEYS]
    said: dict[str, str] = {}
    for key, longest in LONGEST.items():
        value = entry.get(key, "" if key == "help" else None)
        said[key] = value.strip() if isinstance(value, str) else ""
        if not isinstance(value, str) or len(said[key]) > longest or (key == "words" and not said[key]):
            least = 1 if key == "words" else 0
            faults.append(f"item.{code or n}.{key}:应为 {least} 到 {longest} 个字")
    required = entry.get("required", True)
    if not isinstance(required, bool):
        faults.append(f"item.{code or n}.required:应为 true 或 false")
    return Item(code, said["words"], required is True, said["help"])
