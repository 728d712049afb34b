"""Long lists that people search by typing: units, categories, regions. Names typed on a page become codes here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hotline.domain.city import City

_CODE = re.compile(r"[（(]([0-9A-Za-z-]+)[）)]\s*$")
_BETWEEN = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list."""

    code: str
    words: str
    """What stands in the field once it is chosen; unique in its list."""
    also: str
    """Other words that find it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One list, and how what was typed is found in it."""

    entries: tuple[Choice, ...]

    def words(self, code: str | None) -> str:
        """The entry's words; empty for none, the code itself for one that is not in the list."""
        return next((each.words for each in self.entries if each.code == code), code or "")

    def code(self, typed: str) -> str:
        """The code of what was typed: code, words, another name, or the only entry that holds it; else unchanged."""
        typed = typed.strip()
        if not typed:
            return ""
        found = _CODE.search(typed)
        wanted = found.group(1) if found else typed
        for each in self.entries:
            if wanted == each.code or typed == each.words:
                return each.code
        named = [each for each in self.entries if typed in each.also.split()]
        holding = named or [each for each in self.entries if typed in each.words]
        holding = holding or [each for each in self.entries if _within(typed, each.words)]
        return holding[0].code if len(holding) == 1 else typed

    def codes(self, typed: str) -> list[str]:
        """The codes of several entries, separated by commas."""
        return [self.code(part) for part in _BETWEEN.split(typed) if part.strip()]


def _within(typed: str, words: str) -> bool:
    """Whether the characters stand there in their order, others between them: 鼓楼城管局 in 鼓楼区城市管理局."""
    left = iter(words)
    return len(typed) > 1 and all(character in left for character in typed)


LISTS = ("units", "categories", "regions", "handover")


_made: dict[str, tuple[City, Choices]] = {}
"""The lists of the organisation in force; made anew when it has been changed."""


def choices(city: City, name: str) -> Choices:
    """The list of this name; ``KeyError`` if there is none."""
    make = {"units": _units, "categories": _categories, "regions": _regions, "handover": _handover}[name]
    known = _made.get(name)
    if known is None or known[0] is not city:
        known = _made[name] = (city, Choices(tuple(_unique(make(city)))))
    return known[1]


def _unique(entries: Iterable[Choice]) -> Iterable[Choice]:
    listed = list(entries)
    times = Counter(each.words for each in listed)
    for each in listed:
        yield each if times[each.words] == 1 else Choice(each.code, f"{each.words}（{each.code}）", each.also)


def _units(city: City) -> Iterable[Choice]:
    units = sorted(
        (u for u in city.units.values() if u.dispatchable and u.active),
        key=lambda u: ("省市县乡".index(u.level), u.code),
    )
    return (Choice(u.code, u.name, f"{u.short_name} {u.code} {u.line}") for u in units)


def _handover(city: City) -> Iterable[Choice]:
    targets = sorted((u for u in city.units.values() if u.is_handover and u.active), key=lambda u: u.code)
    return (Choice(u.code, u.name, u.short_name) for u in targets)


def _categories(city: City) -> Iterable[Choice]:
    for each in city.categories_under(""):
        if each.is_dispatched:
            yield Choice(each.code, city.category_path(each.code), f"{each.name} {each.code} {' '.join(each.keywords)}")


def _regions(city: City) -> Iterable[Choice]:
    for code in (city.region_code, *city.counties, *city.townships):
        yield Choice(code, city.region_name(code), code)
