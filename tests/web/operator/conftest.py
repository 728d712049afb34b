"""An agent at the call desk of a set office."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories.actors import AGENT
from tests.web.tickets.conftest import app, as_, office, shared_office  # noqa: F401


@pytest.fixture
def agent(as_) -> FlaskClient:  # type: ignore[no-untyped-def]  # noqa: F811
    """The agent's browser."""
    return as_(AGENT)
