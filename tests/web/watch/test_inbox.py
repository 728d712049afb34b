"""The inbox of every member of staff, and the bell that says how much is unread."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.permissions import Actor, Role
from hotline.usecases import staff
from tests.factories.actors import AGENT, SUPERVISOR, a_person
from tests.factories.offices import SetOffice
from tests.factories.people import enrol
from tests.web.watch.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
SYS_ADMIN = a_person(Role.SYS_ADMIN, number=41)


def tell(office: SetOffice, words: str, *people: Actor) -> None:
    with office.begin() as work:
        staff.tell(work, (), words, topic="order", link="/cards", people=[who.id for who in people if who.id])


def test_everybody_has_an_inbox_even_who_sees_no_ticket(as_: Browser) -> None:
    for who in (AGENT, SUPERVISOR, SYS_ADMIN):
        assert "没有消息" in as_(who).get("/inbox/").text
        assert "条未读" not in as_(who).get("/inbox/bell").text


def test_a_message_is_read_by_its_person_alone_and_leads_on(office: SetOffice, as_: Browser) -> None:
    enrol(office, AGENT, SUPERVISOR)
    tell(office, "已超期 3 件", AGENT, SUPERVISOR)
    page = as_(AGENT).get("/inbox/").text
    one = re.search(r'name="one" value="(p\d+)"', page)
    assert one
    assert '<span class="bell-count num">1</span>' in as_(AGENT).get("/inbox/bell").text
    as_(SUPERVISOR).post("/inbox/", data={"one": one.group(1)})
    assert "message-new" in as_(AGENT).get("/inbox/").text, "another person's hand changes nothing"
    answer = as_(AGENT).post("/inbox/", data={"one": one.group(1), "next": "/cards"})
    assert answer.headers["Location"] == "/cards"
    assert "message-new" not in as_(AGENT).get("/inbox/").text


def test_all_are_read_with_one_press(office: SetOffice, as_: Browser) -> None:
    enrol(office, AGENT)
    for n in range(3):
        tell(office, f"第 {n} 条", AGENT)
    upto = re.findall(r'name="upto" value="(\d+)"', as_(AGENT).get("/inbox/").text)
    as_(AGENT).post("/inbox/", data={"upto": upto})
    assert "条未读" not in as_(AGENT).get("/inbox/bell").text
    assert as_(AGENT).post("/inbox/", data={}).status_code == 422


def test_the_duty_phone_is_kept_checked_and_taken_away(office: SetOffice, as_: Browser) -> None:
    enrol(office, AGENT)
    assert "手机号应为 11 位" in as_(AGENT).post("/inbox/phone", data={"phone": "123"}).text
    as_(AGENT).post("/inbox/phone", data={"phone": "13900000001"})
    assert "13900000001" in as_(AGENT).get("/inbox/").text
    as_(AGENT).post("/inbox/phone", data={"phone": ""})
    assert "13900000001" not in as_(AGENT).get("/inbox/").text


def test_a_hundred_messages_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    enrol(office, AGENT)
    tell(office, "一条", AGENT)
    browser = as_(AGENT)
    with counted() as few:
        browser.get("/inbox/")
    for n in range(40):
        tell(office, f"第 {n} 条", AGENT)
    with counted() as many:
        browser.get("/inbox/")
    with counted() as bell:
        browser.get("/inbox/bell")
    assert len(many) == len(few) <= 4
    assert len(bell) <= 5
