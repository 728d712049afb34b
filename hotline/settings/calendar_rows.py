"""A year's days off and make-up days as rows of a table, read into the year's notice (``config/calendar``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

OFF = frozenset({"放假", "休", "休息", "off", "holiday"})
WORK = frozenset({"上班", "调休", "调休上班", "班", "补班", "work", "makeup"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+0{1,2}:00(?::00)?)?")
LONGEST = 30
"""Days in one row at most."""


class RowFaulty(Exception):  # noqa: N818 - the row is at fault, not the program
    """What is wrong with a row, and what would be right; in Chinese."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: days off, or days at work, of one feast."""

    first: date
    last: date
    off: bool
    name: str


def row_of(cells: dict[str, str]) -> Row:
    """A row with the columns ``date`` (or ``from`` and ``to``), ``kind`` and ``name``.

    Raises:
        RowFaulty: what is wrong with it.
    """
    first = _date(cells.get("date") or cells.get("from") or "", "日期")
    last = _date(cells.get("to") or "", "结束日期") if cells.get("to") else first
    if not first <= last < first + timedelta(days=LONGEST):
        raise RowFaulty(f"结束日期应在日期当天或之后，且不超过 {LONGEST} 天")
    kind = (cells.get("kind") or "").strip().lower()
    if kind not in OFF | WORK:
        raise RowFaulty("类型应为“放假”或“上班”")
    name = (cells.get("name") or "").strip()
    if not name:
        raise RowFaulty("请写节日名称，如春节；调休上班的，写它所补的节日")
    return Row(first, last, kind in OFF, name[:40])


def years_of(rows: Sequence[Row]) -> tuple[dict[str, dict[str, Any]], list[tuple[int, str]]]:
    """The yearly notices that these rows make, and by its number each row that does not fit with the others.

    A day belongs to the year of its feast: 31 December off for 元旦 stands in the next year's notice.
    """
    faults: list[tuple[int, str]] = []
    seen: dict[date, int] = {}
    feasts: dict[tuple[int, str], dict[str, Any]] = {}
    for n, row in enumerate(rows):
        days = [row.first + timedelta(days=each) for each in range((row.last - row.first).days + 1)]
        if any(day in seen for day in days):
            faults.append((n, f"{next(day for day in days if day in seen)} 在表中已经写过，请只写一次"))
            continue
        if not row.off and any(day.weekday() < 5 for day in days):
            faults.append((n, "本来就是工作日，不必写成上班"))
            continue
        seen |= dict.fromkeys(days, n)
        if row.off:
            feast = feasts.setdefault((_year(row), row.name), {"off": [], "makeup": [], "row": n})
            feast["off"] += days
    for n, row in enumerate(rows):
        if row.off or n in dict(faults):
            continue
        near = (row.first.year, row.first.year + 1, row.first.year - 1)
        feast = next((found for each in near if (found := feasts.get((each, row.name)))), {})
        if not feast:
            faults.append((n, f"表中没有“{row.name}”的放假日期，请先写放假，再写它的调休上班"))
            continue
        feast["makeup"] += [row.first + timedelta(days=each) for each in range((row.last - row.first).days + 1)]
    years: dict[str, dict[str, Any]] = {}
    for (year, name), feast in feasts.items():
        notice = years.setdefault(str(year), {"year": year, "holidays": []})
        notice["holidays"] += _entries(name, sorted(feast["off"]), sorted(feast["makeup"]))
    for notice in years.values():
        notice["holidays"].sort(key=lambda entry: entry["from"])
    return years, faults


def _year(row: Row) -> int:
    return row.first.year + 1 if row.name == "元旦" and row.first.month == 12 else row.first.year


def _entries(name: str, days: list[date], makeup: list[date]) -> list[dict[str, Any]]:
    """One entry for each run of days; the make-up days stand with the first."""
    entries: list[dict[str, Any]] = []
    for day in days:
        if entries and date.fromisoformat(entries[-1]["to"]) + timedelta(days=1) == day:
            entries[-1]["to"] = day.isoformat()
        else:
            entries.append({"name": name, "from": day.isoformat(), "to": day.isoformat()})
    if makeup:
        entries[0]["makeup"] = [day.isoformat() for day in makeup]
    return entries


def _date(typed: str, what: str) -> date:
    found = _DATE.fullmatch(typed.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else date.min.replace(month=13)
    except ValueError:
        raise RowFaulty(f"{what}应写成 2027-01-31") from None
