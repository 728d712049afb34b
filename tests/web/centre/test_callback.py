"""The call-back desk: two questions that are never mixed, and nobody is called who need not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, a_person
from tests.factories.appeals import PHONE
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
IN_PLACE = {"HX-Request": "true"}


def due(office: SetOffice, **given: object) -> str:
    """A ticket to be called back whose SMS link had its day."""
    no = a_ticket(office, State.CALLBACK, **given)
    office.later(days=1)
    return no


def form(office: SetOffice, no: str, **given: str) -> dict[str, str]:
    return {"version": str(seen(office, no).version)} | given


def test_who_may_not_call_back_does_not_enter(as_: Browser) -> None:
    for who in (AGENT, DISPATCHER):
        assert as_(who).get("/callback/").status_code == 403


def test_an_empty_queue_says_what_will_appear_there(as_: Browser) -> None:
    assert "会自动出现在这里" in as_(CALLBACK).get("/callback/").text


def test_number_name_and_what_to_say_stand_on_the_page(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    page = as_(CALLBACK).get(f"/callback/{no}").text
    for said in (PHONE, "林晓", "您好，这里是", "装修垃圾堆在路边", "垃圾已清运完毕"):
        assert said in page


def test_who_may_still_answer_the_sms_is_not_called(office: SetOffice, as_: Browser) -> None:
    waits, asks = a_ticket(office, State.CALLBACK), a_ticket(office, State.CALLBACK, reply_by="phone")
    desk = as_(CALLBACK)
    to_call, to_wait = desk.get("/callback/").text, desk.get("/callback/?queue=sms").text
    assert (asks in to_call, waits in to_call) == (True, False)
    assert (asks in to_wait, waits in to_wait) == (False, True)
    page = desk.get(f"/callback/{waits}").text
    assert "先不打电话" in page
    assert "未接通" not in page
    early = desk.post(f"/callback/{waits}/missed", data=form(office, waits), headers=IN_PLACE)
    assert early.status_code == 409
    assert "短信评价还没满 24 小时" in early.text


def test_two_people_never_have_the_same_call_back(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    mine, other = as_(CALLBACK), as_(a_person(Role.CALLBACK, number=41, name="何回访"))
    assert "您好，这里是" in other.get(f"/callback/{no}").text
    assert "何回访正在回访这位诉求人" in mine.get(f"/callback/{no}").text
    assert no not in mine.get("/callback/").text
    assert no in other.get("/callback/").text
    late = mine.post(f"/callback/{no}/answer", data=form(office, no, solved="S", score="5"), headers=IN_PLACE)
    assert late.status_code == 409
    assert seen(office, no).rated_at is None
    office.later(minutes=16)
    assert "您好，这里是" in mine.get(f"/callback/{no}").text


def test_an_answer_closes_and_the_next_is_there(office: SetOffice, as_: Browser) -> None:
    first = due(office)
    second = due(office)
    desk = as_(CALLBACK)
    answer = desk.post(f"/callback/{first}/answer", data=form(office, first, solved="S", score="5"))
    assert seen(office, first).at is State.CLOSED
    assert desk.get(answer.headers["Location"]).headers["Location"].startswith(f"/callback/{second}")


def test_who_is_not_satisfied_is_asked_why_and_leaves_the_queue(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    desk = as_(CALLBACK)
    short = desk.post(
        f"/callback/{no}/answer", data=form(office, no, solved="S", score="2", words="太慢"), headers=IN_PLACE
    )
    assert short.status_code == 422
    assert "请再问一句原因" in short.text
    assert 'value="太慢"' in short.text
    assert 'value="2" data-digit="2" checked' in short.text
    desk.post(f"/callback/{no}/answer", data=form(office, no, solved="S", score="2", reason="speed"))
    assert seen(office, no).rework_wanted
    assert "data-row" not in desk.get("/callback/").text
    assert "由审核员决定是否重办" in desk.get(f"/callback/{no}").text


def test_nothing_answered_is_not_recorded(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    answer = as_(CALLBACK).post(f"/callback/{no}/answer", data=form(office, no), headers=IN_PLACE)
    assert answer.status_code == 422
    assert seen(office, no).rated_at is None


def test_one_enter_too_early_does_not_close_with_the_second_question_unasked(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    desk = as_(CALLBACK)
    early = desk.post(f"/callback/{no}/answer", data=form(office, no, solved="S"), headers=IN_PLACE)
    assert early.status_code == 422
    assert "还没有问是否满意" in early.text
    assert 'name="half" value="yes"' in early.text
    assert seen(office, no).rated_at is None
    desk.post(f"/callback/{no}/answer", data=form(office, no, solved="S", half="yes"))
    rated = seen(office, no)
    assert (rated.at, rated.result, rated.score) == (State.CLOSED, "S", None), "who would not say is not asked for ever"


def test_what_was_recorded_is_said_and_a_slip_has_its_way_back(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    desk = as_(CALLBACK)
    desk.post(f"/callback/{no}/answer", data=form(office, no, solved="S", score="5"))
    assert f"已记录 {no}：已解决，非常满意" in desk.get("/callback/").text
    assert f'href="/tickets/{no}">到工单页更正' in desk.get(f"/callback/{no}").text


def test_who_did_not_answer_is_counted_and_not_called_again_at_once(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    desk = as_(CALLBACK)
    answer = desk.post(f"/callback/{no}/missed", data=form(office, no))
    assert seen(office, no).callback_tries == 1
    assert desk.get(answer.headers["Location"]).headers["Location"] == "/callback/"
    assert "已有 1 次未接通" in desk.get(f"/callback/{no}").text


def test_a_second_press_counts_one_try(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    desk, data = as_(CALLBACK), form(office, no)
    assert [desk.post(f"/callback/{no}/missed", data=data).status_code for _ in range(2)] == [303, 303]
    assert seen(office, no).callback_tries == 1


def test_what_the_appellant_answered_meanwhile_is_told_beside_what_was_typed(office: SetOffice, as_: Browser) -> None:
    no = due(office)
    data = form(office, no, solved="S", score="5", words="这句话不能丢")
    act(office, no, Action.SUPPLEMENT, text="今天又有人倒垃圾")
    answer = as_(CALLBACK).post(f"/callback/{no}/answer", data=data, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "今天又有人倒垃圾" in answer.text
    assert "这句话不能丢" in answer.text


def test_nobody_is_given_their_own_tickets(office: SetOffice, as_: Browser) -> None:
    both = a_person(Role.AGENT, Role.CALLBACK, number=40)
    own, other = due(office, channel="phone"), due(office)
    assert as_(both).get("/callback/").text.count("data-row") == 2
    mine = due(office, channel="phone", by=both)
    page = as_(both).get("/callback/").text
    assert mine not in page
    assert own in page
    assert other in page
    answer = as_(both).post(f"/callback/{mine}/missed", data=form(office, mine), headers=IN_PLACE)
    assert answer.status_code == 403
    assert "请交其他回访员" in answer.text


@pytest.mark.parametrize("state", list(State))
def test_a_ticket_in_any_state_can_be_looked_at(office: SetOffice, as_: Browser, state: State) -> None:
    answer = as_(CALLBACK).get(f"/callback/{a_ticket(office, state)}")
    assert answer.status_code == 200
    assert "None" not in answer.text


def test_fifty_calls_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    for _ in range(50):
        a_ticket(office, State.CALLBACK)
    office.later(days=1)
    desk = as_(CALLBACK)
    desk.get("/callback/")
    with counted() as asked:
        assert desk.get("/callback/").text.count("data-row") == 50
    assert len(asked) <= 8, asked
