"""What the citizen and the units are told, when, and what never is."""

from __future__ import annotations

import re

import pytest

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.lifecycle import State
from hotline.relay import Relay
from tests.factories.actors import CO_UNIT, LEAD_UNIT
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox, sent
from tests.factories.tickets import A, a_ticket, act, take, walk


def carry(office: SetOffice) -> None:
    """Let the relay deliver everything."""
    relay = Relay(office)
    while relay.round():
        pass


def numbers(office: SetOffice, no: str = "") -> list[int]:
    return [notice.template for notice in sent(office, no)]


def test_the_citizen_hears_of_every_step_that_concerns_them_once(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED)
    walk(office, no, A.ACCEPT, A.DISPATCH, A.SIGN, A.CONTACT, A.REPLY, A.PASS, A.RATE)
    carry(office)
    assert numbers(office) == [1, 4, 8, 9, 11]


def test_a_call_is_confirmed_once_with_number_and_code(office: SetOffice) -> None:
    no = take(office, channel="phone")
    carry(office)
    (text,) = sent(office)
    assert no in text.text
    assert re.search(r"查询码\d{6}", text.text)
    assert "3月25日" in text.text


def test_a_draft_is_not_confirmed_before_it_is_submitted(office: SetOffice) -> None:
    no = a_ticket(office, State.DRAFT)
    carry(office)
    assert numbers(office) == []
    act(office, no, A.SUBMIT)
    carry(office)
    assert numbers(office) == [1]


def test_who_is_answered_at_once_by_web_is_told_where_to_read_it(office: SetOffice) -> None:
    act(office, a_ticket(office, State.SUBMITTED), A.ANSWER)
    carry(office)
    assert numbers(office) == [1, 11]


@pytest.mark.parametrize("secret", [{"confidential": True}, {"type": AppealType.REPORT}], ids=["sealed", "report"])
def test_sealed_tickets_get_only_the_texts_one_eight_and_eleven(office: SetOffice, secret: dict[str, object]) -> None:
    no = a_ticket(office, State.SUBMITTED, **secret)
    walk(office, no, A.ASK_INFO, A.SUPPLEMENT, A.ACCEPT, A.DISPATCH, A.SIGN, A.REPLY, A.PASS)
    act(office, no, A.RATE, solved="U", score=1)
    walk(office, no, A.REWORK, A.SIGN, A.REPLY, A.PASS, A.RATE)
    carry(office)
    assert numbers(office) == [1, 8, 8, 11]


def test_no_text_is_longer_than_seventy_characters_or_carries_the_appeal(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED)
    act(office, no, A.ASK_INFO, what="请补充具体的楼栋和门牌号码以及垃圾堆放的时间和照片,谢谢配合" * 3)
    walk(office, no, A.SUPPLEMENT, A.ACCEPT, A.DISPATCH, A.REDISPATCH)
    a_ticket(office, State.CLOSED)
    a_ticket(office, State.REJECTED)
    carry(office)
    assert {notice.template for notice in sent(office)} >= {1, 2, 3, 4, 5, 8, 9, 11}
    for notice in sent(office):
        assert len(notice.text) <= 70, f"text {notice.template} has {len(notice.text)}: {notice.text}"
        assert not re.search("林晓|示范路|装修垃圾", notice.text)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-11 21:59", "2026-03-11 21:59"),
        ("2026-03-11 22:00", "2026-03-12 08:00"),
        ("2026-03-12 02:00", "2026-03-12 08:00"),
        ("2026-03-12 08:00", "2026-03-12 08:00"),
    ],
)
def test_nobody_is_woken_by_a_text(office: SetOffice, now: str, goes: str) -> None:
    office.at(now)
    take(office)
    carry(office)
    assert [notice.send_at for notice in sent(office)] == [local(goes)]


def test_danger_to_life_is_told_at_night(office: SetOffice) -> None:
    office.at("2026-03-11 23:00")
    take(office, urgency=Urgency.CRITICAL)
    carry(office)
    assert [notice.send_at for notice in sent(office)] == [office.moment]


def test_nothing_is_sent_to_who_left_no_phone(office: SetOffice) -> None:
    a_ticket(office, State.PENDING_SIGN, phone="")
    carry(office)
    assert sent(office) == []


def test_lead_and_co_units_hear_of_a_dispatch(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    carry(office)
    assert [no in inbox(office, unit)[0].text for unit in (LEAD_UNIT, CO_UNIT)] == [True, True]
    assert "协办" in inbox(office, CO_UNIT)[0].text
