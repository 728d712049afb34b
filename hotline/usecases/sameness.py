"""Which earlier tickets of the same person are the same matter (handbook §7); found by keyed hash, never by scan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select

from hotline.domain import duplicates as rules
from hotline.domain.duplicates import Matter, Place
from hotline.domain.lifecycle import OPEN, State
from hotline.store.contact import Contact
from hotline.store.matter import Link, Tie
from hotline.store.ticket import Ticket
from hotline.store.work import Work

MOST = 20
"""Tickets of one person that are compared, newest first."""
GUESSES = 3
"""Categories read from a text that are taken for what it may be about."""
WORKED_AT = tuple(sorted(state.value for state in OPEN - {State.DRAFT}))


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier ticket that is the same matter."""

    ticket: Ticket
    alike: float
    """Similarity of the texts, 0…1."""


def matter_of(ticket: Ticket) -> Matter:
    """What a ticket is about; where nobody chose a category, what was read from its text."""
    place = Place(ticket.lon, ticket.lat, ticket.address, ticket.region)
    if ticket.category:
        return Matter(ticket.category, place, ticket.content)
    guesses = [guess["code"] for guess in ticket.suggested.get("categories", ())][:GUESSES]
    return Matter(guesses[0] if guesses else None, place, ticket.content, tuple(guesses[1:]))


def duplicates(work: Work, ticket: Ticket) -> list[Match]:
    """Open tickets, older than this one, that it repeats; the likest first. For the dispatch desk."""
    who = work.session.get(Contact, ticket.id)
    if who is None:
        return []
    apart = exists().where(Link.ticket_id == ticket.id, Link.other_id == Ticket.id, Link.tie == Tie.APART.value)
    matter = matter_of(ticket)
    query = _of_person(matter.kinds, who.phone_hash, who.identity_hash)
    if query is None:
        return []
    older = query.where(Ticket.id < ticket.id, Ticket.state.in_(WORKED_AT), ~apart)
    return _alike(work, matter, work.session.scalars(older).all())


def open_matches(work: Work, phone: str, matter: Matter) -> list[Match]:
    """Open tickets of a number that what is being said repeats. For the call desk."""
    query = _of_person(matter.kinds, work.sealer.look_up(phone), None)
    if query is None:
        return []
    return _alike(work, matter, work.session.scalars(query.where(Ticket.state.in_(WORKED_AT))).all())


def closed_matches(work: Work, ticket: Ticket, since: datetime) -> list[Ticket]:
    """Tickets of the same person and matter that were closed since then, the last closed first (重复诉求)."""
    who = work.session.get(Contact, ticket.id)
    matter = matter_of(ticket)
    query = _of_person(matter.kinds, who.phone_hash, who.identity_hash) if who else None
    if query is None:
        return []
    query = query.where(Ticket.id < ticket.id, Ticket.state == State.CLOSED.value, Ticket.closed_at >= since)
    found = work.session.scalars(query.order_by(None).order_by(Ticket.closed_at.desc())).all()
    return [one for one in found if rules.same_matter(matter, matter_of(one), work.rules.matters.merge)]


def same_person(work: Work, one: int, other: int) -> bool | None:
    """Whether two tickets (by id) are of one person; None when it can't be told."""
    first, second = work.session.get(Contact, one), work.session.get(Contact, other)
    if first is None or second is None:
        return None
    pairs = [(first.phone_hash, second.phone_hash), (first.identity_hash, second.identity_hash)]
    known = [a == b for a, b in pairs if a and b]
    return any(known) if known else None


def _alike(work: Work, matter: Matter, found: Sequence[Ticket]) -> list[Match]:
    merge = work.rules.matters.merge
    compared = [(one, rules.duplicate(matter, matter_of(one), merge)) for one in found]
    return sorted((Match(one, alike) for one, alike in compared if alike is not None), key=lambda m: -m.alike)


def _of_person(kinds: Collection[str], phone: bytes | None, identity: bytes | None) -> Select[Any] | None:
    """Tickets of this person in these level-2 categories, newest first; None where the person is not known.

    One that nobody has looked at yet has no category of its own: what was read from it is compared.
    """
    known = []
    if phone:
        known.append(Contact.phone_hash == phone)
    if identity:
        known.append(Contact.identity_hash == identity)
    if not known or not kinds:
        return None
    alike = [Ticket.category.startswith(kind) for kind in sorted(kinds)]
    return (
        select(Ticket)
        .join(Contact, Contact.ticket_id == Ticket.id)
        .where(or_(*known), or_(Ticket.category.is_(None), *alike))
        .order_by(Ticket.id.desc())
        .limit(MOST)
    )
