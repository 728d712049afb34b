"""Real answers are what the description says, to the last name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain import proof_check
from hotline.domain.lifecycle import State
from tests.factories.knowledge import an_item
from tests.factories.offices import SetOffice
from tests.factories.tickets import ROADS, a_ticket, seen
from tests.integration.api.conftest import PASSWORD, Desk
from tests.integration.api.shape import faults
from web.api.schemas import SCHEMAS


def test_signing_in(client: FlaskClient) -> None:
    answer = client.post("/api/v1/tokens", json={"username": "unit", "password": PASSWORD})
    assert answer.status_code == 201
    assert not faults(answer.json, SCHEMAS["Token"])


def test_submitting(client: FlaskClient) -> None:
    answer = client.post("/api/v1/appeals", data={"content": "路灯不亮"})
    assert answer.status_code == 201
    assert not faults(answer.json, SCHEMAS["Taken"])


@pytest.mark.parametrize("state", ROADS)
def test_a_ticket_in_every_state(
    client: FlaskClient, office: SetOffice, desks: Callable[[str], Desk], state: State
) -> None:
    no = a_ticket(office, state)
    for username in ("dispatcher", "inspector"):
        answer = desks(username).get(f"/tickets/{no}")
        assert answer.status_code == 200
        assert not faults(answer.json, SCHEMAS["Ticket"])
    tracked = client.get(f"/api/v1/appeals/{no}", headers={"X-Query-Code": seen(office, no).query_code})
    assert not faults(tracked.json, SCHEMAS["Tracked"])


def test_a_list(office: SetOffice, desks: Callable[[str], Desk]) -> None:
    for state in (State.SUBMITTED, State.PROCESSING):
        a_ticket(office, state)
    answer = desks("dispatcher").get("/tickets?limit=2")
    assert len(answer.json["items"]) == 2
    assert not faults(answer.json, SCHEMAS["TicketList"])


@pytest.mark.parametrize("content", ["鼓楼示例路口的路灯不亮", "说不清是什么事", "路灯漏电"])
def test_classifying(desks: Callable[[str], Desk], content: str) -> None:
    answer = desks("agent").post("/classify", json={"content": content})
    assert answer.status_code == 200
    assert not faults(answer.json, SCHEMAS["Reading"])


def test_knowledge(office: SetOffice, desks: Callable[[str], Desk]) -> None:
    number = an_item(office, title="养犬登记怎么办", body="到派出所或线上办理", keywords="养犬")
    agent = desks("agent")
    found = agent.get("/knowledge?q=养犬").json
    assert not faults(found, SCHEMAS["KnowledgeList"])
    assert [each["id"] for each in found["items"]] == [number]
    shown = agent.get(f"/knowledge/{number}")
    assert not faults(shown.json, SCHEMAS["KnowledgeItem"])
    assert agent.get("/knowledge/999999999").status_code == 404
    assert agent.get("/knowledge/x").status_code == 404
    assert agent.get("/knowledge?kind=NOVEL").status_code == 422


def test_the_board(desks: Callable[[str], Desk]) -> None:
    desk = desks("dispatcher")
    assert not faults(desk.get("/board").json, SCHEMAS["Board"])
    assert not faults(desk.get("/figures/on_time/tickets").json, SCHEMAS["Behind"])


def test_a_problem(client: FlaskClient) -> None:
    for answer in (client.post("/api/v1/appeals", json={}), client.get("/api/v1/tickets"), client.get("/api/v1/no")):
        assert not faults(answer.json, SCHEMAS["Problem"])
        assert answer.mimetype == "application/problem+json"


def test_a_proof(desks: Callable[[str], Desk]) -> None:
    answer = desks("dispatcher").get("/figures/on_time/proof?from=2026-03-01&to=2026-04-01")
    assert answer.status_code == 200
    assert not faults(answer.json, SCHEMAS["Proof"])
    assert proof_check.check(answer.json) == []
