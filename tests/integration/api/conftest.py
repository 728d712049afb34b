"""A real house behind the API: database, Redis, people at the desks, and one program with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.domain.permissions import Role
from hotline.office import Office
from hotline.usecases import people
from tests.factories.offices import MORNING, SetOffice, open_office
from web.app import create_app

PASSWORD = "correct-horse-12"
UNIT, OTHER_UNIT = "350100-CGW", "350100-JTJ"
PEOPLE: dict[str, tuple[tuple[Role, ...], str]] = {
    "agent": ((Role.AGENT,), ""),
    "dispatcher": ((Role.DISPATCHER,), ""),
    "reviewer": ((Role.REVIEWER,), ""),
    "callback": ((Role.CALLBACK,), ""),
    "supervisor": ((Role.SUPERVISOR,), ""),
    "inspector": ((Role.INSPECTOR,), ""),
    "sysadmin": ((Role.SYS_ADMIN,), ""),
    "unit": ((Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER), UNIT),
    "other": ((Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER), OTHER_UNIT),
}


@pytest.fixture(scope="module")
def office(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SetOffice]:
    data: Path = tmp_path_factory.mktemp("office")
    opened = open_office(new_database(), redis_url, data)
    opened.redis.flushdb()
    with opened.begin() as work:
        for username, (roles, unit) in PEOPLE.items():
            people.add(work, username=username, name=f"员{username}", password=PASSWORD, roles=list(roles), unit=unit)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(office: Office) -> Flask:
    made = create_app(office)
    made.testing = True
    return made


@pytest.fixture(autouse=True)
def _nobody_is_suspected(office: SetOffice) -> None:
    """Wrong codes of one test are not counted in the next."""
    office.redis.flushdb()
    office.at(MORNING)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass
class Desk:
    """Somebody with a token."""

    client: FlaskClient
    token: str

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return self.client.post(f"/api/v1{path}", headers=self.headers, **more)

    def act(self, no: str, action: str, **fields: Any) -> TestResponse:
        """The step at the version that the ticket has now, unless the test says another."""
        if "version" not in fields:
            page = self.get(f"/tickets/{no}")
            fields["version"] = page.json["version"] if page.status_code == 200 else 1
        return self.post(f"/tickets/{no}/actions/{action}", json=fields)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="module")
def desks(office: Office, app: Flask) -> Callable[[str], Desk]:
    """A desk by username; signed in once, past the password (argon2 is slow on purpose)."""
    known: dict[str, Desk] = {}

    def desk(username: str) -> Desk:
        if username not in known:
            with office.begin() as work:
                found = people.check(work, username, PASSWORD)
                assert not isinstance(found, str), found
                known[username] = Desk(app.test_client(), people.open_session(work, found).token)
        return known[username]

    return desk


@dataclass(frozen=True)
class Submitted:
    """What a citizen holds after submitting."""

    no: str
    code: str


Submit = Callable[..., Submitted]


@pytest.fixture
def submit(client: FlaskClient) -> Submit:
    """Somebody submits an appeal."""

    def appeal(**fields: Any) -> Submitted:
        given = client.post("/api/v1/appeals", json={"content": "楼道灯不亮，老人夜里下楼不便。"} | fields)
        assert given.status_code == 201, given.text
        return Submitted(given.json["no"], given.json["query_code"])

    return appeal
