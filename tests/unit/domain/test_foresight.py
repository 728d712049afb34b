"""What is noticed before anybody complains, and words of risk."""

from __future__ import annotations

from datetime import date

import pytest

from hotline.domain.foresight import Season, heard, moved, season_on, tops
from hotline.settings import CONFIG
from hotline.settings.city import read_city
from hotline.settings.editions import shipped
from hotline.settings.foresight import foresight_of

CITY = read_city(CONFIG)[0]
RULES, FAULTS = foresight_of(shipped(CONFIG, "fuzhou")[0]["foresight"], CITY, "foresight.toml")


def test_the_shipped_rules_have_no_fault() -> None:
    assert FAULTS == []


@pytest.mark.parametrize(
    ("n", "before", "told"),
    [(13, 10, True), (12, 10, False), (7, 10, True), (8, 10, False), (9, 3, False), (10, 0, True), (0, 10, True)],
)
def test_a_rise_or_fall_of_thirty_percent_is_told_unless_it_is_small(n: int, before: int, told: bool) -> None:
    assert bool(moved({"010101": n}, {"010101": before}, RULES)) is told


def test_the_commonest_come_first() -> None:
    assert [trend.category for trend in tops({"a": 3, "b": 9, "c": 9}, {}, RULES)] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 2, 15), 2026),
        (date(2027, 2, 16), None),
    ],
)
def test_a_season_is_told_two_weeks_ahead_and_may_cross_the_new_year(on: date, year: int | None) -> None:
    wages = Season("wages", "欠薪", (12, 1), (2, 15), ("0701",), "")
    assert season_on(wages, on, RULES.ahead) == year


@pytest.mark.parametrize(
    ("said", "risks"),
    [
        ("他说活不下去了要跳楼", ["自伤自杀"]),
        ("有人持刀砍人", ["暴力伤害"]),
        ("几十个业主在售楼部拉横幅", ["聚集闹事"]),
        ("路灯不亮", []),
    ],
)
def test_words_of_risk_are_heard(said: str, risks: list[str]) -> None:
    assert [risk.name for risk, _ in heard(said, RULES.risks)] == risks


def test_every_fault_of_the_file_is_told() -> None:
    table = {"top": 0, "oops": 1, "season": [{"id": "x", "from": "13-01", "to": "02-30"}], "risk": [{"id": "x"}]}
    rules, faults = foresight_of(table, CITY, "f")
    assert rules is None
    assert len(faults) >= 7
