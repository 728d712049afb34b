"""The real application over a set office, and a door that lets in whoever a test names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient

from hotline.domain.permissions import Actor
from tests.factories.offices import SetOffice, office, shared_office  # noqa: F401
from web.app import create_app
from web.guard import SEAT


class OpenDoor:
    """Everybody who was announced, by a name of their own."""

    def __init__(self) -> None:
        self.known: dict[str, Actor] = {}

    def who(self, request: Request) -> Actor | None:
        return self.known.get(request.cookies.get(SEAT, ""))

    def enter(self, username: str, password: str, otp: str, *, source: str, agent: str = "") -> str:
        return username

    def leave(self, secret: str) -> None:
        return None


@pytest.fixture
def app(office: SetOffice) -> Flask:  # noqa: F811
    made = create_app(office, door=OpenDoor())
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def as_(app: Flask) -> Callable[[Actor], FlaskClient]:
    """A browser in which this person has signed in."""

    def browser(actor: Actor) -> FlaskClient:
        name = f"p{actor.id}"
        app.extensions["door"].known[name] = actor
        client = app.test_client()
        client.set_cookie(SEAT, name)
        return client

    return browser
