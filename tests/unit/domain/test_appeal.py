"""What people write: cleaned, checked, and never half taken."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.appeal import (
    CONTENT_MAX,
    LETTER_MAX,
    TITLE_MAX,
    Appeal,
    AppealType,
    Urgency,
    clean,
    is_phone,
    normal_phone,
    read,
    title_of,
)
from hotline.domain.calendar import ZONE
from hotline.domain.city import City
from hotline.domain.errors import Invalid
from hotline.settings import CONFIG
from hotline.settings.city import read_city

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=ZONE)


@cache
def city() -> City:
    return read_city(CONFIG)[0]


def appeal(**raw: object) -> Appeal:
    return read({"content": "路灯不亮"} | raw, channel="web", city=city(), now=NOW)


def faults(**raw: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        appeal(**raw)
    return refused.value.fields


def outcome(raw: dict[str, object]) -> tuple[Appeal | None, dict[str, str]]:
    try:
        return read(raw, channel="web", city=city(), now=NOW), {}
    except Invalid as refused:
        return None, refused.fields


@given(st.text(max_size=200))
def test_what_is_cleaned_can_be_stored_and_is_clean(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not [c for c in once if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    once.encode("utf-8")


@given(st.dictionaries(st.sampled_from(list(Appeal.__slots__)), st.text(max_size=30) | st.integers() | st.none()))
def test_whatever_is_given_is_taken_or_refused_by_field(raw: dict[str, object]) -> None:
    taken, told = outcome(raw)
    assert all(words and words[-1] not in "。." for words in told.values())
    if taken is None:
        assert told
        return
    assert taken.content
    assert len(taken.title) <= TITLE_MAX


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  路灯不亮 \r\n 谢谢", "路灯不亮 \n 谢谢"),
        ("路\u202e灯\u200b不\x00亮", "路灯不亮"),
        ("😀路灯不亮👨‍👩‍👧", "😀路灯不亮👨‍👩‍👧"),
        ("e\u0301cole", "\u00e9cole"),
        ("مرحبا 路灯", "مرحبا 路灯"),
        ("\ud800路灯", "路灯"),
    ],
)
def test_direction_and_control_characters_go_and_the_rest_stays(typed: str, kept: str) -> None:
    assert appeal(content=typed).content == kept


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u202e", "？！", "😀", "\x00\x01", None])
def test_an_appeal_without_words_is_refused(empty: object) -> None:
    assert "content" in faults(content=empty)


def test_a_long_letter_is_kept_whole_in_two_parts() -> None:
    letter = "长" * CONTENT_MAX + "尾巴"
    taken = appeal(content=letter)
    assert (taken.content + taken.rest, taken.rest) == (letter, "尾巴")
    assert "20000" in faults(content="长" * (LETTER_MAX + 1))["content"].replace(" ", "")


def test_a_long_title_is_cut_and_its_words_are_kept_in_the_content() -> None:
    title = "题" * 60
    taken = appeal(title=title)
    assert len(taken.title) == TITLE_MAX
    assert title in taken.content


@pytest.mark.parametrize(
    ("content", "title"),
    [("路灯不亮。很黑", "路灯不亮"), ("长" * 40, "长" * 29 + "…"), ("路灯\n不亮", "路灯")],
)
def test_a_title_is_the_first_sentence(content: str, title: str) -> None:
    assert title_of(content) == title


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0000 5678", "13800005678"),
        ("+86-138-0000-5678", "13800005678"),
        ("008613800005678", "13800005678"),
        ("１３８００００５６７８", "13800005678"),
        ("0591-87654321", "059187654321"),
        ("(0591) 8765-4321", "059187654321"),
        ("87654321", "87654321"),
    ],
)
def test_a_phone_is_read_however_it_is_written(typed: str, number: str) -> None:
    assert normal_phone(typed) == number
    assert is_phone(number)


@pytest.mark.parametrize("wrong", ["1380000567", "23800005678", "110", "abc", "138000056789", "12345"])
def test_a_wrong_phone_is_refused(wrong: str) -> None:
    assert "phone" in faults(phone=wrong)


def test_all_faults_are_told_at_once() -> None:
    wrong = faults(
        content="", phone="1", region="1", category="1", type="x", urgency="x", lon="200", lat="1", occurred_at="昨天"
    )
    assert wrong.keys() == {"content", "phone", "region", "category", "type", "urgency", "lon", "occurred_at"}


@pytest.mark.parametrize("word", ["COMPLAINT", "投诉"])
def test_a_choice_is_taken_by_code_or_by_word(word: str) -> None:
    assert appeal(type=word).type is AppealType.COMPLAINT
    assert appeal(urgency="紧急").urgency is Urgency.URGENT


@pytest.mark.parametrize("raw", [{"lon": "119.3"}, {"lat": "26.1"}])
def test_a_place_needs_both_numbers(raw: dict[str, str]) -> None:
    assert faults(**raw)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "北纬", "181", "--1"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    assert "lon" in faults(lon=value, lat="26")


@pytest.mark.parametrize("moment", ["0001-01-01", "1899-12-31 23:00", "9999-12-31", "2026-13-01", "昨天", "2026-03-12"])
def test_a_moment_that_can_not_be_is_refused(moment: str) -> None:
    assert "occurred_at" in faults(occurred_at=moment)


def test_a_moment_without_a_zone_is_ours() -> None:
    assert appeal(occurred_at="2026-03-11 08:00").occurred_at == NOW - timedelta(minutes=90)


def test_who_stays_anonymous_leaves_no_name() -> None:
    taken = appeal(anonymous="是", name="林晓", identity="350102199001011234")
    assert (taken.name, taken.identity, taken.anonymous) == ("", "", True)


@pytest.mark.parametrize("said", ["也许", "2", "确定"])
def test_a_yes_or_no_is_one_of_the_two(said: str) -> None:
    assert "confidential" in faults(confidential=said)
