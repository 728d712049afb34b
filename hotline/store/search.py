"""What tickets are found by: their words, and the units and the county whose people may see them.

A row of its own beside each ticket, because a ticket moves often and its words seldom: moving must not write the index
of words anew. The database itself keeps ``scope`` (by the triggers of the migration that made the table), so that
nobody who writes an assignment can forget it. Words are cut by the relay from ``search_due``, to which lines are only
appended.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id, Ref


class TicketSearch(Base):
    """One ticket, as search sees it."""

    __tablename__ = "ticket_search"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    scope: Mapped[list[str]]
    """Codes of every unit that leads it or ever had an assignment of it, and ``r`` with its county's six digits."""
    words: Mapped[Any] = mapped_column(TSVECTOR, nullable=True)
    """Lexemes as :mod:`hotline.domain.finding` files them; None until the relay has cut them."""

    __table_args__ = (
        # Both in one index: "these words, of my unit" is one look into it. The pending list is kept small, because
        # every search reads it from end to end.
        Index(
            "ix_ticket_search_found",
            "words",
            "scope",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 512},
        ),
    )


class SearchDue(Base):
    """A ticket whose words must be cut anew; appended by the database itself, several times if need be."""

    __tablename__ = "search_due"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))


class SavedSearch(Base):
    """What somebody looked for: the last few by themselves, and those that were given a name.

    The criteria may hold a phone or a name, so they are sealed, and a page's address names only the row.
    """

    __tablename__ = "saved_search"

    id: Mapped[Id]
    person_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(40), default="")
    """Empty for one that is merely recent."""
    criteria: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    """Keyed hash of the criteria: the same search again is the same row."""
    used_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_saved_search_person_id_key", "person_id", "key", unique=True),
        Index("ix_saved_search_recent", "person_id", "used_at"),
        Index("uq_saved_search_person_id_name", "person_id", "name", unique=True, postgresql_where=text("name <> ''")),
    )
