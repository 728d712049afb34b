"""Reads a profile of time limits (``config/sla/NAME.toml``) into :class:`~hotline.domain.limits.Limits`.

A profile may name a ``base`` and then says only what differs. All faults are told at once.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours, allowance_of
from hotline.domain.limits import Handling, Limits

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_PERCENT = re.compile(r"([0-9]{1,2})%")
_OFF = "none"
_EXAMPLES = {WorkingDays: "2wd（工作日）", WorkingHours: "4wh（工作小时）", NaturalHours: "24h（小时）"}


def read_limits(folder: Path, profile: str) -> tuple[Limits | None, list[str]]:
    """The limits of a profile, and every fault as a Chinese sentence; no limits when there is one."""
    table, faults = limits_table(folder, profile)
    if table is None:
        return None, faults
    return limits_in(table, f"{profile}.toml:")


def limits_table(folder: Path, profile: str) -> tuple[dict[str, Any] | None, list[str]]:
    """A profile as written, laid over its base, and what kept it from being read."""
    faults: list[str] = []
    return _table(folder, profile, faults, seen=()), faults


def limits_in(table: Mapping[str, Any], where: str) -> tuple[Limits | None, list[str]]:
    """The limits that a table says, and its faults; each begins with ``where`` and the dotted key."""
    faults: list[str] = []
    made = _fill(Limits, table, where, faults)
    if made is not None:
        faults += _mixed(made.handling, where)
    return (None if faults else made), faults


def profiles(folder: Path) -> tuple[str, ...]:
    """Names of the profiles that a folder holds."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def _table(folder: Path, profile: str, faults: list[str], seen: tuple[str, ...]) -> dict[str, Any] | None:
    path = folder / f"{profile}.toml"
    if not _NAME.fullmatch(profile) or not path.is_file():
        faults.append(f"没有名为“{profile}”的时限方案，可选：{'、'.join(profiles(folder)) or '无'}")
        return None
    if profile in seen:
        faults.append(f"{path.name}:base 绕回到自己，请改正")
        return None
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}:不是有效的 TOML({error}),请改正")
        return None
    base = own.pop("base", None)
    if base is None:
        return own
    under = _table(folder, str(base), faults, (*seen, profile))
    return None if under is None else laid_over(under, own)


def laid_over(under: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """``own`` laid over ``under``, table by table."""
    both = dict(under)
    for key, value in own.items():
        lower = both.get(key)
        both[key] = laid_over(lower, value) if isinstance(lower, dict) and isinstance(value, dict) else value
    return both


class _Unfit(Exception):  # noqa: N818 - a value, not the program, is at fault
    """The value doesn't fit; the message says what would."""


def _fill(shape: type[Any], table: object, where: str, faults: list[str]) -> Any:
    """An instance of a dataclass of limits, or None when there were faults."""
    if not isinstance(table, Mapping):
        faults.append(f"{where} 应为一节")
        return None
    hints = get_type_hints(shape)
    faults += [f"{where}没有“{key}”这一项，请检查拼写" for key in table if key not in hints]
    before = len(faults)
    values = {name: _value(hint, table.get(name), f"{where}{name}", faults) for name, hint in hints.items()}
    return shape(**values) if len(faults) == before else None


def _value(hint: Any, value: object, where: str, faults: list[str]) -> Any:
    """A value of the type of a field; a fault and None when it isn't one."""
    if value is None:
        faults.append(f"{where}:缺少这一项")
        return None
    if dataclasses.is_dataclass(hint) and hint not in _EXAMPLES:
        return _fill(hint, value, f"{where}.", faults)  # type: ignore[arg-type]
    if get_origin(hint) is Mapping:
        return _by_code(hint, value, where, faults)
    try:
        return _read(hint, value)
    except _Unfit as unfit:
        faults.append(f"{where}:{unfit}，现为“{value}”")
        return None


def _by_code(hint: Any, value: object, where: str, faults: list[str]) -> Any:
    """A table with an entry for each member of an enumeration, its code in small letters."""
    codes, kind = get_args(hint)
    if not isinstance(value, Mapping):
        faults.append(f"{where}:应为一节，逐项填写")
        return None
    wanted: dict[str, StrEnum] = {code.lower(): code for code in codes}
    faults += [f"{where}:没有“{key}”这一项，请检查拼写" for key in value if key not in wanted]
    return {code: _value(kind, value.get(key), f"{where}.{key}", faults) for key, code in wanted.items()}


def _read(hint: Any, value: object) -> Any:
    """A plain value; ``_Unfit`` says in Chinese what would fit."""
    if hint is int:
        if type(value) is int and 0 < value < 1000:
            return value
        raise _Unfit("应为正整数")
    if hint is Fraction:
        if isinstance(value, str) and (match := _PERCENT.fullmatch(value)) and 0 < int(match[1]) < 100:
            return Fraction(int(match[1]), 100)
        raise _Unfit("应为百分比，如 25%")
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if NoneType in kinds and value == _OFF:
        return None
    kinds = tuple(kind for kind in kinds if kind is not NoneType)
    if kinds == (timedelta,):
        return _allowance((NaturalHours,), value).span
    return _allowance(kinds, value)


def _allowance(kinds: tuple[Any, ...], value: object) -> Any:
    try:
        limit = allowance_of(value if isinstance(value, str) else "")
    except ValueError:
        limit = None
    if not isinstance(limit, kinds) or (not isinstance(limit, WorkingDays) and not limit.span):
        raise _Unfit(f"应写成 {'、'.join(text for kind, text in _EXAMPLES.items() if kind in kinds)}这样的时限")
    return limit


def _mixed(handling: Handling, where: str) -> list[str]:
    """复杂 and the quick list are compared with the limit of the type, so they must be of one kind of time."""
    kinds = {
        type(limit) for limit in (*handling.normal.values(), handling.complex, handling.quick) if limit is not None
    }
    if len(kinds) == 1:
        return []
    return [f"{where}handling 的 normal、complex、quick 应都用工作日，或都用自然时间"]
