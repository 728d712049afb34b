"""The call desk: nothing typed is lost, nothing is taken twice, and each way on does what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Role
from hotline.store.audit import AuditLine
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.notice import Notice
from hotline.store.ticket import Supplement, Ticket
from hotline.usecases import notices
from tests.factories.actors import DISPATCHER, a_person
from tests.factories.offices import SetOffice, statements
from web.formats import until

PHONE = "13800005678"
CONTENT = "五一北路路灯坏了三天，晚上很黑"
PART = {"HX-Request": "true"}


def a_call(**said: str) -> dict[str, str]:
    return {"key": str(uuid4()), "phone": PHONE, "content": CONTENT, "address": "五一北路 12 号"} | said


def tickets(office: SetOffice) -> list[Ticket]:
    with office.begin() as work:
        return list(work.session.scalars(select(Ticket).order_by(Ticket.id)))


def done(agent: FlaskClient, deed: str = "submit", **said: str) -> str:
    answer = agent.post(f"/operator/{deed}", data=a_call(**said))
    assert answer.status_code == 303, answer.text
    found = re.search(r"done=(\w+)", answer.headers["Location"])
    return found[1] if found else ""


def test_a_call_goes_to_dispatch_and_its_numbers_are_there_to_be_read_aloud(
    agent: FlaskClient, office: SetOffice
) -> None:
    no = done(agent, region="鼓楼区", name="王小明", reply_by="phone", confidential="y")
    (ticket,) = tickets(office)
    assert (ticket.no, ticket.state, ticket.channel, ticket.region) == (no, State.PENDING_DISPATCH, "phone", "350102")
    assert ticket.confidential
    with office.begin() as work:
        who = work.session.get_one(Contact, ticket.id)
        assert (work.sealer.open(who.phone), who.reply_by) == (PHONE, "phone")
    page = agent.get(f"/operator?done={no}").text
    assert f'aria-label="{no}"' in page
    assert f'aria-label="{ticket.query_code}"' in page
    assert 'name="content"' in page


def test_the_code_is_shown_to_who_took_the_call_and_only_within_the_hour(
    agent: FlaskClient, as_: Callable[[Actor], FlaskClient], office: SetOffice
) -> None:
    no = done(agent)
    code = tickets(office)[0].query_code
    other = as_(a_person(Role.AGENT, number=77))
    assert code not in other.get(f"/operator?done={no}").text
    office.later(hours=2)
    assert code not in agent.get(f"/operator?done={no}").text


def test_the_same_call_sent_twice_is_one_ticket(agent: FlaskClient, office: SetOffice) -> None:
    call = a_call()
    places = {agent.post("/operator/submit", data=call).headers["Location"] for _ in range(3)}
    assert len(places) == len(tickets(office)) == 1


def test_other_words_under_the_same_key_are_kept_and_may_be_appended(agent: FlaskClient, office: SetOffice) -> None:
    call = a_call()
    agent.post("/operator/submit", data=call)
    answer = agent.post("/operator/submit", data=call | {"content": "还有一盏也坏了"})
    assert answer.status_code == 422
    assert "这通来电已经登记为" in answer.text
    assert "还有一盏也坏了" in answer.text
    assert f'value="{tickets(office)[0].no}"' in answer.text
    assert len(tickets(office)) == 1


def test_a_direct_answer_closes_the_ticket_in_one_go(agent: FlaskClient, office: SetOffice) -> None:
    done(agent, "answer", answer="请持身份证到就近窗口办理")
    (ticket,) = tickets(office)
    assert (ticket.state, ticket.close_mode, ticket.public_reply) == (
        State.CLOSED,
        "DIRECT",
        "请持身份证到就近窗口办理",
    )


def test_a_direct_answer_without_words_is_asked_for_and_nothing_is_taken(agent: FlaskClient, office: SetOffice) -> None:
    answer = agent.post("/operator/answer", data=a_call())
    assert answer.status_code == 422
    assert "请填写答复内容" in answer.text
    assert CONTENT in answer.text
    assert not tickets(office)


def test_a_danger_is_handed_over_with_who_got_it(agent: FlaskClient, office: SetOffice) -> None:
    done(agent, "handover", target="350100-T110", their_no="A7")
    (ticket,) = tickets(office)
    assert ticket.state == State.HANDED_OVER
    with office.begin() as work:
        last = work.session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
        assert (last.payload["target"], last.payload["their_no"]) == ("350100-T110", "A7")


@pytest.mark.parametrize("target", ["", "350102-CGW", "nowhere"])
def test_only_a_unit_outside_can_get_what_is_handed_over(agent: FlaskClient, office: SetOffice, target: str) -> None:
    answer = agent.post("/operator/handover", data=a_call(target=target))
    assert answer.status_code == 422
    assert "请选择移交给谁" in answer.text
    assert not tickets(office)


def test_a_draft_waits_is_gone_on_with_and_told_to_nobody(agent: FlaskClient, office: SetOffice) -> None:
    answer = agent.post("/operator/draft", data=a_call(name="王小明", region="鼓楼区"))
    (ticket,) = tickets(office)
    assert ticket.state == State.DRAFT
    with office.begin() as work:
        entry = work.session.scalars(select(Entry)).one()
        notices.compose(work, [entry.id])
    with office.begin() as work:
        assert not work.session.scalars(select(Notice)).all()
    desk = agent.get(answer.headers["Location"])
    assert f"/operator/drafts/{ticket.no}" in desk.text
    page = agent.get(f"/operator/drafts/{ticket.no}").text
    assert all(words in page for words in (CONTENT, "王小明", PHONE, "鼓楼区"))
    no = done(agent, draft=ticket.no, content="五一北路路灯全都坏了", phone=PHONE)
    (ticket,) = tickets(office)
    assert (ticket.no, ticket.state, ticket.content) == (no, State.PENDING_DISPATCH, "五一北路路灯全都坏了")
    assert done(agent, draft=ticket.no) == no
    assert agent.get(f"/operator/drafts/{ticket.no}").status_code == 409


def test_nobody_opens_or_sends_the_draft_of_another(
    agent: FlaskClient, as_: Callable[[Actor], FlaskClient], office: SetOffice
) -> None:
    agent.post("/operator/draft", data=a_call())
    (ticket,) = tickets(office)
    other = as_(a_person(Role.AGENT, number=77))
    assert other.get(f"/operator/drafts/{ticket.no}").status_code == 404
    assert other.post("/operator/submit", data=a_call(draft=ticket.no)).status_code == 404
    assert tickets(office)[0].state == State.DRAFT


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"content": " "}, "请填写诉求内容"),
        ({"content": "。。。"}, "请用文字说明是什么事"),
        ({"content": "灯" * 20_001}, "最多 20000 字"),
        ({"phone": "1380000"}, "手机号应为 11 位"),
        ({"phone": ""}, "请填写来电号码"),
        ({"occurred_at": "2026-03-12T09:00"}, "不能晚于现在"),
        ({"occurred_at": "昨天"}, "时间写法应如"),
        ({"region": "火星"}, "没有这个区划"),
        ({"category": "没有的类别"}, "没有这个类别"),
        ({"address": "路" * 201}, "地址最多 200 字"),
    ],
)
def test_a_refusal_stands_at_its_field_and_all_words_stay(
    agent: FlaskClient, office: SetOffice, said: dict[str, str], sentence: str
) -> None:
    answer = agent.post("/operator/submit", data=a_call(name="王小明") | said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "王小明" in answer.text
    assert all(words.strip() in answer.text for words in said.values())
    assert not tickets(office)


def test_who_leaves_no_number_may_stay_anonymous(agent: FlaskClient, office: SetOffice) -> None:
    done(agent, phone="", anonymous="y")
    assert tickets(office)[0].anonymous


def test_the_history_is_masked_counted_and_recorded(agent: FlaskClient, office: SetOffice) -> None:
    no = done(agent, name="王小明")
    page = agent.post("/operator/caller", data={"phone": "138 0000 5678"}, headers=PART)
    assert PHONE not in page.text
    assert "王小明" not in page.text
    assert "138****5678" in page.text
    assert "王**" in page.text
    assert "近一年 1 件" in page.text
    assert "今天第 2 次来电" in page.text
    assert f'value="{no}"' in page.text
    assert 'data-key="F4"' in page.text
    assert f'href="/tickets/{no}" target="_blank"' in page.text
    with office.begin() as work:
        recorded = work.session.scalars(select(AuditLine).where(AuditLine.kind == "search_phone")).all()
        assert recorded
        assert all(PHONE not in line.about for line in recorded)


def test_a_wrong_number_is_said_without_losing_the_desk(agent: FlaskClient) -> None:
    assert "手机号应为 11 位" in agent.post("/operator/caller", data={"phone": "138"}, headers=PART).text
    whole = agent.post("/operator/caller", data=a_call(phone="138"))
    assert whole.status_code == 422
    assert CONTENT in whole.text


def test_what_is_said_again_goes_to_the_open_ticket(agent: FlaskClient, office: SetOffice) -> None:
    no = done(agent)
    answer = agent.post("/operator/append", data=a_call(content="又坏了一盏", append=no))
    assert answer.status_code == 303
    with office.begin() as work:
        assert work.session.scalars(select(Supplement.text)).all() == ["又坏了一盏"]
    assert len(tickets(office)) == 1


def test_nothing_to_append_and_nowhere_to_append_it_are_refused_with_the_words_kept(
    agent: FlaskClient, office: SetOffice
) -> None:
    no = done(agent)
    empty = agent.post("/operator/append", data=a_call(content="", append=no))
    box = re.search(r'<textarea[^>]*name="content"[^>]*>', empty.text)
    assert box is not None
    assert 'aria-invalid="true"' in box[0]  # there the cursor goes
    assert "请填写要补充的内容" in empty.text
    nowhere = agent.post("/operator/append", data=a_call(append="FZ260311999990"))
    assert nowhere.status_code == 404
    assert CONTENT in nowhere.text


def test_the_text_is_read_while_it_is_typed(agent: FlaskClient, office: SetOffice) -> None:
    office.plain = None
    page = agent.post("/operator/suggest", data=a_call(region="鼓楼区"), headers=PART).text
    assert page.count('name="picked"') == 3
    assert 'data-key="Alt+1"' in page
    assert "前答复" in page


def test_danger_is_an_alarm_that_names_who_to_hand_over_to(agent: FlaskClient, office: SetOffice) -> None:
    office.plain = None
    page = agent.post("/operator/suggest", data=a_call(content="楼下正在打架，有人持刀"), headers=PART).text
    assert 'data-handover="350100-T110"' in page
    assert 'role="alert"' in page


def test_a_picked_category_stays_picked_and_is_taken(agent: FlaskClient, office: SetOffice) -> None:
    office.plain = None
    with office.begin() as work:
        code = next(c.code for c in work.rules.city.categories.values() if c.is_dispatched)
    page = agent.post("/operator/suggest", data=a_call(picked=code), headers=PART).text
    assert re.search(rf'value="{code}" checked', page)
    done(agent, picked=code)
    assert tickets(office)[0].category == code


def test_a_few_characters_are_not_worth_reading(agent: FlaskClient) -> None:
    assert 'name="picked"' not in agent.post("/operator/suggest", data={"content": "路灯"}, headers=PART).text


def test_suggesting_and_looking_up_ask_the_database_little(agent: FlaskClient, office: SetOffice) -> None:
    for _ in range(8):
        done(agent)
    with statements(office) as asked:
        agent.post("/operator/suggest", data=a_call(), headers=PART)
    assert len(asked) <= 3, asked
    with statements(office) as asked:
        agent.post("/operator/caller", data={"phone": PHONE}, headers=PART)
    assert len(asked) <= 8, asked


def test_my_day_counts_what_i_did_today_and_nobody_else(
    agent: FlaskClient, as_: Callable[[Actor], FlaskClient], office: SetOffice
) -> None:
    done(agent)
    done(agent, "answer", answer="已告知")
    done(as_(a_person(Role.AGENT, number=77)))
    assert "我今天登记 2 件 · 直接答复 1 · 移交 0" in agent.get("/operator").text
    office.later(days=1)
    assert "我今天登记 0 件" in agent.get("/operator").text


def test_who_takes_no_calls_has_no_desk(as_: Callable[[Actor], FlaskClient], office: SetOffice) -> None:
    other = as_(DISPATCHER)
    assert other.get("/operator").status_code == 403
    assert other.post("/operator/caller", data={"phone": PHONE}).status_code == 403
    with office.begin() as work:
        assert not work.session.scalar(select(func.count()).select_from(AuditLine))


def test_another_matter_of_the_same_call_keeps_the_caller_and_is_linked_both_ways(
    agent: FlaskClient, office: SetOffice
) -> None:
    first = done(agent)
    before = tickets(office)[0].no
    desk = agent.get("/operator", query_string={"again": before}).text
    assert PHONE in desk
    assert f'name="linked" value="{before}"' in desk
    assert "五一北路 12 号" not in desk, "another matter has its own place"
    assert first is not None
    agent.post("/operator/submit", data=a_call(content="楼下路灯也不亮，已经一周了", linked=before))
    one, two = sorted(tickets(office), key=lambda t: t.id)
    assert one.call_id == two.call_id
    page = agent.get(f"/tickets/{two.no}").text
    assert "同一通来电" in page
    assert one.no in page


def test_a_question_is_promised_a_call_and_waits_in_its_own_list(agent: FlaskClient, office: SetOffice) -> None:
    short = agent.post("/operator/promise", data=a_call())
    assert short.status_code == 422
    agent.post("/operator/promise", data=a_call(question="今年的补贴标准"))
    (ticket,) = tickets(office)
    assert "timed_callback" in ticket.tags
    assert ticket.title in agent.get("/operator/promised").text
    page = agent.get(f"/tickets/{ticket.no}").text
    assert page.index('id="answer-text"') < page.index('id="accept-category"'), "the answer is what it waits for"


def test_a_promised_call_is_read_aloud_with_its_own_limit(agent: FlaskClient, office: SetOffice) -> None:
    slip = agent.get(agent.post("/operator/promise", data=a_call(question="今年的补贴标准")).headers["Location"]).text
    (ticket,) = tickets(office)
    assert ticket.due_at is not None
    assert f"预计{until(ticket.due_at, office.now())}前答复" in slip


def test_what_repeats_an_open_ticket_is_offered_to_be_appended(agent: FlaskClient, office: SetOffice) -> None:
    done(agent)
    open_ticket = tickets(office)[0].no
    page = agent.post("/operator/suggest", data=a_call(), headers=PART).text
    assert "追加到这张" in page
    assert open_ticket in page
