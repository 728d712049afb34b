"""The desk of time: what units ask for, what stands still, and a region at once."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.appeal import Urgency
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from tests.factories.actors import DISPATCHER, REVIEWER, SUPERVISOR, UNIT
from tests.factories.offices import SetOffice, local
from tests.factories.tickets import a_ticket, act, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
A = Action


def version(office: SetOffice, no: str) -> str:
    return str(seen(office, no).version)


def test_who_decides_nothing_about_time_does_not_enter(as_: Browser) -> None:
    for who in (REVIEWER, UNIT):
        assert as_(who).get("/timing/").status_code == 403


def test_each_sees_the_queues_that_wait_for_him(as_: Browser) -> None:
    dispatcher, supervisor = as_(DISPATCHER).get("/timing/").text, as_(SUPERVISOR).get("/timing/").text
    assert "没有等待审核的首次延期申请" in dispatcher
    assert "挂起待审" not in dispatcher
    for words in ("二次延期待审", "挂起待审", "已挂起", "按区域挂起"):
        assert words in supervisor
    assert "没有挂起的工单" in as_(SUPERVISOR).get("/timing/list?queue=stopped").text


def test_a_unit_asks_on_the_ticket_page_and_the_dispatcher_decides_on_the_desk(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    page = as_(UNIT).get(f"/tickets/{no}").text
    assert "申请延期" in page
    assert 'name="days"' in page
    assert 'name="hours"' not in page
    sent = {"version": version(office, no), "reason": "WORKS", "days": "3", "words": "吊车要等两天"}
    assert as_(UNIT).post(f"/tickets/{no}/actions/REQ_EXTEND", data=sent).status_code == 303
    desk = as_(DISPATCHER)
    assert no in desk.get("/timing/").text
    shown = desk.get(f"/timing/{no}").text
    for words in ("延期申请", "施工维修需要时间", "吊车要等两天", "3 个工作日", "同意后到期", "3月30日 17:30"):
        assert words in shown
    assert shown.index("吊车要等两天") < shown.index("/actions/OK_EXTEND"), "it is read before it is decided"
    answer = desk.post(f"/tickets/{no}/actions/OK_EXTEND", data={"version": version(office, no), "next": "/timing/"})
    assert answer.location == "/timing/"
    assert seen(office, no).due_at == local("2026-03-30 17:30")


def test_an_urgent_ticket_is_asked_for_in_hours(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    page = as_(UNIT).get(f"/tickets/{no}").text
    assert 'name="hours"' in page
    sent = {"version": version(office, no), "reason": "WORKS", "hours": "30"}
    answer = as_(UNIT).post(f"/tickets/{no}/actions/REQ_EXTEND", data=sent)
    assert answer.status_code == 409
    assert "不能超过 24 小时" in answer.text


def test_the_reason_of_a_due_time_is_told_day_by_day_and_whose_time_was_used(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-13 15:00")
    act(office, no, A.SUSPEND, until="2026-04-20")
    office.at("2026-04-07 09:00")
    act(office, no, A.RESUME)
    page = as_(UNIT).get(f"/tickets/{no}").text
    for words in (
        "为什么是这个时限？",
        "2026-03-13 周五 15:00 起暂停计时（法定程序进行中）",
        "2026-03-13 周五 15:00 挂起时剩 8 个工作日，2026-04-07 周二 09:00 恢复，当日为第 0 天",
        "2026-04-17 周五 17:30 到期",
        "各环节的时限",
        "hand-nobody",
    ):
        assert words in page, words


def test_a_supervisor_suspends_as_asked_looks_again_and_resumes(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.REQ_SUSPEND, reason="PROJECT", until="2026-06-30")
    desk = as_(SUPERVISOR)
    page = desk.get(f"/timing/{no}?queue=suspend").text
    assert 'value="2026-06-30"' in page, "what was asked stands in the form"
    sent = {"version": version(office, no), "reason": "PROJECT", "until": "2026-06-30"}
    assert desk.post(f"/tickets/{no}/actions/SUSPEND", data=sent).status_code == 303
    assert "挂起复核" in desk.get(f"/timing/{no}?queue=stopped").text
    late = {"version": version(office, no), "until": "2026-03-01", "words": "核对过"}
    answer = desk.post(f"/tickets/{no}/actions/PROLONG", data=late)
    assert answer.status_code == 422
    assert "今天之后" in answer.text
    assert desk.post(f"/tickets/{no}/actions/RESUME", data={"version": version(office, no)}).status_code == 303
    assert seen(office, no).at is State.PROCESSING


def test_a_region_is_suspended_and_resumed_in_one_step(office: SetOffice, as_: Browser) -> None:
    no, urgent = a_ticket(office, State.PROCESSING), a_ticket(office, State.PROCESSING, urgency=Urgency.CRITICAL)
    desk = as_(SUPERVISOR)
    assert re.search("鼓楼区</span>[^·]*办理中 1<", desk.get("/timing/region").text), "told before it is done"
    answer = desk.post("/timing/region", data={"deed": "suspend", "until": ""})
    assert answer.status_code == 422
    assert "请选择受影响的区县" in answer.text
    assert "应急响应的级别" in answer.text
    assert "请填写计划恢复日期" in answer.text
    sent = {"deed": "suspend", "region": ["350102"], "until": "2026-03-14", "words": "防台风Ⅱ级应急响应"}
    assert desk.post("/timing/region", data=sent).status_code == 303
    assert "已挂起 1 件工单；特急、紧急 1 件照常计时" in desk.get("/timing/?queue=stopped").text
    assert (seen(office, no).at, seen(office, urgent).at) == (State.SUSPENDED, State.PROCESSING)
    assert "办理中 0 · 已挂起 1" in desk.get("/timing/region").text
    sent = {"deed": "resume", "region": ["350102"], "words": "应急响应解除"}
    assert desk.post("/timing/region", data=sent).status_code == 303
    assert seen(office, no).at is State.PROCESSING


def test_the_desk_asks_the_same_number_of_queries_however_long_its_list(
    office: SetOffice, as_: Browser, counted: Counted
) -> None:
    desk = as_(DISPATCHER)

    def ask() -> int:
        with counted() as queries:
            assert desk.get("/timing/").status_code == 200
        return len(queries)

    act(office, a_ticket(office, State.PROCESSING), A.REQ_EXTEND)
    one = ask()
    for _ in range(3):
        act(office, a_ticket(office, State.PROCESSING), A.REQ_EXTEND)
    assert ask() == one
