"""The administrators' own application and browsers: real accounts, the real door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from hotline.domain.permissions import Role
from hotline.usecases import people
from tests.factories.offices import SetOffice, office, shared_office  # noqa: F401
from web.app import create_app

PASSWORD = "correct-horse-12"
STAFF = {
    "sys": Role.SYS_ADMIN,
    "sys2": Role.SYS_ADMIN,
    "sec": Role.SEC_ADMIN,
    "aud": Role.AUDITOR,
    "lin": Role.AGENT,
}
CENTRE = "350100-HOT"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed at the least cost: how long guessing takes is not what is tested here."""
    monkeypatch.setattr(people, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def app(office: SetOffice) -> Flask:  # noqa: F811
    made = create_app(office)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def staff(office: SetOffice) -> dict[str, int]:  # noqa: F811
    """Accounts by username, with their keys."""
    made = {}
    with office.begin() as work:
        for username, role in STAFF.items():
            given = {"name": f"{username}员", "password": PASSWORD, "roles": [role], "unit": CENTRE}
            person = people.add(work, username=username, **given)
            work.session.flush()
            made[username] = person.id
    return made


@pytest.fixture
def enter(app: Flask, staff: dict[str, int]) -> Callable[..., FlaskClient]:
    """A browser in which this person has signed in by the real door."""

    def sign_in(username: str, password: str = PASSWORD, otp: str = "") -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"username": username, "password": password, "otp": otp})
        assert answer.status_code == 303, username
        return browser

    return sign_in
