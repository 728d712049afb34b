"""Events as pages show them: what is proposed, what is going on, and one event with its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline.domain.errors import NotFound
from hotline.domain.gathering import people
from hotline.domain.lifecycle import OPEN, State
from hotline.read.queues import Row, rows_of
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage
from hotline.store.matter import Incident
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, incidents
from hotline.usecases.sameness import matter_of

SHOWN = 50
LATELY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One event in the list."""

    no: str
    title: str
    category: str
    region: str
    opened_at: datetime
    last_at: datetime
    tickets: int
    open: int
    group: bool
    brief: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """Tickets that may be one event."""

    title: str
    category: str
    region: str
    people: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One event."""

    line: Line
    master_no: str
    rows: tuple[Row, ...]
    """Within the reader's scope, the master first."""
    hidden: int
    """Tickets that the reader may not see."""
    people: int
    unit_name: str
    waiting: int
    """Tickets that have not gone to the master's unit yet."""
    to_reply: tuple[str, ...]
    """Numbers of the tickets that the reader's unit still has to answer."""
    model: str
    """The master's public reply, to begin the others with."""


def listed(work: Work) -> tuple[Line, ...]:
    """Events to which something came lately, the newest first; two queries."""
    found = work.session.scalars(
        select(Incident).where(Incident.last_at >= work.now - LATELY).order_by(Incident.last_at.desc()).limit(SHOWN)
    ).all()
    counts = _counts(work, [incident.id for incident in found])
    return tuple(_line(work, incident, *counts.get(incident.id, (0, 0))) for incident in found)


def proposed(work: Work) -> tuple[Proposed, ...]:
    """What came in during the last hours and may be one event."""
    shown = []
    for proposal in incidents.propose(work)[:SHOWN]:
        first = proposal.tickets[0]
        shown.append(
            Proposed(
                title=first.title,
                category=work.rules.city.category(matter_of(first).category or "").name,
                region=work.rules.city.region_name(first.region),
                people=proposal.people,
                rows=rows_of(work, proposal.tickets),
            )
        )
    return tuple(shown)


def of(work: Work, no: str) -> Page:
    """One event for the person of ``work``.

    Raises:
        NotFound: unknown, or none of its tickets is in the person's scope.
    """
    incident = incidents.by_no(work, no)
    found = incidents.members(work, incident)
    scope = access.in_scope(work.rules.city, work.by)
    mine = found
    if scope is not None:
        ids = set(work.session.scalars(select(Ticket.id).where(Ticket.incident_id == incident.id, scope)))
        mine = [ticket for ticket in found if ticket.id in ids]
    if not mine:
        raise NotFound("没有找到这个事件，请核对编号")
    master = next((t for t in found if t.no == incident.master_no), found[0])
    unit = work.rules.city.units.get(master.lead_unit or "")
    still = sum(t.at in OPEN for t in found)
    return Page(
        line=_line(work, incident, len(found), still),
        master_no=incident.master_no,
        rows=rows_of(work, mine),
        hidden=len(found) - len(mine),
        people=people(incidents.sightings(work, found)),
        unit_name=unit.short_name if unit else "",
        waiting=sum(t.at in incidents.WAITING for t in found if t.no != master.no) if unit else 0,
        to_reply=_to_reply(work, mine),
        model=master.public_reply or _draft(work, master),
    )


def _to_reply(work: Work, found: list[Ticket]) -> tuple[str, ...]:
    units = access.units_in_scope(work.rules.city, work.by) or []
    ids = [ticket.id for ticket in found if ticket.at is State.PROCESSING]
    working = set(
        work.session.scalars(
            select(Assignment.ticket_id).where(
                Assignment.ticket_id.in_(ids),
                Assignment.unit.in_(units),
                Assignment.kind == Kind.LEAD.value,
                Assignment.stage == Stage.WORKING.value,
            )
        )
    )
    return tuple(ticket.no for ticket in found if ticket.id in working)


def _draft(work: Work, master: Ticket) -> str:
    query = select(Assignment.public_reply).where(
        Assignment.ticket_id == master.id, Assignment.stage.in_(ACTIVE), Assignment.public_reply != ""
    )
    return work.session.scalar(query.limit(1)) or ""


def _counts(work: Work, ids: list[int]) -> dict[int, tuple[int, int]]:
    still = func.count().filter(Ticket.state.in_([state.value for state in OPEN]))
    query = select(Ticket.incident_id, func.count(), still).where(Ticket.incident_id.in_(ids))
    return {row[0]: (row[1], row[2]) for row in work.session.execute(query.group_by(Ticket.incident_id)) if row[0]}


def _line(work: Work, incident: Incident, tickets: int, still: int) -> Line:
    city = work.rules.city
    known = city.categories.get(incident.category)
    return Line(
        no=incident.no,
        title=incident.title,
        category=known.name if known else "",
        region=city.region_name(incident.region),
        opened_at=incident.opened_at,
        last_at=incident.last_at,
        tickets=tickets,
        open=still,
        group=incident.grouped_at is not None,
        brief=incident.briefed_at is not None,
    )
