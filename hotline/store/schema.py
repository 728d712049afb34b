"""Every table, for who needs them all at once: migrations, backup, tests."""

from hotline.store import (
    assignment,
    call,
    clock,
    contact,
    edition,
    figure,
    journal,
    notice,
    organisation,
    outbox,
    person,
    ticket,
)
from hotline.store.base import Base

__all__ = [
    "Base",
    "assignment",
    "call",
    "clock",
    "contact",
    "edition",
    "figure",
    "journal",
    "notice",
    "organisation",
    "outbox",
    "person",
    "ticket",
]
