"""The ticket page when several have a hand in it: the tree of units, the reply upwards, the second person."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.read import ticket_page
from tests.factories.actors import (
    CO,
    CO_UNIT,
    COUNTY,
    DISPATCHER,
    LEAD_UNIT,
    SUB_UNIT,
    SUPERVISOR,
    UNIT,
    a_person,
    at_unit,
)
from tests.factories.offices import SetOffice
from tests.factories.tickets import HANDLER, a_handler, a_ticket, act, assignments, seen, take

Browser = Callable[[Actor], FlaskClient]
COLLEAGUE = a_person(Role.DISPATCHER, number=40)


def sent(office: SetOffice, no: str, **given: str) -> dict[str, str]:
    return {"version": str(seen(office, no).version)} | given


def passed_on(office: SetOffice) -> str:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, unit="350102-HOT")
    act(office, no, Action.SIGN, by=COUNTY)
    return no


def test_the_county_passes_a_ticket_on_by_names_and_the_tree_shows_each_with_its_own_sign_in(
    office: SetOffice, as_: Browser
) -> None:
    no = passed_on(office)
    county = as_(COUNTY)
    data = sent(office, no, units="鼓楼区住房和城乡建设局，鼓东街道", words="请到现场")
    assert county.post(f"/tickets/{no}/actions/SUB_DISPATCH", data=data).status_code == 303
    page = county.get(f"/tickets/{no}").text
    assert page.count("task-depth-1") == 2
    assert page.count("未签收") == 2
    assert [task.unit for task in assignments(office, no)[1:]] == [SUB_UNIT, "350102001"]


def test_a_sub_unit_writes_its_result_to_the_unit_above_and_no_public_reply(office: SetOffice, as_: Browser) -> None:
    no = passed_on(office)
    act(office, no, Action.SUB_DISPATCH)
    sub = at_unit(SUB_UNIT, 21)
    page = as_(sub).get(f"/department/{no}").text
    sign = page[page.index("/actions/SIGN") :]
    assert 'data-key="F9"' in sign[: sign.index("</form>")], "signing is the first thing it does"
    act(office, no, Action.SIGN, by=sub)
    page = as_(sub).get(f"/department/{no}").text
    assert "办理结果（交鼓楼区热线承办中心）" in page
    assert 'name="public"' not in page
    data = sent(office, no, internal="已清运", facts_true="yes", solved="yes")
    assert as_(sub).post(f"/tickets/{no}/actions/REPLY", data=data).status_code == 303
    upwards = as_(COUNTY).get(f"/department/{no}").text
    assert "【鼓楼区住房和城乡建设局】已清运" in upwards, "the county's own reply begins with what it was told"


def test_who_reads_a_reply_next_is_named(office: SetOffice, as_: Browser) -> None:
    no = passed_on(office)
    act(office, no, Action.SUB_DISPATCH)
    sub, county = at_unit(SUB_UNIT, 21), as_(COUNTY)
    act(office, no, Action.SIGN, by=sub)
    below = as_(sub)
    below.post(f"/tickets/{no}/actions/REPLY", data=sent(office, no, internal="已清运"))
    assert "已提交，由鼓楼区热线承办中心查看" in below.get("/department").text
    county.post(f"/tickets/{no}/actions/REPLY", data=sent(office, no, public="已清运"))
    assert "已提交，等待审核" in county.get("/department").text


def test_a_sub_unit_asks_to_give_work_back_and_the_request_stands_above_the_decision(
    office: SetOffice, as_: Browser
) -> None:
    no = passed_on(office)
    act(office, no, Action.SUB_DISPATCH)
    sub, county = as_(at_unit(SUB_UNIT, 21)), as_(COUNTY)
    assert "交回的理由（由鼓楼区热线承办中心决定）" in sub.get(f"/department/{no}").text
    refused = sub.post(f"/tickets/{no}/actions/REQ_RELEASE", data=sent(office, no, why=""))
    assert (refused.status_code, "请写明交回的理由" in refused.text) == (422, True)
    sub.post(f"/tickets/{no}/actions/REQ_RELEASE", data=sent(office, no, why="不在本单位管养范围"))
    page = county.get(f"/department/{no}").text
    assert page.index("不在本单位管养范围") < page.index("/actions/OK_RELEASE") < page.index("/actions/CONTACT")
    assert "待您决定" in page
    county.post(f"/tickets/{no}/actions/OK_RELEASE", data=sent(office, no, unit=SUB_UNIT))
    assert "已交回" in county.get(f"/department/{no}").text


def test_what_is_seldom_done_is_folded_under_one_heading_and_comes_out_when_it_was_refused(
    office: SetOffice, as_: Browser
) -> None:
    no = a_ticket(office, State.PROCESSING)
    page = as_(UNIT).get(f"/tickets/{no}").text
    more = page.index("steps-more")
    daily, seldom = page[:more], page[more:]
    for action in ("CONTACT", "PROGRESS", "REPLY", "ASSIGN"):
        assert f'data-step="{action}"' in daily
    for action in ("REQ_RETURN", "REQ_EXTEND", "REQ_SUSPEND", "ASK_INFO", "ADD_UNIT", "GRADE"):
        assert f'data-step="{action}"' in seldom
    refused = as_(UNIT).post(f"/tickets/{no}/actions/REQ_EXTEND", data=sent(office, no)).text
    assert re.search(r'steps-more"[^>]* open', refused)
    assert re.search(r'data-step="REQ_EXTEND"[^>]* open', refused)


def test_what_would_be_refused_whatever_one_fills_in_is_not_offered(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    for _ in range(2):
        act(office, no, Action.REQ_EXTEND)
        act(office, no, Action.OK_EXTEND, by=SUPERVISOR if _ else DISPATCHER)
    office.later(days=3)
    page = as_(UNIT).get(f"/tickets/{no}").text
    assert 'data-step="REQ_SUSPEND"' in page
    assert 'data-step="REQ_EXTEND"' not in page, "extended twice"
    assert 'data-step="REQ_RETURN"' not in page, "the day for it is over"


def test_a_sealed_ticket_is_talked_about_through_the_platform_first(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING, confidential=True)
    page = as_(UNIT).get(f"/tickets/{no}").text
    assert page.index('data-step="RELAY"') < page.index('data-step="CONTACT"')
    assert not re.search(r'name="way"[^>]*value="(phone|sms)"', page)


def test_what_a_helper_was_asked_stands_at_the_head_and_its_answer_is_not_empty(
    office: SetOffice, as_: Browser
) -> None:
    no = passed_on(office)
    act(office, no, Action.SUB_DISPATCH, words="请先到现场拍照")
    sub = at_unit(SUB_UNIT, 21)
    act(office, no, Action.SIGN, by=sub)
    page = as_(sub).get(f"/department/{no}").text
    assert page.index("鼓楼区热线承办中心下派：请先到现场拍照") < page.index("/actions/")
    refused = as_(sub).post(f"/tickets/{no}/actions/REPLY", data=sent(office, no, internal=""))
    assert (refused.status_code, "请填写办理结果" in refused.text) == (422, True)


def test_the_first_page_of_a_helping_unit_counts_what_it_helps_with(office: SetOffice, as_: Browser) -> None:
    no = passed_on(office)
    act(office, no, Action.SUB_DISPATCH)
    home = as_(at_unit(SUB_UNIT, 21)).get("/home").text
    assert re.search(r'href="/department\?queue=sign"[^>]*>1<', home)
    assert "点开即可办理" not in home


def test_a_handler_drafts_what_the_approver_submits(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    handler = as_(a_person(Role.UNIT_HANDLER, number=41, unit=LEAD_UNIT))
    approver = as_(a_person(Role.UNIT_APPROVER, number=42, unit=LEAD_UNIT))
    page = handler.get(f"/department/{no}").text
    assert 'data-step="DRAFT_REPLY"' in page
    assert 'data-step="REPLY"' not in page
    handler.post(f"/tickets/{no}/actions/DRAFT_REPLY", data=sent(office, no, public="路灯已修复", internal="换灯五盏"))
    assert (seen(office, no).at, seen(office, no).public_reply) == (State.PROCESSING, ""), "nobody outside reads it"
    assert "结果已拟，待提交" in approver.get("/department").text
    page = approver.get(f"/department/{no}").text
    assert "尚未提交" in page
    assert "路灯已修复</textarea>" in page, "the approver's form begins with it"
    assert 'data-step="DRAFT_REPLY"' not in page


def test_rounds_of_one_ticket_stand_once_among_what_is_done(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, Action.RATE, solved="U", score=1, reason="result")
    act(office, no, Action.REWORK)
    unit = as_(UNIT)
    assert f"row-{no}" not in unit.get("/department?queue=done").text, "it is in hand again"
    for action in (Action.SIGN, Action.REPLY, Action.PASS, Action.RATE):
        act(office, no, action)
    assert unit.get("/department?queue=done").text.count(f'id="row-{no}"') == 1


def test_a_suspended_ticket_says_at_its_head_why_and_until_when(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.SUSPENDED)
    page = as_(UNIT).get(f"/department/{no}").text
    said = page.index("计划 2026-12-01 恢复")
    assert said < page.index("/actions/")


def test_who_used_the_time_names_the_lead_also_when_a_helper_signs_before_it(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, co_units=[CO_UNIT])
    act(office, no, Action.SIGN, by=CO)
    office.later(hours=1)
    with office.begin(UNIT) as work:
        hands = [hop.name for hop in ticket_page.of(work, no).hops]
    assert hands[-1] == office.rules.city.unit(LEAD_UNIT).short_name


def test_few_steps_are_not_folded(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    page = as_(UNIT).get(f"/tickets/{no}").text
    assert 'data-step="REQ_RETURN"' in page
    assert "steps-more" not in page


def test_the_lead_adds_and_drops_a_co_unit_and_only_what_can_be_dropped_is_listed(
    office: SetOffice, as_: Browser
) -> None:
    no = a_ticket(office, State.PROCESSING)
    unit = as_(UNIT)
    assert "/actions/DROP_UNIT" not in unit.get(f"/tickets/{no}").text
    act(office, no, Action.ADD_UNIT)
    page = unit.get(f"/tickets/{no}").text
    listed = re.search(r'<select[^>]*name="unit".*?</select>', page, re.DOTALL)
    assert listed
    assert re.findall(r'value="([^"]*)"', listed.group(0)) == [CO_UNIT]
    refused = unit.post(f"/tickets/{no}/actions/DROP_UNIT", data=sent(office, no, unit=CO_UNIT, cause=""))
    assert refused.status_code == 422
    assert "请写明取消的原因" in refused.text
    assert CO_UNIT in refused.text, "the list is still there"


def test_a_handler_is_chosen_from_the_units_people(office: SetOffice, as_: Browser) -> None:
    a_handler(office)
    a_handler(office, "elsewhere", unit="350103-CGW", name="别处的人")
    no = a_ticket(office, State.PROCESSING)
    page = as_(UNIT).get(f"/department/{no}").text
    assert "承办人小陈" in page
    assert "别处的人" not in page
    given = sent(office, no, handler=HANDLER) | {"next": "/department/next", "stay": f"/department/{no}"}
    answer = as_(UNIT).post(f"/tickets/{no}/actions/ASSIGN", data=given)
    assert answer.headers["Location"] == "/department/next", "it is in other hands now"
    assert "承办人小陈" in as_(UNIT).get("/department").text
    mine = as_(a_person(Role.UNIT_HANDLER, number=assignments(office, no)[0].handler_id or 0, unit=LEAD_UNIT))
    assert no in mine.get("/department?queue=mine").text


def test_a_proposal_waits_for_another_person_who_agrees_with_one_press(office: SetOffice, as_: Browser) -> None:
    no = take(office)
    as_(DISPATCHER).post(
        f"/tickets/{no}/actions/REJECT", data=sent(office, no, reason="FINISHED", words="与上月工单相同")
    )
    first = as_(DISPATCHER).get(f"/dispatch/{no}").text
    assert "您是提请人" in first
    assert "同意并办理" not in first
    second = as_(COLLEAGUE).get(f"/dispatch/{no}").text
    assert "待第二人确认" in second, "the list says so too"
    assert "与上月工单相同" in second
    assert second.count("同意并办理") == 1, "shown above, not once more among the steps"
    as_(COLLEAGUE).post(f"/tickets/{no}/actions/REJECT", data=sent(office, no, reason="FINISHED"))
    assert seen(office, no).at is State.REJECTED


def test_an_urgent_return_asks_whether_the_dispatcher_was_phoned(office: SetOffice, as_: Browser) -> None:
    urgent, normal = a_ticket(office, State.PROCESSING, urgency="URGENT"), a_ticket(office, State.PROCESSING)
    assert "已电话告知派单员" in as_(UNIT).get(f"/tickets/{urgent}").text
    assert "已电话告知派单员" not in as_(UNIT).get(f"/tickets/{normal}").text
