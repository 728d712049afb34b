"""One value on a form: which kind of box it gets, how it stands in it, and what a filled-in box says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNITS = {"wd": "个工作日", "wh": "工作小时", "wmin": "工作分钟", "d": "天", "h": "小时", "min": "分钟", "none": "不设"}
_SPAN = re.compile(r"([0-9]+)(wd|wh|wmin|d|h|min)")
_QUOTED = re.compile(r"-?[0-9]+(\.[0-9]+)?")
"""A decimal number that is kept in quotes, so that no digit is lost."""
_PERCENT = re.compile(r"[0-9]+%")
UNIT = ":unit"
"""Ends the name of the field with the unit of a value."""


@dataclass(frozen=True, slots=True)
class Box:
    """One value of the form."""

    key: str
    """Dotted."""
    label: str
    known_as: str
    """Key of handbook §17; else the key of the file."""
    kind: str
    """``span number decimal quoted percent yes choice words text``."""
    value: str
    unit: str = ""
    fault: str = ""
    changed: bool = False
    """It differs from what is in force."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Value → its words, where only some are possible."""
    handbook: bool = True
    """``known_as`` is a key of handbook §17."""


def kind_of(value: Any) -> str:
    """Which kind of box a value gets."""
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int):
        return "number"
    if isinstance(value, float):
        return "decimal"
    if isinstance(value, list):
        return "words"
    if _SPAN.fullmatch(value) or value == "none":
        return "span"
    if _PERCENT.fullmatch(value):
        return "percent"
    return "quoted" if _QUOTED.fullmatch(value) else "text"


def shown(kind: str, value: Any) -> tuple[str, str]:
    if kind == "span":
        match = _SPAN.fullmatch(str(value))
        return (match[1], match[2]) if match else ("", "none") if value == "none" else (str(value), "")
    if kind == "percent":
        return str(value).removesuffix("%"), ""
    if kind == "words":
        return "、".join(map(str, value or ())), ""
    if kind == "yes":
        return ("y" if value else ""), ""
    return ("" if value is None else str(value)), ""


def value_in(kind: str, key: str, typed: Mapping[str, str]) -> Any:
    said = typed.get(key, "").strip()
    match kind:
        case "span":
            unit = typed.get(key + UNIT, "")
            return "none" if unit == "none" else f"{said}{unit}"
        case "percent":
            return f"{said.removesuffix('%').removesuffix('％')}%"
        case "yes":
            return bool(said)
        case "words":
            return [part for part in re.split(r"[、，,;；\s]+", said) if part]
        case "number":
            return int(said) if re.fullmatch(r"-?[0-9]{1,9}", said) else said
        case "decimal":
            return float(said) if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", said) else said
    return said
