"""Nobody enters a route that has not said who may."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_an_unmarked_route_is_refused_even_to_staff(leader: FlaskClient) -> None:
    answer = leader.get("/probe/unmarked")
    assert answer.status_code == 403
    assert "by mistake" not in answer.text


def test_a_stranger_is_led_to_the_door_and_back(client: FlaskClient) -> None:
    answer = client.get("/probe/dispatch?page=2")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/probe/dispatch?page%3D2"


def test_a_strange_program_is_told_401(client: FlaskClient) -> None:
    answer = client.get("/probe/dispatch", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_who_lacks_the_permission_reads_who_has_it(agent: FlaskClient) -> None:
    answer = agent.get("/probe/dispatch")
    assert answer.status_code == 403
    assert "班长" in answer.text


def test_who_holds_the_permission_enters(leader: FlaskClient) -> None:
    assert leader.get("/probe/dispatch").text == "陈班长"
