"""What counting must know of one ticket, and what it says about it (handbook §10).

The store fills :class:`Facts` from rows; :mod:`hotline.domain.rates` and :mod:`hotline.domain.board` read nothing else.
Facts are as of now: a moment is ``None`` until it has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hotline.domain.calendar import local
from hotline.domain.lifecycle import ENDED, State

if TYPE_CHECKING:
    from hotline.domain.rates import RateBook

OUTSIDE = frozenset({State.DRAFT, State.REJECTED, State.HANDED_OVER, State.MERGED})
"""States left out of every rate (handbook §10)."""
ACTIVE = frozenset({"SENT", "WORKING", "RETURN_PENDING"})
"""Assignment states in which the unit still owes a reply."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What differs from city to city in how tickets are counted (handbook §17)."""

    centre: str
    """Code of the centre's own unit; it carries what no lead unit is answerable for."""
    rates: RateBook
    """The rates and the formulas in force."""
    satisfied_min: int = 3
    """The lowest score with which an appellant counts as satisfied and the ticket closes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that one ticket adds to one figure; a ticket has at most one mark per (key, on, unit)."""

    key: str
    on: date | None
    """Local date that places it; ``None``: the state of things now, which belongs to no date."""
    unit: str
    """The answerable unit; the units above it are added by the store."""
    hits: Decimal
    """Numerator of a rate; 0 for a plain count."""
    total: Decimal
    """Denominator of a rate, or the count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFacts:
    """One top-level lead assignment: the duty of one unit in one round; co and sub assignments are not counted."""

    unit: str
    state: str
    """Assignment state of handbook §4: SENT WORKING RETURN_PENDING RETURNED RECALLED REPLIED DONE CANCELLED."""
    sent_at: datetime
    round: int = 1
    sign_due_at: datetime | None = None
    sign_warn_at: datetime | None = None
    """When half of the sign-in limit is gone."""
    signed_at: datetime | None = None
    contact_due_at: datetime | None = None
    contacted_at: datetime | None = None
    due_at: datetime | None = None
    """As it stands, extensions included."""
    promise_due_at: datetime | None = None
    """As first set; never moved."""
    warn_at: datetime | None = None
    severe_at: datetime | None = None
    replied_at: datetime | None = None
    """When the reply that stands was handed in; ``None`` again while it is sent back."""
    return_requested_at: datetime | None = None
    return_decided_at: datetime | None = None
    return_granted: bool | None = None
    suspended: bool = False
    """Its handling clock stands still: suspended, waiting for the appellant, or in co-ordination."""
    extended: bool = False
    """At least one extension was granted."""

    @property
    def stopped(self) -> bool:
        """No due time can be missed for now."""
        return self.suspended and self.replied_at is None

    @property
    def taken_at(self) -> datetime | None:
        """When it was signed; asking to return it counts as signing (handbook §4)."""
        moments = [moment for moment in (self.signed_at, self.return_requested_at) if moment]
        return min(moments, default=None)

    @property
    def sent_back(self) -> bool:
        """Returned with approval, or recalled: the dispatch was wrong."""
        return self.state in {"RETURNED", "RECALLED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One ticket as counting sees it; no personal data."""

    no: str
    state: State
    channel: str
    created_at: datetime
    type: str | None = None
    category: str | None = None
    """Level-3 code; its first two digits are the level-1 code."""
    region: str | None = None
    """Region code of any length; counted by county (six digits)."""
    accepted_at: datetime | None = None
    accept_due_at: datetime | None = None
    """``None``: it never waited for acceptance (an agent registered it)."""
    dispatch_due_at: datetime | None = None
    centre_due_at: datetime | None = None
    """When the first of what the centre itself owes now is due, whatever it is; ``None``: it owes nothing."""
    first_dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    """When it came to the end it is at now, whatever the end: closed, withdrawn, rejected, merged, handed over."""
    close_mode: str | None = None
    rounds: int = 1
    reviewed_at: datetime | None = None
    """When a reply last passed review."""
    rated_at: datetime | None = None
    result: str | None = None
    """Last valid answer to "solved?": ``S`` solved, ``P`` partly, ``U`` unsolved."""
    score: int | None = None
    """Last valid rating, 1–5."""
    excluded: bool = False
    """QA took the rating out of the score (handbook §9)."""
    has_contact: bool = True
    anonymous: bool = False
    nuisance: bool = False
    test: bool = False
    follower: bool = False
    """It is handled with the master of its event: its rating counts, its timeliness does not (handbook §7)."""
    repeated: bool = False
    """The same person came again with the same matter within 15 days of closing."""
    leads: tuple[AssignmentFacts, ...] = ()

    @property
    def outside(self) -> bool:
        """Left out of every rate, whatever was done with it (handbook §10)."""
        return self.state in OUTSIDE or self.type == "PRAISE" or self.nuisance or self.test

    @property
    def withdrawn_unanswered(self) -> bool:
        """Withdrawn before any reply: left out of all rates but signing and returning."""
        return self.state == State.WITHDRAWN and not any(lead.replied_at for lead in self.leads)

    @property
    def direct(self) -> bool:
        """Answered on the spot, without dispatch."""
        return self.state == State.CLOSED and self.close_mode == "DIRECT"

    @property
    def taken_in_at(self) -> datetime | None:
        """When it was accepted; a direct answer accepts."""
        return self.accepted_at or (self.closed_at if self.direct else None)

    @property
    def first_round(self) -> tuple[AssignmentFacts, ...]:
        """The leads of round 1 in the order they were sent, wrong dispatches included."""
        return tuple(sorted((lead for lead in self.leads if lead.round == 1), key=lambda lead: lead.sent_at))

    @property
    def answerable(self) -> AssignmentFacts | None:
        """The round-1 lead to which closing and rating are attributed."""
        return next((lead for lead in reversed(self.first_round) if not lead.sent_back), None)

    @property
    def counted(self) -> AssignmentFacts | None:
        """The round-1 lead whose timeliness is counted; a cancelled one owes nothing any more."""
        lead = self.answerable
        return None if lead is None or lead.state == "CANCELLED" else lead

    @property
    def active(self) -> AssignmentFacts | None:
        """The lead, of any round, that owes a reply now."""
        if self.state in ENDED:
            return None
        live = [lead for lead in self.leads if lead.state in ACTIVE]
        return max(live, key=lambda lead: (lead.round, lead.sent_at), default=None)

    def passed(self, lead: AssignmentFacts) -> bool:
        """The reply of ``lead`` passed review; a later round proves it for the earlier ones."""
        if self.rounds > lead.round:
            return True
        return bool(self.reviewed_at and lead.replied_at and self.reviewed_at >= lead.replied_at)


def local_date(moment: datetime) -> date:
    """The date on the wall of the office."""
    return local(moment).date()


def in_time(moment: datetime | None, limit: datetime | None) -> bool:
    """It happened, and no later than the limit (handbook §5: on time means ``time ≤ due``)."""
    return moment is not None and limit is not None and moment <= limit


def has_come(limit: datetime | None, now: datetime) -> bool:
    """There is such a moment, and it is not in the future."""
    return limit is not None and limit <= now
