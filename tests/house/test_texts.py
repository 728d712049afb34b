"""What is written about a ticket is redacted with it: no column can be forgotten."""

from __future__ import annotations

from sqlalchemy import ARRAY, Column, String, Text
from sqlalchemy.dialects.postgresql import JSONB

from hotline.store.base import Base
from hotline.store.schema import ticket as _all_tables  # noqa: F401
from hotline.usecases.retention import TEXTS

NEVER = {
    "adjustment", "attachment", "audit", "clock", "journal", "message", "outbox", "precedent", "receipt",
    "ticket_search",
}  # fmt: skip
"""Without people's words about a ticket, or let go of by a rule of their own (files, audit, journal, message …)."""
STAFF = {
    "by",
    "signed_by",
    "ended_by",
    "done_by",
    "taken_back_by",
    "journal_hash",
    "call_id",
    "address",
    "link",
    "receipt",
    "data",
}
"""Columns with names of staff, hashes, paths and codes, or with a rule of their own (the ticket's address and call)."""


def holds_words(column: Column[object]) -> bool:
    """Whether people may have typed a sentence into it."""
    kind = column.type
    return isinstance(kind, (Text, JSONB, ARRAY)) or (isinstance(kind, String) and (kind.length or 999) >= 50)


def test_every_text_about_a_ticket_is_redacted_when_the_ticket_is_anonymised() -> None:
    redacted = {(table.__tablename__, name) for table, _, names in TEXTS for name in names}
    about = [
        table
        for table in Base.metadata.sorted_tables
        if table.name == "ticket"
        or any(key.column.table.name == "ticket" for column in table.columns for key in column.foreign_keys)
        or {"ticket_no", "master_no"} & set(table.columns.keys())
    ]
    words = {
        (table.name, column.name)
        for table in about
        if table.name not in NEVER
        for column in table.columns
        if holds_words(column) and column.name not in STAFF
    }
    assert words - redacted == set(), "add it to TEXTS of hotline/usecases/retention.py"
