"""A real office behind the citizen's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline import settings
from hotline.office import Office
from web.app import create_app


class Clock:
    """The office's moment, which a test may put on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 11, 6, 32, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def on(self, span: timedelta) -> None:
        self.at += span


@pytest.fixture(scope="module")
def office(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    opened = Office(settings.load({}, data_dir=tmp_path_factory.mktemp("office")), new_database(), redis_url)
    yield opened
    opened.close()


@pytest.fixture
def clock(office: Office, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(office, "now", clock)
    return clock


@pytest.fixture(scope="module")
def app(office: Office) -> Flask:
    made = create_app(office)
    made.config["WTF_CSRF_ENABLED"] = False
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask, office: Office, clock: Clock) -> FlaskClient:
    office.redis.flushdb()
    return app.test_client()
