"""Who calls: the earlier tickets of a number, masked; and what one agent has on the desk today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline.domain.appeal import is_phone, normal_phone
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.calendar import day_of, start_of
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.domain.permissions import Permission
from hotline.domain.privacy import mask_name, mask_phone, redact
from hotline.read.lamps import Lamp, foremost
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, nuisance

SHOWN = 6
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier ticket of the number."""

    no: str
    title: str
    state_words: str
    open: bool
    unit: str
    created_at: datetime
    lamp: Lamp | None


@dataclass(frozen=True, slots=True)
class Caller:
    """A number's history."""

    phone: str
    """Masked."""
    name: str
    """Masked, as given last; empty when never."""
    region_name: str
    year: int
    """Tickets within a year."""
    today: int
    tickets: tuple[Earlier, ...]
    """Open ones first, then the newest."""
    empty_today: int = 0
    """Calls without content today, when there are too many of them."""
    limited_until: datetime | None = None

    @property
    def to_append(self) -> str:
        """Number of the open ticket that a further call is probably about; empty when there is none."""
        return next((t.no for t in self.tickets if t.open), "")


def of(work: Work, typed: str) -> Caller:
    """The history of the number that was typed; the search is recorded (handbook §12).

    Raises:
        NotYours: the person takes no calls.
        Invalid: it is no phone number.
    """
    if not work.by.may(Permission.TICKET_REGISTER):
        raise NotYours("按电话查找限话务员使用", rule="§12")
    phone = normal_phone(typed)
    if not is_phone(phone):
        raise Invalid({"phone": "手机号应为 11 位，固定电话请带区号"})
    audit_log.write(work, AuditKind.SEARCH_PHONE, about=mask_phone(phone))
    midnight = start_of(day_of(work.now))
    rows = work.session.execute(
        select(
            Ticket,
            Contact.name,
            func.count().over().label("year"),
            func.count().filter(Ticket.created_at >= midnight).over().label("today"),
        )
        .join(Contact, Contact.ticket_id == Ticket.id)
        .where(
            Contact.phone_hash == work.sealer.look_up(phone),
            Ticket.created_at >= work.now - YEAR,
            Ticket.state != State.DRAFT,
        )
        .order_by(Ticket.state.in_([state.value for state in ENDED]), Ticket.id.desc())
        .limit(SHOWN)
    ).all()
    clocks: dict[int, list[Clock]] = defaultdict(list)
    ids = [row.Ticket.id for row in rows if row.Ticket.at not in ENDED]
    if ids:
        running = select(Clock).where(Clock.ticket_id.in_(ids), Clock.stopped_at.is_(None))
        for clock in work.session.scalars(running):
            clocks[clock.ticket_id].append(clock)
    city = work.rules.city
    key = work.sealer.look_up(phone)
    empty, held = nuisance.today(work, key), nuisance.standing(work, key)
    return Caller(
        empty_today=empty if empty > work.rules.matters.nuisance.calls else 0,
        limited_until=held.until if held else None,
        phone=mask_phone(phone),
        name=next((mask_name(name) for row in rows if (name := work.sealer.open(row.name))), ""),
        region_name=next((city.region_name(row.Ticket.region) for row in rows if row.Ticket.region), ""),
        year=rows[0].year if rows else 0,
        today=rows[0].today if rows else 0,
        tickets=tuple(_earlier(work, row.Ticket, clocks[row.Ticket.id]) for row in rows),
    )


def _earlier(work: Work, ticket: Ticket, clocks: list[Clock]) -> Earlier:
    lead = work.rules.city.units.get(ticket.lead_unit or "")
    return Earlier(
        no=ticket.no,
        title=redact(ticket.title),
        state_words=ticket.at.words(ticket.round),
        open=ticket.at not in ENDED,
        unit=lead.short_name if lead else "",
        created_at=ticket.created_at,
        lamp=foremost(clocks, ticket.at, work.now, work.rules.calendar),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration that waits."""

    no: str
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MyDay:
    """What one agent has done since midnight, and what waits."""

    registered: int
    answered: int
    handed_over: int
    drafts: tuple[Draft, ...]


def my_day(work: Work) -> MyDay:
    """The agent's own counts of today and drafts; two queries."""
    counts = work.session.execute(
        select(Entry.action, func.count(func.distinct(Entry.ticket_id)))
        .where(Entry.at >= start_of(day_of(work.now)), Entry.actor_id == work.by.id)
        .group_by(Entry.action)
    ).all()
    done = {row[0]: int(row[1]) for row in counts}
    drafts = work.session.scalars(
        select(Ticket)
        .join(Entry, Entry.ticket_id == Ticket.id)
        .where(Ticket.state == State.DRAFT, Entry.seq == 1, Entry.actor_id == work.by.id)
        .order_by(Ticket.id.desc())
        .limit(20)
    )
    return MyDay(
        registered=done.get(Action.SUBMIT, 0) + done.get(Action.ANSWER, 0) + done.get(Action.HANDOVER, 0),
        answered=done.get(Action.ANSWER, 0),
        handed_over=done.get(Action.HANDOVER, 0),
        drafts=tuple(Draft(t.no, t.title, t.created_at) for t in drafts),
    )
