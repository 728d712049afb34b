"""Reads the declarations of the rates (``config/rates.toml``, or an edition of them) into a :class:`RateBook`.

All faults are told at once, each as a Chinese sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from hotline.domain.conditions import Each
from hotline.domain.rates import Aim, Audience, Count, RateBook, RateDeclaration, Window, unknown_words

_KEYS = frozenset(
    {"key", "label", "row", "version", "since", "numerator", "denominator", "window", "judges", "target", "aim"}
    | {"partial_weight", "satisfied_min", "count"}
)
_COUNT_KEYS = frozenset({"each", "at", "total", "hits", "unless", "partly", "unit"})
_JUDGES = {"unit": Audience.UNIT, "centre": Audience.CENTRE}
_AIMS = {"at_least": Aim.AT_LEAST, "at_most": Aim.AT_MOST}


def rates_table(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, unread, and why it can't be."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, [f"缺少配置文件 {path}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name} 不是有效的 TOML（{error}），请改正"]


def read_rates(path: Path) -> tuple[RateBook | None, list[str]]:
    """The rates of a file, and every fault as a Chinese sentence; no rates when there is one."""
    body, faults = rates_table(path)
    return (None, faults) if faults else rates_of([body], path.name)


def rates_of(bodies: Iterable[Mapping[str, Any]], where: str = "rates") -> tuple[RateBook | None, list[str]]:
    """The rates that these bodies declare together; a later body's version of the same first day wins.

    A body is what the TOML file says: ``{"rate": [{…}, …]}``.
    """
    faults: list[str] = []
    found: dict[str, dict[date, RateDeclaration]] = {}
    for body in bodies:
        for n, table in enumerate(body.get("rate") or [], 1):
            one = _rate(table, f"{where} 第 {n} 项", faults)
            if one is not None:
                found.setdefault(one.key, {})[one.since] = one
    if not found and not faults:
        faults.append(f"{where} 里没有任何比率")
    if faults:
        return None, faults
    return RateBook({key: _chain(versions.values()) for key, versions in found.items()}), []


def _chain(versions: Iterable[RateDeclaration]) -> tuple[RateDeclaration, ...]:
    """Each version until the next begins."""
    inorder = sorted(versions, key=lambda each: each.since)
    ends = [each.since for each in inorder[1:]] + [date.max]
    return tuple(replace(each, until=end) for each, end in zip(inorder, ends, strict=True))


def _rate(table: object, where: str, faults: list[str]) -> RateDeclaration | None:
    before = len(faults)
    if not isinstance(table, Mapping):
        faults.append(f"{where}：应为一节")
        return None
    where = f"{where}（{table.get('key') or '没有 key'}）"
    faults += [f"{where}：没有“{key}”这一项，请检查拼写" for key in table.keys() - _KEYS]
    faults += [f"{where}：缺少 {key}" for key in ("key", "label", "numerator", "denominator") if not table.get(key)]
    since = table.get("since", date.min)
    if isinstance(since, str):
        try:
            since = date.fromisoformat(since)
        except ValueError:
            faults.append(f"{where}：since 应写成 2026-01-01 这样的日期")
    windows = {each.value: each for each in Window}
    if table.get("window") not in windows:
        faults.append(f"{where}：window 应为：{'、'.join(windows)}")
    for key, choices in (("judges", _JUDGES), ("aim", _AIMS)):
        if table.get(key) is not None and table[key] not in choices:
            faults.append(f"{where}：{key} 应为：{'、'.join(choices)}")
    target = _number(table, "target", where, faults, 0, 100)
    weight = _number(table, "partial_weight", where, faults, 0, 1)
    least = table.get("satisfied_min", 3)
    if not isinstance(least, int) or not 1 <= least <= 5:
        faults.append(f"{where}：satisfied_min 应为 1 到 5")
    given = table.get("count")
    if not isinstance(given, list) or not given:
        faults.append(f"{where}：至少要有一个 count")
        given = []
    counts = [count for each in given if (count := _count(each, where, faults)) is not None]
    if len(faults) > before:
        return None
    return RateDeclaration(
        key=str(table["key"]),
        label=str(table["label"]),
        numerator=str(table["numerator"]),
        denominator=str(table["denominator"]),
        window=windows[table["window"]],
        audience=_JUDGES[table.get("judges", "unit")],
        row=int(table.get("row", 0)),
        counts=tuple(counts),
        version=str(table.get("version", "1")),
        since=since if isinstance(since, date) else date.min,
        target=target,
        aim=_AIMS[table.get("aim", "at_least")],
        partial_weight=Decimal("0.5") if weight is None else weight,
        satisfied_min=least,
    )


def _count(table: object, where: str, faults: list[str]) -> Count | None:
    if not isinstance(table, Mapping):
        faults.append(f"{where}：count 应为一节")
        return None
    before = len(faults)
    faults += [f"{where}：count 没有“{key}”这一项，请检查拼写" for key in table.keys() - _COUNT_KEYS]
    each = table.get("each")
    if each not in list(Each):
        faults.append(f"{where}：each 应为：{'、'.join(Each)}")
    if table.get("unit", "lead") not in ("lead", "centre"):
        faults.append(f"{where}：unit 应为 lead 或 centre")
    names: dict[str, tuple[str, ...]] = {}
    for key in ("total", "hits", "unless", "partly"):
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            faults.append(f"{where}：{key} 应为条件名的列表")
            value = []
        names[key] = tuple(value)
    if len(faults) > before:
        return None
    count = Count(each=Each(str(each)), at=str(table.get("at", "")), centre=table.get("unit") == "centre", **names)
    unknown = unknown_words(count)
    faults += [f"{where}：{fault}" for fault in unknown]
    return None if unknown else count


def _number(table: Mapping[str, Any], key: str, where: str, faults: list[str], low: int, high: int) -> Decimal | None:
    given = table.get(key)
    if given is None or given == "":
        return None
    try:
        value = Decimal(str(given))
        if not low <= value <= high or value != round(value, 2):
            raise InvalidOperation
    except InvalidOperation:
        faults.append(f"{where}：{key} 应为 {low} 到 {high} 的数，最多两位小数")
        return None
    return value
