"""Reads the yearly notice of the State Council (关于……年部分节假日安排的通知) as people paste it, into a year's table.

The notice says days with their weekdays and how many there are: both are checked, so a slip of the pen or a notice of
another year is told.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_TITLE = re.compile(r"(20[0-9]{2})\s*年部分节假日")
_FEAST = re.compile(
    r"^\s*[(（]?[一二三四五六七八九十0-9]+[)）]?\s*[、.．]\s*(?P<name>[^：:。]{2,20}?)\s*[：:](?P<rest>.*)$"
)
_BARE = re.compile(r"^\s*(?P<name>[^：:。0-9]{2,20}?)\s*[：:](?P<rest>.*[0-9]+\s*月.*)$")
_DAY = re.compile(
    r"(?:(?P<year>20[0-9]{2})\s*年)?\s*(?:(?P<month>[0-9]{1,2})\s*月)?\s*(?P<day>[0-9]{1,2})\s*日"
    r"(?:\s*[（(](?P<note>[^）)]*)[）)])?"
)
_SIGNED = re.compile(r"[0-9]{4}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日\s*$")
"""The date under the notice."""
_COUNT = re.compile(r"(?:共|放假)\s*([0-9]+)\s*天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_NUMBER = {word: n for n, word in enumerate("一二三四五六日")} | {"天": 6}


class _BadSentence(Exception):  # noqa: N818 - a sentence, not the program, is at fault
    pass


def year_of(text: str) -> int | None:
    """The year that the notice is about, if it says so."""
    found = _TITLE.search(text)
    return int(found[1]) if found else None


def read_notice(text: str, year: int) -> tuple[dict[str, Any], list[str]]:
    """The year's table as its file would say it, and every fault as a Chinese sentence; a bad feast is left out."""
    said = year_of(text)
    if said is not None and said != year:
        return {"year": year, "holidays": []}, [f"这是 {said} 年的通知，而正在填写的是 {year} 年，请核对"]
    feasts, faults = [], []
    for name, rest in _feasts(text):
        try:
            feasts.append(_feast(name, rest, year))
        except _BadSentence as bad:
            faults.append(f"{name}:{bad}")
    if not feasts and not faults:
        faults.append(
            "没有读到任何节日；请粘贴通知正文，如“一、元旦：1月1日（周四）至3日（周六）放假，共3天。1月4日（周日）上班。”"
        )
    return {"year": year, "holidays": feasts}, faults


def _feasts(text: str) -> list[tuple[str, str]]:
    """Name and words of each feast; a feast may run over several lines."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = _FEAST.match(line) or _BARE.match(line)
        if match:
            found.append((match["name"].strip(), match["rest"]))
        elif found and _DAY.search(line) and not _SIGNED.search(line):
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def _feast(name: str, words: str, year: int) -> dict[str, Any]:
    off: list[date] = []
    makeup: list[date] = []
    counted: int | None = None
    for sentence in re.split(r"[。；;]", words):
        if "上班" in sentence and "放假" not in sentence:
            makeup += _days(sentence, year)
        elif "放假" in sentence:
            off, counted = _range(sentence, year), _how_many(sentence)
    if not off:
        raise _BadSentence("没有读到放假的日期，请改写成“1月1日至3日放假”")
    first, last = off[0], off[-1]
    days = (last - first).days + 1
    if days < 1:
        raise _BadSentence(f"放假止于 {last}，早于 {first}，请核对")
    if counted is not None and counted != days:
        raise _BadSentence(f"{first} 至 {last} 是 {days} 天，通知写的是 {counted} 天，请核对")
    entry: dict[str, Any] = {"name": name, "from": first.isoformat(), "to": last.isoformat()}
    if makeup:
        entry["makeup"] = [day.isoformat() for day in makeup]
    return entry


def _how_many(sentence: str) -> int | None:
    found = _COUNT.search(sentence)
    return int(found[1]) if found else None


def _range(sentence: str, year: int) -> list[date]:
    days = _days(sentence, year)
    if len(days) > 2:
        raise _BadSentence("放假应写成一段日期，如“1月1日至3日”")
    return days


def _days(sentence: str, year: int) -> list[date]:
    found: list[date] = []
    month: int | None = None
    for match in _DAY.finditer(sentence):
        month = int(match["month"]) if match["month"] else month
        if month is None:
            raise _BadSentence("日期缺少月份，请补上")
        in_year = int(match["year"]) if match["year"] else found[-1].year if found else year
        try:
            day = date(in_year, month, int(match["day"]))
        except ValueError:
            raise _BadSentence(f"没有 {month} 月 {match['day']} 日这一天，请核对") from None
        weekday = _WEEKDAY.search(match["note"] or "")
        if weekday and _NUMBER[weekday[1]] != day.weekday():
            raise _BadSentence(f"{day} 不是周{weekday[1]}，请核对年份和日期")
        found.append(day)
    return found
