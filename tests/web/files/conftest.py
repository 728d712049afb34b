"""The application over a set office, and browsers of staff and of citizens."""

from tests.web.tickets.conftest import app, as_, office, shared_office

__all__ = ["app", "as_", "office", "shared_office"]
