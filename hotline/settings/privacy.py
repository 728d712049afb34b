"""Reading ``config/privacy.toml``: how long personal data may be seen and kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotline.domain.keeping import AUDIT_LEAST, Privacy

_NUMBERS = {"unmask_min": (1, 480), "long_list": (1, 100_000), "sessions": (1, 100)}
_DAYS = {
    "audit": (AUDIT_LEAST.days, 36_500),
    "recording": (1, 36_500),
    "sms": (1, 36_500),
    "ticket": (366, 36_500),
}


def privacy_table(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The file as a table, and what kept it from being read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except (OSError, tomllib.TOMLDecodeError) as fault:
        return {}, [f"{path.name}:不能读取（{fault}）"]


def privacy_in(table: Mapping[str, Any]) -> tuple[Privacy | None, list[str]]:
    """The limits the table gives, and every fault."""
    faults: list[str] = []
    keep = table.get("keep")
    days = keep if isinstance(keep, Mapping) else {}
    numbers = {name: _whole(name, table.get(name), *span, faults) for name, span in _NUMBERS.items()}
    kept = {name: _whole(f"keep.{name}", days.get(name), *span, faults) for name, span in _DAYS.items()}
    faults += [f"{name}:没有这一项，请检查拼写" for name in table if name not in _NUMBERS and name != "keep"]
    faults += [f"keep.{name}:没有这一项，请检查拼写" for name in days if name not in _DAYS]
    if faults:
        return None, faults
    return (
        Privacy(
            unmask_for=timedelta(minutes=numbers["unmask_min"]),
            long_list=numbers["long_list"],
            sessions=numbers["sessions"],
            keep_audit=timedelta(days=kept["audit"]),
            keep_recording=timedelta(days=kept["recording"]),
            keep_sms=timedelta(days=kept["sms"]),
            keep_ticket=timedelta(days=kept["ticket"]),
        ),
        [],
    )


def _whole(name: str, value: object, low: int, high: int, faults: list[str]) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        faults.append(f"{name}:应为 {low} 到 {high} 的整数")
        return low
    return value
