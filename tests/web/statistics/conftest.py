"""Statistics over a set office."""

from tests.factories.offices import office, shared_office  # noqa: F401
from tests.web.centre.conftest import counted  # noqa: F401
from tests.web.tickets.conftest import app, as_  # noqa: F401
