"""Reads ``routing.toml``: substitutes, hand-over targets and the written rules; tells all faults at once."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeVar

from hotline.domain.city import City, Unit
from hotline.domain.routing import HandoverRule, Rule, Rules, Stage, why_not_lead
from hotline.settings.city import URGENCIES, Fault

TABLES = {"province", "unclear_below", "substitute", "company_words", "duty_lists", "handover", "rule"}
HANDOVER_KEYS = {"id", "target", "categories", "keywords", "urgencies", "reason"}
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
    duties = _lists(table, "duty_lists", said)
    companies = _lists(table, "company_words", said)
    for n, entry in enumerate(_entries(table, "rule", said), 1):
        try:
            explicit.append(_rule(entry, city, duties))
        except _BadEntry as bad:
            said.append(f"{_which(n, 'rule', entry)}:{bad}")
    for n, entry in enumerate(_entries(table, "handover", said), 1):
        try:
            handovers.append(_handover(entry, city))
        except _BadEntry as bad:
            said.append(f"{_which(n, 'handover', entry)}:{bad}")
    ids = [rule.id for rule in explicit]
    said += [f"规则编号 {twice} 重复；请改用新编号" for twice in sorted({i for i in ids if ids.count(i) > 1})]
    substitutes = _substitutes(table, said)
    unclear_below = table.get("unclear_below", Rules().unclear_below)
    if isinstance(unclear_below, bool) or not isinstance(unclear_below, int | float) or not 0 <= unclear_below <= 1:
        said.append(f"unclear_below 应为 0 到 1 之间的数，现为“{unclear_below}”")
        unclear_below = Rules().unclear_below
    said += _said_of_tables(table, city, substitutes, (*companies, *duties))
    rules = Rules(
        explicit=tuple(explicit),
        handovers=tuple(handovers),
        substitutes=substitutes,
        company_words=companies,
        duty_lists={code: frozenset(codes) for code, codes in duties.items()},
        province=str(table.get("province", "")),
        unclear_below=float(unclear_below),
    )
    return rules, tuple(Fault(file, 0, words) for words in said)


def _which(n: int, what: str, entry: Any) -> str:
    named = entry.get("id") if isinstance(entry, Mapping) else None
    return f"第 {n} 条 [[{what}]]" + (f"（{named}）" if isinstance(named, str) and named else "")


def _entries(table: Mapping[str, Any], key: str, said: list[str]) -> list[Any]:
    value = table.get(key, [])
    if isinstance(value, list):
        return value
    said.append(f"{key} 应写成 [[{key}]]，每条规则一节")
    return []


def _lists(table: Mapping[str, Any], key: str, said: list[str]) -> dict[str, tuple[str, ...]]:
    """A section whose every value is a list of texts."""
    found: dict[str, tuple[str, ...]] = {}
    value = table.get(key, {})
    for name, words in value.items() if isinstance(value, Mapping) else [("", None)]:
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            said.append(f'[{key}] {name} 应为文字列表，如 ["甲", "乙"]')
        else:
            found[name] = tuple(words)
    return found


def _substitutes(table: Mapping[str, Any], said: list[str]) -> dict[str, str]:
    value = table.get("substitute", {})
    if isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values()):
        return dict(value)
    said.append('[substitute] 应写成 "条线" = "替代条线"')
    return {}


def _rule(entry: Any, city: City, duties: Mapping[str, tuple[str, ...]]) -> Rule:
    _known(entry, RULE_KEYS)
    unit = _text(entry, "unit")
    if "{" not in unit and (unit not in city.units or not city.unit(unit).dispatchable):
        raise _BadEntry(f"unit “{unit}”不是可派单的单位编码；请改正")
    leads = _leads(unit, city)
    if not leads:
        raise _BadEntry(f"unit “{unit}”在任何区县都没有对应的单位；请改正")
    co_units = _words(entry, "co_units")
    if unknown := [code for code in co_units if code not in city.units]:
        raise _BadEntry(f"co_units 中没有这些单位：{'、'.join(unknown)}；请改正")
    category = str(entry.get("category", ""))
    if category and not city.category_path(category):
        raise _BadEntry(f"category “{category}”不在分类表中；请改正")
    if refused := _may_not_lead(leads, category, city, duties):
        raise _BadEntry(refused)
    region = str(entry.get("region", ""))
    if region and not any(known.region_code.startswith(region) for known in city.units.values()):
        raise _BadEntry(f"region “{region}”不是本市的区划代码；请改正")
    stage = str(entry.get("stage", Stage.EXPLICIT.value))
    if stage not in {s.value for s in Stage}:
        raise _BadEntry(f"stage 只能是 a、b、c;现为“{stage}”")
    return Rule(
        id=_text(entry, "id"),
        unit=unit,
        category=category,
        region=region,
        keywords=_words(entry, "keywords"),
        hours=_hours(entry),
        urgencies=_urgencies(entry),
        co_units=co_units,
        priority=_typed(entry, "priority", int, 0, "整数"),
        auto=_typed(entry, "auto", bool, False, "true 或 false"),
        valid_from=_moment(entry, "valid_from"),
        valid_to=_moment(entry, "valid_to"),
        stage=Stage(stage),
        reason=str(entry.get("reason", "")),
    )


def _leads(unit: str, city: City) -> list[Unit]:
    """The units that may be meant, in any place of the city."""
    if "{" not in unit:
        return [city.unit(unit)]
    places = [(place[:6], place) for place in city.townships] + [(county, "") for county in city.counties]
    codes = {unit.replace("{county}", county).replace("{township}", township) for county, township in places}
    return [city.units[code] for code in codes if code in city.units]


def _may_not_lead(leads: list[Unit], category: str, city: City, duties: Mapping[str, tuple[str, ...]]) -> str | None:
    """Why the rule would send what must not go there (handbook §6.5); a rule for several categories may hold none."""
    for lead in leads:
        if lead.is_township or not lead.dispatchable:
            for each in city.categories_under(category):
                if each.is_dispatched and (why := why_not_lead(lead, each, duties.get(lead.code, ()))):
                    return why + ("；请写明更细的 category" if len(category) < len(each.code) else "")
    return None


Typed = TypeVar("Typed", int, bool)


def _typed(entry: Mapping[str, Any], key: str, kind: type[Typed], usual: Typed, words: str) -> Typed:
    value = entry.get(key, usual)
    if type(value) is not kind:
        raise _BadEntry(f"{key} 应为{words}，现为“{value}”")
    return value


def _handover(entry: Any, city: City) -> HandoverRule:
    _known(entry, HANDOVER_KEYS)
    target = _text(entry, "target")
    if target not in city.units:
        raise _BadEntry(f"target “{target}”不是单位编码；请改正")
    categories, keywords = _words(entry, "categories"), _words(entry, "keywords")
    if not categories and not keywords:
        raise _BadEntry("categories 与 keywords 至少写一项，否则所有诉求都会被移交")
    if unknown := [code for code in categories if not city.category_path(code)]:
        raise _BadEntry(f"categories 中没有这些分类：{'、'.join(unknown)}；请改正")
    return HandoverRule(
        id=_text(entry, "id"),
        target=target,
        categories=categories,
        keywords=keywords,
        urgencies=_urgencies(entry),
        reason=str(entry.get("reason", "")),
    )


def _said_of_tables(
    table: Mapping[str, Any], city: City, substitutes: Mapping[str, str], named: Iterable[str]
) -> Iterator[str]:
    lines = {u.line for u in city.units.values()}
    for line, substitute in substitutes.items():
        for name in (line, substitute):
            if name not in lines:
                yield f"[substitute] 中的条线“{name}”不存在；请改正"
    for code in named:
        if code not in city.units:
            table_of = "company_words" if code in table.get("company_words", {}) else "duty_lists"
            yield f"[{table_of}] 中的单位“{code}”不存在；请改正"
    if str(table.get("province", "")) not in {"", *city.units}:
        yield f"province “{table['province']}”不是单位编码；请改正"


def _known(entry: Any, keys: set[str]) -> None:
    if not isinstance(entry, Mapping):
        raise _BadEntry("应为一节，逐项填写")
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


def _urgencies(entry: Mapping[str, Any]) -> tuple[str, ...]:
    urgencies = _words(entry, "urgencies")
    if set(urgencies) - set(URGENCIES.values()):
        raise _BadEntry(f"urgencies 只能是 {'、'.join(URGENCIES.values())}")
    return urgencies


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
