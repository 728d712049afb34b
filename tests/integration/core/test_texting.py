"""The SMS dialogue: free words, commands, answers, parts in any order, and what can't be understood."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import State
from hotline.store.ticket import Supplement, Ticket
from hotline.usecases import texting
from tests.factories.offices import SetOffice
from tests.factories.texts import sent, text_in
from tests.factories.tickets import A, a_ticket, act, seen, take

PARTS = ("鼓楼区示范路的装修垃圾", "堆了整整三天", "一直没有人清走")


def count(office: SetOffice) -> int:
    found = office.value(sa.select(sa.func.count()).select_from(Ticket))
    assert isinstance(found, int)
    return found


def test_free_words_are_a_new_appeal_with_the_phone_they_came_from(office: SetOffice) -> None:
    message = text_in(office, "鼓楼区示范路装修垃圾没人清")
    assert (message.outcome, count(office)) == ("appeal", 1)


def test_the_same_message_twice_is_one_appeal(office: SetOffice) -> None:
    assert text_in(office, "装修垃圾没人清", id="x").id == text_in(office, "装修垃圾没人清", id="x").id
    assert count(office) == 1


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_a_long_message_is_one_appeal_whatever_the_order_of_its_parts(
    office: SetOffice, order: tuple[int, ...]
) -> None:
    for number in (*order, *order):
        text_in(office, PARTS[number - 1], id=f"p{number}", ref="7", part=number, parts=3)
    assert office.value(sa.select(Ticket.content)) == "".join(PARTS)
    assert count(office) == 1


def test_parts_that_come_again_under_other_ids_are_the_same_appeal(office: SetOffice) -> None:
    for turn in range(2):
        for number in (2, 1, 3):
            text_in(office, PARTS[number - 1], id=f"{turn}/{number}", ref="7", part=number, parts=3)
    office.later(minutes=11)
    with office.begin() as work:
        assert texting.give_up_waiting(work, 10) == 0
    assert count(office) == 1


def test_a_part_that_never_comes_is_waited_for_and_then_done_without(office: SetOffice) -> None:
    text_in(office, PARTS[0], ref="7", part=1, parts=3)
    text_in(office, PARTS[2], ref="7", part=3, parts=3)
    assert count(office) == 0
    office.later(minutes=11)
    with office.begin() as work:
        texting.give_up_waiting(work, 10)
    assert office.value(sa.select(Ticket.content)) == PARTS[0] + PARTS[2] + "（短信有缺失）"
    assert count(office) == 1


@pytest.mark.parametrize("typed", ["CX{no}", "cx {no}", "CX：{no}", "Cx\u3000{no}", "CX+{no}"])
def test_progress_is_told_to_the_phone_on_the_ticket(office: SetOffice, typed: str) -> None:
    no = a_ticket(office, State.PROCESSING)
    text_in(office, typed.format(no=no))
    assert f"编号{no}正在办理，鼓楼区城市管理局" in sent(office)[-1].text
    assert "日前答复" in sent(office)[-1].text


@pytest.mark.parametrize("gap", [" ", "", "  "])
def test_another_phone_needs_the_code_after_the_number(office: SetOffice, gap: str) -> None:
    no = a_ticket(office, State.PROCESSING)
    code = seen(office, no).query_code
    stranger = "13900001111"
    text_in(office, f"CX {no}", phone=stranger)
    assert "查询码" in sent(office)[-1].text
    text_in(office, f"CX {no}{gap}{code}", phone=stranger)
    assert "正在办理" in sent(office)[-1].text


def test_a_wrong_code_tells_nothing(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    wrong = f"{(int(seen(office, no).query_code) + 1) % 1_000_000:06d}"
    text_in(office, f"CX {no} {wrong}", phone="13900001111")
    assert "办理中" not in sent(office)[-1].text


def test_a_supplement_may_begin_with_digits(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    text_in(office, f"BC {no} 13号楼后面也有")
    assert office.value(sa.select(Supplement.text)) == "13号楼后面也有"


def test_urging_and_withdrawing_work_by_text(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    text_in(office, f"CB{no}")
    text_in(office, f"CB{no}")
    assert (seen(office, no).urged, "24 小时" in sent(office)[-1].text) == (1, True)
    text_in(office, f"CH{no}")
    assert seen(office, no).at is State.WITHDRAWN


@pytest.mark.parametrize(("typed", "result"), [("1", "S"), ("２", "P"), (" 3。", "U")])
def test_a_digit_answers_the_open_call_back(office: SetOffice, typed: str, result: str) -> None:
    no = a_ticket(office, State.CALLBACK)
    text_in(office, typed)
    assert seen(office, no).result == result


def test_a_digit_without_a_question_is_no_appeal(office: SetOffice) -> None:
    assert text_in(office, "1").outcome == "unclear"
    assert count(office) == 0


@pytest.mark.parametrize("words", ["", "？？？", "😀😀", "\x00\x01", "\u202e"])
def test_what_can_not_be_understood_is_kept_and_helped_once_a_day(office: SetOffice, words: str) -> None:
    for _ in range(3):
        assert text_in(office, words).outcome == "unclear"
    assert len(sent(office)) == 1
    office.later(hours=25)
    text_in(office, words)
    assert (len(sent(office)), count(office)) == (2, 0)
    assert all(len(notice.text) <= 70 for notice in sent(office))


@pytest.mark.parametrize(
    "broken",
    [
        {"id": ""},
        {"from": ""},
        {"part": "3", "parts": "2"},
        {"part": "0", "parts": "2"},
        {"part": "x", "parts": "2"},
        {"part": "1", "parts": "9999"},
    ],
)
def test_a_post_that_makes_no_sense_is_refused_by_field(office: SetOffice, broken: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        text_in(office, "装修垃圾", **broken) if "from" not in broken else text_in(office, "装修垃圾", phone="")


def test_a_short_number_may_bring_an_appeal_without_being_called_back(office: SetOffice) -> None:
    text_in(office, "装修垃圾没人清", phone="106901234")
    assert count(office) == 1


def test_two_long_messages_with_one_reference_a_day_apart_are_two(office: SetOffice) -> None:
    for turn in range(2):
        for number in (1, 2):
            text_in(office, f"{PARTS[number]}{turn}", ref="7", part=number, parts=2)
        office.later(hours=timedelta(days=1, minutes=1).total_seconds() / 3600)
    assert count(office) == 2


def test_a_withdrawn_ticket_is_not_urged(office: SetOffice) -> None:
    no = take(office)
    act(office, no, A.WITHDRAW)
    text_in(office, f"CB{no}")
    assert "已撤回" in sent(office)[-1].text
