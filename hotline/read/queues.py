"""Lists of tickets: every queue, search and filter, page by page, within the reader's scope.

Each list is read by key (due time or creation, then id), so a page costs the same however long the list is.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from hotline.domain.appeal import CHANNEL_LABELS, AppealType, Urgency
from hotline.domain.deadlines import ClockKind, Hand
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Permission, Scope
from hotline.domain.quotas import to_coordination
from hotline.read import matching
from hotline.read.lamps import MATTERS, Lamp, foremost
from hotline.store.assignment import ACTIVE, Assignment
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.matter import CallbackClaim
from hotline.store.request import Outcome, Request
from hotline.store.surge import is_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import seeing
from hotline.usecases.access import in_scope, units_in_scope

MOST = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list should hold; empty fields do not narrow it."""

    states: tuple[State, ...] = ()
    unit: str | None = None
    """This unit and those below it, as lead or with an active assignment."""
    category: str | None = None
    """Code or its beginning."""
    light: str | None = None
    """``yellow`` or ``red``."""
    q: str = ""
    """A number, a phone, or words."""
    mine: bool = False
    """What this person has to do, or has registered."""
    rework_wanted: bool | None = None
    others: bool = False
    """Not what this person has registered: nobody calls back their own tickets (handbook §2)."""
    to_call: bool | None = None
    """Of the call-backs: whose SMS link had its time, or who asked to be called (True); who may still answer it
    (False). What another person has open is left out of the first, and while surge mode is on what then rests."""
    resting: bool = False
    """Of the call-backs: whose call surge mode has stopped for the time being (handbook §15)."""
    clock: ClockKind | None = None
    """Only tickets on which this clock runs."""
    asked: tuple[str, int] | None = None
    """Only tickets with an open request of this kind (``EXTEND``, ``SUSPEND``) at this level."""
    sort: str = "due"
    """``due`` (soonest first) or ``newest``."""


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket in a list; no personal data."""

    no: str
    version: int
    title: str
    state: State
    state_words: str
    type: str
    urgency: Urgency
    category: str
    region: str
    unit: str
    unit_code: str | None
    channel: str
    created_at: datetime
    lamp: Lamp | None
    why_waiting: str
    round: int
    rework_wanted: bool
    proposals: tuple[dict[str, Any], ...]
    sealed: bool
    second_person: bool = False
    """One person proposed a step that another must confirm."""
    must_coordinate: bool = False
    """Returned so often that only co-ordination may fix its lead."""
    urged: int = 0
    """How often anybody urged it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; ``next`` is the cursor of the following one, None at the end."""

    rows: tuple[Row, ...]
    next: str | None


def page(work: Work, wanted: Wanted, *, cursor: str | None = None, limit: int = 50) -> Page:
    """One page of the list.

    Raises:
        NotYours: the person may not read tickets.
        Invalid: the cursor, the light or the order is not one of ours.
    """
    if not work.by.may(Permission.TICKET_VIEW):
        raise NotYours("您没有查看工单的权限", rule="§2")
    limit = max(1, min(limit, MOST))
    query = _narrowed(work, wanted)
    if wanted.sort == "due":
        query = query.order_by(Ticket.due_at.asc().nulls_last(), Ticket.id)
        if cursor:
            at, last = _read(cursor)
            here = datetime.fromisoformat(at) if at else None
            query = query.where(
                and_(Ticket.due_at.is_(None), Ticket.id > last)
                if here is None
                else or_(Ticket.due_at > here, and_(Ticket.due_at == here, Ticket.id > last), Ticket.due_at.is_(None))
            )
    elif wanted.sort == "newest":
        query = query.order_by(Ticket.id.desc())
        if cursor:
            query = query.where(Ticket.id < _read(cursor)[1])
    else:
        raise Invalid({"sort": "排序应为 due 或 newest"})
    tickets = work.session.scalars(query.limit(limit + 1)).all()
    shown = tickets[:limit]
    onward = None
    if len(tickets) > limit:
        onward = place(shown[-1])
    return Page(rows_of(work, shown), onward)


def place(ticket: Ticket) -> str:
    """Where the ticket stands in a list that is due first: the cursor of what comes after it."""
    return _write(ticket.due_at.isoformat() if ticket.due_at else "", ticket.id)


def following(work: Work, wanted: Wanted, after: str) -> str | None:
    """Number of the ticket that comes after this place, else of the list's first; None when the list is empty."""
    for cursor in (after, None):
        rows = page(work, wanted, cursor=cursor or None, limit=1).rows
        if rows:
            return rows[0].no
    return None


def count(work: Work, wanted: Wanted) -> int:
    """How many tickets the list holds."""
    return work.session.scalar(select(func.count()).select_from(_narrowed(work, wanted).subquery())) or 0


def by_unit(work: Work, wanted: Wanted) -> list[tuple[str, int]]:
    """The list's tickets by lead unit (empty: the centre's own), most first."""
    found = _narrowed(work, wanted).subquery()
    query = select(found.c.lead_unit, func.count()).group_by(found.c.lead_unit).order_by(func.count().desc())
    return [(unit or "", n) for unit, n in work.session.execute(query)]


def rows_of(work: Work, tickets: Sequence[Ticket], hand: Hand | None = None) -> tuple[Row, ...]:
    """The tickets as list rows, in the same order, with their lamps (one more query); of ``hand`` when it is given."""
    clocks: dict[int, list[Clock]] = defaultdict(list)
    ids = [ticket.id for ticket in tickets]
    for clock in work.session.scalars(select(Clock).where(Clock.ticket_id.in_(ids), Clock.stopped_at.is_(None))):
        clocks[clock.ticket_id].append(clock)
    return tuple(_row(work, ticket, clocks[ticket.id], hand) for ticket in tickets)


def _row(work: Work, ticket: Ticket, clocks: list[Clock], hand: Hand | None) -> Row:
    city = work.rules.city
    lead, known = city.units.get(ticket.lead_unit or ""), city.categories.get(ticket.category or "")
    return Row(
        no=ticket.no,
        version=ticket.version,
        title=seeing.title_in_list(work, ticket),
        state=ticket.at,
        state_words=ticket.at.words(ticket.round),
        type=AppealType(ticket.type).label if ticket.type else "",
        urgency=Urgency(ticket.urgency),
        category=known.name if known else "",
        region=city.region_name(ticket.region),
        unit=lead.short_name if lead else "",
        unit_code=ticket.lead_unit,
        channel=CHANNEL_LABELS.get(ticket.channel, ticket.channel),
        created_at=ticket.created_at,
        lamp=foremost(clocks, ticket.at, work.now, work.rules.calendar, hand),
        why_waiting=ticket.why_waiting,
        round=ticket.round,
        rework_wanted=ticket.rework_wanted,
        proposals=tuple(named(work, ticket)),
        second_person=f"joint:{ticket.state}" in ticket.tags,
        must_coordinate=ticket.at is State.PENDING_DISPATCH
        and to_coordination(ticket.returns_granted, work.rules.limits),
        sealed=seeing.is_sealed(ticket),
        urged=ticket.urged,
    )


def named(work: Work, ticket: Ticket) -> list[dict[str, Any]]:
    """The ticket's proposals with the units' names."""
    units = work.rules.city.units
    return [
        {**each, "name": units[each["unit"]].name, "short_name": units[each["unit"]].short_name}
        for each in ticket.proposals
        if each["unit"] in units
    ]


def _narrowed(work: Work, wanted: Wanted) -> Select[Ticket]:
    city, by = work.rules.city, work.by
    query = select(Ticket)
    if by.scope is Scope.UNIT:
        units = units_in_scope(city, by) or []
        query = query.where(_either(units, select(Assignment.ticket_id).where(Assignment.unit.in_(units))))
    elif (scope := in_scope(city, by)) is not None:
        query = query.where(scope)
    if wanted.states:
        query = query.where(Ticket.state.in_([state.value for state in wanted.states]))
    if wanted.unit:
        if wanted.unit not in city.units:
            raise Invalid({"unit": "没有这个单位"})
        query = query.where(_with_units(list(city.below(wanted.unit))))
    if wanted.category:
        if not any(code.startswith(wanted.category) for code in city.categories):
            raise Invalid({"category": "没有这个类别，请填类别代码，或它的前 2 位、4 位"})
        query = query.where(Ticket.category.startswith(wanted.category, autoescape=True))
    if wanted.rework_wanted is not None:
        query = query.where(Ticket.rework_wanted.is_(wanted.rework_wanted))
    if wanted.mine:
        if (mine := units_in_scope(city, by)) is not None:
            query = query.where(_with_units(mine))
        else:
            first = select(Entry.ticket_id).where(Entry.seq == 1, Entry.actor_id == by.id)
            query = query.where(Ticket.id.in_(first))
    if wanted.others and by.id is not None:
        own = select(Entry.id).where(Entry.ticket_id == Ticket.id, Entry.seq == 1, Entry.actor_id == by.id)
        query = query.where(~own.exists())
    if wanted.to_call is not None:
        query = query.where(*_to_call(work, wanted.to_call))
    if wanted.resting:
        query = query.where(*_resting(work))
    if wanted.clock is not None:
        running = select(Clock.ticket_id).where(Clock.kind == wanted.clock.value, Clock.stopped_at.is_(None))
        query = query.where(Ticket.id.in_(running))
    if wanted.asked is not None:
        waiting = select(Request.ticket_id).where(Request.outcome == Outcome.OPEN)
        waiting = waiting.where(Request.wish == wanted.asked[0], Request.level == wanted.asked[1])
        query = query.where(Ticket.id.in_(waiting))
    if wanted.light:
        query = query.where(_lit(work, wanted.light))
    if wanted.q.strip():
        query = query.where(matching.condition(work, wanted.q))
    return query


def _with_units(units: list[str]) -> Any:
    task = select(Assignment.ticket_id).where(Assignment.unit.in_(units), Assignment.stage.in_(ACTIVE))
    return _either(units, task)


def _either(units: list[str], task: Select[int]) -> Any:
    """Led by these units, or among those of ``task``: a union, because for an OR PostgreSQL would read all tickets."""
    led = aliased(Ticket)
    return Ticket.id.in_(union_all(select(led.id).where(led.lead_unit.in_(units)), task))


def _to_call(work: Work, now: bool) -> list[Any]:
    asks = select(Contact.ticket_id).where(Contact.ticket_id == Ticket.id, Contact.reply_by == "phone").exists()
    ready = or_(Ticket.reviewed_at <= work.now - work.rules.matters.asking.sms_first, asks)
    if not now:
        return [~ready]
    held = select(CallbackClaim.ticket_id).where(CallbackClaim.ticket_id == Ticket.id, CallbackClaim.until > work.now)
    return [ready, ~held.where(CallbackClaim.person_id != work.by.id).exists(), ~and_(*_resting(work))]


def _resting(work: Work) -> list[Any]:
    """Ordinary call-backs while surge mode is on, nothing else: neither urgent ones nor those after a rework."""
    return [Ticket.urgency == Urgency.NORMAL.value, Ticket.round == 1, is_on(work.now)]


def _lit(work: Work, light: str) -> Any:
    kinds = [kind.value for kind in MATTERS.values()]
    running = select(Clock.ticket_id).where(
        Clock.stopped_at.is_(None), Clock.paused_at.is_(None), Clock.kind.in_(kinds)
    )
    if light == "red":
        return Ticket.id.in_(running.where(Clock.due_at < work.now))
    if light == "yellow":
        return Ticket.id.in_(running.where(Clock.warn_at <= work.now, Clock.due_at >= work.now))
    raise Invalid({"light": "亮灯应为 yellow 或 red"})


def _write(at: str, last: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, last]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, int]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if at:
            datetime.fromisoformat(at)
        return str(at), int(last)
    except (ValueError, TypeError):
        raise Invalid({"cursor": "翻页位置无效，请从第一页开始"}) from None
