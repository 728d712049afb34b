"""The description of the API says what the API does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.usecases import steps
from tests.web.frame.paper import paper_app
from web.api.bodies import checked
from web.api.declaration import CALLS, Call
from web.api.fields import ACTIONS
from web.api.schemas import SCHEMAS
from web.guard import access_of


@pytest.fixture(scope="module")
def app() -> Flask:
    return paper_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.json
    return described


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and "probe" not in rule.rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described_and_every_described_route_is_there(app: Flask, document: dict[str, Any]) -> None:
    described = {(path, method.upper()) for path, each in document["paths"].items() for method in each}
    assert described == routes(app)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        here: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in here, reference
            here = here[part]


def test_every_schema_is_answered_by_some_call(document: dict[str, Any]) -> None:
    used = {reference.rsplit("/", 1)[1] for reference in references(document)}
    assert set(SCHEMAS) <= used


@pytest.mark.parametrize("each", CALLS, ids=lambda each: each.endpoint)
def test_a_call_says_what_it_is_and_what_refuses_it(app: Flask, each: Call) -> None:
    assert each.summary
    assert each.answers
    assert next(iter(each.answers)) < 300, "the first answer is that of success"
    access = access_of(app.view_functions[f"api.{each.endpoint}"])
    assert access is not None
    if not access.public:
        assert 401 in each.answers, "a call for staff can meet somebody who is not signed in"
    if access.any_of:
        assert 403 in each.answers


@pytest.mark.parametrize("each", [each for each in CALLS if each.example], ids=lambda each: each.endpoint)
def test_an_example_is_a_body_that_would_be_read(each: Call) -> None:
    fields = {
        field.name: field
        for many in (each.body, *(ACTIONS.values() if each.endpoint == "act" else ()))
        for field in many
    }
    read = checked(each.example, list(fields.values()))
    assert read == dict(each.example), "every field of the example is declared"
    missing = {field.name for field in each.body if field.required} - set(read)
    assert not missing
    json.dumps(each.example)


def test_the_fields_of_every_action_that_can_be_taken_are_declared() -> None:
    assert set(ACTIONS) | {"WITHDRAW"} == set(steps.HANDLERS)


def test_the_page_shows_every_call_and_asks_no_other_host(client: FlaskClient) -> None:
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    for each in CALLS:
        assert f"{each.method} /api/v1{each.path}" in answer.text
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", answer.text)
