"""Reads the working calendar (``config/calendar``): a file per year's notice, and the office hours.

Never stops at the first fault and never refuses to make a calendar: what can't be read is left out and told.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hotline.domain.calendar import DueAt, WorkCalendar
from hotline.domain.office_hours import OFFICE_HOURS, Season, Span, Windows

OFFICE = "office.toml"
_YEAR = re.compile(r"[0-9]{4}")
_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_HOLIDAY_KEYS = {"name", "from", "to", "makeup"}


def read_calendar(folder: Path) -> tuple[WorkCalendar, list[str]]:
    """The calendar of all files in a folder, and every fault in them as a Chinese sentence."""
    years, office, faults = calendar_tables(folder)
    calendar, more = calendar_in(years, office)
    return calendar, faults + more


def calendar_tables(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Any] | None, list[str]]:
    """The files as written: each year's notice by the year, the office hours, and what could not be read."""
    years: dict[str, dict[str, Any]] = {}
    office: dict[str, Any] | None = None
    faults: list[str] = []
    if not folder.is_dir():
        return years, office, [f"没有日历文件夹 {folder.name}，请检查配置"]
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
            faults.append(f"{path.name}:不是有效的 TOML({error}),请改正")
            continue
        if path.name == OFFICE:
            office = table
        elif _YEAR.fullmatch(path.stem):
            years[path.stem] = table
        else:
            faults.append(f"{path.name}:日历文件应以年份命名，如 2026.toml")
    if not (folder / OFFICE).is_file():
        faults.append(f"缺少 {OFFICE}，请写明办公时间")
    return years, office, faults


def calendar_in(
    years: Mapping[str, Mapping[str, Any]], office: Mapping[str, Any] | None
) -> tuple[WorkCalendar, list[str]]:
    """The calendar that these tables say, and every fault in them."""
    reading = _Reading()
    windows, due_at = OFFICE_HOURS, DueAt.OFFICE_CLOSE
    for name in sorted(years):
        reading.year(f"{name}.toml", int(name), years[name])
    if office is not None:
        windows, due_at = reading.office(office)
    calendar = WorkCalendar(reading.holidays, reading.makeups, frozenset(reading.years), windows, due_at)
    return calendar, reading.faults


class _Reading:
    """What has been read so far, and what was wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.holidays: dict[date, str] = {}
        self.makeups: dict[date, str] = {}
        self.years: set[int] = set()

    def year(self, file: str, year: int, table: Mapping[str, Any]) -> None:
        """One year's notice. A year with a fault still counts as known: the faults stop the start anyway."""
        self._unknown(file, table, {"year", "holidays"})
        if table.get("year") != year:
            self.faults.append(f"{file}:year 应为 {year}，与文件名一致")
        entries = table.get("holidays")
        if not isinstance(entries, list) or not entries:
            self.faults.append(f"{file}:缺少 holidays,请按放假通知逐个节日填写")
            return
        self.years.add(year)
        before = len(self.faults)
        for number, entry in enumerate(entries, 1):
            where = f"{file}:第 {number} 个 holidays"
            if not isinstance(entry, Mapping):
                self.faults.append(f"{where} 应为一个节日，写成 [[holidays]]")
                continue
            self._holiday(where, year, entry)
        if len(self.faults) == before:
            self._contradictions(file, year)

    def _holiday(self, where: str, year: int, entry: Mapping[str, Any]) -> None:
        self._unknown(where, entry, _HOLIDAY_KEYS)
        name = entry.get("name")
        if not isinstance(name, str) or not name:
            self.faults.append(f"{where} 缺少 name,请写节日名称")
            name = "节假日"
        makeup = entry.get("makeup", [])
        alone = bool(makeup) and not entry.keys() & {"from", "to"}  # only a day that is worked, as after a storm
        first, last = (
            None if alone else self._date(f"{where} 的 {key}", year, entry.get(key)) for key in ("from", "to")
        )
        if not isinstance(makeup, list):
            self.faults.append(f"{where} 的 makeup 应为日期列表")
            makeup = []
        for each in makeup:
            if (on := self._date(f"{where} 的 makeup", year, each)) is not None:
                self._put(where, self.makeups, on, name)
        if first is None or last is None:
            return
        if not first <= last <= first + timedelta(days=30):
            self.faults.append(f"{where} 的 to 应在 from 当天或之后，且不超过 30 天")
            return
        for offset in range((last - first).days + 1):
            self._put(where, self.holidays, first + timedelta(days=offset), name)

    def _put(self, where: str, days: dict[date, str], on: date, name: str) -> None:
        if on in days:
            self.faults.append(f"{where}:{on} 重复，请只写一次")
        days[on] = name

    def _date(self, where: str, year: int, value: object) -> date | None:
        on: date | None = None
        if type(value) is date:
            on = value
        elif isinstance(value, str):
            try:
                on = date.fromisoformat(value)
            except ValueError:
                on = None
        if on is None:
            self.faults.append(f"{where} 不是日期，请写成 {year}-01-31")
        elif abs(on.year - year) > 1:
            self.faults.append(f"{where}:{on} 不属于 {year} 年的通知")
            return None
        return on

    def _contradictions(self, file: str, year: int) -> None:
        for on in sorted(self.makeups):
            if on.year != year:
                continue
            if on in self.holidays:
                self.faults.append(f"{file}:{on} 既放假又调休上班，请核对通知")
            elif on.weekday() < 5:
                self.faults.append(f"{file}:{on} 本来就是工作日，不必写在 makeup")

    def office(self, table: Mapping[str, Any]) -> tuple[Windows, DueAt]:
        """Office hours and ``due.at``; the defaults where they can't be read."""
        self._unknown(OFFICE, table, {"due_at", "seasons"})
        due_at = DueAt.OFFICE_CLOSE
        try:
            due_at = DueAt(str(table.get("due_at")))
        except ValueError:
            self.faults.append(f"{OFFICE}:due_at 应为 {'、'.join(DueAt)} 之一")
        seasons: list[Season] = []
        entries = table.get("seasons")
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            season = self._season(f"{OFFICE}:第 {number} 个 seasons", entry)
            if season is not None and any(season.first == other.first for other in seasons):
                self.faults.append(f"{OFFICE}:第 {number} 个 seasons 的起始日重复")
            elif season is not None:
                seasons.append(season)
        if not entries or not isinstance(entries, list):
            self.faults.append(f"{OFFICE}:缺少 seasons,请写明办公时间")
        return (Windows(tuple(seasons)) if seasons else OFFICE_HOURS), due_at

    def _season(self, where: str, entry: object) -> Season | None:
        if not isinstance(entry, Mapping):
            self.faults.append(f"{where} 应写成 [[seasons]]")
            return None
        self._unknown(where, entry, {"from", "spans"})
        try:
            # A leap year, so that 02-29 may begin a season.
            first = date.fromisoformat(f"2024-{entry.get('from')}")
        except ValueError:
            self.faults.append(f"{where} 的 from 应为月-日，如 06-01")
            return None
        texts = entry.get("spans")
        spans = [_span(text) for text in texts] if isinstance(texts, list) else []
        read = [span for span in spans if span is not None]
        if not read or len(read) < len(spans) or any(a[1] >= b[0] for a, b in pairwise(read)):
            self.faults.append(f'{where} 的 spans 应为先后不重叠的时段，如 ["08:30-12:00", "14:30-17:30"]')
            return None
        return Season((first.month, first.day), tuple(read))

    def _unknown(self, where: str, table: Mapping[str, Any], keys: set[str]) -> None:
        self.faults += [f"{where}:没有“{key}”这一项，请检查拼写" for key in table if key not in keys]


def _span(text: object) -> Span | None:
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        opens, closes = time.fromisoformat(match[1]), time.fromisoformat(match[2])
    except ValueError:
        return None
    return (opens, closes) if opens < closes else None
