"""Whose board a person may see: the own unit and those below it, the county, or the whole city.

Figures hold no personal data: who may see the board without any ticket (an analyst) sees the whole city's.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotline.domain.city import GOVERNMENT_KIND, City, Level, Unit
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.permissions import Actor, Permission, Scope
from hotline.store.work import Work
from hotline.usecases.access import units_in_scope

COUNTIES = "县（市、区）"
"""Name of the group that the counties make."""


@dataclass(frozen=True, slots=True)
class Group:
    """Units that may be compared with each other (handbook §11)."""

    name: str
    units: tuple[Unit, ...]


def top(city: City, by: Actor) -> str:
    """The unit whose board the person sees first.

    Raises:
        NotYours: the person has no board, or no unit.
    """
    if not by.may(Permission.BOARD_VIEW):
        raise NotYours("您没有查看看板的权限，需要的话请联系管理员", rule="§2")
    if by.scope in (Scope.ALL, Scope.NONE):
        return city.root
    if by.unit not in city.units:
        raise NotYours("您的账号还没有所属单位，请联系管理员", rule="§2")
    if by.scope is Scope.REGION:
        region = city.unit(by.unit).region_code
        government = city.government(region[:6])
        return city.root if region.endswith("00") else government.code if government else by.unit
    return by.unit


def may_watch(city: City, by: Actor, unit: str) -> bool:
    """Whether the person may see the board of ``unit``."""
    if not by.may(Permission.BOARD_VIEW):
        return False
    if by.scope in (Scope.ALL, Scope.NONE):
        return unit in city.units
    return unit in (units_in_scope(city, by) or ())


def chosen(work: Work, unit: str | None) -> str:
    """The unit asked for, if this person may see its board; their own first unit when none is named.

    Raises:
        Invalid: there is no such unit.
        NotYours: it is outside the person's scope.
    """
    city = work.rules.city
    if not unit:
        return top(city, work.by)
    if unit not in city.units:
        raise Invalid({"unit": "没有这个单位，请从列表中选择"})
    if not may_watch(city, work.by, unit):
        raise NotYours("看板只能看本单位及下属单位，需要的话请联系管理员", rule="§2")
    return unit


def groups(city: City, unit: str) -> tuple[Group, ...]:
    """The units below ``unit`` by the groups in which they are compared; empty groups are left out."""
    below = [city.unit(code) for code in city.below(unit)[1:]]
    below = [each for each in below if not each.is_handover and each.code != city.root]
    whole = city.unit(unit).level not in (Level.COUNTY, Level.TOWNSHIP)
    found = (
        Group(COUNTIES, tuple(u for u in below if _is_county(u))),
        Group("市直部门", tuple(u for u in below if u.level is Level.CITY and not u.is_company)),
        Group(
            "县区部门",
            ()
            if whole
            else tuple(u for u in below if u.level is Level.COUNTY and not u.is_company and not _is_county(u)),
        ),
        Group("乡镇街道", tuple(u for u in below if u.is_township)),
        Group("企业", tuple(u for u in below if u.is_company)),
    )
    return tuple(group for group in found if group.units)


def choices(city: City, by: Actor) -> tuple[Group, ...]:
    """What the switcher of the board offers this person: the first unit, then those below it by group."""
    first = top(city, by)
    offered = [Group("", (city.unit(first),))]
    if by.scope is Scope.REGION and not may_watch(city, by, first):
        offered = []
    for group in groups(city, first):
        mine = tuple(unit for unit in group.units if may_watch(city, by, unit.code))
        if mine and (first != city.root or group.name != "乡镇街道"):
            offered.append(Group(group.name, mine))
    return tuple(offered)


def words(city: City, unit: str) -> str:
    """What the board calls the unit: 全市 for the whole city, the region for a county, else its short name."""
    if unit == city.root:
        return "全市"
    known = city.unit(unit)
    return known.region_name if _is_county(known) else known.short_name


def has_intake(city: City, unit: str) -> bool:
    """Whether appeals are registered there: they are counted for the centre and the units above it."""
    return unit in city.ancestors(city.centre)


def _is_county(unit: Unit) -> bool:
    return unit.level is Level.COUNTY and unit.kind == GOVERNMENT_KIND
