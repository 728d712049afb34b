"""Reads ``config/matters.toml`` or an edition of it into :class:`~hotline.domain.matters.Matters`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotline.domain.matters import Asking, Gathering, Group, Matters, Merge, Nuisance, Repeat
from hotline.settings.reading import SettingsFaulty, read

SECTIONS = {
    "merge": Merge,
    "event": Gathering,
    "group": Group,
    "repeat": Repeat,
    "nuisance": Nuisance,
    "asking": Asking,
}


def matters_table(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, unread, and why it can't be."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, [f"缺少配置文件 {path}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name} 不是有效的 TOML（{error}），请改正"]


def matters_in(table: Mapping[str, Any], where: str = "matters.toml") -> tuple[Matters | None, list[str]]:
    """The numbers a table says, and every fault as a Chinese sentence; no numbers when there is one."""
    try:
        made = Matters(**read(SECTIONS, [(where, table)], {}))
    except SettingsFaulty as faulty:
        return None, list(faulty.faults)
    faults = []
    if not 0 < made.merge.similarity <= 1:
        faults.append(f"{where} [merge] similarity：应在 0 到 1 之间")
    if not made.group.day <= made.group.week <= made.group.brief:
        faults.append(f"{where} [group]：应为 day ≤ week ≤ brief")
    return (None if faults else made), faults
