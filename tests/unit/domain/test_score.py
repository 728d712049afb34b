"""The score of handbook §11: unit D of the example month, to the digit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hotline.domain.rates import Rate
from hotline.domain.score import KNOWLEDGE, Point, Score, Standing, ranks, score
from hotline.settings import CONFIG
from hotline.settings.score import score_in, score_table
from tests.unit.domain.test_rates import rate_of

RULES, FAULTS = score_in(score_table(CONFIG / "score.toml")[0])
assert RULES is not None, FAULTS
ITEMS = [item.key for item in RULES.items]


def pair(hits: str | int, total: str | int) -> Rate:
    return Rate(Decimal(hits), Decimal(total))


UNIT_D = {key: rate_of(key) for key in ITEMS if key != KNOWLEDGE}


def of(rates=UNIT_D, received: int = 11, *given: Point) -> Score:
    return score(RULES, rates, received, given)


def test_unit_d_of_the_example_month_scores_56_39() -> None:
    found = of()
    assert [str(item.points) for item in found.items] == [
        "2.67",
        "1.91",
        "7.00",
        "20.00",
        "15.36",
        "1.95",
        "2.50",
        "5.00",
    ]
    assert found.total == Decimal("56.39")
    assert (found.band, found.standing) == ("D", Standing.SCORED)


@pytest.mark.parametrize(
    ("key", "points"),
    [
        ("sign_on_time", "2.67"),
        ("response", "1.91"),
        ("on_time", "7.00"),
        ("resolved", "20.00"),
        ("satisfied", "15.36"),
        ("first_time", "1.95"),
        ("invalid_return", "2.50"),
        (KNOWLEDGE, "5.00"),
    ],
)
def test_each_item_of_unit_d(key: str, points: str) -> None:
    assert {item.rule.key: str(item.points) for item in of().items}[key] == points


def test_a_perfect_unit_scores_a_hundred_and_is_band_a() -> None:
    found = of({key: pair(20, 20) for key in ITEMS if key != "invalid_return"}, 20)
    assert (found.total, found.band) == (Decimal("100.00"), "A")


def test_an_item_with_fewer_than_five_is_dropped_and_the_rest_carried_over_to_a_hundred() -> None:
    rates = UNIT_D | {"resolved": pair(4, 4)}
    found = of(rates)
    assert [item.rule.key for item in found.items if item.dropped] == ["resolved"]
    assert found.total == Decimal("45.49")  # (56.39 − 20.00) × 100 ÷ 80 = 45.4875


def test_five_are_enough() -> None:
    assert not [item for item in of(UNIT_D | {"resolved": pair(5, 5)}).items if item.dropped]


def test_no_return_request_at_all_is_full_points_and_never_dropped() -> None:
    found = of(UNIT_D | {"invalid_return": Rate()})
    assert {i.rule.key: (str(i.points), i.dropped) for i in found.items}["invalid_return"] == ("5.00", False)


def test_a_unit_without_knowledge_items_has_nothing_to_keep_fresh() -> None:
    assert str(of().items[-1].points) == "5.00"
    assert str(of(UNIT_D | {KNOWLEDGE: pair(1, 2)}).items[-1].points) == "0.00"


def test_an_item_never_falls_below_its_floor() -> None:
    found = of({key: pair(0, 20) for key in ITEMS} | {"invalid_return": pair(20, 20)})
    assert [str(item.points) for item in found.items] == ["0.00"] * 3 + ["5.00"] * 2 + ["0.00"] * 3


@pytest.mark.parametrize(("received", "standing"), [(0, Standing.NONE), (9, Standing.TOO_FEW), (10, Standing.SCORED)])
def test_too_few_assignments_are_listed_but_neither_banded_nor_ranked(received: int, standing: Standing) -> None:
    found = of(received=received)
    assert found.standing is standing
    assert bool(found.band) == (standing is Standing.SCORED)


def test_praise_adds_half_a_point_each_and_three_at_most() -> None:
    assert of(UNIT_D, 11, Point("praise", 2)).total == Decimal("57.39")
    assert of(UNIT_D, 11, Point("praise", 9)).total == Decimal("59.39")


def test_false_replies_and_missed_supervision_cost_points_but_never_below_nothing() -> None:
    assert of(UNIT_D, 11, Point("false_reply", 1), Point("supervision_missed", 2)).total == Decimal("47.39")
    assert of(UNIT_D, 11, Point("false_reply", 20)).total == 0


def test_plus_points_never_lead_above_a_hundred() -> None:
    rates = {key: pair(20, 20) for key in ITEMS if key != "invalid_return"}
    assert of(rates, 20, Point("praise", 4)).total == 100


def test_a_data_leak_makes_the_score_nothing() -> None:
    found = of(UNIT_D, 11, Point("data_leak", 1))
    assert (found.total, found.zeroed) == (Decimal("0.00"), True)


@pytest.mark.parametrize(
    ("total", "band"), [("95", "A"), ("94.99", "B"), ("90", "B"), ("89.99", "C"), ("80", "C"), ("79.99", "D")]
)
def test_bands(total: str, band: str) -> None:
    assert RULES.band(Decimal(total)) == band


def test_equal_scores_share_a_place_and_who_is_not_scored_has_none() -> None:
    one = of()
    scores = {"a": replace(one, total=Decimal(90)), "b": one, "c": replace(one, total=Decimal(90))}
    assert ranks(scores | {"d": of(received=3)}) == {"a": 1, "b": 3, "c": 1}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"colour": 1}, "colour"),
        ({"min_items": 0}, "min_items"),
        ({"band": [{"name": "A", "least": "90"}]}, "least"),
        ({"item": []}, "item"),
        ({"item": [{"key": "on_time", "weight": "50", "target": "98", "slope": "1"}]}, "100"),
        ({"item": [{"key": "on_time", "weight": "viel", "target": "98", "slope": "1"}]}, "weight"),
    ],
)
def test_faulty_rules_are_refused_with_a_sentence(change, word) -> None:
    rules, faults = score_in(score_table(CONFIG / "score.toml")[0] | change)
    assert rules is None
    assert any(word in fault for fault in faults)
