"""The pages of the knowledge base, as a unit, an editor and an agent use them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Role
from hotline.store.knowledge import Feedback, Question, Version
from hotline.store.ticket import Ticket
from hotline.usecases import knowledge
from tests.factories.actors import AGENT, DISPATCHER, UNIT, a_person
from tests.factories.knowledge import EDITOR, SUPPLIER, an_item, item_of, raw_item
from tests.factories.offices import SetOffice, statements
from tests.factories.tickets import a_ticket

As = Callable[[Actor], FlaskClient]
PART = {"HX-Request": "true"}


def test_words_find_an_item_and_its_page_tells_all_about_it(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    listed = as_(AGENT).get("/knowledge?q=路灯").text
    assert "<mark>路灯</mark>" in listed
    page = as_(AGENT).get(f"/knowledge/{item}").text
    assert "24 小时内到场" in page
    assert "福州市城市管理委员会" in page
    assert "修改、延长有效期" not in page
    assert "修改、延长有效期" in as_(SUPPLIER).get(f"/knowledge/{item}").text


def test_what_is_not_found_leads_to_a_question(as_: As, office: SetOffice) -> None:
    page = as_(AGENT).get("/knowledge?q=养鸵鸟要办什么证").text
    assert "没有找到" in page
    assert "向负责单位提问" in page
    assert as_(AGENT).get("/knowledge").status_code == 200
    assert as_(AGENT).get("/knowledge?standing=none").status_code == 422


def test_an_item_that_ended_says_so(as_: As, office: SetOffice) -> None:
    item = an_item(office, valid_from="2025-01-01", valid_to="2025-12-31")
    assert "不能用来直接答复" in as_(AGENT).get(f"/knowledge/{item}").text


def sent(browser: FlaskClient, deed: str, **form: str) -> str:
    answer = browser.post("/knowledge/write", data=raw_item(deed=deed) | form)
    return answer.headers.get("Location", "") or f"{answer.status_code}\n{answer.text}"


def test_a_unit_looks_at_it_first_then_hands_it_in_and_an_editor_publishes(as_: As, office: SetOffice) -> None:
    unit, editor = as_(SUPPLIER), as_(EDITOR)
    assert "写一条知识" in unit.get("/knowledge/new").text
    preview = sent(unit, "preview")
    assert preview.startswith("200")
    assert "预览" in preview
    assert office.value(select(Version.id)) is None
    place = sent(unit, "hand_in")
    assert "还没有发布" in unit.get(place).text
    assert as_(AGENT).get(place).status_code == 404
    work = editor.get("/knowledge/work").text
    address = re.search(r"/knowledge/proposals/\d+", work)
    assert address
    assert "发布" in editor.get(address[0]).text
    assert "发布</span></button>" not in unit.get(address[0]).text
    editor.post(f"{address[0]}/publish")
    assert as_(AGENT).get(place).status_code == 200


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(as_: As, office: SetOffice) -> None:
    answer = sent(as_(EDITOR), "publish", title="", valid_to="2030-01-01")
    assert answer.startswith("422")
    assert "请填写标题" in answer
    assert "有效期最长 12 个月" in answer
    assert "24 小时内到场" in answer


def test_a_unit_that_asks_to_publish_is_refused_and_nothing_is_written(as_: As, office: SetOffice) -> None:
    assert sent(as_(SUPPLIER), "publish").startswith("403")
    assert office.value(select(Version.id)) is None


def test_an_editor_changes_pins_and_takes_down(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    editor = as_(EDITOR)
    assert "24 小时内到场" in editor.get(f"/knowledge/{item}/edit").text
    sent(editor, "publish", item=str(item), body="改为 12 小时", words="提速")
    assert item_of(office, item).version == 2
    assert "第 1 版" in editor.get(f"/knowledge/{item}").text
    editor.post(f"/knowledge/{item}/pin", data={"hours": "5"})
    assert "置顶知识" in as_(AGENT).get("/operator").text
    assert "置顶" in as_(AGENT).get("/knowledge").text
    editor.post(f"/knowledge/{item}/retire", data={"words": "并入新指南"})
    assert "已经下架" in as_(AGENT).get(f"/knowledge/{item}").text
    assert editor.post(f"/knowledge/{item}/pin", data={"hours": "x"}).status_code == 422


def test_a_proposal_is_declined_with_a_reason(as_: As, office: SetOffice) -> None:
    with office.begin(SUPPLIER) as work:
        version = knowledge.hand_in(work, knowledge.read(work, raw_item())).id
    assert "待办 1" in as_(EDITOR).get("/knowledge").text
    assert "待办 1" not in as_(SUPPLIER).get("/knowledge").text, "it is the editor's turn"
    refused = as_(EDITOR).post(f"/knowledge/proposals/{version}/decline", data={"words": ""}, headers=PART)
    assert json.loads(refused.headers["HX-Trigger"])["refused"]["fields"] == {"words": "请写明为什么不采用，单位会看到"}
    as_(EDITOR).post(f"/knowledge/proposals/{version}/decline", data={"words": "缺少依据"})
    assert "缺少依据" in as_(SUPPLIER).get(f"/knowledge/proposals/{version}").text
    assert as_(UNIT).get(f"/knowledge/proposals/{version}").status_code == 404


def test_what_is_handed_in_stands_beside_what_is_like_it(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    with office.begin(SUPPLIER) as work:
        version = knowledge.hand_in(work, knowledge.read(work, raw_item(title="路灯不亮找谁修"))).id
    page = as_(EDITOR).get(f"/knowledge/proposals/{version}").text
    assert "相近的知识" in page
    assert f'href="/knowledge/{item}"' in page


def test_a_report_reaches_the_duty_list_and_is_settled(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    agent = as_(AGENT)
    assert agent.post(f"/knowledge/{item}/report", data={"kind": "WRONG"}).status_code == 422
    agent.post(f"/knowledge/{item}/report", data={"kind": "WRONG", "words": "电话换了"})
    listed = as_(SUPPLIER).get("/knowledge/work?tab=reports").text
    assert "电话换了" in listed
    assert "有人报错" in agent.get("/knowledge").text
    number = office.value(select(Feedback.id))
    as_(SUPPLIER).post(f"/knowledge/reports/{number}/settle", data={"outcome": "已改正"})
    assert "已改正" in agent.get(f"/knowledge/{item}").text


def test_a_question_goes_to_the_unit_and_comes_back(as_: As, office: SetOffice) -> None:
    agent = as_(AGENT)
    assert agent.post("/knowledge/ask", data={"text": ""}).status_code == 422
    agent.post("/knowledge/ask", data={"text": "路灯维护归谁管", "category": "010602"})
    number = office.value(select(Question.id))
    listed = as_(SUPPLIER).get("/knowledge/work").text
    assert "路灯维护归谁管" in listed
    assert as_(UNIT).get(f"/knowledge/questions/{number}").status_code == 404
    as_(SUPPLIER).post(f"/knowledge/questions/{number}/reply", data={"answer": "归市城市管理委员会"})
    assert "归市城市管理委员会" in agent.get(f"/knowledge/questions/{number}").text
    assert "已答复" in agent.get("/knowledge/ask").text
    editor = as_(EDITOR)
    assert "路灯维护归谁管" in editor.get(f"/knowledge/new?question={number}").text
    editor.post(f"/knowledge/questions/{number}/close")
    assert "已经结束" in editor.get(f"/knowledge/questions/{number}").text


def test_an_editor_announces_a_policy_moves_it_and_drops_it(as_: As, office: SetOffice) -> None:
    editor = as_(EDITOR)
    assert editor.post("/knowledge/policies", data={"text": "新规"}).status_code == 422
    given = {"text": "照明新规", "unit": "350100-JTJ", "policy_from": "2026-03-11"}
    editor.post("/knowledge/policies", data=given)
    number = office.value(select(Question.id))
    editor.post(f"/knowledge/questions/{number}/assign", data={"unit": "350100-CGW"})
    assert "照明新规" in as_(SUPPLIER).get("/knowledge/work?tab=questions").text
    editor.post(f"/knowledge/questions/{number}/drop")
    assert "没有待答的提问" in as_(SUPPLIER).get("/knowledge/work?tab=questions").text


@pytest.mark.parametrize("tab", ["proposals", "questions", "reports", "expired", "expiring"])
def test_every_list_of_the_duty_is_there_and_says_what_will_be(as_: As, office: SetOffice, tab: str) -> None:
    assert "没有" in as_(EDITOR).get(f"/knowledge/work?tab={tab}").text


def test_what_ends_soon_and_what_has_ended_is_listed(as_: As, office: SetOffice) -> None:
    an_item(office, title="快到期", valid_to="2026-03-31")
    an_item(office, title="过了期", valid_from="2025-01-01", valid_to="2025-12-31")
    editor = as_(EDITOR)
    assert "快到期" in editor.get("/knowledge/work?tab=expiring").text
    assert "过了期" in editor.get("/knowledge/work?tab=expired").text
    assert as_(AGENT).get("/knowledge/work").status_code == 403


def test_items_stand_beside_the_agents_form_and_one_becomes_the_answer(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    agent = as_(AGENT)
    typed = {"key": str(uuid4()), "phone": "13800005678", "content": "小区门口路灯不亮，找谁报修", "picked": "010602"}
    shown = agent.post("/operator/suggest", data=typed, headers=PART).text
    assert f'data-quote="{item}@1"' in shown
    agent.post("/operator/answer", data=typed | {"knowledge": f"{item}@1"})
    with office.begin() as work:
        ticket = work.session.scalars(select(Ticket)).one()
    assert (ticket.state, ticket.close_mode) == ("CLOSED", "DIRECT")
    assert "24 小时" in ticket.public_reply


def test_an_item_that_was_taken_down_meanwhile_leaves_the_words_and_is_let_go(as_: As, office: SetOffice) -> None:
    item = an_item(office)
    with office.begin(EDITOR) as work:
        knowledge.retire(work, item, words="旧")
    form = {"key": str(uuid4()), "phone": "13800005678", "content": "路灯不亮找谁", "answer": "我们这就查"}
    again = as_(AGENT).post("/operator/answer", data=form | {"knowledge": f"{item}@1"})
    assert again.status_code == 422
    assert "已下架" in again.text
    assert "我们这就查" in again.text
    assert f'name="knowledge" value="{item}' not in again.text


def test_items_stand_beside_a_ticket_in_hand(as_: As, office: SetOffice) -> None:
    an_item(office, title="装修垃圾怎么清运", body="装修垃圾由产生者负责清运", keywords="装修垃圾", category="010107")
    no = a_ticket(office, State.PROCESSING)
    assert f"/knowledge/beside/{no}" in as_(UNIT).get(f"/tickets/{no}").text
    assert "装修垃圾怎么清运" in as_(UNIT).get(f"/knowledge/beside/{no}", headers=PART).text
    assert (
        as_(a_person(Role.UNIT_COORD, number=99, unit="350103-CGW")).get(f"/knowledge/beside/{no}").status_code == 404
    )


def test_pages_cost_few_queries(as_: As, office: SetOffice) -> None:
    for n in range(6):
        an_item(office, title=f"路灯不亮怎么报修{n}")
    for browser, path, most in (
        (as_(AGENT), "/knowledge?q=路灯", 2),
        (as_(DISPATCHER), "/knowledge", 3),
        (as_(EDITOR), "/knowledge/work?tab=expiring", 5),
    ):
        browser.get(path)
        with statements(office) as asked:
            browser.get(path)
        assert len(asked) <= most, path
