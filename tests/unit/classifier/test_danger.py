"""The written list of danger and what only sounds like it (danger.csv): no danger is missed, few alarms are false."""

import csv
from pathlib import Path

import pytest

from classifier import Text, urgency

with (Path(__file__).parent / "danger.csv").open(encoding="utf-8", newline="") as _lines:
    ROWS = list(csv.DictReader(_lines))
DANGER = [row["text"] for row in ROWS if row["danger"] == "yes"]
HARMLESS = [row["text"] for row in ROWS if row["danger"] == "no"]


def test_the_list_is_long_and_says_nothing_twice() -> None:
    assert min(len(DANGER), len(HARMLESS)) >= 300
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    assert {row["danger"] for row in ROWS} == {"yes", "no"}


def test_no_danger_of_the_list_is_missed() -> None:
    assert [said for said in DANGER if not urgency.read(Text(body=said)).danger] == []


def test_at_most_one_in_fifty_harmless_texts_calls_the_fire_brigade() -> None:
    called = [said for said in HARMLESS if urgency.read(Text(body=said)).danger]
    assert len(called) <= len(HARMLESS) / 50, called


@pytest.mark.parametrize(
    ("slip", "phrase"), [("隔壁着或了", "着火"), ("好重的煤汽味道,快来", "煤气味"), ("他说要跳搂", "跳楼")]
)
def test_a_slip_of_the_hand_is_read_as_it_was_meant(slip: str, phrase: str) -> None:
    heard = urgency.read(Text(body=slip))
    assert heard.danger
    assert any(phrase in one for one in heard.phrases), heard


@pytest.mark.parametrize(
    ("past", "now"),
    [
        ("去年隔壁着火烧了窗户", "去年隔壁着火,现在又着火了"),
        ("前年发大水,村里有人被水冲走", "前年发大水,现在有人被水冲走"),
        ("前几天电梯困人,已经处理好了", "前几天电梯困人,刚刚又困住两个"),
    ],
)
def test_what_is_past_is_no_danger_until_it_happens_again(past: str, now: str) -> None:
    assert urgency.read(Text(body=past)).danger is False
    assert urgency.read(Text(body=now)).danger


def test_a_leaning_wall_is_danger_once_people_are_under_it() -> None:
    assert urgency.read(Text(body="围墙歪了")).degree == "紧急"
    assert urgency.read(Text(body="围墙歪了,下面是公交站")).degree == "特急"


def test_a_word_of_harm_in_a_question_of_papers_is_pressing_at_most() -> None:
    assert urgency.read(Text(body="房屋倒塌的赔偿标准是多少")).danger is False
    assert urgency.read(Text(body="自杀干预热线的号码是多少")).danger is False
