"""Which appeals of different people are one event 事件 (handbook §7): category, place, time; and what is a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.duplicates import COUNTY, Place, same_place
from hotline.domain.matters import Gathering, Group

TOWNSHIP = 9
"""Digits of a region code that name a township or street, the finest supply area that is known."""
COMPARED = 400
"""Appeals of one category that are compared with each other, the newest: a storm must not cost a minute."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One appeal as gathering sees it."""

    id: int
    person: str
    """What tells people apart; equal for two appeals of one person."""
    category: str
    place: Place
    at: datetime


def together(one: Sighting, other: Sighting, rules: Gathering) -> bool:
    """Whether two appeals may be about one happening."""
    if one.category != other.category or abs(one.at - other.at) > rules.within:
        return False
    if one.category in rules.outage and _same_area(one.place.region, other.place.region):
        return True
    return same_place(one.place, other.place, rules.metres) is True


def _same_area(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return False
    digits = TOWNSHIP if min(len(one), len(other)) >= TOWNSHIP else COUNTY
    return one[:digits] == other[:digits]


def gather(found: Iterable[Sighting], rules: Gathering) -> list[tuple[Sighting, ...]]:
    """Appeals that may be one event, each group oldest first; the largest group first."""
    by_category: dict[str, list[Sighting]] = defaultdict(list)
    for each in sorted(found, key=lambda s: (s.at, s.id)):
        by_category[each.category].append(each)
    groups: list[tuple[Sighting, ...]] = []
    for listed in by_category.values():
        groups += [g for g in _chains(listed[-COMPARED:], rules) if people(g) >= rules.least]
    return sorted(groups, key=lambda g: (-people(g), g[0].at))


def people(found: Sequence[Sighting]) -> int:
    """How many people these appeals are from."""
    return len({each.person for each in found})


def _chains(listed: Sequence[Sighting], rules: Gathering) -> list[tuple[Sighting, ...]]:
    """Groups in which everybody stands together with the one who was first there."""
    groups: list[list[Sighting]] = []
    for each in listed:
        home = next((group for group in groups if together(group[0], each, rules)), None)
        if home is None:
            groups.append([each])
        else:
            home.append(each)
    return [tuple(group) for group in groups]


def is_group(found: Sequence[Sighting], now: datetime, rules: Group) -> bool:
    """Whether so many people stand on one event that it is a group's appeal (群体诉求)."""
    lately = people([each for each in found if each.at > now - DAY])
    this_week = people([each for each in found if each.at > now - WEEK])
    return lately >= rules.day or this_week >= rules.week


def is_brief(found: Sequence[Sighting], rules: Group) -> bool:
    """Whether the leader gets a brief (专报)."""
    return people(found) >= rules.brief
