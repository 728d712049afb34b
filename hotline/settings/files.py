"""Reads ``files.toml`` into :class:`~hotline.domain.attachment.FileLimits`; tells all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.domain.attachment import FileLimits

NUMBERS = {
    "most": (1, 50),
    "megabytes": (1, 200),
    "ticket": (1, 1000),
    "megapixels": (4, 200),
    "side": (640, 10_000),
    "hours": (1, 168),
    "hourly": (1, 10_000),
}


def files_of(table: Mapping[str, Any], name: str) -> tuple[FileLimits | None, list[str]]:
    """The limits of a table that was read or edited."""
    faults = [f"{name}：没有“{key}”这一项，请检查拼写" for key in table.keys() - NUMBERS.keys()]
    for key, (least, most) in NUMBERS.items():
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            faults.append(f"{name}：{key} 应为 {least} 到 {most} 的整数")
    return (None if faults else FileLimits(**table)), faults
