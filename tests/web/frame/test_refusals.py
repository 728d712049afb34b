"""A refusal is a page for a browser, a toast for htmx, a problem document for a program; never a bare 500."""

from __future__ import annotations

import json
import logging

import pytest
from flask.testing import FlaskClient

STATUS = {"not-found": 404, "not-yours": 403, "not-now": 409, "stale": 409, "conflict": 422, "invalid": 422}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_a_browser_reads_a_page_in_chinese(client: FlaskClient, kind: str, status: int) -> None:
    answer = client.get(f"/probe/refuse/{kind}")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f'data-refused="{status}"' in answer.text


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_a_program_reads_a_problem_document(client: FlaskClient, kind: str, status: int) -> None:
    answer = client.get(f"/api/v1/probe/refuse/{kind}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    document = json.loads(answer.text)
    assert set(document) == {"type", "title", "status", "detail", "errors"}
    assert document["status"] == status


def test_a_problem_document_names_each_field(client: FlaskClient) -> None:
    document = json.loads(client.get("/api/v1/probe/refuse/invalid").text)
    assert document["errors"] == [{"field": "phone", "detail": "手机号应为 11 位"}]


def test_who_accepts_json_is_a_program_on_any_path(client: FlaskClient) -> None:
    answer = client.get("/probe/refuse/stale", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/problem+json"


def test_htmx_gets_a_toast_and_the_sentences_for_its_fields(client: FlaskClient) -> None:
    answer = client.post("/probe/refuse/invalid", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert json.loads(answer.headers["HX-Trigger"])["refused"]["fields"] == {"phone": "手机号应为 11 位"}
    assert "<html" not in answer.text


def test_a_fault_says_nothing_of_its_inside(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/probe/fault")
    assert answer.status_code == 500
    assert "13800000000" not in answer.text
    assert "13800000000" not in caplog.text
    assert answer.headers["X-Request-ID"] in answer.text


@pytest.mark.parametrize("path", ["/nothing/here", "/%E8%B7%AF", "/static/css/none.css", "/static/v-1/../../app.py"])
def test_an_unknown_address_is_a_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_body_beyond_the_limit_is_refused_in_words(client: FlaskClient, accept: str) -> None:
    answer = client.post("/probe/echo", data={"text": "字" * 1_000_000}, headers={"Accept": accept})
    assert answer.status_code == 413


def test_a_long_text_within_the_limit_is_read(client: FlaskClient) -> None:
    assert client.post("/probe/echo", data={"text": "a" * 100_000}).status_code == 200


BROKEN_FORMS = [b"text=%FF%FE", b"text=%C0%80", b"text=a%00b", b"text=\xff\xfe\x00", b"text=%ED%A0%80"]


@pytest.mark.parametrize("body", BROKEN_FORMS)
def test_a_form_that_is_no_text_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/probe/echo", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


BROKEN_JSON = [
    b"",
    b"{",
    b"\xff\xfe",
    b'{"a": "\\u0000"}',
    b'{"a\\u0000": 1}',
    b'["\\ud800"]',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"[" * 40 + b"]" * 40,
    b'{"a": "\x00"}',
]


@pytest.mark.parametrize("body", BROKEN_JSON, ids=lambda body: repr(body[:16]))
def test_json_that_is_no_text_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/probe/echo", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.mimetype in ("application/problem+json", "text/html")


@pytest.mark.parametrize("path", ["/?q=%FF", "/?q=%00", "/%00", "/%FF", "/login?next=%C3%28"])
def test_an_address_that_is_no_text_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("text", ["🚧 路口", "\u202eabc", "臺灣", "a\r\nb", "\u200b"])
def test_unusual_text_is_text(client: FlaskClient, text: str) -> None:
    assert client.post("/probe/echo", data={"text": text}).status_code == 200
    assert client.post("/probe/echo", json={"text": text}).status_code == 200


def test_a_multipart_form_with_a_null_byte_is_refused(client: FlaskClient) -> None:
    answer = client.post("/probe/echo", data={"text": "a\0b"}, content_type="multipart/form-data")
    assert answer.status_code == 400


def test_while_the_database_is_away_people_read_that_nothing_is_lost(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/probe/away")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "13800000000" not in answer.text + caplog.text
