"""What somebody typed, as a condition on tickets that this person may ask for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, literal, or_, select, type_coerce
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import UserDefinedType

from hotline.domain import finding
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.errors import NotYours
from hotline.domain.finding import Sought, What
from hotline.domain.permissions import Permission
from hotline.domain.privacy import mask_identity, mask_phone
from hotline.store.contact import Contact
from hotline.store.search import TicketSearch
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, seeing


class TsQuery(UserDefinedType[str]):
    """PostgreSQL's ``tsquery``, given as its text: every lexeme in it is quoted by :mod:`hotline.domain.finding`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name."""
        return "tsquery"

    def bind_expression(self, bindvalue: Any) -> Any:
        """Cast on the way in."""
        from sqlalchemy import Text, cast

        return cast(type_coerce(bindvalue, Text), self)


def sought(work: Work, typed: str) -> Sought:
    """What was typed, read."""
    return finding.read(typed, work.finder.words(typed[: finding.TYPED]))


def sees_places(work: Work) -> bool:
    """Whether this person sees the exact place of every ticket in scope, and so may look for it."""
    return seeing.reads_all(work.by)


def may_ask_for_people(work: Work) -> bool:
    """Whether this person may look somebody up by phone or identity number."""
    return work.by.may(Permission.TICKET_REGISTER) or work.by.may(Permission.TICKET_DISPATCH)


def on_words(query: str) -> ColumnElement[bool]:
    """Rows of search that match the ``tsquery``."""
    return TicketSearch.words.op("@@")(literal(query, TsQuery()))


def words_query(work: Work, asked: Sought) -> str:
    """The ``tsquery`` of the words that were typed, as far as this person may look."""
    return finding.of_ticket(asked.words, places=sees_places(work))


def by_person(work: Work, asked: Sought) -> ColumnElement[bool]:
    """Tickets of the phone or identity number, by its keyed hash; the look-up is recorded (handbook §12).

    Raises:
        NotYours: this person may not look people up; said before anything is looked for.
    """
    if not may_ask_for_people(work):
        raise NotYours("按电话或证件号查找限话务员和派单员使用", rule="§12")
    value = asked.value or asked.perhaps_phone
    if asked.what is What.IDENTITY:
        audit_log.write(work, AuditKind.SEARCH_IDENTITY, about=mask_identity(value))
        return Ticket.id.in_(select(Contact.ticket_id).where(Contact.identity_hash == work.sealer.look_up(value)))
    audit_log.write(work, AuditKind.SEARCH_PHONE, about=mask_phone(value))
    return Ticket.id.in_(select(Contact.ticket_id).where(Contact.phone_hash == work.sealer.look_up(value)))


def condition(work: Work, typed: str) -> ColumnElement[bool]:
    """Tickets that match what was typed, for a list in any order.

    Raises:
        NotYours: as :func:`by_person`.
    """
    asked = sought(work, typed)
    if asked.what is What.NOTHING:
        return false()
    if asked.what is What.NUMBER:
        return Ticket.no == asked.value
    if asked.what in (What.PHONE, What.IDENTITY):
        return by_person(work, asked)
    filed = Ticket.id.in_(select(TicketSearch.ticket_id).where(on_words(words_query(work, asked))))
    if asked.perhaps_phone and may_ask_for_people(work):
        return or_(filed, by_person(work, asked))
    return filed
