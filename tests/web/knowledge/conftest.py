"""Browsers over a set office."""

from tests.web.tickets.conftest import app, as_, office, shared_office

__all__ = ["app", "as_", "office", "shared_office"]
