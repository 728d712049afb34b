"""Signing in against a real database: the right people come in, wrong tries are counted, leaving is final."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline import settings
from hotline.domain.permissions import Role
from hotline.office import Office
from hotline.usecases import people
from web.app import create_app

PASSWORD = "correct-horse-12"


@pytest.fixture(scope="module")
def app(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    data: Path = tmp_path_factory.mktemp("office")
    office = Office(settings.load({}, data_dir=data), new_database(), redis_url)
    with office.begin() as work:
        for username in ("lin", "zheng"):
            people.add(work, username=username, name="林晓", password=PASSWORD, roles=[Role.AGENT], unit="")
    made = create_app(office)
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    office.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def sign_in(client: FlaskClient, username: str, password: str) -> int:
    return client.post("/login", data={"username": username, "password": password}).status_code


def test_who_signed_in_is_known_on_the_next_page_and_unknown_after_leaving(client: FlaskClient) -> None:
    assert client.get("/desk").status_code == 303
    assert sign_in(client, "lin", PASSWORD) == 303
    assert client.get("/login").headers["Location"] == "/desk"
    seat = client.get_cookie("seat")
    assert seat
    client.post("/logout")
    client.set_cookie("seat", seat.value)
    assert client.get("/desk").headers["Location"].startswith("/login")


def test_wrong_passwords_in_a_row_lock_the_name_for_everybody(client: FlaskClient, app: Flask) -> None:
    tries = app.extensions["office"].settings.security.attempts
    assert {sign_in(client, "zheng", "wrong") for _ in range(tries)} == {403}
    answer = client.post("/login", data={"username": "zheng", "password": PASSWORD})
    assert answer.status_code == 403
    assert "锁定" in answer.text


def test_an_unknown_name_and_a_wrong_password_sound_the_same(client: FlaskClient) -> None:
    unknown, wrong = (
        client.post("/login", data={"username": name, "password": "wrong"}).text for name in ("nobody", "lin")
    )
    assert unknown.count("不对") == wrong.count("不对") == 1


@pytest.mark.parametrize("secret", ["x", "字", "a" * 3000, ""])
def test_an_invented_cookie_opens_nothing(client: FlaskClient, secret: str) -> None:
    client.set_cookie("seat", secret)
    assert client.get("/desk").headers["Location"].startswith("/login")


def test_a_cookie_is_no_token_and_a_token_no_cookie(client: FlaskClient, app: Flask) -> None:
    sign_in(client, "lin", PASSWORD)
    seat = client.get_cookie("seat")
    assert seat
    door = app.extensions["door"]
    with app.test_request_context("/api/v1/tickets", headers={"Cookie": f"seat={seat.value}"}) as by_cookie:
        assert door.who(by_cookie.request) is None
    with app.test_request_context("/api/v1/tickets", headers={"Authorization": f"Bearer {seat.value}"}) as by_token:
        assert door.who(by_token.request).name == "林晓"


def test_a_house_with_a_database_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
