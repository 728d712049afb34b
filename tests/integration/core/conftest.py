"""The office of the tests."""

from tests.factories.offices import as_shipped, office, shared_office

__all__ = ["as_shipped", "office", "shared_office"]
