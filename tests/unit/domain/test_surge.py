"""When a flood of appeals is a surge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.surge import counted, half_hour, is_surge, is_typhoon, same_before, to_watch, usual
from hotline.settings import CONFIG
from hotline.settings.city import read_city
from hotline.settings.editions import shipped
from hotline.settings.surge import surge_of
from tests.factories.offices import local

CITY = read_city(CONFIG)[0]
RULES, FAULTS = surge_of(shipped(CONFIG, "fuzhou")[0]["surge"], CITY, "surge.toml")


def test_the_shipped_rules_have_no_fault() -> None:
    assert FAULTS == []


@pytest.mark.parametrize(
    ("volume", "past", "surge"),
    [
        (60, (40, 40, 40, 40), True),
        (59, (40, 40, 40, 40), False),
        (30, (20, 20, 20, 20), True),
        (29, (1, 1, 1, 1), False),
        (30, (0, 0, 0, 0), True),
        (500, (), False),
        (500, (None, None, None, None), False),
        (60, (None, None, None, 40), True),
        (75, (50, 50, 60, 40), True),
        (76, (50, 50, 60, 42), True),
        (76, (50, 50, 60, 43), False),
    ],
)
def test_a_surge_is_half_as_much_again_as_usual_and_at_least_thirty(
    volume: int, past: tuple[int | None, ...], surge: bool
) -> None:
    assert is_surge(volume, past, RULES) is surge


@given(st.integers(0, 500), st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=4))
def test_more_appeals_are_never_less_of_a_surge(volume: int, past: list[int | None]) -> None:
    assert is_surge(volume + 1, past, RULES) or not is_surge(volume, past, RULES)


def test_a_week_without_the_house_is_no_week_without_appeals() -> None:
    assert usual([None, 40, None, 20]) == 30
    assert usual([None, None]) is None


def test_half_hours_are_the_citys_own() -> None:
    assert half_hour(local("2026-03-11 09:29")).name == "0900"
    assert half_hour(local("2026-03-11 09:30")).words == "09:30–10:00"
    assert half_hour(local("2026-03-11 23:59")).words == "23:30–00:00"
    assert [half.name for half in to_watch(local("2026-03-12 00:05"))] == ["0000", "2330"]
    assert [str(day) for day in same_before(half_hour(local("2026-03-11 09:30")), 2)] == ["2026-03-04", "2026-02-25"]


def test_what_a_storm_brings_is_known_by_its_category_or_its_words() -> None:
    assert is_typhoon("030201", "", RULES)
    assert is_typhoon("010101", "小区门口倒树", RULES)
    assert not is_typhoon("010101", "垃圾没有清运", RULES)


def test_a_batch_names_the_commonest_kinds() -> None:
    assert counted([("停水", 2), ("停电", 9)]) == "停电 9 件、停水 2 件"
    assert counted([(name, 1) for name in "甲乙丙丁戊己庚"], 5).endswith("其他 2 件")


def test_every_fault_of_the_file_is_told() -> None:
    rules, faults = surge_of({"factor": 1, "minimum": "x", "oops": 1, "typhoon": {"categories": ["99"]}}, CITY, "f")
    assert rules is None
    assert len(faults) >= 8
