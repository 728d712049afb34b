"""Every table, for who needs them all at once: migrations, backup, tests."""

from hotline.store import (
    anchor,
    assignment,
    audit,
    call,
    clock,
    contact,
    edition,
    figure,
    joint,
    journal,
    notice,
    organisation,
    outbox,
    person,
    precedent,
    supervision,
    ticket,
)
from hotline.store.base import Base

__all__ = [
    "Base",
    "anchor",
    "assignment",
    "audit",
    "call",
    "clock",
    "contact",
    "edition",
    "figure",
    "joint",
    "journal",
    "notice",
    "organisation",
    "outbox",
    "person",
    "precedent",
    "supervision",
    "ticket",
]
