"""Whether two appeals of one person are the same matter: category, place, words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.duplicates import Matter, Place, duplicate, metres, same_matter, same_place, similarity
from hotline.domain.matters import Merge

RULES = Merge(similarity=0.8, metres=300)
SAID = "小区门口的装修垃圾堆了三天没有清走，请尽快处理"


def matter(text: str = SAID, category: str | None = "010107", **place: object) -> Matter:
    return Matter(category, Place(**{"address": "鼓楼区示范路1号", "region": "350102"} | place), text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_similarity_is_the_same_both_ways_and_between_none_and_all(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


def test_punctuation_blanks_and_width_do_not_count() -> None:
    assert similarity("路灯不亮，ＡＢ12！", "路灯 不亮 ab12") == 1.0


def test_nothing_is_like_nothing() -> None:
    assert similarity("", "") == 0.0
    assert similarity("……", "路灯不亮") == 0.0


def test_a_second_call_in_nearly_the_same_words_is_a_duplicate() -> None:
    again = "小区门口的装修垃圾堆了四天没有清走，请尽快处理！"
    alike = duplicate(matter(), matter(again), RULES)
    assert alike is not None
    assert 0.8 <= alike < 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(matter(category="010602"), id="another level-2 category"),
        pytest.param(matter(category=None), id="a category nobody knows"),
        pytest.param(matter(address="鼓楼区朱紫坊88号"), id="another address"),
        pytest.param(matter("楼上空调滴水，夜里响个不停，睡不着觉"), id="other words"),
    ],
)
def test_it_is_no_duplicate_with(other: Matter) -> None:
    assert duplicate(matter(), other, RULES) is None


def test_the_same_level_2_category_is_enough() -> None:
    assert same_matter(matter(category="010107"), matter(category="010101"), RULES)


def test_coordinates_decide_where_both_have_them() -> None:
    here = Place(119.3, 26.08, "鼓楼区示范路1号")
    assert same_place(here, Place(119.3, 26.0825, "另一条路"), 300) is True
    assert same_place(here, Place(119.3, 26.0830, "鼓楼区示范路1号"), 300) is False
    apart = metres(here, Place(119.3, 26.0825))
    assert apart is not None
    assert apart == pytest.approx(278, abs=1)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("福州市鼓楼区示范路1号", "示范路1号", True),
        ("台江区丽水新村3座", "丽水新村后门", True),
        ("台江区丽水新村3座", "台江区望江花园3座", False),
        ("", "台江区望江花园3座", None),
    ],
)
def test_addresses_and_communities_name_a_place(one: str, other: str, same: bool | None) -> None:
    assert same_place(Place(address=one), Place(address=other), 300) is same


def test_one_community_code_is_one_place_whatever_the_address() -> None:
    code = "350102003004"
    assert same_place(Place(address="甲路1号", region=code), Place(address="乙路2号", region=code), 300) is True


def test_a_place_not_said_contradicts_nothing_in_the_same_county() -> None:
    assert same_matter(matter(address=""), matter(), RULES)
    assert not same_matter(matter(address="", region="350103"), matter(), RULES)
