"""How the house is doing, in numbers for an operator: what came in today, what was decided, what still waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select

from hotline.domain.calendar import day_of, start_of
from hotline.domain.lifecycle import OPEN, Action
from hotline.store.journal import Entry
from hotline.store.notice import Message, Notice
from hotline.store.outbox import Line
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import sweeps


@dataclass(frozen=True, slots=True)
class Pulse:
    """Numbers of one moment; «today» is the local day."""

    appeals_today: Mapping[str, int]
    """By channel."""
    dispatches_today: Mapping[str, int]
    """``rules`` sent it by themselves, or ``person``."""
    open_tickets: Mapping[str, int]
    """By state."""
    unrouted: int
    """Tickets that the rules have not looked at yet."""
    outbox: Mapping[tuple[str, str], int]
    """By subscriber, and ``waiting`` or ``parked``."""
    oldest_line_at: datetime | None
    """When the oldest line that is due was to be delivered."""
    texts: Mapping[str, int]
    """SMS that go out: ``waiting`` or ``parked``."""
    messages: Mapping[str, int]
    """SMS that came in and are not understood yet: ``waiting`` for parts, or ``unclear``."""
    unswept: int
    """Clocks past their due time that have no red card yet."""


def now(work: Work) -> Pulse:
    """The numbers now. Every count reads an index of what is open or of today, never the whole past."""
    session = work.session
    today = start_of(day_of(work.now))
    by_person = case((Entry.actor_id.is_(None), "rules"), else_="person")
    lines = session.execute(
        select(Line.subscriber, Line.parked_at.is_not(None), func.count(), func.min(Line.due_at)).group_by(
            Line.subscriber, Line.parked_at.is_not(None)
        )
    ).all()
    unsent = session.execute(
        select(Notice.parked_at.is_not(None), func.count())
        .where(Notice.way == "sms", Notice.sent_at.is_(None))
        .group_by(Notice.parked_at.is_not(None))
    ).all()
    waits = [due for _, parked, _, due in lines if not parked and due is not None and due <= work.now]
    return Pulse(
        appeals_today=_pairs(
            work, select(Ticket.channel, func.count()).where(Ticket.created_at >= today).group_by(Ticket.channel)
        ),
        dispatches_today=_pairs(
            work,
            select(by_person, func.count())
            .where(Entry.at >= today, Entry.action == Action.DISPATCH)
            .group_by(by_person),
        ),
        open_tickets=_pairs(
            work, select(Ticket.state, func.count()).where(Ticket.state.in_(list(OPEN))).group_by(Ticket.state)
        ),
        unrouted=session.scalar(
            select(func.count())
            .select_from(Ticket)
            .where(Ticket.routed_at.is_(None), Ticket.state.in_(["SUBMITTED", "PENDING_DISPATCH"]))
        )
        or 0,
        outbox={(subscriber, _kind(parked)): n for subscriber, parked, n, _ in lines},
        oldest_line_at=min(waits, default=None),
        texts={_kind(parked): n for parked, n in unsent},
        messages=_pairs(
            work,
            select(Message.outcome, func.count())
            .where(Message.outcome.in_(["waiting", "unclear"]))
            .group_by(Message.outcome),
        ),
        unswept=sweeps.overdue_count(work),
    )


def _kind(parked: bool) -> str:
    return "parked" if parked else "waiting"


def _pairs(work: Work, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in work.session.execute(query)}
