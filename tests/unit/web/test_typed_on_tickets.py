"""What is typed on the ticket page: long lists by name, and remarks on a reply."""

from __future__ import annotations

import pytest

from web.tickets.checks import checked
from web.tickets.choices import Choice, Choices

UNITS = Choices(
    (
        Choice("A-1", "福州市鼓楼区城市管理局", "鼓楼区城市管理局 A-1"),
        Choice("B-1", "福州市台江区城市管理局", "台江区城市管理局 B-1"),
        Choice("C-1", "新村社区（C-1）", "新村 C-1"),
        Choice("C-2", "新村社区（C-2）", "新村 C-2"),
    )
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("A-1", "A-1"),
        ("福州市鼓楼区城市管理局", "A-1"),
        ("鼓楼区城市管理局", "A-1"),
        ("鼓楼城管局", "A-1"),
        ("新村社区（C-2）", "C-2"),
        (" 台江区 ", "B-1"),
        ("城管局", "城管局"),
        ("新村社区", "新村社区"),
        ("没有这个局", "没有这个局"),
        ("", ""),
    ],
)
def test_a_name_becomes_a_code_only_when_it_can_mean_one_entry(typed: str, code: str) -> None:
    assert UNITS.code(typed) == code


def test_several_names_are_told_apart_by_any_comma() -> None:
    assert UNITS.codes("鼓楼区城市管理局、台江区城市管理局，; A-1、") == ["A-1", "B-1", "A-1"]


def test_a_good_reply_is_left_alone() -> None:
    assert not checked("垃圾已于3月12日上午全部清运完毕，感谢反映。", contacted=True)


@pytest.mark.parametrize(
    ("public", "contacted", "said"),
    [
        ("", True, "还是空的"),
        ("已办。", True, "很短"),
        ("垃圾已于3月12日上午全部清运完毕，感谢反映。", False, "没有记录"),
        ("垃圾已经清运完毕。有事请打13800005678找小李。", True, "个人信息"),
    ],
)
def test_a_reply_that_could_be_better_is_told_how(public: str, contacted: bool, said: str) -> None:
    assert any(said in check.words for check in checked(public, contacted=contacted))


def test_only_the_sentence_with_the_number_is_to_be_mended() -> None:
    (found,) = [c for c in checked("垃圾已经清运完毕。有事请打13800005678找小李。", contacted=True) if c.said]
    assert found.said == "有事请打13800005678找小李。"
    assert found.better == "有事请打138****5678找小李。"
