"""Which place a text speaks of: rows of place names in, a region out. Knows no city of its own.

Regions are digits: six for a county, nine for a street or township. A name that fits several places, or that is also an
ordinary word, is never guessed: it needs its suffix or the county beside it, else it is only reported as ambiguous.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

COUNTY_DIGITS = 6


class Kind(StrEnum):
    COUNTY = "county"
    TOWN = "town"
    SPOT = "spot"
    """A road, a landmark, a community."""
    CITY = "city"
    """The city itself: says that the place is not elsewhere, but not where."""
    OUTSIDE = "outside"
    """Another city or province."""
    WORD = "word"
    """An everyday word in which a name hides (尽快安排: 快安): read over."""


class Strength(StrEnum):
    """How much a name needs beside it to count."""

    STRONG = "strong"
    WEAK = "weak"
    """Needs its county somewhere in the text, or a word like 派出所 after it."""
    ORDINARY = "ordinary"
    """Also an everyday word: needs its county right before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One row: a name and the regions it may mean."""

    name: str
    regions: tuple[str, ...] = ()
    kind: Kind = Kind.SPOT
    strength: Strength = Strength.STRONG


@dataclass(frozen=True, slots=True)
class Span:
    """Where a name stands in the text, for marking it."""

    start: int
    end: int
    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text says about the place."""

    region: str | None = None
    """Six or nine digits; None if no place is named or it can't be decided."""
    ambiguous: tuple[str, ...] = ()
    """Regions between which the text leaves the choice."""
    spans: tuple[Span, ...] = ()
    outside: str = ""
    """Name of another city or province, where that is the place."""

    @property
    def certain(self) -> bool:
        """Whether ``region`` may be relied on at its own fineness."""
        return self.region is not None


NOTHING = Found()

_ROAD_AFTER = re.compile(
    r"[东西南北中]?(?:路(?![灯面坏塌断况口边])|巷|大道|新村|大桥|河|人(?!民)|籍|话|菜|辫|街(?!道|镇|边|上|口))"
)
"""After a county's or town's short name: a road elsewhere that bears it, or people from there."""
_OFFICE_AFTER = re.compile(r"派出所|卫生院|镇政府|街道办|乡政府|司法所|镇区|收费站|中心小学")
_COMMUNITY_AFTER = re.compile(r"社区|村委会|中学|小学|工业区|工业园|农贸市场|菜市场")
_THERE_BEFORE = re.compile(r"(?:在|位于|地点|地址|地点是|地址是|住)[::]?$")
_FULL_NAME_BEFORE = re.compile(r"(?:^|[\s,。;:!?、,;:!?(())]|在|位于|地点|地址|地点是|地址是|住)$")
_NAMES_A_BODY = re.compile(r"[^,。;,;]{0,16}?(?:公司|集团|规定|政府|标准|条例|文件|办法|通知|商行|工厂店)")
"""北京市某某公司, 广东省条例: the name of somebody or something, not a place."""
_FROM_BEFORE = re.compile(r"(?:从|由|去|往|转|迁|寄|回|到)$")
_NOT_THERE_AFTER = re.compile(
    r"人|籍|银行|大学|学院|牌|产|户口|户籍|路|街|巷|菜|车牌|号码|小吃|治|话|买|工作|打工|读书|上学|上班|出差|回来|寄"
)


class Gazetteer:
    """Finds places in simplified Chinese text in one pass; built once, then only read."""

    def __init__(self, rows: Iterable[Place]) -> None:
        merged: dict[tuple[str, Kind], Place] = {}
        for row in rows:
            key = (row.name, row.kind)
            known = merged.get(key)
            regions = tuple(dict.fromkeys((*known.regions, *row.regions))) if known else row.regions
            merged[key] = Place(row.name, regions, row.kind, known.strength if known else row.strength)
        self._starting: dict[str, list[Place]] = defaultdict(list)
        for place in sorted(merged.values(), key=lambda p: (-len(p.name), p.kind is Kind.OUTSIDE)):
            if len(place.name) >= 2:
                self._starting[place.name[:2]].append(place)

    def find(self, text: str) -> Found:
        """The place of the text; ``Found()`` if it names none."""
        named = self._named(text)
        if not named:
            return NOTHING
        counties = {p.regions[0] for _, _, p in named if p.kind is Kind.COUNTY}
        ends = {(end, p.regions[0]) for _, end, p in named if p.kind is Kind.COUNTY}
        sure: list[tuple[int, int, Place]] = []
        maybe: list[tuple[int, int, Place]] = []
        for start, end, place in named:
            if place.kind in (Kind.OUTSIDE, Kind.CITY, Kind.WORD):
                continue
            if self._counts(text, start, end, place, counties, ends):
                sure.append((start, end, place))
            elif place.strength is Strength.WEAK:
                maybe.append((start, end, place))
        outside = self._outside(text, named, sure)
        if outside:
            return Found(outside=outside)
        if not sure:
            regions = tuple(dict.fromkeys(r for _, _, p in maybe for r in p.regions))
            return Found(ambiguous=regions, spans=_spans(maybe))
        region, ambiguous = _decided([p.regions for _, _, p in sure])
        return Found(region, ambiguous, _spans(sure))

    def _named(self, text: str) -> list[tuple[int, int, Place]]:
        """Leftmost longest names, not overlapping; of two equal ones the own city's before others'."""
        named: list[tuple[int, int, Place]] = []
        at, last = 0, len(text) - 1
        while at < last:
            for place in self._starting.get(text[at : at + 2], ()):
                end = at + len(place.name)
                if text.startswith(place.name, at) and not _bears_a_road(text, end, place):
                    named.append((at, end, place))
                    at = end - 1
                    break
            at += 1
        return named

    def _counts(
        self, text: str, start: int, end: int, place: Place, counties: Iterable[str], ends: set[tuple[int, str]]
    ) -> bool:
        if place.strength is Strength.STRONG or _OFFICE_AFTER.match(text, end):
            return True
        own = {r[:COUNTY_DIGITS] for r in place.regions}
        if place.strength is Strength.WEAK:
            return not own.isdisjoint(counties) or _COMMUNITY_AFTER.match(text, end) is not None
        return any((start, county) in ends for county in own)

    def _outside(self, text: str, named: list[tuple[int, int, Place]], sure: list[tuple[int, int, Place]]) -> str:
        """The other city that is the place: named as one, with no place or name of our own city beside it."""
        for n, (start, end, place) in enumerate(named):
            if place.kind is not Kind.OUTSIDE:
                continue
            follows = named[n + 1] if n + 1 < len(named) else None
            if follows and follows[0] == end and follows[2].kind is Kind.COUNTY and len(_counties(sure)) <= 1:
                return place.name  # 南京鼓楼: the county's name belongs to the city before it
            if sure or any(p.kind is Kind.CITY for _, _, p in named) or _NOT_THERE_AFTER.match(text, end):
                continue
            if _FROM_BEFORE.search(text, max(0, start - 1), start) or _NAMES_A_BODY.match(text, end):
                continue
            full = place.name[-1] in "市省县区" and _FULL_NAME_BEFORE.search(text, max(0, start - 4), start)
            if full or _THERE_BEFORE.search(text, max(0, start - 4), start):
                return place.name
        return ""


def read_places(path: Path) -> tuple[Place, ...]:
    """Rows of a CSV with the columns ``name,regions,kind,strength``; ``ValueError`` tells the line of a bad row."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        places: list[Place] = []
        for row in reader:
            try:
                regions = tuple(filter(None, (row["regions"] or "").split("|")))
                kind, strength = Kind(row["kind"] or Kind.SPOT), Strength(row["strength"] or Strength.STRONG)
                if not row["name"] or any(not r.isdigit() or len(r) not in (6, 9) for r in regions):
                    raise ValueError(row["name"])
            except (KeyError, ValueError) as error:
                raise ValueError(
                    f"{path.name} 第 {reader.line_num} 行不正确({error});请检查名称、编码和类别"
                ) from error
            places.append(Place(row["name"], regions, kind, strength))
    return tuple(places)


def _counties(named: Iterable[tuple[int, int, Place]]) -> set[str]:
    return {region[:COUNTY_DIGITS] for _, _, place in named for region in place.regions}


def _bears_a_road(text: str, end: int, place: Place) -> bool:
    if place.kind not in (Kind.COUNTY, Kind.TOWN) or place.name[-1] in "区县市镇乡道":
        return False
    return _ROAD_AFTER.match(text, end) is not None


def _decided(sets: list[tuple[str, ...]]) -> tuple[str | None, tuple[str, ...]]:
    """The finest region on which all names agree, and what remains open."""
    every = {region[:COUNTY_DIGITS] for regions in sets for region in regions}
    agreed = set(every)
    for regions in sets:
        agreed &= {region[:COUNTY_DIGITS] for region in regions}
    if len(agreed) != 1:
        return None, tuple(sorted(agreed or every))
    county = agreed.pop()
    towns = {r for regions in sets for r in regions if r.startswith(county) and len(r) > COUNTY_DIGITS}
    if len(towns) == 1:
        return towns.pop(), ()
    return county, tuple(sorted(towns))


def _spans(named: list[tuple[int, int, Place]]) -> tuple[Span, ...]:
    return tuple(Span(start, end, place.name, place.regions) for start, end, place in named)
