"""The same delivery twice is one ticket; another delivery under the same key is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hotline.store.ticket import Ticket
from hotline.usecases import people
from tests.factories.offices import SetOffice
from tests.integration.api.conftest import Desk

BODY = {"content": "示例路 8 号路灯不亮", "phone": "13800000009"}


def tickets(office: SetOffice) -> int:
    return int(str(office.value(select(func.count()).select_from(Ticket))))


def send(client: FlaskClient, key: str = "", body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/api/v1/appeals", json=body or BODY, headers=more | ({"Idempotency-Key": key} if key else {}))


def test_twenty_at_the_same_moment_are_one_ticket(app: Flask, office: SetOffice) -> None:
    before, key, start = tickets(office), uuid4().hex, Barrier(20)

    def submit(_: int) -> TestResponse:
        client = app.test_client()
        start.wait()
        return send(client, key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(submit, range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 19}
    assert len({(answer.json["no"], answer.json["query_code"]) for answer in answers}) == 1
    assert tickets(office) == before + 1


def test_twenty_other_texts_under_one_key_are_one_ticket_and_nineteen_refusals(app: Flask, office: SetOffice) -> None:
    before, key, start = tickets(office), uuid4().hex, Barrier(20)

    def submit(n: int) -> int:
        client = app.test_client()
        start.wait()
        return send(client, key, {"content": f"第 {n} 盏路灯不亮"}).status_code

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(submit, range(20))) == {201: 1, 422: 19}
    assert tickets(office) == before + 1


def test_twenty_without_a_key_are_twenty_tickets(app: Flask, office: SetOffice) -> None:
    before = tickets(office)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: send(app.test_client()), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["no"] for answer in answers}) == 20
    assert tickets(office) == before + 20


def test_a_stranger_with_the_same_key_learns_nothing_of_the_ticket(client: FlaskClient) -> None:
    mine = send(client, "key-1")
    strangers = send(client, "key-1", {"content": "别的事情"})
    assert strangers.status_code == 422
    assert mine.json["no"] not in strangers.text
    assert mine.json["query_code"] not in strangers.text


def test_a_form_and_json_with_the_same_words_are_the_same_delivery(client: FlaskClient) -> None:
    key = uuid4().hex
    by_json = send(client, key)
    by_form = client.post("/api/v1/appeals", data=BODY, headers={"Idempotency-Key": key})
    assert (by_json.status_code, by_form.status_code) == (201, 200)
    assert by_form.json["no"] == by_json.json["no"]


def test_a_key_is_compared_whole_and_has_a_limit(client: FlaskClient) -> None:
    long = "k" * 254
    assert send(client, long + "a").status_code == 201
    assert send(client, long + "b").status_code == 201
    assert send(client, long + "cd").status_code == 422


def test_a_refused_delivery_leaves_its_key_free(client: FlaskClient) -> None:
    key = uuid4().hex
    assert send(client, key, {"content": ""}).status_code == 422
    assert send(client, key).status_code == 201


def test_in_one_call_the_same_words_are_one_ticket_and_other_words_another(
    desks: Callable[[str], Desk], office: SetOffice
) -> None:
    agent = desks("agent")
    call = {"channel": "phone", "call_id": "call-7"}
    first = agent.post("/appeals", json=BODY | call)
    assert (first.status_code, first.json["state"]) == (201, "PENDING_DISPATCH")
    again = agent.post("/appeals", json=BODY | call)
    assert (again.status_code, again.json["no"]) == (200, first.json["no"])
    other = agent.post("/appeals", json=BODY | call | {"content": "垃圾没有清运"})
    assert other.status_code == 201
    another_call = agent.post("/appeals", json=BODY | call | {"call_id": "call-8"})
    assert another_call.status_code == 201
    with office.begin() as work:
        in_call = work.session.scalars(select(Ticket.no).where(Ticket.call_id == "call-7")).all()
    assert set(in_call) == {first.json["no"], other.json["no"]}


def test_a_program_is_taken_under_its_own_channel_and_its_keys_are_its_own(
    client: FlaskClient, office: SetOffice
) -> None:
    with office.begin() as work:
        secrets = [people.add_client(work, name=f"grid-{n}", kind="api", channel="grid") for n in range(2)]
    answers = [send(client, "same-key", X_Api_Key=secret) for secret in (*secrets, secrets[0])]
    answers.append(send(client, "same-key"))
    assert [answer.status_code for answer in answers] == [201, 201, 200, 201]
    with office.begin() as work:
        channels = [
            work.session.scalar(select(Ticket.channel).where(Ticket.no == answer.json["no"])) for answer in answers
        ]
    assert channels == ["grid", "grid", "grid", "web"]
