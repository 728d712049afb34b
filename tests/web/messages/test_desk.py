"""A message that the house could not understand waits for a person, who registers it or lets it be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.channels.generic_sms import Part
from hotline.domain.permissions import HOUSE, Actor, Role
from hotline.store.audit import AuditLine
from hotline.store.notice import Message
from hotline.store.ticket import Ticket
from hotline.usecases import texting
from tests.factories.actors import AGENT, DISPATCHER, REVIEWER, a_person
from tests.factories.offices import SetOffice

Browser = Callable[[Actor], FlaskClient]
PHONE = "13800007777"


@pytest.fixture
def waiting(office: SetOffice) -> int:
    """A message nobody understood; its key."""
    with office.begin(HOUSE) as work:
        return texting.receive(work, "generic", Part("m-1", PHONE, "？？……？？")).id


def test_it_is_listed_with_its_words_and_a_masked_number(waiting: int, as_: Browser) -> None:
    for who in (AGENT, DISPATCHER):
        for path in ("/messages", f"/messages/{waiting}"):
            page = as_(who).get(path)
            assert page.status_code == 200
            assert "？？……？？" in page.text
            assert "138****7777" in page.text
            assert PHONE not in page.text


def test_who_takes_no_appeals_does_not_read_it(waiting: int, as_: Browser) -> None:
    for who in (REVIEWER, a_person(Role.SYS_ADMIN, number=70)):
        assert as_(who).get("/messages").status_code == 403
        assert as_(who).post(f"/messages/{waiting}/dismiss").status_code == 403


@pytest.mark.parametrize(("who", "state"), [(AGENT, "PENDING_DISPATCH"), (DISPATCHER, "SUBMITTED")])
def test_registered_it_is_an_appeal_of_the_channel_and_phone_it_came_by(
    waiting: int,
    as_: Browser,
    office: SetOffice,
    who: Actor,
    state: str,
) -> None:
    answer = as_(who).post(f"/messages/{waiting}/register", data={"content": "二栋楼道灯不亮"})
    assert answer.status_code == 303
    with office.begin() as work:
        message = work.session.get_one(Message, waiting)
        ticket = work.session.get_one(Ticket, message.ticket_id)
        assert (message.outcome, ticket.channel, ticket.state) == ("appeal", "sms", state)
    assert "二栋楼道灯不亮" not in as_(who).get("/messages").text


def test_words_that_are_none_stay_in_the_form(waiting: int, as_: Browser, office: SetOffice) -> None:
    for content in ("", "！！！"):
        answer = as_(AGENT).post(f"/messages/{waiting}/register", data={"content": content})
        assert answer.status_code == 422
        assert content in answer.text
    assert office.value(select(Ticket.id)) is None


def test_let_be_it_is_kept_and_so_is_who_decided(waiting: int, as_: Browser, office: SetOffice) -> None:
    assert as_(AGENT).post(f"/messages/{waiting}/dismiss").status_code == 303
    assert office.value(select(Message.outcome)) == "dismissed"
    assert office.value(select(AuditLine.kind).where(AuditLine.person_id == AGENT.id)) == "message_dismissed"
    assert "没有待识别的短信" in as_(AGENT).get("/messages").text


def test_what_somebody_has_decided_is_not_decided_again(waiting: int, as_: Browser) -> None:
    as_(AGENT).post(f"/messages/{waiting}/register", data={"content": "楼道灯不亮"})
    assert as_(DISPATCHER).post(f"/messages/{waiting}/dismiss").status_code == 409
    assert as_(DISPATCHER).post(f"/messages/{waiting}/register", data={"content": "又一次"}).status_code == 409
    gone = as_(DISPATCHER).get(f"/messages/{waiting}")
    assert gone.status_code == 404
    assert "已经处理过了" in gone.text
    assert as_(DISPATCHER).get("/messages/999999999999").status_code == 404


def test_a_long_message_stands_there_once_with_all_its_words(as_: Browser, office: SetOffice) -> None:
    for n, words in enumerate(("？？", "……", "！！"), start=1):
        with office.begin(HOUSE) as work:
            texting.receive(work, "generic", Part(f"l-{n}", PHONE, words, "r", n, 3))
    page = as_(AGENT).get("/messages").text
    assert "？？……！！" in page
    assert page.count("data-row") == 1
