"""The only door to a ticket: in scope, locked, and at the version that was seen."""

from __future__ import annotations

import hmac
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from hotline.domain.city import City
from hotline.domain.errors import NotFound, NotYours, Stale
from hotline.domain.number import normal
from hotline.domain.permissions import Actor, Permission, Scope
from hotline.store import ticket as tickets
from hotline.store.search import TicketSearch
from hotline.store.ticket import Ticket
from hotline.store.work import Work

__all__ = ["citizens", "found_in_scope", "in_scope", "staff", "units_in_scope"]


def units_in_scope(city: City, by: Actor) -> list[str] | None:
    """Codes of the units whose tickets this person may see; None means all."""
    if by.scope is Scope.ALL:
        return None
    if by.scope is Scope.NONE or by.unit not in city.units:
        return []
    if by.scope is Scope.UNIT:
        return list(city.below(by.unit))
    prefix = _region(city, by)
    return [u.code for u in city.units.values() if u.region_code.startswith(prefix)]


def in_scope(city: City, by: Actor) -> ColumnElement[bool] | None:
    """The condition on tickets that keeps to this person's scope; None when everything is in scope."""
    beside = aliased(TicketSearch)
    condition = found_in_scope(city, by, beside)
    if condition is None:
        return None
    return exists().where(beside.ticket_id == Ticket.id, condition).correlate(Ticket)


def found_in_scope(city: City, by: Actor, beside: Any = TicketSearch) -> ColumnElement[bool] | None:
    """The same for a query that reads ``beside``, the tickets' rows of search, together with the tickets."""
    units = units_in_scope(city, by)
    if units is None:
        return None
    if by.scope is Scope.REGION and units:
        prefix = _region(city, by)
        if len(prefix) < COUNTY:
            # Nearly every ticket of the city: looking at each is cheaper than gathering them all from an index.
            # Where nobody knows the place yet, it is the city's, as on its board.
            return Ticket.region.is_(None) | Ticket.region.startswith(prefix) | _overlap(beside, units)
        return _overlap(beside, [*units, f"r{prefix}"])
    return _overlap(beside, units)


def _overlap(beside: Any, keys: list[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = beside.scope.overlap(keys)
    return condition


COUNTY = 6
"""Digits of a county's code; four are a city's."""


def _region(city: City, by: Actor) -> str:
    region = city.unit(by.unit).region_code
    return region[:4] if region.endswith("00") else region[:COUNTY]


def staff(work: Work, no: str, *, seen: int | None = None, lock: bool = True) -> Ticket:
    """The ticket for a member of staff.

    Args:
        seen: the version the person's page showed; None skips the check.
        lock: hold the row until the transaction ends (for changes).

    Raises:
        NotYours: the person may not read tickets at all.
        NotFound: unknown, or out of the person's scope (the two look alike on purpose).
        Stale: it has changed since ``seen``.
    """
    if not work.by.may(Permission.TICKET_VIEW):
        raise NotYours("您没有查看工单的权限", rule="§2")
    ticket = tickets.by_no(work.session, normal(no), lock=lock)
    if ticket is not None:
        scope = in_scope(work.rules.city, work.by)
        if scope is not None and not work.session.scalar(select(exists().where(Ticket.id == ticket.id, scope))):
            ticket = None
    if ticket is None:
        raise NotFound("没有找到这张工单，请核对编号")
    if seen is not None and seen != ticket.version:
        raise Stale("工单在您查看之后有了新进展，请看过最新内容再操作，您填写的内容已保留")
    return ticket


def citizens(work: Work, no: str, code: str, *, lock: bool = True) -> Ticket:
    """The ticket for whoever holds its query code; a wrong code looks like an unknown number."""
    ticket = tickets.by_no(work.session, normal(no), lock=lock)
    if ticket is None or not hmac.compare_digest(ticket.query_code.encode(), normal(code).encode(errors="replace")):
        raise NotFound("编号或查询码不对，请核对后再查")
    return ticket
