"""Pages on which somebody sees more for a reason, carries words, and prints; and the page of who looked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.read import relays
from hotline.store.audit import AuditLine
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, SUPERVISOR, UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen

Browser = Callable[[Actor], FlaskClient]
NAME, PHONE = "林晓", "13800005678"


def kinds(office: SetOffice) -> list[str]:
    with office.begin() as work:
        return list(work.session.scalars(select(AuditLine.kind).order_by(AuditLine.seq)))


@pytest.fixture
def no(office: SetOffice) -> str:
    """A ticket in the hands of its unit."""
    return a_ticket(office, State.PROCESSING, name=NAME, phone=PHONE)


def test_the_page_offers_what_a_reason_would_open_and_opens_it(no: str, office: SetOffice, as_: Browser) -> None:
    browser = as_(SUPERVISOR)
    masked = browser.get(f"/tickets/{no}").text
    assert PHONE not in masked
    assert "查看完整信息" in masked
    given = {"reason": "核对回访电话", "data": ["phone"], "back": f"/tickets/{no}"}
    answer = browser.post(f"/tickets/{no}/unmask", data=given)
    assert answer.headers["Location"] == f"/tickets/{no}"
    page = browser.get(f"/tickets/{no}").text
    assert PHONE in page
    assert "完整信息可看到" in page
    assert NAME not in page
    assert kinds(office) == ["unmask"]


def test_without_a_reason_or_a_right_nothing_opens(no: str, office: SetOffice, as_: Browser) -> None:
    assert as_(SUPERVISOR).post(f"/tickets/{no}/unmask", data={"reason": ""}).status_code == 422
    sealed = a_ticket(office, State.PROCESSING, confidential=True, name=NAME, phone=PHONE)
    answer = as_(UNIT).post(f"/tickets/{sealed}/unmask", data={"reason": "想联系诉求人", "data": ["phone"]})
    assert answer.status_code == 403
    assert kinds(office) == []


def test_a_program_unmasks_the_same_way(no: str, office: SetOffice, as_: Browser) -> None:
    answer = as_(SUPERVISOR).post(f"/api/v1/tickets/{no}/unmask", json={"reason": "核对电话", "data": ["phone"]})
    assert answer.status_code == 200
    assert answer.json["appellant"]["phone"] == PHONE
    wrong = as_(SUPERVISOR).post(f"/api/v1/tickets/{no}/unmask", json={"reason": "核对电话", "data": ["shoe size"]})
    assert wrong.status_code == 422


def test_the_button_that_dials_shows_the_number_masked(no: str, as_: Browser) -> None:
    page = as_(DISPATCHER).get(f"/tickets/{no}").text
    assert f'href="tel:{PHONE}" aria-label="拨打 138****5678"' in page


def test_printing_a_ticket_is_recorded_and_the_paper_says_who(no: str, office: SetOffice, as_: Browser) -> None:
    browser = as_(DISPATCHER)
    page = browser.get(f"/tickets/{no}").text
    assert f'data-url="/tickets/{no}/printed"' in page
    assert "打印，可能含有个人信息" in page
    assert browser.post(f"/tickets/{no}/printed").status_code == 204
    assert kinds(office) == ["print"]


def carried(office: SetOffice) -> tuple[str, int]:
    sealed = a_ticket(office, State.PROCESSING, confidential=True, name=NAME, phone=PHONE)
    act(office, sealed, Action.RELAY, words="请问垃圾堆在哪一侧")
    with office.begin(CALLBACK) as work:
        return sealed, relays.waiting(work)[0].id


def test_the_centre_sees_whom_to_ring_and_what_to_say(office: SetOffice, as_: Browser) -> None:
    _, number = carried(office)
    for who in (AGENT, CALLBACK):
        assert "请问垃圾堆在哪一侧" in as_(who).get("/relay").text
        page = as_(who).get(f"/relay/{number}").text
        assert PHONE in page
    assert as_(UNIT).get("/relay").status_code == 403


def test_what_was_said_comes_back_to_the_unit(office: SetOffice, as_: Browser) -> None:
    no, number = carried(office)
    browser = as_(CALLBACK)
    missing = browser.post(f"/relay/{number}", data={"reached": "yes", "answer": ""})
    assert missing.status_code == 422
    assert "请写下诉求人的回复" in missing.text
    assert browser.post(f"/relay/{number}", data={"answer": "在东侧"}).status_code == 422
    assert browser.post(f"/relay/{number}", data={"reached": "yes", "answer": "在东侧"}).status_code == 303
    assert "在东侧" in as_(UNIT).get(f"/tickets/{no}").text
    assert browser.get(f"/relay/{number}").status_code == 404
    assert "没有要转达的话" in browser.get("/relay").text


def test_the_unit_sends_its_words_from_the_ticket_page(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING, confidential=True, name=NAME, phone=PHONE)
    browser = as_(UNIT)
    page = browser.get(f"/tickets/{no}").text
    assert "请中心致电转达" in page
    version = str(seen(office, no).version)
    sent = browser.post(f"/tickets/{no}/actions/RELAY", data={"words": "几点方便", "call": "y", "version": version})
    assert sent.status_code == 303
    assert "请中心致电转达；几点方便" in browser.get(f"/tickets/{no}").text


def test_who_looked_is_told_to_whoever_holds_the_code_by_role_and_unit(
    no: str, office: SetOffice, as_: Browser, app: object
) -> None:
    as_(SUPERVISOR).post(f"/tickets/{no}/unmask", data={"reason": "核对回访电话", "data": ["phone"]})
    browser: FlaskClient = app.test_client()  # type: ignore[attr-defined]
    assert browser.get(f"/t/{no}/looks").status_code == 303, "without the code it is not told"
    browser.post("/t", data={"no": no, "code": seen(office, no).query_code})
    page = browser.get(f"/t/{no}/looks")
    assert page.status_code == 200
    assert "查看完整信息" in page.text
    assert "督办员" in page.text
    assert SUPERVISOR.name not in page.text
    assert kinds(office) == ["unmask", "disclosed"]
