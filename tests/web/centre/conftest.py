"""The centre's desks over a set office, and how many queries a page asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy as sa

from tests.factories.offices import SetOffice, office, shared_office  # noqa: F401
from tests.web.tickets.conftest import app, as_  # noqa: F401

Counted = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def counted(office: SetOffice) -> Counted:  # noqa: F811
    """The statements that reach the database within the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if "FROM revision" not in statement and "FROM edition" not in statement:
                asked.append(statement)  # the house looks every few seconds, whoever asks

        sa.event.listen(office.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            sa.event.remove(office.engine, "before_cursor_execute", note)

    return counting
