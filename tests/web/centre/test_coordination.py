"""The desk of co-ordination: what waits for a decision, what was decided before, and the decision itself."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from tests.factories.actors import DISPATCHER, LEAD_UNIT, REVIEWER, SUPERVISOR, UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, assignments, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
DECISION = {"unit": LEAD_UNIT, "minutes_no": "纪要3号", "minutes": "由城管主办", "category": "010107"}


def test_who_may_not_supervise_does_not_enter(as_: Browser) -> None:
    for who in (DISPATCHER, REVIEWER, UNIT):
        assert as_(who).get("/coordination/").status_code == 403


def test_an_empty_list_says_what_will_appear_there(as_: Browser) -> None:
    assert "会出现在这里" in as_(SUPERVISOR).get("/coordination/").text


def test_a_decision_is_taken_on_the_desk_and_leads_back_to_the_list(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.COORDINATING)
    desk = as_(SUPERVISOR)
    page = desk.get(f"/coordination/{no}").text
    assert "协调结论" in page
    assert "两个单位都认为不归自己" in page, "why it is here stands first"
    sent = DECISION | {"version": str(seen(office, no).version), "keywords": "装修垃圾，渣土", "next": "/coordination/"}
    answer = desk.post(f"/tickets/{no}/actions/DESIGNATE", data=sent)
    assert answer.location == "/coordination/"
    assert "已指定承办单位" in desk.get("/coordination/").text
    assert assignments(office, no)[-1].minutes_no == "纪要3号"
    other = a_ticket(office, State.COORDINATING)
    assert "纪要3号" in desk.get(f"/coordination/{other}").text, "the precedent stands beside the next one"


def test_what_is_missing_is_said_under_its_field_and_nothing_typed_is_lost(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.COORDINATING)
    sent = DECISION | {"version": str(seen(office, no).version), "minutes_no": ""}
    answer = as_(SUPERVISOR).post(f"/tickets/{no}/actions/DESIGNATE", data=sent)
    assert answer.status_code == 422
    assert "请填写会议纪要编号" in answer.text
    assert "由城管主办" in answer.text


def test_the_dispatcher_brings_a_ticket_before_the_desk(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    page = as_(DISPATCHER).get(f"/dispatch/{no}").text
    assert "/actions/COORDINATE" in page
    act(office, no, Action.COORDINATE)
    listed = as_(SUPERVISOR).get("/coordination/list").text
    assert no in listed


def test_twelve_tickets_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    for _ in range(12):
        a_ticket(office, State.COORDINATING)
    desk = as_(SUPERVISOR)
    desk.get("/coordination/")
    with counted() as asked:
        assert desk.get("/coordination/").text.count("data-row") == 12
    assert len(asked) <= 6, asked
