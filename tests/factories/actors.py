"""People of the desk, as they stand in tests; accounts are not needed for them."""

from __future__ import annotations

from hotline.domain.permissions import HOUSE, Actor, Role, citizen

LEAD_UNIT = "350102-CGW"
"""Leads the tickets of :func:`tests.factories.appeals.an_appeal`."""
CO_UNIT = "350102-YJJ"
OTHER_UNIT = "350103-CGW"
CITY_UNIT = "350100-CGW"


def a_person(*roles: Role, number: int, name: str = "", unit: str = "") -> Actor:
    """A member of staff with these roles."""
    return Actor(number, name or "、".join(roles), frozenset(roles), unit, "10.0.0.1")


def at_unit(unit: str, number: int = 90) -> Actor:
    """Somebody who may do everything a unit does, for this unit."""
    return a_person(Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, number=number, unit=unit)


AGENT = a_person(Role.AGENT, number=1)
DISPATCHER = a_person(Role.DISPATCHER, number=2)
REVIEWER = a_person(Role.REVIEWER, number=3)
CALLBACK = a_person(Role.CALLBACK, number=4)
SUPERVISOR = a_person(Role.SUPERVISOR, number=5)
QA = a_person(Role.QA, number=12)
UNIT = at_unit(LEAD_UNIT, 6)
CO = at_unit(CO_UNIT, 7)
OTHER = at_unit(OTHER_UNIT, 8)
INSPECTOR = a_person(Role.INSPECTOR, number=9)
LEADER = a_person(Role.LEADER, number=10, unit="350100-GOV")
COUNTY = a_person(Role.COUNTY_DISPATCH, number=11, unit="350102-HOT")
"""Of the county in which LEAD_UNIT and CO_UNIT are."""
SUB_UNIT = "350102-ZJJ"
CITIZEN = citizen("10.0.0.9")

UNIT_ROLES = frozenset({Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, Role.COUNTY_DISPATCH})


def everybody() -> list[Actor]:
    """One person for each role, the appellant and the house among them."""
    single = [
        a_person(role, number=100 + number, unit=LEAD_UNIT if role in UNIT_ROLES else "")
        for number, role in enumerate(Role)
        if role not in (Role.CITIZEN, Role.SYSTEM)
    ]
    return [*single, CITIZEN, HOUSE]
