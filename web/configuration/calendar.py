"""The working calendar year by year: months at a glance, the feasts as a form, the notice as pasted text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from hotline.domain.calendar import WorkCalendar, local
from hotline.domain.permissions import Permission
from hotline.settings.calendar import calendar_in
from hotline.settings.holiday_notice import read_notice, year_of
from hotline.store.work import Work
from hotline.usecases import editions
from web.configuration.blueprint import bp, page
from web.configuration.proposal import kind_of, proposed, table_in
from web.configuration.views import carried
from web.guard import actor, needs, now, office

P = Permission
NAME = "calendar"
SPARE = 3
"""Empty rows at the end of the form."""
_DAY = re.compile(r"(?:(20[0-9]{2})\s*[年-])?\s*([0-9]{1,2})\s*[月-]\s*([0-9]{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Day:
    """One square of a month."""

    number: int
    kind: str
    """``work``, ``weekend``, ``feast``, ``makeup``."""
    words: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday on; None where a week belongs to another month."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    working_days: int


@dataclass(frozen=True, slots=True)
class Feast:
    """One row of the form, as typed."""

    name: str
    first: str
    last: str
    makeup: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the row: it is left out."""
        return not (self.name or self.first or self.last or self.makeup)


@bp.get("/calendar")
@needs(P.CONFIGURE)
def calendar() -> Response:
    """One year (``?year=``) of the calendar in force."""
    with office().begin(by=actor()) as work:
        table, with_it = editions.table(work, NAME), carried(work, NAME)
        return _shown(work, _year(table), table, with_it)


@bp.post("/calendar/edit")
@needs(P.CONFIGURE)
def calendar_again() -> Response:
    """Back from looking at a change."""
    table = table_in(request.form.get("body"))
    with office().begin(by=actor()) as work:
        now_table = editions.table(work, NAME)
        changed = [year for year in table if table[year] != now_table.get(year)]
        return _shown(work, int(changed[0]) if changed else _year(table), table, carried())


@bp.post("/calendar/<int:year>/notice")
@needs(P.CONFIGURE)
def calendar_notice(year: int) -> Response:
    """A pasted notice fills the form of its year; nothing is saved."""
    text = request.form.get("notice", "")[:20_000]
    read, faults = read_notice(text, year_of(text) or year)
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
        if read["holidays"]:
            year = read["year"]
            table[str(year)] = read
        status = 422 if faults else 200
        told = f"已从通知读出 {len(read['holidays'])} 个节日，尚未保存" if read["holidays"] else ""
        return _shown(work, year, table, carried(work, NAME), faults, told=told, notice=text, status=status)


@bp.post("/calendar/<int:year>")
@needs(P.CONFIGURE)
def calendar_sent(year: int) -> Response:
    """The feasts of a year as typed: on to their effect, or back with what is wrong."""
    rows = _typed(request.form)
    feasts = [_entry(row, year) for row in rows if not row.is_empty]
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
        if feasts:
            table[str(year)] = {"year": year, "holidays": feasts}
        else:
            table.pop(str(year), None)
        faults = editions.faults_of(work, NAME, table)
        if faults:
            return _shown(work, year, table, carried(), [_in_words(fault) for fault in faults], rows=rows, status=422)
    seen, base = carried()["seen"], request.form.get("base")
    return proposed(NAME, table, seen=int(seen or -1), base=table_in(base) if base else None)


_WORDS = {"from": "放假起", "to": "放假止", "makeup": "调休上班", "name": "节日", "holidays": "放假安排"}


def _in_words(fault: str) -> str:
    """A reader's sentence as the form has it: its rows and columns, not the file's."""
    said = re.sub(r"第 ([0-9]+) 个 holidays ?", r"第 \1 行", re.sub(r"^[0-9]{4}\.toml:", "", fault))
    return re.sub(r" ?\b(from|to|makeup|name|holidays)\b ?", lambda m: f"“{_WORDS[m[1]]}”", said)


def _shown(
    work: Work,
    year: int,
    table: Mapping[str, Any],
    with_it: Mapping[str, str],
    faults: list[str] | None = None,
    *,
    rows: list[Feast] | None = None,
    told: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    made, _ = calendar_in(table, editions.table(work, "office_hours"))
    known = sorted({int(each) for each in table} | {local(work.now).year})
    return page(
        "calendar.html",
        here=NAME,
        kind=kind_of(NAME),
        year=year,
        years=sorted({*known, known[-1] + 1, year}),
        is_known=str(year) in table,
        months=months(made, year),
        total=len(made.working_days(year)),
        rows=rows or [*feasts_of(table.get(str(year), {})), *[Feast("", "", "", "")] * SPARE],
        faults=faults or [],
        told=told,
        notice=notice,
        with_it=with_it,
        status=status,
    )


def months(made: WorkCalendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    found = []
    for number in range(1, 13):
        first = date(year, number, 1)
        after = date(year + number // 12, number % 12 + 1, 1)
        days = [_day(made, first + timedelta(days=n)) for n in range((after - first).days)]
        squares: list[Day | None] = [None] * first.weekday() + [*days]
        squares += [None] * (-len(squares) % 7)
        weeks = tuple(tuple(squares[n : n + 7]) for n in range(0, len(squares), 7))
        found.append(Month(number, weeks, sum(day.kind in ("work", "makeup") for day in days)))
    return found


def _day(made: WorkCalendar, on: date) -> Day:
    if (feast := made.makeups.get(on)) is not None:
        return Day(on.day, "makeup", f"{feast}调休上班")
    if (feast := made.holidays.get(on)) is not None:
        return Day(on.day, "feast", f"{feast}放假")
    return Day(on.day, "work" if made.is_working_day(on) else "weekend", "")


def feasts_of(table: Mapping[str, Any]) -> list[Feast]:
    """A year's table as the rows of its form."""
    return [
        Feast(e.get("name", ""), e.get("from", ""), e.get("to", ""), "、".join(e.get("makeup", ())))
        for e in table.get("holidays", ())
    ]


def _typed(form: Mapping[str, str]) -> list[Feast]:
    numbers = sorted({int(n) for key in form if (n := key.partition("-")[2]).isdecimal() and len(n) < 4})
    return [
        Feast(*(form.get(f"{part}-{n}", "").strip()[:200] for part in ("name", "from", "to", "makeup")))
        for n in numbers
    ]


def _entry(row: Feast, year: int) -> dict[str, Any]:
    """A row as its file would say it; what is no date stays as typed, and the reader says so."""
    first = _date(row.first, year)
    entry: dict[str, Any] = {"name": row.name}
    if row.first or row.last or not row.makeup:
        entry |= {"from": first, "to": _date(row.last, year) or first}
    if makeup := [part for part in re.split(r"[、，,;；\s]+", row.makeup) if part]:
        entry["makeup"] = [_date(part, year) for part in makeup]
    return entry


def _date(typed: str, year: int) -> str:
    match = _DAY.fullmatch(typed)
    return f"{int(match[1] or year):04}-{int(match[2]):02}-{int(match[3]):02}" if match else typed


def _year(table: Mapping[str, Any]) -> int:
    asked = request.args.get("year", type=int)
    this = local(now()).year
    return asked if asked and 2000 <= asked <= 2100 else this if str(this) in table else max(map(int, table))
