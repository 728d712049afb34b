"""A table of sections with plain values as a form: one box per value, with its unit; what was typed is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.domain.tables import NAMED_BY
from hotline.settings.editions import Table
from web.configuration.boxes import UNIT, UNITS, Box, kind_of, shown, value_in
from web.configuration.entries import GONE, Entry, entries_of, kept_of, placed, retyped
from web.configuration.labels import KEYS
from web.configuration.section_labels import CHOICES, LISTS, SECTIONS, Entries

__all__ = ["GONE", "UNIT", "UNITS", "Section", "is_flat", "placed", "sections", "table_of", "typed_as"]


@dataclass(frozen=True, slots=True)
class Section:
    """Values that belong together."""

    title: str
    boxes: tuple[Box, ...]
    entries: tuple[Entry, ...] = ()

    @property
    def every(self) -> tuple[Box, ...]:
        """All boxes, those of entries too."""
        return (*self.boxes, *(box for entry in self.entries for box in entry.boxes))


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
    lists = _lists(name, shape)
    flat, now = _flat(_without(shape, lists)), _flat(_without(table, lists))
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
    for key, listed in lists.items():
        found.append(Section(listed.title, (), tuple(entries_of(listed, key, shape[key], typed, faults or {}))))
    return found


def _without(table: Table, keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in keys}


def table_of(name: str, shape: Table, typed: Mapping[str, str]) -> dict[str, Any]:
    """The table that a filled-in form says; what can't be read stays as typed, and its reader says what is wrong."""
    lists = _lists(name, shape)
    made = _rebuilt(_without(shape, lists), "", typed)
    for key, listed in lists.items():
        made[key] = [entry for _, entry in kept_of(listed, key, shape[key], typed)]
    return {key: made[key] for key in shape}


def typed_as(name: str, shape: Table, table: Table) -> dict[str, str]:
    """A table as if it had been typed into the form of ``shape``."""
    boxes = [box for section in sections(name, shape, table) for box in section.boxes]
    typed = {box.key: box.value for box in boxes} | {box.key + UNIT: box.unit for box in boxes if box.unit}
    for key, listed in _lists(name, shape).items():
        typed |= retyped(listed, key, shape[key], table.get(key, ()))
    return typed


def _lists(name: str, shape: Table) -> dict[str, Entries]:
    return {key: listed for (of, key), listed in LISTS.items() if of == name and key in shape}


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
            made[key] = value_in(kind_of(value), f"{path}{key}", typed)
    return made


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
    value, unit = shown(kind, now)
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
        changed=(value, unit) != shown(kind, now),
        choices=choices,
        handbook=bool(known_as),
    )


def _label(key: str) -> str:
    """The parts of a key in words, without the section, which stands above."""
    parts = key.split(".")[1:] or [key]
    return " · ".join(KEYS.get(part, part) for part in parts)
