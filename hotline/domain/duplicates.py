"""Whether two appeals are the same matter (handbook §7): category, place and words; the person is the caller's affair.

Similarity is Dice's coefficient over pairs of neighbouring characters, so word order and small changes count little
and no list of words is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from hotline.domain.matters import Merge

EARTH = 6_371_000
"""Mean radius in metres."""
LEVEL_2 = 4
"""Digits of a category code that name its second level."""
COMMUNITY = 12
"""Digits of a region code that names a community."""
COUNTY = 6
_ADDRESS_LEAST = 4
"""Characters of an address that can stand for a place inside a longer one."""
_COMMUNITY = re.compile(r"[^省市区县镇乡道路街巷号栋楼\d]{2,10}?(?:小区|社区|新村|花园|公寓|家园|广场|大厦|村|苑)")
_ABOVE = re.compile(r"^(?:[^省市区县]{1,8}[省市区县])+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, as far as it was said."""

    lon: float | None = None
    lat: float | None = None
    address: str = ""
    region: str | None = None
    """Region code of any length."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an appeal is about."""

    category: str | None
    """Level-3 code."""
    place: Place
    text: str
    perhaps: tuple[str, ...] = ()
    """Other categories it may belong to while nobody has chosen one."""

    @property
    def kinds(self) -> frozenset[str]:
        """Level-2 categories that it may belong to."""
        return frozenset(code[:LEVEL_2] for code in (self.category, *self.perhaps) if code)


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def similarity(one: str, other: str) -> float:
    """How alike two texts are, 0…1; punctuation, blanks and the width of letters do not count."""
    a, b = _letters(one), _letters(other)
    if a == b:
        return 1.0 if a else 0.0
    first, second = (Counter(text[i : i + 2] for i in range(len(text) - 1)) for text in (a, b))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def metres(one: Place, other: Place) -> float | None:
    """The distance of two places; None when one has no coordinates."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    north, south = radians(one.lat), radians(other.lat)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def same_place(one: Place, other: Place, within: int) -> bool | None:
    """Whether both are within so many metres, or in one community or at one address; None when it was not said."""
    apart = metres(one, other)
    if apart is not None:
        return apart <= within
    if one.region and one.region == other.region and len(one.region) >= COMMUNITY:
        return True
    here, there = (_ABOVE.sub("", _letters(place.address)) for place in (one, other))
    if not here or not there:
        return None
    short, long = sorted((here, there), key=len)
    if short == long or (len(short) >= _ADDRESS_LEAST and short in long):
        return True
    return bool(set(_COMMUNITY.findall(here)) & set(_COMMUNITY.findall(there)))


def same_county(one: Place, other: Place) -> bool:
    """Whether the counties do not contradict each other."""
    return not (one.region and other.region) or one.region[:COUNTY] == other.region[:COUNTY]


def same_matter(one: Matter, other: Matter, rules: Merge) -> bool:
    """Whether one person may mean the same by both: level-2 category and place; a place not said contradicts nothing
    in the same county."""
    if not one.kinds & other.kinds:
        return False
    at_one_place = same_place(one.place, other.place, rules.metres)
    return same_county(one.place, other.place) if at_one_place is None else at_one_place


def duplicate(one: Matter, other: Matter, rules: Merge) -> float | None:
    """How alike two appeals of one person are when the one should be merged into the other; None when it should not."""
    if not same_matter(one, other, rules):
        return None
    alike = similarity(one.text, other.text)
    return alike if alike >= rules.similarity else None
