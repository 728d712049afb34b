"""The reviewer's list: every required item is confirmed, and what was shown is what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.domain.checklist import Checklist, Item
from hotline.domain.errors import Invalid
from hotline.settings import CONFIG
from hotline.settings.editions import shipped
from hotline.settings.review import checklist_of

LIST = Checklist((Item("on_point", "答复针对诉求"), Item("figures", "数字有出处", required=False)))
SHIPPED = shipped(CONFIG, "fuzhou")[0]["review"]


def entry(**given: Any) -> dict[str, Any]:
    return {"id": "on_point", "words": "答复针对诉求"} | given


def test_a_review_keeps_what_was_confirmed_and_what_was_left_open_in_its_words() -> None:
    assert LIST.confirmed(["on_point"]) == {
        "checked": [{"code": "on_point", "words": "答复针对诉求"}],
        "left_open": [{"code": "figures", "words": "数字有出处"}],
    }


@pytest.mark.parametrize("codes", [[], ["figures"], ["no_such_item"]])
def test_nothing_passes_without_a_required_item(codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        LIST.confirmed(codes)
    assert "答复针对诉求" in refused.value.fields["checked"]
    assert "数字有出处" not in refused.value.fields["checked"]


def test_a_program_that_names_no_items_passes_the_whole_and_that_is_kept() -> None:
    assert LIST.confirmed(None) == {"checked": None}


def test_the_shipped_list_is_that_of_the_handbook() -> None:
    made, faults = checklist_of(SHIPPED, "review.toml")
    assert faults == []
    assert made is not None
    assert [item.code for item in made.items] == ["on_point", "lawful", "complete", "polite"]
    assert all(item.required for item in made.items)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "1 到 9 个"),
        ({"item": [entry(id=f"i{n}", words=f"第{n}项") for n in range(10)]}, "1 到 9 个"),
        ({"item": [entry()], "itms": []}, "“itms”"),
        ({"item": [entry(id="On Point")]}, "小写英文字母"),
        ({"item": [entry(words="")]}, "第 1 个 item 的 words"),
        ({"item": [entry(words="长" * 21)]}, "1 到 20 个字"),
        ({"item": [entry(help="长" * 61)]}, "第 1 个 item 的 help"),
        ({"item": [entry(required="yes")]}, "第 1 个 item 的 required"),
        ({"item": [entry(needed=True)]}, "“needed”"),
        ({"item": [entry(), entry(words="另一项")]}, "第 2 个 item 的 id 与前面的重复"),
        ({"item": [entry(), entry(id="other")]}, "第 2 个 item 的 words 与前面的重复"),
        ({"item": ["on_point"]}, "小写英文字母"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_its_place(table: dict[str, Any], said: str) -> None:
    made, faults = checklist_of(table, "review.toml")
    assert made is None
    assert any(said in fault for fault in faults), faults
