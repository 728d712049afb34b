"""The checker reads formulas as the house does, though it shares no code with it."""

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain import formula, proof_check
from hotline.domain.calendar import ZONE
from hotline.domain.conditions import CONDITIONS, MOMENTS, Seen
from tests.factories.rules import shipped_counting
from tests.unit.domain.test_board import moments, tickets

RULES = shipped_counting()


def plain(value: object) -> object:
    return value.astimezone(ZONE).isoformat() if hasattr(value, "isoformat") else value


@given(tickets, moments, st.integers(0, 3))
def test_every_condition_is_read_alike_by_both(facts, now, n) -> None:
    lead = facts.first_round[n] if n < len(facts.first_round) else None
    seen = Seen(facts, lead, now, {"satisfied_min": 3})
    said = {name: plain(value) for name, value in seen.items()}
    for condition in CONDITIONS.values():
        assert proof_check.holds(condition.formula.text, said) is seen.holds(condition.name), condition.name


@given(moments)
def test_every_moment_is_placed_on_the_same_day_by_both(at) -> None:
    for name, place in MOMENTS.items():
        assert proof_check.placed(at.astimezone(ZONE).isoformat(), name) == place(at).isoformat()


def test_midnight_is_the_end_of_the_day_for_a_due_time_only() -> None:
    assert proof_check.placed("2026-03-11T00:00:00+08:00", "due_at") == "2026-03-10"
    assert proof_check.placed("2026-03-11T00:00:00+08:00", "sent_at") == "2026-03-11"


def test_a_formula_has_the_same_words_for_both() -> None:
    for condition in CONDITIONS.values():
        assert formula.read(condition.formula.text) == condition.formula
