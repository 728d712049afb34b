"""From tables and environment variables to typed settings, collecting every fault instead of stopping at the first."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

from hotline.domain.errors import Refused

UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
SPAN = re.compile(r"(\d+)\s*(s|min|h|d)")
PREFIX = "HOTLINE__"
KINDS = {
    int: "应为整数",
    float: "应为数字",
    bool: "应为 true 或 false",
    str: "应为文字",
    Path: "应为路径",
    timedelta: '应为时长，如 "30min"、"8h"、"7d"',
    tuple[str, ...]: "应为文字列表",
}
"""The types a setting may have, and what to say when the value is of another."""


class SettingsFaulty(Refused):
    """The configuration can't be used; ``faults`` are all that is wrong with it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("配置有误，请改正后再启动:\n" + "\n".join(f"  · {fault}" for fault in self.faults))


class _UnfitError(Exception):
    """The value is not of the type asked for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A value and the place that says it, for the message when it is wrong."""

    value: Any
    where: str


def from_environment(environ: Mapping[str, str], common: Mapping[str, tuple[str, str]]) -> dict[tuple[str, str], Given]:
    """What the environment sets, by section and key; ``common`` are variables with names of their own."""
    found = {place: Given(environ[name], f"环境变量 {name}") for name, place in common.items() if environ.get(name)}
    for name, value in environ.items():
        if name.startswith(PREFIX):
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            found[section, key] = Given(value, f"环境变量 {name}")
    return found


def read(
    sections: Mapping[str, type[Any]],
    tables: Iterable[tuple[str, Mapping[str, Any]]],
    environment: Mapping[tuple[str, str], Given],
) -> dict[str, Any]:
    """One instance per section; ``SettingsFaulty`` when a key is unknown or missing or its value doesn't fit."""
    given: dict[tuple[str, str], Given] = {}
    faults: list[str] = []
    for file, table in tables:
        for section, entries in table.items():
            if not isinstance(entries, Mapping):
                faults.append(f"{file}:{section} 应写在某一节之内")
                continue
            for key, value in entries.items():
                given[section, key] = Given(value, f"{file} [{section}] {key}")
    given |= environment

    known = {(section, item.name) for section, shape in sections.items() for item in dataclasses.fields(shape)}
    faults += [f"{given[place].where}:没有这一项，请检查拼写" for place in given if place not in known]
    made: dict[str, Any] = {}
    for section, shape in sections.items():
        hints = get_type_hints(shape)
        values: dict[str, Any] = {}
        for item in dataclasses.fields(shape):
            present = given.get((section, item.name))
            if present is None:
                faults.append(f"[{section}] {item.name}:缺少这一项")
                continue
            try:
                values[item.name] = _fit(present.value, hints[item.name])
            except _UnfitError:
                faults.append(f"{present.where}:{KINDS[hints[item.name]]}")
                continue
            low, high = item.metadata.get("between", (None, None))
            if low is not None and not low <= values[item.name] <= high:
                faults.append(f"{present.where}:应在 {low} 到 {high} 之间")
        if len(values) == len(hints):
            made[section] = shape(**values)
    if faults:
        raise SettingsFaulty(faults)
    return made


def _fit(value: Any, kind: Any) -> Any:
    """``value`` as ``kind``; a string from the environment is read, a value from TOML must already be right."""
    try:
        return _READERS[kind](value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise _UnfitError from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _yes_or_no(value: Any) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[_text(value).lower()]


def _span(value: Any) -> timedelta:
    if not (match := SPAN.fullmatch(_text(value).strip())):
        raise ValueError
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _texts(value: Any) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        raise TypeError
    return tuple(_text(item).strip() for item in items if _text(item).strip())


_READERS = {
    int: _whole,
    float: _number,
    bool: _yes_or_no,
    str: _text,
    Path: lambda value: Path(_text(value)),
    timedelta: _span,
    tuple[str, ...]: _texts,
}
