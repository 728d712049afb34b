"""Words for finding a text again."""

from __future__ import annotations

import pytest

from classifier.finding import cut, sounds, spread

TEXT = "路灯不亮第1处，嘉麟苑门口的装修垃圾堆了三天，灯坏了"


@pytest.mark.parametrize(
    "typed", ["路灯", "不亮", "灯不亮", "嘉麟苑", "麟苑", "垃圾", "装修垃圾", "垃圾堆", "门口", "路燈", "三天"]
)
def test_whatever_stands_in_a_text_is_found_wherever_it_was_cut(typed: str) -> None:
    assert set(cut(typed)) <= set(spread(TEXT))


@pytest.mark.parametrize("character", ["路", "嘉", "坏", "处", "垃"])
def test_a_single_character_begins_something_that_is_filed(character: str) -> None:
    assert any(word.startswith(character) for word in spread(TEXT))


def test_what_says_nothing_is_left_out_of_what_is_looked_for() -> None:
    assert cut("请问我们小区的路灯坏了怎么办") == ["小区", "路灯", "怎么办"]
    assert cut("投诉") == ["投诉"]
    assert cut("的？！") == []


def test_letters_and_digits_are_words_of_their_own() -> None:
    assert cut("iPhone-15 2号线") == ["iphone-15", "2", "号线"]
    assert spread("FZ-12 号") == ["fz-12", "号"]


def test_a_title_sounds_without_tones() -> None:
    assert sounds("長樂路燈 5G") == [["chang", "le", "lu", "deng"], ["5g"]]
