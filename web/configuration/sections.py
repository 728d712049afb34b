"""A table of sections with plain values as a form: one box per value, with its unit; what was typed is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.tables import NAMED_BY
from hotline.settings.editions import Table
from web.configuration.labels import KEYS
from web.configuration.section_labels import CHOICES, SECTIONS

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


@dataclass(frozen=True, slots=True)
class Section:
    """Values that belong together."""

    title: str
    boxes: tuple[Box, ...]


def is_flat(table: Table) -> bool:
    """Whether a table has only plain values, sections of such, and lists of entries that can be told apart: a form."""
    return all(
        is_flat(value) if isinstance(value, Mapping) else _named(value) is not None or not _holds_tables(value)
        for value in table.values()
    )


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, (Mapping, list)) for each in value)


def _named(value: Any) -> dict[str, Mapping[str, Any]] | None:
    """A list of plain entries by the name of each; None for anything else."""
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        return None
    by = next((by for by in NAMED_BY if len({str(each.get(by, "")) for each in value}) == len(value)), None)
    inside = [inner for each in value for inner in each.values()]
    if by is None or any(_holds_tables(inner) or isinstance(inner, Mapping) for inner in inside):
        return None
    found = {str(each.get(by, "")): each for each in value}
    return found if all(name and "." not in name for name in found) else None


NAMES = ("id", "key", "code", "name")
"""What an entry is known by is no value of the form; a date (``from``) is."""


def _known_by(entry: Table) -> dict[str, Any]:
    by = next((by for by in NAMES if by in entry), None)
    return {by: entry[by]} if by else {}


def _of(entry: Table) -> dict[str, Any]:
    known = _known_by(entry)
    return {key: value for key, value in entry.items() if key not in known}


def sections(
    name: str,
    shape: Table,
    table: Table,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> list[Section]:
    """The form: values of ``table``, or what was typed; ``shape`` (the shipped table) says which kind each is."""
    known = SECTIONS.get(name, {})
    flat, now = _flat(shape), _flat(table)
    found: list[Section] = []
    placed: set[str] = set()
    for section, (title, keys) in known.items():
        dotted = {f"{section}.{key}" if section else key: labels for key, labels in keys.items()}
        more = [key for key in flat if key not in dotted and _section_of(key) == section]
        names = [key for key in (*dotted, *more) if key in flat]
        placed |= set(names)
        boxes = [_box(name, key, dotted.get(key), flat[key], now.get(key), typed, faults or {}) for key in names]
        if boxes:
            found.append(Section(title, tuple(boxes)))
    for section in dict.fromkeys(_section_of(key) for key in flat if key not in placed):
        names = [key for key in flat if key not in placed and _section_of(key) == section]
        boxes = [_box(name, key, None, flat[key], now.get(key), typed, faults or {}) for key in names]
        found.append(Section(KEYS.get(section, section) or "一般", tuple(boxes)))
    return found


def table_of(shape: Table, typed: Mapping[str, str]) -> dict[str, Any]:
    """The table that a filled-in form says; what can't be read stays as typed, and its reader says what is wrong."""
    return _rebuilt(shape, "", typed)


def _rebuilt(shape: Table, path: str, typed: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in shape.items():
        if isinstance(value, Mapping):
            made[key] = _rebuilt(value, f"{path}{key}.", typed)
        elif (named := _named(value)) is not None:
            made[key] = [
                _known_by(entry) | _rebuilt(_of(entry), f"{path}{key}.{name}.", typed) for name, entry in named.items()
            ]
        else:
            made[key] = _value(kind_of(value), f"{path}{key}", typed)
    return made


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


def _section_of(key: str) -> str:
    return key.split(".")[0] if "." in key else ""


def _flat(table: Table, path: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{path}{key}.")
        elif (named := _named(value)) is not None:
            for name, entry in named.items():
                flat |= _flat(_of(entry), f"{path}{key}.{name}.")
        else:
            flat[f"{path}{key}"] = value
    return flat


def _box(
    name: str,
    key: str,
    labels: tuple[str, str] | None,
    shipped: Any,
    now: Any,
    typed: Mapping[str, str] | None,
    faults: Mapping[str, str],
) -> Box:
    kind = kind_of(shipped)
    choices = CHOICES.get((name, key)) or CHOICES.get((name, f"*.{key.rpartition('.')[2]}")) or {}
    value, unit = _shown(kind, now)
    if typed is not None and (key in typed or kind == "yes"):
        value, unit = typed.get(key, ""), typed.get(key + UNIT, unit)
    label, known_as = labels or (_label(key), "")
    return Box(
        key=key,
        label=label,
        known_as=known_as or key,
        kind="choice" if choices else kind,
        value=value,
        unit=unit,
        fault=faults.get(key, ""),
        changed=(value, unit) != _shown(kind, now),
        choices=choices,
    )


def _label(key: str) -> str:
    """The parts of a key in words, without the section, which stands above."""
    parts = key.split(".")[1:] or [key]
    return " · ".join(KEYS.get(part, part) for part in parts)


def _shown(kind: str, value: Any) -> tuple[str, str]:
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


def _value(kind: str, key: str, typed: Mapping[str, str]) -> Any:
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
