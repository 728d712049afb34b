"""Reads the rules of telephone traffic (``config/telephony.toml``, or an edition of them)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hotline.domain.telephony import RATES, Level, TelephonyRules

_WHOLE = {"short_abandon_s": 60, "level_s": 120, "call_back_min": 1440, "once_days": 60}
"""Whole numbers and the most they may be."""


def telephony_table(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, unread, and why it can't be."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, [f"缺少配置文件 {path}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name} 不是有效的 TOML（{error}），请改正"]


def telephony_in(table: Mapping[str, Any], where: str = "telephony.toml") -> tuple[TelephonyRules | None, list[str]]:
    """The rules a table says, and every fault as a Chinese sentence; no rules when there is one."""
    faults = [f"{where}：没有“{key}”这一项，请检查拼写" for key in table.keys() - {*_WHOLE, "formula", "targets"}]
    for key, most in _WHOLE.items():
        if type(table.get(key)) is not int or not 0 < table[key] <= most:
            faults.append(f"{where}：{key} 应为 1 到 {most} 的整数，现为“{table.get(key)}”")
    if table.get("formula") not in list(Level):
        faults.append(f"{where}：formula 应为：{'、'.join(Level)}，现为“{table.get('formula')}”")
    targets: dict[str, Decimal] = {}
    for key, value in dict(table.get("targets") or {}).items():
        try:
            targets[key] = Decimal(str(value))
        except InvalidOperation:
            faults.append(f"{where}：targets.{key} 应为 0 到 100 的数")
        if key not in {name for name, _, _ in RATES}:
            faults.append(f"{where}：targets 里没有“{key}”这个指标")
    if faults:
        return None, faults
    rules = TelephonyRules(
        short_abandon=timedelta(seconds=table["short_abandon_s"]),
        level=timedelta(seconds=table["level_s"]),
        formula=Level(table["formula"]),
        call_back=timedelta(minutes=table["call_back_min"]),
        once=timedelta(days=table["once_days"]),
        targets=targets,
    )
    return rules, []
