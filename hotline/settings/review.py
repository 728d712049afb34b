"""Reads ``review.toml`` into a :class:`~hotline.domain.checklist.Checklist`; tells all faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hotline.domain.checklist import MOST, Checklist, Item

KEYS = {"id", "words", "help", "required"}
LONGEST = {"words": 20, "help": 60}
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,29}")


def checklist_of(table: Mapping[str, Any], name: str) -> tuple[Checklist | None, list[str]]:
    """The items of a table that was read or edited."""
    faults = [f"{name}:没有“{key}”这一项，请检查拼写" for key in table.keys() - {"item"}]
    given = table.get("item")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        return None, [*faults, f"{name}:应有 1 到 {MOST} 个 item"]
    items = [_item(each, f"{name}:第 {n} 个 item", faults) for n, each in enumerate(given, 1)]
    for n, item in enumerate(items):
        for key, same in (("id", "code"), ("words", "words")):
            if getattr(item, same) and getattr(item, same) in [getattr(each, same) for each in items[:n]]:
                faults.append(f"{name}:第 {n + 1} 个 item 的 {key} 与前面的重复，请改正")
    return (None if faults else Checklist(tuple(items))), faults


def _item(given: object, where: str, faults: list[str]) -> Item:
    entry = given if isinstance(given, Mapping) else {}
    faults += [f"{where} 没有“{key}”这一项，请检查拼写" for key in entry.keys() - KEYS]
    code, required = entry.get("id"), entry.get("required", True)
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        faults.append(f"{where} 的 id 应为小写英文字母、数字、- 和 _，以字母开头，最多 30 个")
    said = {key: entry.get(key, "") for key in LONGEST}
    for key, longest in LONGEST.items():
        if not isinstance(said[key], str) or not (key == "help" or said[key].strip()) or len(said[key]) > longest:
            faults.append(f"{where} 的 {key} 应为 {0 if key == 'help' else 1} 到 {longest} 个字")
    if not isinstance(required, bool):
        faults.append(f"{where} 的 required 应为 true 或 false")
    return Item(str(code), str(said["words"]).strip(), required is True, str(said["help"]).strip())
