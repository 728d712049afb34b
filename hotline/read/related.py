"""Which other tickets a ticket stands with: merged, linked, repeated, of one call, of one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.sql import ColumnElement

from hotline.store.matter import Incident, Link, Tie
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import seeing
from hotline.usecases.access import in_scope

MOST = 20
ORDER = ("并入的主单", "并入本单", "重复的原单", "再次反映", *(tie.label for tie in Tie))
BY_ONE_PERSON = frozenset({"重复的原单", "再次反映", Tie.CALL.label, Tie.REPEAT.label})
"""Ties that tell that two tickets are one person's."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another ticket, and how it belongs here."""

    no: str
    title: str
    how: str
    state_words: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """The event that the ticket belongs to."""

    no: str
    title: str
    tickets: int
    is_master: bool
    group: bool


def tickets(work: Work, ticket: Ticket) -> tuple[Related, ...]:
    """The others within the reader's scope, nearest first; one query.

    Beside a sealed ticket nobody outside the centre learns which other one is the same person's (handbook §12).
    """
    ways: list[Any] = [
        _way("并入本单", Ticket.master_no == ticket.no),
        _way("再次反映", Ticket.repeat_of == ticket.no),
        *(
            select(Link.other_id.label("id"), literal(tie.label).label("how")).where(
                Link.ticket_id == ticket.id, Link.tie == tie.value
            )
            for tie in (Tie.CALL, Tie.RELATED, Tie.REPEAT, Tie.APART)
        ),
    ]
    if ticket.master_no:
        ways.append(_way("并入的主单", Ticket.no == ticket.master_no))
    if ticket.repeat_of:
        ways.append(_way("重复的原单", Ticket.no == ticket.repeat_of))
    found = union_all(*ways).subquery()
    query = select(Ticket, found.c.how).join(found, found.c.id == Ticket.id).limit(MOST)
    scope = in_scope(work.rules.city, work.by)
    rows = work.session.execute(query.where(scope) if scope is not None else query).all()
    if scope is not None:
        sealed = seeing.is_sealed(ticket)
        rows = [row for row in rows if row.how not in BY_ONE_PERSON or not (sealed or seeing.is_sealed(row.Ticket))]
    nearest: dict[str, Related] = {}
    for other, how in sorted(rows, key=lambda row: (ORDER.index(row.how), row.Ticket.id)):
        title = seeing.title_in_list(work, other)
        nearest.setdefault(other.no, Related(other.no, title, how, other.at.words(other.round), other.created_at))
    return tuple(nearest.values())


def event(work: Work, ticket: Ticket) -> Event | None:
    """The event it belongs to; asks nothing where there is none."""
    if ticket.incident_id is None:
        return None
    row = work.session.get_one(Incident, ticket.incident_id)
    n = work.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.incident_id == row.id)) or 0
    return Event(row.no, row.title, n, row.master_no == ticket.no, row.grouped_at is not None)


def _way(how: str, condition: ColumnElement[bool]) -> Any:
    return select(Ticket.id.label("id"), literal(how).label("how")).where(condition)
