"""The frame's own pages: the door, the first page, the look, the headers."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

STYLEGUIDE = ["/styleguide/", "/styleguide/panes", "/styleguide/public", "/styleguide/board"]


@pytest.mark.parametrize("path", ["/", "/login", *STYLEGUIDE])
def test_every_page_of_the_frame_is_drawn(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "</html>" in answer.text
    assert 'lang="zh-CN"' in answer.text


def test_the_styleguide_is_for_development_only() -> None:
    from tests.web.frame.paper import PaperOffice
    from web.app import create_app

    assert create_app(PaperOffice()).test_client().get("/styleguide/").status_code == 404


def test_every_component_stands_on_the_styleguide_or_in_a_page(app: Flask) -> None:
    from pathlib import Path

    web = Path(app.root_path)
    names = {path.stem for path in (web / "templates" / "components").glob("*.html")}
    used = {name for page in web.rglob("*.html") for name in re.findall(r"\bui\.(\w+)\(", page.read_text())}
    assert names <= used
    assert used <= names


def test_signing_in_leads_back_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "chen", "password": "right", "next": "/probe/dispatch"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/probe/dispatch"
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("seat="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nX: y"])
def test_signing_in_leads_nowhere_else(client: FlaskClient, next_: str) -> None:
    answer = client.post("/login", data={"username": "chen", "password": "right", "next": next_})
    assert answer.headers["Location"] == "/desk"


def test_a_wrong_password_keeps_the_name_and_not_the_password(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "chen", "password": "wrong-one"})
    assert answer.status_code == 403
    assert 'value="chen"' in answer.text
    assert "wrong-one" not in answer.text
    assert "用户名或密码不对" in answer.text


def test_a_locked_name_is_told_for_how_long(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "locked", "password": "any"})
    assert "15 分钟后再试" in answer.text


def test_an_empty_form_says_what_to_fill_in(client: FlaskClient) -> None:
    answer = client.post("/login", data={})
    assert answer.status_code == 422
    assert "请填写用户名" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_leaving_forgets_the_seat(leader: FlaskClient) -> None:
    assert leader.post("/logout").status_code == 303
    assert leader.get("/probe/dispatch").status_code == 303


def test_a_post_without_the_token_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = app.test_client().post("/login", data={"username": "chen", "password": "right"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_the_look_for_older_eyes_is_kept_without_scripts(client: FlaskClient) -> None:
    client.post("/appearance", data={"theme": "elder", "back": "/"})
    assert 'data-theme="elder"' in client.get("/").text
    client.post("/appearance", data={"theme": "", "back": "/"})
    assert 'data-theme="elder"' not in client.get("/").text


def test_htmx_is_led_on_by_a_header(client: FlaskClient) -> None:
    answer = client.post("/probe/onward", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/"


def test_what_was_done_is_told_once_on_the_next_page(client: FlaskClient) -> None:
    assert "已提交" in client.post("/probe/onward", follow_redirects=True).text
    assert "已提交" not in client.get("/").text


def test_no_page_may_load_from_elsewhere_or_be_framed(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_static_file_is_kept_for_a_year_under_its_edition_only(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/v-\w+/css/tokens\.css)"', client.get("/").text)
    assert address
    with client.get(address.group(1)) as current, client.get("/static/v-old/css/tokens.css") as old:
        assert "max-age=31536000" in current.headers["Cache-Control"]
        assert "max-age=31536000" not in old.headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_the_log_names_the_rule_and_no_address(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/probe/refuse/stale?phone=13800000000")
    assert "/probe/refuse/<kind>" in caplog.text
    assert "13800000000" not in caplog.text


def test_paper_has_a_sheet_of_its_own_after_all_others(client: FlaskClient) -> None:
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*/(\w+)\.css[^"]*"( media="print")?', client.get("/").text)
    assert sheets[-1] == ("print", ' media="print"')
