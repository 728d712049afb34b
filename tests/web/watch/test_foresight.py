"""热点预警: noticed once, handed to a unit or let be; and words of risk on the agent's form and the ticket."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.domain.appeal import Urgency
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.jobs import tasks
from hotline.jobs.timetable import EVERY
from hotline.relay import Relay
from hotline.store.foresight import Insight
from hotline.usecases import foresight
from tests.factories.actors import AGENT, DISPATCHER, LEAD_UNIT, LEADER, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice
from tests.factories.people import enrol, memos
from tests.factories.texts import inbox
from tests.factories.tickets import a_ticket, act, seen, take

Browser = Callable[[Actor], FlaskClient]
STREET = "350102001"
LEAD = a_person(Role.LEAD, number=31)


def look(office: SetOffice) -> int:
    with office.begin() as work:
        return foresight.look(work)


def kinds(office: SetOffice) -> list[str]:
    with office.begin() as work:
        return sorted(work.session.scalars(sa.select(Insight.kind).where(Insight.kind != "TOP")))


def test_five_of_a_kind_in_one_street_are_a_hot_spot_noticed_once(office: SetOffice, as_: Browser) -> None:
    for _ in range(4):
        a_ticket(office, State.PENDING_SIGN, region=STREET)
    look(office)
    assert "HOT" not in kinds(office)
    a_ticket(office, State.PENDING_SIGN, region=STREET)
    look(office)
    assert kinds(office).count("HOT") == 1
    assert look(office) == 0
    page = as_(SUPERVISOR).get("/foresight/").text
    assert "5 件，请上门排查源头" in page
    assert "入学季" in page, "March is the season"


def test_a_proposal_is_handed_to_a_unit_in_words_or_let_be_with_a_reason(office: SetOffice, as_: Browser) -> None:
    for _ in range(5):
        a_ticket(office, State.PENDING_SIGN, region=STREET)
    look(office)
    with office.begin() as work:
        hot, season = (
            work.session.scalars(sa.select(Insight.id).where(Insight.kind == kind)).first()
            for kind in ("HOT", "SEASON")
        )
    browser = as_(SUPERVISOR)
    page = browser.get(f"/foresight/{hot}").text
    assert "鼓楼区城市管理" in page or "鼓楼区城管" in page, "who led most of them is proposed"
    unit = re.search(r'name="unit"[^>]*value="([^"]+)"', page)
    assert unit
    assert "请写明要单位做什么" in browser.post(f"/foresight/{hot}/accept", data={"unit": unit.group(1)}).text
    said = {"unit": unit.group(1), "words": "请本周内集中清运并回头看"}
    assert browser.post(f"/foresight/{hot}/accept", data=said).status_code == 303
    assert inbox(office, LEAD_UNIT)[-1].text == "未诉先办：请本周内集中清运并回头看"
    assert browser.post(f"/foresight/{hot}/accept", data=said).status_code == 404
    assert "请写明不采纳的理由" in browser.post(f"/foresight/{season}/dismiss", data={"words": ""}).text
    assert browser.post(f"/foresight/{season}/dismiss", data={"words": "教育局已部署"}).status_code == 303
    page = browser.get("/foresight/").text
    assert "请本周内集中清运并回头看" in page
    assert "教育局已部署" in page
    a_ticket(office, State.PENDING_SIGN, region=STREET)
    assert look(office) == 0, "what was decided does not come again in its week"


def test_leaders_look_and_units_do_not(office: SetOffice, as_: Browser) -> None:
    look(office)
    assert as_(LEADER).get("/foresight/").status_code == 200
    assert as_(LEADER).post("/foresight/1/dismiss", data={"words": "不"}).status_code == 403
    assert as_(UNIT).get("/foresight/").status_code == 403
    assert tasks.foresee in EVERY


def test_a_crowd_is_urgent_marked_told_at_once_and_prompts_for_110(office: SetOffice, as_: Browser) -> None:
    enrol(office, LEAD, DISPATCHER)
    no = take(office, channel="phone", content="几十名工人在项目部聚集讨薪")
    relay = Relay(office)
    while relay.round():
        pass
    assert Urgency(seen(office, no).urgency) is Urgency.URGENT
    assert [memo.text for memo in memos(office, DISPATCHER)] == [
        f"工单 {no} 提到聚集闹事，请立即联系 110 值班并优先处理"
    ]
    assert len(memos(office, LEAD)) == 1
    assert "请立即电话联系 110 值班" in as_(DISPATCHER).get(f"/tickets/{no}").text
    said = {"content": "几十名工人在项目部聚集讨薪，拉横幅"}
    assert "请立即联系 110 值班：聚集闹事" in as_(AGENT).post("/operator/suggest", data=said).text


def test_what_comes_by_web_is_urgent_once_it_is_accepted(office: SetOffice) -> None:
    no = take(office, content="老板说要跳楼，大家劝不住")
    assert seen(office, no).tags == ["risk.self_harm"]
    act(office, no, Action.ACCEPT)
    assert Urgency(seen(office, no).urgency) is not Urgency.NORMAL
