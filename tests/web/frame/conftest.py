"""The paper office's application, and who asks it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.frame.paper import paper_app
from web.guard import SEAT


@pytest.fixture(scope="session")
def app() -> Flask:
    made = paper_app()
    made.config.update(WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def agent(app: Flask) -> FlaskClient:
    signed = app.test_client()
    signed.set_cookie(SEAT, "agent")
    return signed


@pytest.fixture
def leader(app: Flask) -> FlaskClient:
    signed = app.test_client()
    signed.set_cookie(SEAT, "leader")
    return signed
