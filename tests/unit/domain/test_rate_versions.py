"""A formula that changes is a further version: what was placed on earlier days keeps the earlier one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hotline.domain import formula
from hotline.domain.board import marks
from hotline.domain.conditions import CONDITIONS, LEAD_FACTS, TICKET_FACTS
from hotline.domain.facts import Counting
from hotline.domain.rates import Period, Rate
from hotline.settings.rates import rates_of
from tests.factories.rules import CENTRE, shipped_rates
from tests.unit.domain.test_rates import EXAMPLE, STATISTIC_TIME, a_case, rate_of

RESOLVED = {
    "key": "resolved",
    "label": "解决率",
    "numerator": "已解决",
    "denominator": "评价",
    "window": "评价",
    "row": 6,
    "since": "2020-01-01",
    "version": "1",
    "partial_weight": "0.5",
    "count": [
        {
            "each": "answerer",
            "at": "rated_at",
            "total": ["answered_solved"],
            "hits": ["solved"],
            "partly": ["partly_solved"],
        }
    ],
}
STRICT = RESOLVED | {"since": "2026-03-15", "version": "2", "partial_weight": "0"}


def book(*rates: dict[str, object]):
    found, faults = rates_of([{"rate": list(rates)}])
    assert found is not None, faults
    return found


def test_a_new_version_counts_from_its_first_day_and_not_before() -> None:
    rules = Counting(centre=CENTRE, rates=book(RESOLVED, STRICT))
    before = a_case(1, "HELP", "03-02", "03-05", "03-05", result="P", score=3)
    after = a_case(2, "HELP", "03-12", "03-17", "03-17", result="P", score=3)
    worth = [{m.hits for m in marks(case, STATISTIC_TIME, rules)[0] if m.key == "resolved"} for case in (before, after)]
    assert worth == [{Decimal("0.5")}, {Decimal(0)}]


def test_the_version_in_force_is_told_for_a_day_and_for_a_period() -> None:
    rates = book(RESOLVED, STRICT)
    assert rates.at("resolved", date(2026, 3, 14)).version == "1"
    assert rates.at("resolved", date(2026, 3, 15)).version == "2"
    assert [v.version for v in rates.over("resolved", Period(date(2026, 3, 1), date(2026, 4, 1)))] == ["1", "2"]
    assert [v.version for v in rates.over("resolved", Period(date(2026, 4, 1), date(2026, 5, 1)))] == ["2"]


def test_two_formulas_that_count_differently_never_share_a_digest() -> None:
    one, two = book(RESOLVED, STRICT).versions("resolved")
    assert one.digest != two.digest
    assert one.digest == book(RESOLVED)["resolved"].digest


def test_a_later_body_replaces_a_version_of_the_same_first_day() -> None:
    found, _ = rates_of([{"rate": [RESOLVED]}, {"rate": [RESOLVED | {"partial_weight": "0.8"}]}])
    assert found is not None
    assert [v.partial_weight for v in found.versions("resolved")] == [Decimal("0.8")]


def test_a_city_may_change_a_formula_by_data() -> None:
    """Signing counted without the returns: a hit is then only a signature, in words of the shipped conditions."""
    table = RESOLVED | {
        "key": "replied_only",
        "window": "派单",
        "count": [{"each": "duty", "at": "sent_at", "unless": ["outside"], "total": [], "hits": ["replied"]}],
    }
    rules = Counting(centre=CENTRE, rates=book(table))
    found = [m for case in EXAMPLE for m in marks(case, STATISTIC_TIME, rules)[0] if m.key == "replied_only"]
    assert sum(m.total for m in found) == 14
    assert sum(m.hits for m in found) == 9


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"window": "明天"}, "window"),
        ({"count": []}, "count"),
        ({"count": [{"each": "duty", "at": "sent_at", "hits": ["no_such"]}]}, "no_such"),
        ({"count": [{"each": "duty", "at": "birthday"}]}, "birthday"),
        ({"count": [{"each": "ticket", "at": "closed_at"}]}, "centre"),
        ({"count": [{"each": "car", "at": "closed_at"}]}, "each"),
        ({"partial_weight": "1.5"}, "partial_weight"),
        ({"partial_weight": "0.333"}, "partial_weight"),
        ({"target": "viel"}, "target"),
        ({"satisfied_min": 9}, "satisfied_min"),
        ({"label": ""}, "label"),
        ({"colour": "red"}, "colour"),
        ({"since": "gestern"}, "since"),
    ],
)
def test_a_faulty_declaration_is_refused_with_a_sentence_that_names_it(change, word) -> None:
    rates, faults = rates_of([{"rate": [RESOLVED | change]}])
    assert rates is None
    assert any(word in fault for fault in faults)


@pytest.mark.parametrize("text", ["", "A = b", "a == b", "not a = b", "a in", "a and", "a < X", "a or or b"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        formula.read(text)


def test_every_condition_reads_facts_that_there_are() -> None:
    known = {*TICKET_FACTS, *LEAD_FACTS, "now", "satisfied_min"}
    assert {name for each in CONDITIONS.values() for name in each.formula.names} <= known


def test_every_condition_is_used_by_a_shipped_rate() -> None:
    used = {name for rate in shipped_rates().values() for count in rate.counts for name in count.conditions}
    assert set(CONDITIONS) - used == set()


def test_a_missing_moment_is_before_and_after_nothing() -> None:
    late = formula.read("replied_at <= due_at").test()
    assert not late({"replied_at": None, "due_at": STATISTIC_TIME})
    assert not late({"replied_at": STATISTIC_TIME, "due_at": None})
    assert late({"replied_at": STATISTIC_TIME, "due_at": STATISTIC_TIME})


def test_what_is_handled_with_the_master_of_its_event_counts_by_its_rating_only() -> None:
    alone = a_case(1, "HELP", "03-02", "03-05", "03-05", result="S", score=5)
    follower = replace(alone, follower=True)
    assert [rate_of(key, [follower]) for key in ("on_time", "timely_reply", "reply", "sign_on_time")] == [Rate()] * 4
    assert rate_of("satisfied", [follower]) == rate_of("satisfied", [alone]) == Rate(Decimal(1), Decimal(1))
