"""What open pages are told of a ticket that moved: a line for the board's ticker, the queues it left and reached.

Nothing here holds personal data; sealed tickets (保密, 举报) have no line at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from hotline.domain.appeal import CHANNEL_LABELS, TYPE_LABELS, AppealType
from hotline.domain.calendar import local
from hotline.domain.city import City
from hotline.domain.lifecycle import Action, State
from hotline.read import watching
from hotline.store.journal import Entry
from hotline.store.memo import Memo
from hotline.store.notice import Notice
from hotline.store.ticket import Ticket
from hotline.store.work import Work

TOLD = frozenset(
    {Action.SUBMIT, Action.DISPATCH, Action.REDISPATCH, Action.SIGN, Action.REPLY, Action.RATE, Action.ANSWER}
    | {Action.KEEP, Action.REWORK, Action.CREATE}
)
"""Steps that make a line of the ticker."""

DESKS: dict[State, str] = {
    State.SUBMITTED: "dispatch",
    State.NEED_INFO: "dispatch",
    State.PENDING_DISPATCH: "dispatch",
    State.RETURN_REVIEW: "dispatch",
    State.COORDINATING: "dispatch",
    State.PENDING_SIGN: "department",
    State.PROCESSING: "department",
    State.SUSPENDED: "department",
    State.REPLY_REVIEW: "review",
    State.CALLBACK: "callback",
}
"""The desk whose lists show a state."""
WHOLE = ("dispatch", "review", "callback", "supervision", "operator", "department")
"""Queues of the centre: whoever works at such a desk for the whole city is in its room."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ticker."""

    no: str
    at: datetime
    region: str
    category: str
    type: str
    unit: str
    state: str
    units: tuple[str, ...]
    """On whose boards it stands."""

    def values(self) -> dict[str, Any]:
        """As it goes over the line."""
        return {
            "no": self.no,
            "at": local(self.at).isoformat(timespec="seconds"),
            "time": f"{local(self.at):%H:%M}",
            "region": self.region,
            "category": self.category,
            "type": self.type,
            "unit": self.unit,
            "state": self.state,
        }


def newest(work: Work, unit: str, most: int) -> tuple[Line, ...]:
    """The newest tickets of a unit's board, newest first."""
    query = select(Ticket).where(_told()).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(most)
    if not watching.has_intake(work.rules.city, unit):
        query = query.where(Ticket.lead_unit.in_(work.rules.city.below(unit)))
    return tuple(_line(work.rules.city, ticket, ticket.created_at) for ticket in work.session.scalars(query))


def of_entries(work: Work, entries: Sequence[int], most: int) -> tuple[Line, ...]:
    """The lines that these journal entries make, oldest first; of many the newest."""
    query = (
        select(Entry.at, Ticket)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Entry.id.in_(list(entries)), Entry.action.in_([action.value for action in TOLD]), _told())
        .order_by(Entry.id.desc())
        .limit(most)
    )
    return tuple(reversed([_line(work.rules.city, ticket, at) for at, ticket in work.session.execute(query)]))


def touched(work: Work, entries: Sequence[int]) -> set[tuple[str, str]]:
    """The rooms that these entries concern, each with the queue that changed for it."""
    found: set[tuple[str, str]] = set()
    city = work.rules.city
    query = (
        select(Entry.source, Entry.target, Entry.action, Entry.payload, Ticket.lead_unit)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Entry.id.in_(list(entries)))
    )
    for source, target, action, payload, lead in work.session.execute(query):
        desks = {DESKS[State(state)] for state in (source, target) if state and State(state) in DESKS}
        if action in (Action.WARN, Action.URGE, Action.SUPERVISE, Action.RATE):
            desks.add("supervision")
        if action in (Action.CREATE, Action.SUBMIT, Action.ASK_INFO, Action.SUPPLEMENT):
            desks.add("operator")
        found |= {(f"queue:{desk}", desk) for desk in desks}
        concerned = {lead, payload.get("unit"), payload.get("recalled"), *payload.get("co_units", ())}
        for room in _unit_rooms(city, (unit for unit in concerned if unit in city.units)):
            found.add((room, "department"))
    return found


def notices(work: Work, entries: Sequence[int]) -> list[tuple[str, dict[str, Any]]]:
    """What units and people were told because of these entries: the room, and the words."""
    query = select(Notice).where(Notice.entry_id.in_(list(entries)), Notice.way == "inbox").order_by(Notice.id)
    told = [
        (
            f"unit:{notice.unit}",
            {"id": notice.id, "unit": notice.unit, "words": notice.text, "at": local(notice.created_at).isoformat()},
        )
        for notice in work.session.scalars(query)
        if notice.unit
    ]
    memos = work.session.scalars(select(Memo).where(Memo.entry_id.in_(list(entries))).order_by(Memo.id))
    return told + [
        (f"person:{memo.person_id}", {"id": memo.id, "words": memo.text, "at": local(memo.at).isoformat()})
        for memo in memos
    ]


def _unit_rooms(city: City, units: Iterable[str]) -> set[str]:
    rooms: set[str] = set()
    for unit in units:
        region = city.unit(unit).region_code
        rooms |= {f"unit:{above}" for above in city.ancestors(unit)}
        rooms |= {f"region:{region[:4]}", f"region:{region[:6]}"}
    return rooms


def _told() -> ColumnElement[bool]:
    return and_(
        Ticket.state != State.DRAFT,
        ~Ticket.confidential,
        or_(Ticket.type.is_(None), Ticket.type != AppealType.REPORT),
    )


def _line(city: City, ticket: Ticket, at: datetime) -> Line:
    lead = city.units.get(ticket.lead_unit or "")
    known = city.categories.get(ticket.category or "")
    region = city.region_name(city.county_of(ticket.region)) or ""
    return Line(
        no=ticket.no,
        at=at,
        region=region,
        category=known.level2 if known else "" if region or ticket.type else CHANNEL_LABELS.get(ticket.channel, "来件"),
        type=TYPE_LABELS[AppealType(ticket.type)] if ticket.type else "",
        unit=lead.short_name if lead else "",
        state=ticket.at.words(ticket.round),
        units=city.ancestors(lead.code if lead else city.centre),
    )
