"""The reviewer's desk: nothing passes unlooked at, nothing is sent back without a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.usecases import editions
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, REVIEWER, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, clocks, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
CHECKED = {"on_point": "答复针对诉求", "lawful": "依据合法", "complete": "内容完整", "polite": "语言得体"}
ADMIN = a_person(Role.CENTER_ADMIN, number=20)
IN_PLACE = {"HX-Request": "true"}


def unsatisfied(office: SetOffice) -> str:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, Action.RATE, solved="U", score=1)
    return no


def contested(office: SetOffice) -> str:
    no = a_ticket(office, State.CLOSED)
    act(office, no, Action.REVIEW_REQUEST)
    return no


def form(office: SetOffice, no: str, queue: str = "reply", **given: object) -> dict[str, object]:
    return {"version": str(seen(office, no).version), "queue": queue} | given


def test_who_may_not_review_does_not_enter(as_: Browser) -> None:
    for who in (AGENT, DISPATCHER, CALLBACK):
        assert as_(who).get("/review/").status_code == 403


@pytest.mark.parametrize("queue", ["reply", "unsatisfied", "contested"])
def test_an_empty_queue_says_what_will_appear_there(as_: Browser, queue: str) -> None:
    assert (
        "会" in re.findall(r'class="empty".*?<p>(.*?)</p>', as_(REVIEWER).get(f"/review/?queue={queue}").text, re.S)[0]
    )


def test_appeal_reply_and_contact_stand_on_one_page(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    page = as_(REVIEWER).get(f"/review/{no}").text
    for said in ("小区门口的装修垃圾", "垃圾已清运完毕", "已现场核实", "已电话联系", *CHECKED.values()):
        assert said in page


def test_a_reply_passes_when_every_item_was_ticked_and_the_next_is_there(office: SetOffice, as_: Browser) -> None:
    first, second = a_ticket(office, State.REPLY_REVIEW), a_ticket(office, State.REPLY_REVIEW)
    desk = as_(REVIEWER)
    data = form(office, first, checked=list(CHECKED), public="垃圾已于今日清运完毕")
    answer = desk.post(f"/review/{first}/PASS", data=data)
    assert answer.status_code == 303
    assert seen(office, first).at is State.CALLBACK
    assert seen(office, first).public_reply == "垃圾已于今日清运完毕"
    assert desk.get(answer.headers["Location"]).headers["Location"].startswith(f"/review/{second}")


def test_an_unticked_item_is_named_and_the_edited_reply_is_kept(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    data = form(office, no, checked=["on_point"], public="改过的答复")
    answer = as_(REVIEWER).post(f"/review/{no}/PASS", data=data, headers=IN_PLACE)
    assert answer.status_code == 422
    assert "依据合法" in answer.text
    assert "改过的答复" in answer.text
    assert seen(office, no).at is State.REPLY_REVIEW


def test_the_ticket_page_insists_on_the_list_too(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    desk = as_(REVIEWER)
    assert "依据合法" in desk.get(f"/tickets/{no}").text
    data = form(office, no, checked=["on_point"], public="垃圾已清运完毕")
    answer = desk.post(f"/tickets/{no}/actions/PASS", data=data, headers=IN_PLACE)
    assert answer.status_code == 422
    assert "语言得体" in answer.text
    desk.post(f"/tickets/{no}/actions/PASS", data=data | {"checked": list(CHECKED)})
    assert seen(office, no).at is State.CALLBACK


def test_a_changed_list_holds_for_the_next_reply_and_the_journal_keeps_its_words(
    office: SetOffice, as_: Browser
) -> None:
    before, after = a_ticket(office, State.REPLY_REVIEW), a_ticket(office, State.REPLY_REVIEW)
    desk = as_(REVIEWER)
    desk.post(f"/review/{before}/PASS", data=form(office, before, checked=list(CHECKED)))
    items = [
        {"id": "on_point", "words": "逐条回应"},
        {"id": "privacy", "words": "没有个人信息"},
        {"id": "law_cited", "words": "写明依据条款", "required": False},
    ]
    with office.begin(ADMIN) as work:
        editions.save(work, "review", {"item": items}, words="试行新清单", seen=editions.seen(work, "review"))
    office.look_again()
    page = desk.get(f"/review/{after}").text
    assert "没有个人信息" in page
    assert "语言得体" not in page
    data = form(office, after, checked=["on_point"])
    assert "没有个人信息" in desk.post(f"/review/{after}/PASS", data=data, headers=IN_PLACE).text
    desk.post(f"/review/{after}/PASS", data=data | {"checked": ["on_point", "privacy"]})
    assert seen(office, after).at is State.CALLBACK
    assert "已确认：逐条回应、没有个人信息；未确认：写明依据条款" in desk.get(f"/tickets/{after}").text
    assert "语言得体" in desk.get(f"/tickets/{before}").text


def test_publication_is_offered_only_with_consent(office: SetOffice, as_: Browser) -> None:
    silent, agreed = a_ticket(office, State.REPLY_REVIEW), a_ticket(office, State.REPLY_REVIEW, publish_consent=True)
    desk = as_(REVIEWER)
    assert 'name="publish"' not in desk.get(f"/review/{silent}").text
    assert 'name="publish"' in desk.get(f"/review/{agreed}").text
    desk.post(f"/review/{agreed}/PASS", data=form(office, agreed, checked=list(CHECKED), publish="y"))
    assert seen(office, agreed).tags == ["public"]


def test_a_reply_goes_back_only_with_an_opinion(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    desk = as_(REVIEWER)
    assert desk.post(f"/review/{no}/FAIL", data=form(office, no), headers=IN_PLACE).status_code == 422
    desk.post(f"/review/{no}/FAIL", data=form(office, no, opinion="没有说明清运时间"))
    assert seen(office, no).at is State.PROCESSING


def test_a_second_press_is_harmless_and_a_newer_version_is_told(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    data = form(office, no, opinion="请补充")
    desk = as_(REVIEWER)
    assert [desk.post(f"/review/{no}/FAIL", data=data).status_code for _ in range(2)] == [303, 303]
    other = a_ticket(office, State.REPLY_REVIEW)
    data = form(office, other, opinion="这句话不能丢")
    act(office, other, Action.SUPPLEMENT, text="又倒了一车")
    answer = desk.post(f"/review/{other}/FAIL", data=data, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "又倒了一车" in answer.text
    assert "这句话不能丢" in answer.text


def test_what_was_typed_stays_to_be_copied_when_somebody_else_has_decided(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    data = form(office, no, opinion="请补充现场照片")
    act(office, no, Action.PASS)
    answer = as_(REVIEWER).post(f"/review/{no}/FAIL", data=data, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "审核通过" in answer.text
    assert "请补充现场照片" in answer.text


def test_who_was_not_satisfied_gets_it_done_again_or_the_result_stands(office: SetOffice, as_: Browser) -> None:
    again, kept = unsatisfied(office), unsatisfied(office)
    desk = as_(REVIEWER)
    assert desk.get("/review/?queue=unsatisfied").text.count("data-row") == 2
    assert "未解决" in desk.get(f"/review/{again}").text
    desk.post(f"/review/{again}/conclude", data=form(office, again, "unsatisfied", words="确未清走", decision="REWORK"))
    desk.post(f"/review/{kept}/conclude", data=form(office, kept, "unsatisfied", words="依法已处理", decision="KEEP"))
    assert (seen(office, again).at, seen(office, again).round) == (State.PENDING_SIGN, 2)
    assert seen(office, kept).at is State.CLOSED


@pytest.mark.parametrize("decision", ["REWORK", "KEEP"])
def test_one_text_serves_every_conclusion_and_none_goes_without(office: SetOffice, as_: Browser, decision: str) -> None:
    no = unsatisfied(office)
    desk = as_(REVIEWER)
    assert desk.get(f"/review/{no}?queue=unsatisfied").text.count("<textarea") == 1
    data = form(office, no, "unsatisfied", words=" ", decision=decision)
    answer = desk.post(f"/review/{no}/conclude", data=data, headers=IN_PLACE)
    assert answer.status_code == 422
    assert "请写明" in re.findall(r'data-error-for="words".*?</p>', answer.text, re.S)[0]
    assert desk.post(f"/review/{no}/conclude", data=data | {"decision": "PASS"}).status_code == 404


def test_a_contested_closing_is_answered_and_leaves_the_queue(office: SetOffice, as_: Browser) -> None:
    again, kept = contested(office), contested(office)
    desk = as_(REVIEWER)
    assert "没有清理干净" in desk.get(f"/review/{kept}").text
    desk.post(
        f"/review/{kept}/conclude", data=form(office, kept, "contested", words="复查属实，已清理", decision="KEEP")
    )
    desk.post(f"/review/{again}/conclude", data=form(office, again, "contested", words="复查未清理", decision="REWORK"))
    assert "data-row" not in desk.get("/review/?queue=contested").text
    assert seen(office, kept).at is State.CLOSED
    assert seen(office, kept).tags == seen(office, again).tags == []
    assert seen(office, again).at is State.PENDING_SIGN
    for no in (kept, again):
        assert not [clock for clock in clocks(office, no, ClockKind.REVIEW_REQUEST) if clock.stopped_at is None]


@pytest.mark.parametrize("state", list(State))
def test_a_ticket_in_any_state_can_be_looked_at(office: SetOffice, as_: Browser, state: State) -> None:
    answer = as_(REVIEWER).get(f"/review/{a_ticket(office, state)}")
    assert answer.status_code == 200
    assert "None" not in answer.text


def test_fifty_replies_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    for _ in range(50):
        a_ticket(office, State.REPLY_REVIEW)
    desk = as_(REVIEWER)
    desk.get("/review/")
    with counted() as asked:
        assert desk.get("/review/").text.count("data-row") == 50
    assert len(asked) <= 6, asked
