"""The office of the tests."""

from tests.factories.offices import office, shared_office

__all__ = ["office", "shared_office"]
