"""The centre's desks over a set office, and how many queries a page asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.factories.offices import SetOffice, office, shared_office, statements  # noqa: F401
from tests.web.tickets.conftest import app, as_  # noqa: F401

Counted = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def counted(office: SetOffice) -> Counted:  # noqa: F811
    """The statements that reach the database within the block."""
    return lambda: statements(office)
