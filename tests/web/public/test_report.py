"""A citizen says something: what is said is kept, checked in words, and taken once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotline.office import Office
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket, by_no
from tests.web.public.saying import CONTENT, WHERE, WHO, carried, sent, upto_confirm


def tickets(office: Office) -> int:
    with office.begin() as work:
        return work.session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_the_front_page_leads_to_both_ways(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'href="/report"' in page
    assert 'href="/t"' in page


def test_what_was_said_on_every_screen_becomes_the_ticket(client: FlaskClient, office: Office) -> None:
    no = sent(client)
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
        who = work.session.get_one(Contact, ticket.id)
        assert (ticket.content, ticket.region, ticket.address, ticket.channel) == (
            CONTENT,
            "350102",
            WHERE["address"],
            "web",
        )
        assert work.sealer.open(who.phone) == "13800005678"


def test_after_sending_number_and_code_are_shown_in_groups_and_what_comes_next(
    client: FlaskClient, office: Office
) -> None:
    no = sent(client)
    page = client.get(f"/report/done/{no}").text
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
    assert f'aria-label="{no}"' in page
    assert f'aria-label="{ticket.query_code}"' in page
    assert "今天 16:32前告诉您是否受理" in page


def test_another_browser_is_asked_for_the_code(client: FlaskClient, office: Office) -> None:
    no = sent(client)
    stranger = client.application.test_client()
    page = stranger.get(f"/report/done/{no}", follow_redirects=True)
    assert CONTENT not in page.text
    assert 'name="code"' in page.text


def test_sent_twice_is_taken_once(client: FlaskClient, office: Office) -> None:
    confirm = upto_confirm(client)
    before = tickets(office)
    places = {client.post("/report/confirm", data={"carried": carried(confirm)}).headers["Location"] for _ in range(3)}
    assert tickets(office) == before + 1
    assert len(places) == 1


def test_sent_again_with_other_words_says_that_the_first_was_taken(client: FlaskClient, office: Office) -> None:
    confirm = upto_confirm(client)
    client.post("/report/confirm", data={"carried": carried(confirm)})
    before = tickets(office)
    changed = client.post("/report/confirm", data={"carried": carried(confirm), "edit": "where"})
    changed = client.post("/report/where", data={"carried": carried(changed), "address": "八一七北路"})
    page = client.post("/report/confirm", data={"carried": carried(changed)}, follow_redirects=True)
    assert tickets(office) == before
    assert "刚才已经提交" in page.text


def test_the_way_back_keeps_everything_even_what_is_not_finished(client: FlaskClient) -> None:
    page = client.get("/report")
    page = client.post("/report/what", data={"carried": carried(page), "content": CONTENT})
    page = client.post("/report/where", data={"carried": carried(page), "address": "五一", "back": "1"})
    assert CONTENT in page.text
    page = client.post("/report/what", data={"carried": carried(page), "content": CONTENT})
    assert 'value="五一"' in page.text


def test_a_changed_answer_leads_straight_back_to_the_last_page(client: FlaskClient, office: Office) -> None:
    asked = client.post("/report/confirm", data={"carried": carried(upto_confirm(client)), "edit": "what"})
    assert "改好了" in asked.text
    assert "下一步" not in asked.text
    wrong = client.post("/report/what", data={"carried": carried(asked), "content": " "})
    assert wrong.status_code == 422
    page = client.post("/report/what", data={"carried": carried(wrong), "content": "路灯又坏了"})
    assert "请核对后提交" in page.text
    assert "路灯又坏了" in page.text
    no = client.post("/report/confirm", data={"carried": carried(page)}).headers["Location"].rsplit("/", 1)[1]
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
        assert (ticket.content, ticket.address) == ("路灯又坏了", WHERE["address"])


def test_a_change_thought_better_of_leaves_the_answer_as_it_was(client: FlaskClient) -> None:
    asked = client.post("/report/confirm", data={"carried": carried(upto_confirm(client)), "edit": "where"})
    page = client.post("/report/where", data={"carried": carried(asked), "address": "别处", "back": "1"})
    assert "请核对后提交" in page.text
    assert WHERE["address"] in page.text
    assert "别处" not in page.text


def test_the_pages_of_the_questions_may_be_gone_back_to(client: FlaskClient) -> None:
    assert "no-store" not in client.get("/report").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("what", {"content": "  "}, "请写下是什么事"),
        ("what", {"content": "？！……"}, "请用文字说明是什么事"),
        ("what", {"content": "灯" * 20_001}, "最多 20000 字，现有 20001 字"),
        ("where", {"occurred_at": "2026-03-12"}, "发生日期不能晚于今天"),
        ("where", {"region": "999999"}, "没有这个区划，请从列表中选择"),
        ("where", {"address": "路" * 201}, "最多 200 个字"),
        ("who", {"phone": "1380000"}, "手机号应为 11 位"),
        ("who", {"phone": ""}, "请填写手机号"),
        ("who", {"phone": "13800005678", "name": "王" * 61}, "最多 60 个字"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field_and_stays(
    client: FlaskClient, step: str, typed: dict[str, str], sentence: str
) -> None:
    page = client.post(f"/report/{step}", data={"carried": carried(client.get("/report")), **typed})
    assert page.status_code == 422
    assert sentence in page.text
    assert 'aria-invalid="true"' in page.text
    assert all(value.strip() in page.text for name, value in typed.items() if name != "region")


def test_who_stays_anonymous_needs_no_phone_and_leaves_no_name(client: FlaskClient, office: Office) -> None:
    no = sent(client, anonymous="y", name="王小明")
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
        assert ticket.anonymous
        assert work.session.get_one(Contact, ticket.id).name == b""


def test_a_page_that_was_left_too_long_or_tampered_with_starts_again(client: FlaskClient) -> None:
    page = client.post("/report/who", data={"carried": "x.y.z", **WHO})
    assert page.status_code == 200
    page = client.post("/report/confirm", data={"carried": carried(page)})
    assert page.status_code == 422
    assert "请填写诉求内容" in page.text


def test_an_address_without_answers_leads_to_the_first_question(client: FlaskClient) -> None:
    assert client.get("/report/where").headers["Location"] == "/report"
