"""Two questions, never mixed; no answer is never counted as satisfied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.callback import REASONS, Answer, Result, read
from hotline.domain.errors import Invalid


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("S", Result.SOLVED),
        (True, Result.SOLVED),
        ("已解决", Result.SOLVED),
        (1, Result.SOLVED),
        ("partly", Result.PARTLY),
        ("2", Result.PARTLY),
        (False, Result.UNSOLVED),
        ("未解决", Result.UNSOLVED),
        (" no ", Result.UNSOLVED),
    ],
)
def test_solved_is_understood_in_any_usual_form(said: object, result: Result) -> None:
    assert read({"solved": said}).result is result


@pytest.mark.parametrize("score", [0, 6, -1, "5.5", "五", "1e0", True])
def test_a_score_is_one_of_five(score: object) -> None:
    with pytest.raises(Invalid) as refused:
        read({"score": score})
    assert "score" in refused.value.fields


def test_one_question_may_stay_open_but_not_both() -> None:
    assert read({"score": 3}) == Answer(None, 3)
    assert read({"solved": "S"}) == Answer(Result.SOLVED, None)
    with pytest.raises(Invalid):
        read({"words": "谢谢"})


def test_a_reason_is_one_of_those_offered() -> None:
    for reason in REASONS:
        assert read({"score": 1, "reason": reason}).reason == reason
    with pytest.raises(Invalid):
        read({"score": 1, "reason": "other"})


@pytest.mark.parametrize(
    ("result", "score", "satisfied"),
    [("S", 5, True), ("S", 2, False), ("P", 3, True), ("U", 5, False), (None, 3, True), ("S", None, True)],
)
def test_unsolved_or_a_low_score_asks_for_another_look(result: str | None, score: int | None, satisfied: bool) -> None:
    assert Answer(Result(result) if result else None, score).satisfied(3) is satisfied


def taken(raw: dict[str, object]) -> tuple[Answer | None, dict[str, str]]:
    try:
        return read(raw), {}
    except Invalid as refused:
        return None, refused.fields


@given(st.dictionaries(st.sampled_from(["solved", "result", "score", "reason", "words"]), st.text() | st.integers()))
def test_whatever_is_given_is_understood_or_refused_by_field(raw: dict[str, object]) -> None:
    answer, faults = taken(raw)
    assert answer or faults
    if answer is None:
        return
    assert answer.result is not None or answer.score is not None
    assert len(answer.words) <= 500
