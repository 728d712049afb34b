"""The supervision desk's queues, orders on the ticket's page, and cards."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.read import supervision as reading
from hotline.usecases import access, supervision, sweeps
from tests.factories.actors import AGENT, CITY_UNIT, INSPECTOR, LEAD_UNIT, LEADER, OTHER, REVIEWER, SUPERVISOR, UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen
from tests.web.watch.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
QUEUES = [queue for queue in reading.QUEUES if queue != "coordinate"]


def proposed(office: SetOffice) -> tuple[str, int]:
    no = a_ticket(office, State.PROCESSING)
    with office.begin() as work:
        row = supervision.open(work, access.staff(work, no), 1, "GROUP", "24 小时内 6 人反映")
        assert row is not None
        return no, row.id


@pytest.mark.parametrize("queue", QUEUES)
def test_an_empty_queue_says_what_will_appear_there(as_: Browser, queue: str) -> None:
    page = as_(SUPERVISOR).get(f"/supervision/orders/?queue={queue}")
    assert page.status_code == 200
    assert "没有" in page.text


def test_who_looks_and_who_does_not(as_: Browser) -> None:
    for who in (SUPERVISOR, INSPECTOR, LEADER):
        assert as_(who).get("/supervision/orders/").status_code == 200
        assert as_(who).get("/supervision/").status_code == 200
    for who in (AGENT, REVIEWER, UNIT):
        assert as_(who).get("/supervision/orders/").status_code == 403
    assert as_(SUPERVISOR).get("/supervision/orders/?queue=nothing").status_code == 422


def test_an_order_goes_from_queue_to_queue_until_it_is_done(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    browser = as_(SUPERVISOR)

    def where() -> list[str]:
        return [
            q for q in ("open", "answered", "instructed") if no in browser.get(f"/supervision/orders/?queue={q}").text
        ]

    act(office, no, Action.SUPERVISE)
    assert where() == ["open"]
    page = browser.get(f"/supervision/orders/{no}?queue=open").text
    assert "请三日内办结" in page
    assert "须上一级签发" in page
    assert "单位还没有答复，为什么解除督办" in page, "lifting needs a reason, and says so before it is refused"
    act(office, no, Action.INSTRUCT)
    assert where() == ["open", "instructed"]
    act(office, no, Action.ANSWER_SUPERVISION)
    assert where() == ["open", "answered", "instructed"]
    page = browser.get(f"/supervision/orders/{no}?queue=answered").text
    assert "陈立 副局长" in page
    assert "为什么解除督办" not in page
    act(office, no, Action.END_SUPERVISION)
    assert where() == []


def test_a_leader_writes_an_instruction_on_the_tickets_page(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    page = as_(LEADER).get(f"/tickets/{no}").text
    assert "批示内容" in page
    sent = {"version": seen(office, no).version, "words": "请区里抓紧解决"}
    assert as_(LEADER).post(f"/tickets/{no}/actions/INSTRUCT", data=sent).status_code == 303
    assert "领导督办" in as_(UNIT).get(f"/tickets/{no}").text


def test_whoever_only_watches_finds_supervising_and_urging_first(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    page = as_(SUPERVISOR).get(f"/tickets/{no}").text
    steps = re.findall(r'<details class="step[^"]*"[^>]*data-step="(\w+)"', page)
    assert steps[:2] == ["SUPERVISE", "URGE"]
    assert as_(LEADER).get(f"/tickets/{no}").text.count("step-first") == 1


def test_an_answer_says_who_judges_it_and_grounds_are_told_in_words(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    with office.begin() as work:
        supervision.open(work, access.staff(work, no), 2, "OVERDUE", "")
    act(office, no, Action.ANSWER_SUPERVISION)
    page = as_(SUPERVISOR).get(f"/tickets/{no}").text
    assert "由效能监察审核" in page
    assert "OVERDUE" not in page


def test_an_answer_that_came_back_says_why_until_it_is_accepted(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    for step in (Action.SUPERVISE, Action.ANSWER_SUPERVISION):
        act(office, no, step)
    act(office, no, Action.FAIL_SUPERVISION, opinion="没有写整改时间")
    assert "上次的答复被退回：没有写整改时间" in as_(UNIT).get(f"/tickets/{no}").text
    act(office, no, Action.ANSWER_SUPERVISION)
    assert "上次的答复被退回：没有写整改时间" in as_(SUPERVISOR).get(f"/tickets/{no}").text
    act(office, no, Action.END_SUPERVISION)
    assert "上次的答复被退回" not in as_(SUPERVISOR).get(f"/tickets/{no}").text


def test_why_a_ticket_is_suspended_stands_beside_the_list_of_the_suspended(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.SUSPENDED)
    why = as_(SUPERVISOR).get(f"/tickets/{no}").text
    beside = as_(SUPERVISOR).get(f"/supervision/orders/{no}?queue=suspended").text
    told = re.search(r'class="alert[^>]*>.*?挂起：([^<]+)<', why, re.S)
    assert told
    assert beside.count(told[1]) >= 2, "above the steps and in the history"


def test_a_proposal_is_taken_up_or_declined_with_a_reason(office: SetOffice, as_: Browser) -> None:
    no, number = proposed(office)
    browser = as_(SUPERVISOR)
    page = browser.get(f"/supervision/orders/{no}?queue=proposed").text
    assert "系统建议督办：群体诉求" in page
    assert "24 小时内 6 人反映" in page
    refused = browser.post(f"/supervision/orders/proposals/{number}/dismiss", data={"no": no, "queue": "proposed"})
    assert refused.status_code == 422
    assert "请写明不予督办的理由" in refused.text
    said = {"no": no, "queue": "proposed", "words": "街道已牵头"}
    assert browser.post(f"/supervision/orders/proposals/{number}/dismiss", data=said).status_code == 303
    assert browser.post(f"/supervision/orders/proposals/{number}/dismiss", data=said).status_code == 404
    assert as_(LEADER).post(f"/supervision/orders/proposals/{number}/dismiss", data=said).status_code == 403


def test_the_unit_sees_what_is_pressing_in_its_list(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.SUPERVISE)
    act(office, no, Action.URGE)
    page = as_(UNIT).get("/department?queue=ordered").text
    assert no in page
    assert "督办 · 催办 1 次" in page


def test_cards_are_counted_and_narrowed_and_seen_by_their_unit_alone(office: SetOffice, as_: Browser) -> None:
    for _ in range(2):
        act(office, a_ticket(office, State.PROCESSING), Action.CONTACT)
    office.at("2026-03-24 09:00")
    with office.begin() as work:
        sweeps.sweep(work)
    office.at("2026-03-26 09:00")
    with office.begin() as work:
        sweeps.sweep(work)
    whole = as_(SUPERVISOR).get("/cards").text
    assert "黄牌 2" in whole
    assert "红牌 2" in whole
    assert "红牌 2" in as_(UNIT).get("/cards?light=red").text
    assert "红牌 0" in as_(OTHER).get("/cards").text
    for narrowed in ("days=1&light=yellow", f"unit={CITY_UNIT}&light=red", "kind=sign", "since=2026-03-26T10:00"):
        assert "这段时间没有牌" in as_(SUPERVISOR).get(f"/cards?{narrowed}").text, narrowed
    assert "这段时间没有牌" not in as_(SUPERVISOR).get(f"/cards?unit={LEAD_UNIT}&kind=handling&days=7").text
    for wrong in ("light=blue", "kind=x", "unit=x", "days=5", "since=x"):
        assert as_(SUPERVISOR).get(f"/cards?{wrong}").status_code == 422, wrong


def test_twenty_orders_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    act(office, a_ticket(office, State.PROCESSING), Action.SUPERVISE)
    browser = as_(SUPERVISOR)
    with counted() as few:
        browser.get("/supervision/orders/")
    for _ in range(8):
        act(office, a_ticket(office, State.PROCESSING), Action.SUPERVISE)
    with counted() as many:
        browser.get("/supervision/orders/")
    assert len(many) == len(few) <= 8


def test_what_a_unit_asks_for_stands_above_the_decision(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.REQ_SUSPEND)
    page = as_(SUPERVISOR).get(f"/supervision/orders/{no}?queue=suspend").text
    assert page.index("等检测报告") < page.index("actions/SUSPEND") < page.index("actions/REDISPATCH")
