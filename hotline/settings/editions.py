"""What may be changed while the house runs: one table per name, read by the same readers as the shipped files.

A table is what a TOML file would say, in plain JSON values (dates as texts). The shipped files are edition 0 of each
name; the newest edition in force is laid over them, so that a key that a later release adds has its shipped value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hotline.domain import sms
from hotline.domain.city import City
from hotline.domain.facts import Counting
from hotline.settings.calendar import calendar_in, calendar_tables
from hotline.settings.files import files_of
from hotline.settings.foresight import foresight_of
from hotline.settings.knowledge import knowledge_of
from hotline.settings.matters import matters_in, matters_table
from hotline.settings.privacy import privacy_in, privacy_table
from hotline.settings.quality import quality_of
from hotline.settings.rates import rates_of, rates_table
from hotline.settings.review import checklist_of
from hotline.settings.routing import routing_table, rules_in
from hotline.settings.score import score_in, score_table
from hotline.settings.sla import laid_over, limits_in, limits_table
from hotline.settings.sms import texts_in
from hotline.settings.supervision import supervision_of
from hotline.settings.surge import surge_of
from hotline.settings.telephony import telephony_in, telephony_table

Table = Mapping[str, Any]
Tables = Mapping[str, Table]
"""A table for each name."""
Parts = dict[str, Any]
"""Fields of the rulebook with their values."""


UNFIT = "这一版现在不能使用，已暂用随系统发布的一版；请修改后保存"


@dataclass(frozen=True, slots=True)
class Kind:
    """One name under which editions are kept."""

    name: str
    label: str
    ship: Callable[[Path, str], tuple[Table, list[str]]]
    """The shipped table of a folder of settings and a profile of limits, and what kept it from being read."""
    read: Callable[[Tables, City], tuple[Parts, list[str]]]
    """What the tables say under this name, and every fault; it may look at other names too (hours, calendar)."""
    deep: bool = False
    """The keys are fixed: an edition is laid over the shipped table key by key, and a key no longer known is left out.
    Otherwise whole top-level keys are taken from the edition."""
    lenient: bool = False
    """A faulty entry costs only itself: the others hold, as when a rule names a unit that has been dissolved."""


def plain(value: Any) -> Any:
    """A value of TOML as JSON keeps it: dates and times become texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def overlaid(kind: Kind, shipped: Table, body: Table) -> dict[str, Any]:
    """The table in force: an edition over the shipped one."""
    return _known(shipped, laid_over(shipped, body)) if kind.deep else {**shipped, **body}


def _known(shape: Table, table: Table) -> dict[str, Any]:
    return {
        key: _known(shape[key], value) if isinstance(value, Mapping) and isinstance(shape[key], Mapping) else value
        for key, value in table.items()
        if key in shape
    }


def shipped(folder: Path, profile: str) -> tuple[dict[str, Table], list[str]]:
    """Edition 0 of every name, and what kept files from being read."""
    tables: dict[str, Table] = {}
    faults: list[str] = []
    for kind in KINDS.values():
        table, said = kind.ship(folder, profile)
        tables[kind.name] = plain(table)
        faults += [each for each in said if each not in faults]
    return tables, faults


def read(tables: Tables, city: City) -> tuple[Parts, dict[str, list[str]]]:
    """Fields of the rulebook as these tables say, and the faults by name; a field that can't be made is missing."""
    parts: Parts = {}
    faults: dict[str, list[str]] = {}
    for kind in KINDS.values():
        made, said = kind.read(tables, city)
        parts |= made
        if said:
            faults[kind.name] = said
    return parts, faults


def read_over(shipped: Tables, bodies: Tables, city: City) -> tuple[Parts, dict[str, list[str]]]:
    """The same with editions laid over the shipped tables. Never fails: an edition that can no longer be read (its
    form was changed by a later release) is left out as a whole, and told."""
    tables = {name: overlaid(kind, shipped[name], bodies.get(name, {})) for name, kind in KINDS.items()}
    parts, faults = read(tables, city)
    unfit = {name: said for name, said in faults.items() if not KINDS[name].lenient}
    if unfit:
        parts, again = read({**tables, **{name: shipped[name] for name in unfit}}, city)
        faults = again | {name: [*said, UNFIT] for name, said in unfit.items()}
    return parts, faults


# -- the names -----------------------------------------------------------------------------------------------------


def _ship_limits(folder: Path, profile: str) -> tuple[Table, list[str]]:
    table, faults = limits_table(folder / "sla", profile)
    return table or {}, faults


def _read_limits(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    if not tables["limits"]:
        return {}, []
    limits, faults = limits_in(tables["limits"], "")
    return ({} if limits is None else {"limits": limits}), faults


def _ship_calendar(folder: Path, profile: str) -> tuple[Table, list[str]]:
    years, _, faults = calendar_tables(folder / "calendar")
    return years, faults


def _ship_office_hours(folder: Path, profile: str) -> tuple[Table, list[str]]:
    _, office, faults = calendar_tables(folder / "calendar")
    return office or {}, faults


def _read_calendar(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    calendar, faults = calendar_in(tables["calendar"], tables["office_hours"])
    return {"calendar": calendar}, [fault for fault in faults if not fault.startswith("office.toml")]


def _read_office_hours(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    return {}, calendar_in({}, tables["office_hours"])[1]


def _ship_routing(folder: Path, profile: str) -> tuple[Table, list[str]]:
    table, faults = routing_table(folder / "routing.toml")
    return table, [str(fault) for fault in faults]


def _read_routing(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    rules, faults = rules_in(tables["routing"], city, "routing.toml")
    return {"routing": rules}, [str(fault) for fault in faults]


def _ship_rates(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return rates_table(folder / "rates.toml")


def _read_rates(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    rates, faults = rates_of([tables["rates"]], "rates.toml")
    return ({} if rates is None else {"counting": Counting(centre=city.centre, rates=rates)}), faults


def _ship_score(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return score_table(folder / "score.toml")


def _read_score(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    rules, faults = score_in(tables["score"])
    return ({} if rules is None else {"score": rules}), faults


def _ship_sms(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return {"texts": {str(number): words for number, words in sms.TEXTS.items()}}, []


def _read_sms(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    texts, faults = texts_in(tables["sms"])
    return {"texts": texts}, faults


def _of_file(file: str) -> Callable[[Path, str], tuple[Table, list[str]]]:
    """Ships one file of the folder of settings as it stands."""

    def ship(folder: Path, profile: str) -> tuple[Table, list[str]]:
        try:
            return tomllib.loads((folder / file).read_text(encoding="utf-8")), []
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            return {}, [f"{file}:读不出来（{error}），请改正"]

    return ship


def _read_supervision(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = supervision_of(tables["supervision"], "supervision.toml")
    return ({} if made is None else {"supervision": made}), faults


def _ship_privacy(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return privacy_table(folder / "privacy.toml")


def _read_privacy(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    privacy, faults = privacy_in(tables["privacy"])
    return ({} if privacy is None else {"privacy": privacy}), faults


def _ship_telephony(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return telephony_table(folder / "telephony.toml")


def _read_telephony(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    rules, faults = telephony_in(tables["telephony"])
    return ({} if rules is None else {"telephony": rules}), faults


def _ship_matters(folder: Path, profile: str) -> tuple[Table, list[str]]:
    return matters_table(folder / "matters.toml")


def _read_matters(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    matters, faults = matters_in(tables["matters"])
    return ({} if matters is None else {"matters": matters}), faults


def _read_knowledge(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = knowledge_of(tables["knowledge"], "knowledge.toml")
    return ({} if made is None else {"knowledge": made}), faults


def _read_review(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = checklist_of(tables["review"], "review.toml")
    return ({} if made is None else {"checklist": made}), faults


def _read_quality(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = quality_of(tables["quality"], "quality.toml")
    return ({} if made is None else {"quality": made}), faults


def _read_files(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = files_of(tables["files"], "files.toml")
    return ({} if made is None else {"files": made}), faults


def _read_surge(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = surge_of(tables["surge"], city, "surge.toml")
    return ({} if made is None else {"surge": made}), faults


def _read_foresight(tables: Tables, city: City) -> tuple[Parts, list[str]]:
    made, faults = foresight_of(tables["foresight"], city, "foresight.toml")
    return ({} if made is None else {"foresight": made}), faults


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("limits", "时限", _ship_limits, _read_limits, deep=True),
        Kind("calendar", "工作日历", _ship_calendar, _read_calendar),
        Kind("office_hours", "办公时间", _ship_office_hours, _read_office_hours),
        Kind("privacy", "隐私与保存期限", _ship_privacy, _read_privacy, deep=True),
        Kind("routing", "派单规则", _ship_routing, _read_routing, lenient=True),
        Kind("sms", "短信文本", _ship_sms, _read_sms, deep=True),
        Kind("rates", "统计口径", _ship_rates, _read_rates),
        Kind("score", "考核规则", _ship_score, _read_score),
        Kind("telephony", "话务统计", _ship_telephony, _read_telephony),
        Kind("knowledge", "知识库", _of_file("knowledge.toml"), _read_knowledge),
        Kind("supervision", "督办与预警", _of_file("supervision.toml"), _read_supervision),
        Kind("review", "审核清单", _of_file("review.toml"), _read_review),
        Kind("quality", "质检评分", _of_file("quality.toml"), _read_quality),
        Kind("matters", "并单与事件", _ship_matters, _read_matters, deep=True),
        Kind("surge", "应急模式", _of_file("surge.toml"), _read_surge),
        Kind("files", "附件", _of_file("files.toml"), _read_files),
        Kind("foresight", "热点与风险词", _of_file("foresight.toml"), _read_foresight),
    )
}
"""In the order in which they are read. A new name: its reader, its shipped file, a line here."""
