"""What a program may not leave open: the version it saw, why somebody is not satisfied, filters that mean something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen
from tests.integration.api.conftest import Desk

Desks = Callable[[str], Desk]
BODY = {"content": "示例路 8 号门口路灯不亮"}


def test_a_step_without_the_version_that_was_seen_is_not_taken(office: SetOffice, desks: Desks) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    answer = desks("dispatcher").post(f"/tickets/{no}/actions/DISPATCH", json={"unit": "350102-CGW"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "version"
    assert desks("agent").post(f"/tickets/{no}/actions/DISPATCH", json={}).status_code == 403
    assert seen(office, no).at is State.PENDING_DISPATCH


@pytest.mark.parametrize("score", [1, 2])
def test_who_is_not_satisfied_says_why(office: SetOffice, client: FlaskClient, score: int) -> None:
    no = a_ticket(office, State.CALLBACK)
    path, said = f"/api/v1/appeals/{no}/rate", {"code": seen(office, no).query_code, "solved": "partly", "score": score}
    answer = client.post(path, json=said)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "reason"
    assert client.post(path, json=said | {"reason": "speed"}).status_code == 200


def test_a_rating_is_changed_once_whoever_records_it(office: SetOffice, desks: Desks) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, Action.RATE)
    assert desks("callback").act(no, "RATE", solved="S", score=4).status_code == 200
    assert desks("callback").act(no, "RATE", solved="S", score=3).status_code == 409


@pytest.mark.parametrize("query", ["mine=maybe", "category=999999", "category=x", "light=blue", "limit=many"])
def test_a_filter_that_means_nothing_is_refused(desks: Desks, query: str) -> None:
    answer = desks("dispatcher").get(f"/tickets?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("query", ["mine=true", "mine=0", "category=01", "category=0101", "category=010107"])
def test_a_filter_that_means_something_is_taken(desks: Desks, query: str) -> None:
    assert desks("dispatcher").get(f"/tickets?{query}").status_code == 200


def test_strangers_with_the_same_short_key_never_share_a_ticket(client: FlaskClient) -> None:
    def sent(address: str, key: str) -> tuple[int, str]:
        answer = client.post(
            "/api/v1/appeals", json=BODY, headers={"Idempotency-Key": key}, environ_base={"REMOTE_ADDR": address}
        )
        return answer.status_code, answer.json["no"]

    (_, first), (status, second) = sent("10.1.1.1", "1"), sent("10.1.1.2", "1")
    assert status == 201
    assert first != second
    assert sent("10.1.1.1", "1") == (200, first)
    long = "6f1c2f0e-0b57-4d5c-9a51-5d2a6c2b9d10"
    (_, third), again = sent("10.1.1.1", long), sent("10.1.1.2", long)
    assert again == (200, third)


def test_the_appellant_chooses_publication_by_the_api(office: SetOffice, client: FlaskClient) -> None:
    no = a_ticket(office, State.PROCESSING)
    said = {"code": seen(office, no).query_code, "agreed": True}
    assert client.post(f"/api/v1/appeals/{no}/publish", json=said).status_code == 200
    assert seen(office, no).publish_consent
