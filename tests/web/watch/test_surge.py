"""Surge mode on pages: the decision, the form of three fields, missed calls, and what other desks say meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Role
from hotline.store.call import Call
from hotline.usecases import knowledge, surge
from tests.factories.actors import AGENT, CALLBACK, LEADER, SUPERVISOR, UNIT, a_person
from tests.factories.knowledge import EDITOR, an_item
from tests.factories.offices import SetOffice
from tests.factories.people import enrol, memos
from tests.factories.tickets import a_ticket, seen

Browser = Callable[[Actor], FlaskClient]
LEAD = a_person(Role.LEAD, number=31)
ON = {"until": "2026-03-12T09:30", "why": "台风外围影响", "announcement": "请说明地点"}


def on(office: SetOffice) -> None:
    with office.begin(LEAD) as work:
        surge.switch_on(work, until=work.now + timedelta(hours=24), why="台风", announcement="请说明地点")


def test_only_who_decides_and_leaders_see_the_page(as_: Browser) -> None:
    for who in (AGENT, SUPERVISOR, UNIT):
        assert as_(who).get("/surge/").status_code == 403
    assert "启动应急模式" in as_(LEAD).get("/surge/").text
    assert 'name="why"' not in as_(LEADER).get("/surge/").text


def test_it_is_switched_on_changed_and_off_on_the_page(office: SetOffice, as_: Browser) -> None:
    browser = as_(LEAD)
    assert "请写明启动应急模式的原因" in browser.post("/surge/on", data=ON | {"why": ""}).text
    assert "72 小时之内" in browser.post("/surge/on", data=ON | {"until": "2026-03-20T09:30"}).text
    assert "请选择结束时间" in browser.post("/surge/on", data=ON | {"until": ""}).text
    assert "应急模式已启动" in browser.post("/surge/on", data=ON, follow_redirects=True).text
    assert "应急模式已修改" in browser.post("/surge/on", data=ON, follow_redirects=True).text
    assert browser.post("/surge/off", data={"why": ""}).status_code == 422
    assert "应急模式已结束" in browser.post("/surge/off", data={"why": "解除"}, follow_redirects=True).text
    assert browser.post("/surge/dismiss", data={"why": "没有"}).status_code == 404
    assert as_(LEADER).post("/surge/on", data=ON).status_code == 403


def test_three_fields_are_enough_and_twice_is_once(office: SetOffice, as_: Browser) -> None:
    on(office)
    browser = as_(AGENT)
    page = browser.get("/surge/call").text
    assert "请说明地点" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    said = {"key": key.group(1), "content": "台风把树刮倒压在车上", "address": "五一北路12号", "phone": "13900000001"}
    missing = browser.post("/surge/call", data=said | {"address": ""})
    assert (missing.status_code, "请问清地点" in missing.text, "台风把树刮倒" in missing.text) == (422, True, True)
    first, again = (browser.post("/surge/call", data=said).headers["Location"] for _ in range(2))
    assert first == again
    no = first.rsplit("=", 1)[1]
    assert (seen(office, no).at, seen(office, no).tags) == (State.PENDING_DISPATCH, ["surge"])
    assert seen(office, no).query_code in browser.get(first).text.replace(" ", "").replace("</span><span>", "")
    assert browser.post("/surge/call", data=said | {"content": "另一件事情"}).status_code == 422


def test_pinned_knowledge_stands_first_in_the_form_of_three_fields(office: SetOffice, as_: Browser) -> None:
    item = an_item(office, title="避灾点在哪里", body="各街道避灾点从今天 18 时起开放。")
    assert "避灾点在哪里" not in as_(AGENT).get("/surge/call").text
    with office.begin(EDITOR) as work:
        knowledge.pin(work, item, hours=24)
    desk = as_(AGENT)
    page = desk.get("/surge/call").text
    assert page.index("各街道避灾点从今天 18 时起开放。") < page.index('name="content"')
    quote = re.search(r'name="knowledge" value="([^"]+)"', page)
    assert quote
    said = {"key": "k1", "content": "", "address": "", "phone": "13900000001"}
    answered = desk.post("/surge/call", data=said | {"knowledge": quote.group(1)}).headers["Location"]
    ticket = seen(office, answered.rsplit("=", 1)[1])
    assert (ticket.at, ticket.close_mode, ticket.title) == (State.CLOSED, "DIRECT", "避灾点在哪里")
    assert "已直接答复" in desk.get(answered).text


def test_missed_calls_are_called_back_once(office: SetOffice, as_: Browser) -> None:
    with office.begin() as work:
        call = Call(gateway="generic", call_id="c1", first_at=work.now, ended_at=work.now)
        call.phone, call.phone_hash = work.sealer.seal("13900000001"), work.sealer.look_up("13900000001")
        work.session.add(call)
        work.session.flush()
        number = call.id
    assert "13900000001" in as_(AGENT).get("/surge/missed").text
    assert 'value="13900000001"' in as_(AGENT).get(f"/surge/call?missed={number}").text
    assert as_(AGENT).post(f"/surge/missed/{number}").status_code == 303
    assert "没有待回拨的来电" in as_(AGENT).get("/surge/missed").text
    assert as_(AGENT).post(f"/surge/missed/{number}").status_code == 404
    assert as_(UNIT).get("/surge/missed").status_code == 403


def test_the_leader_reads_the_brief_that_came(office: SetOffice, as_: Browser) -> None:
    enrol(office, LEADER)
    on(office)
    a_ticket(office, State.PENDING_SIGN)
    office.later(hours=2)
    with office.begin() as work:
        surge.tick(work)
    link = memos(office, LEADER)[-1].link
    page = as_(LEADER).get(link).text
    assert "应急专报" in page
    assert "鼓楼区" in page
    assert as_(LEADER).get("/surge/briefs/999").status_code == 404


def test_other_desks_say_what_is_different_meanwhile(office: SetOffice, as_: Browser) -> None:
    assert "应急模式" not in as_(CALLBACK).get("/callback/").text
    no = a_ticket(office, State.CALLBACK, reply_by="phone")
    assert "应急期间暂停" not in as_(CALLBACK).get("/callback/").text
    on(office)
    desk = as_(CALLBACK).get("/callback/").text
    assert ("一般工单暂停电话回访" in desk, "应急期间暂停" in desk, no in desk) == (True, True, False)
    assert no in as_(CALLBACK).get("/callback/?queue=rest").text
    assert "快速登记" in as_(AGENT).get("/operator").text
    assert "应急模式" in as_(UNIT).get("/inbox/bell").text


@pytest.mark.parametrize("who", [AGENT, LEAD])
def test_a_proposal_is_on_the_bell_of_who_decides_only(office: SetOffice, as_: Browser, who: Actor) -> None:
    from hotline.store.surge import Surge

    with office.begin() as work:
        work.session.add(Surge(stage="PROPOSED", proposed_at=work.now, half="0930", volume=60, usual=40))
    assert ("建议启动应急模式" in as_(who).get("/inbox/bell").text) is (who is LEAD)
    if who is LEAD:
        assert "1.5 倍" in as_(who).get("/surge/").text
