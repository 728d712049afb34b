"""Events 事件: many tickets about one happening, handled once under a master (handbook §7).

The master's dispatch and sign-in are everybody's; each ticket keeps its own reply, review and rating. Timeliness and
workload count the master alone (``Facts.follower``), ratings count all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from hotline.domain import gathering, lifecycle
from hotline.domain.appeal import Urgency, clean
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotFound, NotNow, Refused
from hotline.domain.events import Subscriber
from hotline.domain.gathering import Sighting
from hotline.domain.lifecycle import OPEN, Action, State
from hotline.domain.number import normal
from hotline.domain.permissions import HOUSE, Role
from hotline.domain.supervision import Ground, Level
from hotline.store import ticket as tickets
from hotline.store.contact import Contact
from hotline.store.matter import Incident
from hotline.store.memo import Memo
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import dispatch, grading, handling, intake, linking, progress, sameness, staff, supervision, surge

RULE = "§7"
TOPIC = "event"
"""Of the messages to dispatchers about what may be one event."""
GROUP = "group"
"""The tag of the tickets of a group's appeal (群体)."""
BY_EVENT = "event"
"""The rule under which a ticket follows its event's master to a unit (handbook §6, order b)."""
WAITING = (State.SUBMITTED, State.PENDING_DISPATCH)
LOOKED_AT = tuple(sorted(state.value for state in OPEN - {State.DRAFT}))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Tickets that may be one event."""

    tickets: tuple[Ticket, ...]
    """Oldest first; the first would be the master."""
    people: int


def by_no(work: Work, no: str, *, lock: bool = False) -> Incident:
    """The event of this number.

    Raises:
        NotFound: there is none.
    """
    query = select(Incident).where(Incident.no == normal(no))
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("没有找到这个事件，请核对编号")
    return found


def members(work: Work, incident: Incident) -> list[Ticket]:
    """Its tickets, the master first, then oldest first."""
    found = work.session.scalars(select(Ticket).where(Ticket.incident_id == incident.id).order_by(Ticket.id)).all()
    return sorted(found, key=lambda t: (t.no != incident.master_no, t.id))


def propose(work: Work) -> list[Proposal]:
    """What came in lately and may be one event; the largest first."""
    since = work.now - work.rules.matters.event.within
    found = work.session.scalars(
        select(Ticket).where(
            Ticket.created_at >= since,
            Ticket.incident_id.is_(None),
            Ticket.state.in_(LOOKED_AT),
        )
    ).all()
    known = {ticket.id: ticket for ticket in found}
    seen = [each for each in sightings(work, found) if each.category]
    groups = gathering.gather(seen, work.rules.matters.event)
    return [Proposal(tuple(known[s.id] for s in group), gathering.people(group)) for group in groups]


def announce(work: Work) -> list[staff.Told]:
    """While surge mode is on, tell the dispatchers of each possible event once, instead of waiting until somebody
    looks (handbook §15)."""
    on = surge.active(work)
    if on is None:
        return []
    since = on.on_at or work.now
    known = set(work.session.scalars(select(Memo.link).where(Memo.topic == TOPIC, Memo.at >= since).distinct()))
    told: list[staff.Told] = []
    for each in propose(work):
        first = each.tickets[0]
        link = f"/incidents/#{first.no}"
        if link in known:
            continue
        matter = sameness.matter_of(first)
        kind = work.rules.city.categories.get(matter.category or "")
        where = work.rules.city.region_name(first.region) or "地点待定"
        what = kind.level3 if kind else "同一类别"
        words = f"可能是同一事件：{where}，{what}，已有 {each.people} 人反映，请核对后归并"
        told += staff.tell(work, {Role.DISPATCHER}, words, topic=TOPIC, link=link)
    return told


def active_for(work: Work, ticket: Ticket) -> Incident | None:
    """A live event that a new ticket may belong to."""
    category = sameness.matter_of(ticket).category
    if not category or ticket.incident_id is not None:
        return None
    rules = work.rules.matters.event
    found = work.session.scalars(
        select(Incident)
        .where(Incident.last_at >= work.now - rules.within, Incident.category == category)
        .order_by(Incident.last_at.desc())
        .limit(20)
    ).all()
    mine = _sighting(ticket, "")
    for incident in found:
        master = tickets.by_no(work.session, incident.master_no)
        if master is None or master.at not in OPEN:
            continue
        theirs = Sighting(master.id, "x", master.category or "", sameness.matter_of(master).place, ticket.created_at)
        if gathering.together(mine, theirs, rules):
            return incident
    return None


def join(work: Work, ticket: Ticket, *, event: str = "", beside: str = "") -> Incident:
    """Let the ticket belong to an event: a known one, or that of another ticket, which opens one as its master.

    If the master is with a unit already, the ticket goes there at once.

    Raises:
        Invalid: neither an event nor another ticket of the same category was named.
        NotNow: it belongs to an event already.
    """
    progress.check(work, ticket, Action.JOIN_EVENT)
    if ticket.incident_id is not None:
        raise NotNow("工单已归入事件，请先移出再归入另一个", rule=RULE)
    intake.complete(work, ticket)
    if clean(event):
        incident = _known(work, event)
    elif clean(beside):
        incident = _of(work, ticket, beside)
    else:
        raise Invalid({"event": "请填写事件编号，或同一事件的另一张工单的编号"}, rule=RULE)
    if (ticket.category or "") != incident.category:
        raise Invalid({"event": f"三级类别不同，不能归入事件 {incident.no}，请核对类别"}, rule=RULE)
    _enter(work, ticket, incident)
    _follow(work, ticket, incident)
    _look_at_size(work, incident)
    return incident


def open_with(work: Work, found: Sequence[Ticket]) -> Incident:
    """Make one event of these tickets, the oldest as its master."""
    if len(found) < 2:
        raise Invalid({"tickets": "请至少选择两张工单"}, rule=RULE)
    first, *others = sorted(found, key=lambda t: t.id)
    if first.incident_id is None:
        progress.check(work, first, Action.JOIN_EVENT)
        incident = _open(work, first)
    else:
        incident = work.session.get_one(Incident, first.incident_id)
    for other in others:
        join(work, other, event=incident.no)
    return incident


def leave(work: Work, ticket: Ticket, *, ground: str) -> None:
    """Take the ticket out again: it goes its own way from where it stands. A master hands over to the next oldest."""
    progress.check(work, ticket, Action.LEAVE_EVENT)
    if ticket.incident_id is None:
        raise NotNow("工单没有归入事件", rule=RULE)
    if not clean(ground):
        raise Invalid({"ground": "请写明为什么移出"}, rule=RULE)
    incident = work.session.get_one(Incident, ticket.incident_id, with_for_update=True)
    ticket.incident_id = None
    ticket.tags = [tag for tag in ticket.tags if tag != GROUP]
    work.session.flush()
    progress.advance(work, ticket, Action.LEAVE_EVENT, event=incident.no, ground=clean(ground))
    left = members(work, incident)
    if incident.master_no == ticket.no and left:
        incident.master_no = left[0].no
        for each in left:
            work.tell(Subscriber.BOARD, each)


def after(work: Work, ticket: Ticket, action: Action) -> None:
    """A step of the master that is everybody's: dispatch, and the unit's sign-in."""
    if ticket.incident_id is None or action not in (Action.DISPATCH, Action.DESIGNATE, Action.SIGN):
        return
    incident = work.session.get_one(Incident, ticket.incident_id)
    if incident.master_no != ticket.no:
        return
    for follower in members(work, incident)[1:]:
        held = tickets.by_no(work.session, follower.no, lock=True, wait=False)
        if held is None:
            continue
        if action is Action.SIGN:
            _sign(work, held, ticket)
        else:
            _follow(work, held, incident)


def bring_along(work: Work, incident: Incident) -> int:
    """Send what still waits to the master's unit; returns how many went."""
    gone = 0
    for follower in members(work, incident):
        held = tickets.by_no(work.session, follower.no, lock=True, wait=False)
        gone += bool(held and _follow(work, held, incident))
    return gone


def sightings(work: Work, found: Sequence[Ticket]) -> list[Sighting]:
    """The tickets as gathering sees them; one query for all their people."""
    ids = [ticket.id for ticket in found]
    query = select(Contact.ticket_id, Contact.phone_hash, Contact.identity_hash).where(Contact.ticket_id.in_(ids))
    who = {row.ticket_id: (row.phone_hash or row.identity_hash or b"").hex() for row in work.session.execute(query)}
    return [_sighting(ticket, who.get(ticket.id, "")) for ticket in found]


def _sighting(ticket: Ticket, person: str) -> Sighting:
    # What nobody has looked at yet goes by what was read from it.
    matter = sameness.matter_of(ticket)
    return Sighting(ticket.id, person or f"#{ticket.id}", matter.category or "", matter.place, ticket.created_at)


def _known(work: Work, no: str) -> Incident:
    try:
        return by_no(work, no, lock=True)
    except NotFound as unknown:
        raise Invalid({"event": unknown.message}, rule=RULE) from None


def _of(work: Work, ticket: Ticket, beside: str) -> Incident:
    other = linking.beside(work, ticket, beside, "beside")
    if other.incident_id is not None:
        return work.session.get_one(Incident, other.incident_id, with_for_update=True)
    if other.at not in OPEN - {State.DRAFT}:
        raise Invalid({"beside": f"工单 {other.no} {other.at.label}，不能作为事件的主单"}, rule=RULE)
    intake.complete(work, other)
    if other.category != ticket.category:
        raise Invalid({"beside": "两张工单的三级类别不同，不能归入同一事件"}, rule=RULE)
    return _open(work, other)


def _open(work: Work, master: Ticket) -> Incident:
    intake.complete(work, master)
    if not master.category:
        raise Invalid({"event": f"请先选定工单 {master.no} 的类别"}, rule=RULE)
    incident = Incident(
        no=f"-{uuid4().hex[:20]}",
        title=master.title,
        category=master.category,
        region=master.region,
        master_no=master.no,
        opened_at=work.now,
        last_at=work.now,
    )
    work.session.add(incident)
    work.session.flush()
    incident.no = f"SJ{local(work.now):%y%m%d}{incident.id:05d}"
    _enter(work, master, incident)
    return incident


def _enter(work: Work, ticket: Ticket, incident: Incident) -> None:
    ticket.incident_id = incident.id
    incident.last_at = work.now
    if incident.grouped_at is not None:
        _mark(work, ticket)
    work.session.flush()
    progress.advance(
        work, ticket, Action.JOIN_EVENT, event=incident.no, title=incident.title, master=incident.master_no
    )


def _follow(work: Work, ticket: Ticket, incident: Incident) -> bool:
    """Send a ticket that still waits to the unit that has the master; what the guards refuse waits for a person."""
    master = tickets.by_no(work.session, incident.master_no)
    if master is None or not master.lead_unit or ticket.at not in WAITING or ticket.no == master.no:
        return False
    by, work.by = work.by, HOUSE
    try:
        with work.session.begin_nested():
            if ticket.at is State.SUBMITTED:
                intake.accept(work, ticket)
            intake.complete(work, ticket)
            reason = f"与事件 {incident.no} 的主单一并办理"
            dispatch.dispatch(work, ticket, master.lead_unit, rule=BY_EVENT, reason=reason)
        return True
    except Refused as refused:
        work.session.refresh(ticket)
        ticket.why_waiting = refused.message[:200]
        return False
    finally:
        work.by = by


def _sign(work: Work, follower: Ticket, master: Ticket) -> None:
    if follower.at is not State.PENDING_SIGN or follower.lead_unit != master.lead_unit:
        return
    try:
        with work.session.begin_nested():
            handling.sign(work, follower)
    except Refused:
        work.session.refresh(follower)


def _look_at_size(work: Work, incident: Incident) -> None:
    found = members(work, incident)
    seen = sightings(work, found)
    rules = work.rules.matters.group
    n, words = gathering.people(seen), f"{incident.title}（{incident.no}）"
    link = f"/incidents/{incident.no}"
    if incident.grouped_at is None and gathering.is_group(seen, work.now, rules):
        incident.grouped_at = work.now
        for ticket in found:
            _mark(work, ticket)
            work.tell(Subscriber.BOARD, ticket)
        staff.tell(work, {Role.SUPERVISOR}, f"群体诉求：{words} 已有 {n} 人反映", topic=GROUP, link=link)
        master = found[0]
        if master.at in OPEN:
            supervision.open(work, master, Level.CENTRE, Ground.GROUP)
    if incident.briefed_at is None and gathering.is_brief(seen, rules):
        incident.briefed_at = work.now
        staff.tell(work, {Role.LEADER}, f"专报：{words} 已有 {n} 人反映，请阅", topic=GROUP, link=link)


def _mark(work: Work, ticket: Ticket) -> None:
    """群体, and urgent while it is in hand: its clocks go on by the higher grade."""
    ticket.tags = sorted({*ticket.tags, GROUP})
    if ticket.urgency != Urgency.NORMAL or lifecycle.find(ticket.at, Action.GRADE) is None:
        return
    by, work.by = work.by, HOUSE
    try:
        grading.change(work, ticket, Urgency.URGENT, words="群体诉求")
    finally:
        work.by = by
