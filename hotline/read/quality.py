"""What QA scores: today's sample, what was scored this month, and the mean of each agent (handbook §2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from hotline.domain.calendar import local
from hotline.domain.errors import NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Permission
from hotline.domain.quality import mean
from hotline.read.queues import Row, rows_of
from hotline.store.call import Call
from hotline.store.journal import Entry
from hotline.store.quality import QualityScore
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, quality, seeing


@dataclass(frozen=True, slots=True)
class Scored:
    """One scoring."""

    no: str
    title: str
    of: str
    by: str
    at: datetime
    total: int
    points: tuple[dict[str, Any], ...]
    words: str
    id: int


@dataclass(frozen=True, slots=True)
class Mean:
    """One person's month."""

    name: str
    n: int
    mean: Decimal
    lowest: int


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of the serving of one caller."""

    served_by: str
    """Empty when nobody at the centre registered it."""
    call_id: str
    talked: timedelta | None
    last: Scored | None


def sample(work: Work) -> tuple[Row, ...]:
    """Today's draw of what has not been scored: nobody chooses what is looked at, and it stays the same all day."""
    _allowed(work)
    rules = work.rules.quality
    begin = work.now - timedelta(days=rules.days)
    scored = select(QualityScore.id).where(QualityScore.ticket_id == Ticket.id).exists()
    drawn = (
        select(Ticket)
        .join(Entry, (Entry.ticket_id == Ticket.id) & (Entry.seq == 1))
        .where(Ticket.created_at >= begin, Ticket.state != State.DRAFT.value, Entry.actor_id.is_not(None), ~scored)
        .order_by(func.md5(Ticket.no + f"{local(work.now):%Y-%m-%d}"))
        .limit(rules.sample - _today(work))
    )
    return rows_of(work, work.session.scalars(drawn).all()) if rules.sample > _today(work) else ()


def of(work: Work, no: str) -> Case:
    """The call, who took it, and the score that counts."""
    _allowed(work)
    ticket = access.staff(work, no, lock=False)
    who, scored = quality.served_by(work, ticket), quality.last(work, ticket)
    call = work.session.scalar(select(Call).where(Call.call_id == ticket.call_id).limit(1)) if ticket.call_id else None
    talked = call.ended_at - call.answered_at if call and call.ended_at and call.answered_at else None
    return Case(
        served_by=who.name if who else "",
        call_id=ticket.call_id or "",
        talked=talked,
        last=_scored(work, scored, ticket) if scored else None,
    )


def month(work: Work) -> tuple[tuple[Scored, ...], tuple[Mean, ...]]:
    """What was scored this month, the latest first, and the mean of each who was scored. The last score counts."""
    _allowed(work)
    begin = local(work.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    query = (
        select(QualityScore, Ticket)
        .join(Ticket, Ticket.id == QualityScore.ticket_id)
        .where(QualityScore.at >= begin)
        .ext(distinct_on(QualityScore.ticket_id))
        .order_by(QualityScore.ticket_id, QualityScore.id.desc())
    )
    found = [_scored(work, scored, ticket) for scored, ticket in work.session.execute(query)]
    people: dict[str, list[int]] = defaultdict(list)
    for each in found:
        people[each.of].append(each.total)
    means = [Mean(name, len(totals), mean(totals) or Decimal(0), min(totals)) for name, totals in people.items()]
    found.sort(key=lambda each: each.id, reverse=True)
    return tuple(found), tuple(sorted(means, key=lambda each: (each.mean, each.name)))


def _today(work: Work) -> int:
    begin = local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        work.session.scalar(select(func.count(QualityScore.ticket_id.distinct())).where(QualityScore.at >= begin)) or 0
    )


def _scored(work: Work, scored: QualityScore, ticket: Ticket) -> Scored:
    return Scored(
        no=ticket.no,
        title=seeing.title_in_list(work, ticket),
        of=scored.of_name,
        by=scored.by_name,
        at=scored.at,
        total=scored.total,
        points=tuple(scored.points),
        words=scored.words,
        id=scored.id,
    )


def _allowed(work: Work) -> None:
    if not work.by.may(Permission.QUALITY_SCORE):
        raise NotYours("质检评分由质检员进行", rule="§2")
