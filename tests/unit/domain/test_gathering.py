"""Which appeals are one event, and when an event is a group's appeal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hotline.domain.duplicates import Place
from hotline.domain.gathering import Sighting, gather, is_brief, is_group, people, together
from hotline.domain.matters import Gathering, Group

T0 = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)
RULES = Gathering(metres=500, within=timedelta(hours=24), least=3, outage=("030101",))
GROUP = Group(day=5, week=10, brief=30)


def seen(number: int, person: str = "", hours: float = 0, category: str = "010602", **place: object) -> Sighting:
    where = Place(**{"address": "丽水新村1座"} | place)
    return Sighting(number, person or f"p{number}", category, where, T0 + timedelta(hours=hours))


def test_three_people_near_each_other_within_a_day_are_one_event() -> None:
    (found,) = gather([seen(1), seen(2, hours=1), seen(3, hours=23)], RULES)
    assert [each.id for each in found] == [1, 2, 3]


@pytest.mark.parametrize(
    "third",
    [
        pytest.param(seen(3, person="p1"), id="the same person twice"),
        pytest.param(seen(3, hours=24.1), id="a day later"),
        pytest.param(seen(3, category="010601"), id="another level-3 category"),
        pytest.param(seen(3, address="望江花园2座"), id="elsewhere"),
        pytest.param(seen(3, address=""), id="nobody knows where"),
    ],
)
def test_it_takes_three_and_this_is_no_third(third: Sighting) -> None:
    assert gather([seen(1), seen(2), third], RULES) == []


def test_500_metres_are_near_and_more_are_not() -> None:
    here, near, far = (seen(n, lon=119.3, lat=lat, address="") for n, lat in enumerate((26.08, 26.0844, 26.0846)))
    assert together(here, near, RULES)
    assert not together(here, far, RULES)


def test_without_supply_the_area_stands_for_the_distance() -> None:
    one, other = (
        seen(n, category="030101", address=address, region="350102003") for n, address in enumerate(("甲路", "乙巷"))
    )
    assert together(one, other, RULES)
    assert not together(one, seen(3, category="030101", address="丙弄", region="350102004"), RULES)
    assert together(one, seen(4, category="030101", address="丁弄", region="350102"), RULES)


def test_the_largest_event_comes_first() -> None:
    small = [seen(n) for n in range(3)]
    large = [seen(n, category="010601") for n in range(10, 15)]
    assert [people(group) for group in gather([*small, *large], RULES)] == [5, 3]


@pytest.mark.parametrize(
    ("ages", "group"),
    [([0] * 5, True), ([0] * 4, False), ([25] * 9, False), ([25] * 10, True), ([24 * 8] * 10, False)],
)
def test_five_in_a_day_or_ten_in_a_week_are_a_group(ages: list[int], group: bool) -> None:
    found = [seen(n, hours=-age) for n, age in enumerate(ages)]
    assert is_group(found, T0 + timedelta(minutes=1), GROUP) is group


def test_thirty_are_a_brief_to_the_leader() -> None:
    assert not is_brief([seen(n) for n in range(29)], GROUP)
    assert is_brief([seen(n) for n in range(30)], GROUP)
