"""What a dispatcher decides by: who could take the ticket and why, and what a unit says that gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.domain.city import City
from hotline.domain.lifecycle import State
from hotline.domain.quotas import to_coordination
from hotline.domain.routing import Routing
from hotline.read import queues, ticket_page
from hotline.read.ticket_page import TicketPage
from hotline.store.assignment import Stage
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, incidents, routing, sameness, steps
from hotline.usecases.fields import Fields
from hotline.usecases.returns import REASON_LABELS, Reason

EMERGENCY = ("110", "119", "120", "122")
"""Lines for danger to life and property."""


@dataclass(frozen=True, slots=True)
class Option:
    """One unit that could lead."""

    unit: str
    name: str
    short_name: str
    reason: str
    co_units: str
    """Names of the units that the rule adds, for the field."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the rules say to a category, a place and a grade of urgency."""

    options: tuple[Option, ...]
    why: str
    """Why a person must decide."""
    handover: str
    """Code of who should get it instead; empty when it is ours."""
    handover_name: str
    danger: bool = False
    """Life or property: they must be told at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit's request to give the ticket back."""

    unit: str
    unit_name: str
    reason: str
    basis: str
    suggested: str | None
    at: datetime | None
    last: bool = False
    """Once it is granted, only co-ordination may fix the lead."""


@dataclass(frozen=True, slots=True)
class Same:
    """An open ticket that this one may repeat."""

    no: str
    title: str
    state_words: str
    unit: str
    alike: int
    """Similarity of the texts, in percent."""


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket on the dispatcher's desk."""

    page: TicketPage
    place: str
    """The cursor of what comes after it."""
    proposed: Proposed
    asked: Asked | None
    same: tuple[Same, ...] = ()
    """Open tickets of the same person that it may repeat."""
    event: str = ""
    """Number of a live event that it may belong to."""
    event_title: str = ""


def of(work: Work, no: str) -> Case:
    """The ticket as the dispatcher needs it.

    Raises:
        NotFound, NotYours: as :func:`hotline.usecases.access.staff`.
    """
    ticket = access.staff(work, no, lock=False)
    page = ticket_page.shown(work, ticket)
    asked = _asked(work, page, ticket) if ticket.at is State.RETURN_REVIEW else None
    decided = routing.propose(work, ticket)
    shown = _proposed(work.rules.city, decided, ticket, asked)
    if ticket.at not in incidents.WAITING:
        return Case(page, queues.place(ticket), shown, asked)
    event = incidents.active_for(work, ticket)
    return Case(
        page,
        queues.place(ticket),
        shown,
        asked,
        tuple(_same(work, match) for match in sameness.duplicates(work, ticket)[:3]),
        event.no if event else "",
        event.title if event else "",
    )


def _same(work: Work, match: sameness.Match) -> Same:
    other = match.ticket
    unit = work.rules.city.units.get(other.lead_unit or "")
    words = other.at.words(other.round)
    return Same(other.no, other.title, words, unit.short_name if unit else "", round(match.alike * 100))


def proposed(work: Work, no: str, fields: Fields) -> Proposed:
    """What the rules would say to what the dispatcher has chosen; nothing changes.

    Raises:
        Invalid: a category, region or urgency that does not exist.
    """
    ticket = access.staff(work, no, lock=False)
    said = steps.description(work, fields)
    decided = routing.propose(
        work,
        ticket,
        category=said["category"],
        region=said["region"],
        urgency=said["urgency"] or None,
        complained_unit=said["complained_unit"],
    )
    return _proposed(work.rules.city, decided, ticket, None)


def _proposed(city: City, decided: Routing, ticket: Ticket, asked: Asked | None) -> Proposed:
    options = [
        Option(
            each.unit,
            city.unit(each.unit).name,
            city.unit(each.unit).short_name,
            each.reason,
            "、".join(city.unit(co).name for co in each.co_units if co in city.units),
        )
        for each in decided.proposals
        if not (asked and each.unit == asked.unit)
    ]
    wanted = city.units.get(asked.suggested or "") if asked else None
    if wanted and wanted.dispatchable:
        options = [o for o in options if o.unit != wanted.code]
        options.insert(0, Option(wanted.code, wanted.name, wanted.short_name, "退单单位建议", ""))
    target = city.units.get(decided.handover or "")
    return Proposed(
        tuple(options[:3]),
        ticket.why_waiting or decided.why_not,
        target.code if target else "",
        target.short_name if target else "",
        bool(target and target.short_name in EMERGENCY),
    )


def _asked(work: Work, page: TicketPage, ticket: Ticket) -> Asked | None:
    task = next((t for t in page.assignments if t.stage == Stage.RETURN_PENDING and not t.helps), None)
    if task is None or task.return_reason is None:
        return None
    request = [line for line in page.journal if line.action == "REQ_RETURN"]
    return Asked(
        task.unit,
        work.rules.city.unit(task.unit).name,
        REASON_LABELS[Reason(task.return_reason)],
        task.return_basis,
        task.return_suggested,
        request[-1].at if request else None,
        last=to_coordination(ticket.returns_granted + 1, work.rules.limits),
    )
