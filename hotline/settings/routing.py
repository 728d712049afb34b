"""Reads ``routing.toml``: substitutes, hand-over targets and the written rules; tells all faults at once."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from hotline.domain.city import City
from hotline.domain.routing import HandoverRule, Rule, Rules, Stage
from hotline.settings.city import URGENCIES, Fault

TABLES = {"province", "unclear_below", "substitute", "company_words", "duty_lists", "handover", "rule"}
HANDOVER_KEYS = {"id", "target", "categories", "keywords", "reason"}
RULE_KEYS = {
    *("id", "stage", "unit", "category", "region", "keywords", "hours", "urgencies", "co_units"),
    *("priority", "auto", "valid_from", "valid_to", "reason"),
}


class _BadEntry(Exception):  # noqa: N818 - an entry, not the program, is at fault
    pass


def read_rules(path: Path, city: City) -> tuple[Rules, tuple[Fault, ...]]:
    """The rules of the file and its faults; an entry with a fault is left out, the others are kept."""
    table, faults = routing_table(path)
    return (Rules(), tuple(faults)) if faults else rules_in(table, city, path.name)


def routing_table(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The file as written, or what kept it from being read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [Fault(path.name, 0, f"不是正确的 TOML({error});请改正后重新启动")]
    return table, [] if table else [Fault(path.name, 0, "文件不存在或为空；请放回派单规则文件")]


def rules_in(table: Mapping[str, Any], city: City, file: str) -> tuple[Rules, tuple[Fault, ...]]:
    """The rules that a table says; an entry with a fault is left out and told, the others are kept."""
    said: list[str] = [f"未知的配置项 {key}；请删去或改正" for key in table.keys() - TABLES]
    explicit: list[Rule] = []
    handovers: list[HandoverRule] = []
    for n, entry in enumerate(table.get("rule", ()), 1):
        try:
            explicit.append(_rule(entry, city))
        except _BadEntry as bad:
            said.append(f"第 {n} 条 [[rule]]:{bad}")
    for n, entry in enumerate(table.get("handover", ()), 1):
        try:
            handovers.append(_handover(entry, city))
        except _BadEntry as bad:
            said.append(f"第 {n} 条 [[handover]]:{bad}")
    ids = [rule.id for rule in explicit]
    said += [f"规则编号 {twice} 重复；请改用新编号" for twice in sorted({i for i in ids if ids.count(i) > 1})]
    said += _said_of_tables(table, city)
    rules = Rules(
        explicit=tuple(explicit),
        handovers=tuple(handovers),
        substitutes=dict(table.get("substitute", {})),
        company_words={code: tuple(words) for code, words in table.get("company_words", {}).items()},
        duty_lists={code: frozenset(codes) for code, codes in table.get("duty_lists", {}).items()},
        province=str(table.get("province", "")),
        unclear_below=float(table.get("unclear_below", Rules().unclear_below)),
    )
    return rules, tuple(Fault(file, 0, words) for words in said)


def _rule(entry: Mapping[str, Any], city: City) -> Rule:
    _known(entry, RULE_KEYS)
    unit = _text(entry, "unit")
    if "{" not in unit and (unit not in city.units or not city.unit(unit).dispatchable):
        raise _BadEntry(f"unit “{unit}”不是可派单的单位编码；请改正")
    co_units = _words(entry, "co_units")
    if unknown := [code for code in co_units if code not in city.units]:
        raise _BadEntry(f"co_units 中没有这些单位：{'、'.join(unknown)}；请改正")
    category = str(entry.get("category", ""))
    if category and not city.category_path(category):
        raise _BadEntry(f"category “{category}”不在分类表中；请改正")
    stage = str(entry.get("stage", Stage.EXPLICIT.value))
    if stage not in {s.value for s in Stage}:
        raise _BadEntry(f"stage 只能是 a、b、c;现为“{stage}”")
    urgencies = _words(entry, "urgencies")
    if set(urgencies) - set(URGENCIES.values()):
        raise _BadEntry(f"urgencies 只能是 {'、'.join(URGENCIES.values())}")
    return Rule(
        id=_text(entry, "id"),
        unit=unit,
        category=category,
        region=str(entry.get("region", "")),
        keywords=_words(entry, "keywords"),
        hours=_hours(entry),
        urgencies=urgencies,
        co_units=co_units,
        priority=int(entry.get("priority", 0)),
        auto=bool(entry.get("auto", False)),
        valid_from=_moment(entry, "valid_from"),
        valid_to=_moment(entry, "valid_to"),
        stage=Stage(stage),
        reason=str(entry.get("reason", "")),
    )


def _handover(entry: Mapping[str, Any], city: City) -> HandoverRule:
    _known(entry, HANDOVER_KEYS)
    target = _text(entry, "target")
    if target not in city.units:
        raise _BadEntry(f"target “{target}”不是单位编码；请改正")
    categories, keywords = _words(entry, "categories"), _words(entry, "keywords")
    if not categories and not keywords:
        raise _BadEntry("categories 与 keywords 至少写一项，否则所有诉求都会被移交")
    if unknown := [code for code in categories if not city.category_path(code)]:
        raise _BadEntry(f"categories 中没有这些分类：{'、'.join(unknown)}；请改正")
    return HandoverRule(_text(entry, "id"), target, categories, keywords, str(entry.get("reason", "")))


def _said_of_tables(table: Mapping[str, Any], city: City) -> Iterator[str]:
    lines = {u.line for u in city.units.values()}
    for line, substitute in table.get("substitute", {}).items():
        for name in (line, substitute):
            if name not in lines:
                yield f"[substitute] 中的条线“{name}”不存在；请改正"
    for name in ("company_words", "duty_lists"):
        for code in table.get(name, {}):
            if code not in city.units:
                yield f"[{name}] 中的单位“{code}”不存在；请改正"
    if table.get("province", "") not in {"", *city.units}:
        yield f"province “{table['province']}”不是单位编码；请改正"


def _known(entry: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := sorted(entry.keys() - keys):
        raise _BadEntry(f"未知的配置项 {'、'.join(unknown)}；请删去或改正")


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _BadEntry(f"缺少 {key}；请补上")
    return value


def _words(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise _BadEntry(f'{key} 应为文字列表，如 ["甲", "乙"]')
    return tuple(value)


def _hours(entry: Mapping[str, Any]) -> tuple[time, time] | None:
    value = entry.get("hours")
    if value is None:
        return None
    try:
        start, end = (time.fromisoformat(part) for part in value)
    except (TypeError, ValueError) as error:
        raise _BadEntry('hours 应为起止时刻，如 ["22:00", "06:00"]') from error
    return start, end


def _moment(entry: Mapping[str, Any], key: str) -> datetime | None:
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _BadEntry(f"{key} 应为带时区的时刻，如 2026-07-01T00:00:00+08:00")
    return value
