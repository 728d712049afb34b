"""The queue of QA: requests to take a rating out of the score, those that wait and those decided (handbook §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result
from hotline.domain.errors import NotYours
from hotline.domain.exclusions import Reason
from hotline.domain.permissions import Permission
from hotline.store.exclusion import Exclusion
from hotline.store.notice import Rating
from hotline.store.ticket import Ticket
from hotline.store.work import Work

MOST = 200


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    no: str
    title: str
    unit: str
    reason: str
    evidence: str
    asked_at: datetime
    due_at: datetime
    late: bool
    result: str
    score: str
    words: str
    """What the appellant said."""
    rated_at: datetime
    granted: bool | None
    opinion: str
    decided_at: datetime | None


def queue(work: Work, *, decided: bool = False) -> tuple[Request, ...]:
    """The requests that wait, the most urgent first; or the last ones decided.

    Raises:
        NotYours: the person does not decide exclusions.
    """
    if not work.by.may(Permission.EXCLUSION_DECIDE):
        raise NotYours("剔除申请由质检员审定", rule="§9")
    query = (
        select(Exclusion, Ticket.no, Ticket.title, Rating)
        .join(Ticket, Ticket.id == Exclusion.ticket_id)
        .join(Rating, Rating.id == Exclusion.rating_id)
        .limit(MOST)
    )
    if decided:
        query = query.where(Exclusion.decided_at.is_not(None)).order_by(Exclusion.decided_at.desc(), Exclusion.id)
    else:
        query = query.where(Exclusion.decided_at.is_(None)).order_by(Exclusion.due_at, Exclusion.id)
    return tuple(_request(work, *row) for row in work.session.execute(query))


def of(work: Work, no: str) -> Request | None:
    """The last request about a ticket; None if there never was one."""
    query = (
        select(Exclusion, Ticket.no, Ticket.title, Rating)
        .join(Ticket, Ticket.id == Exclusion.ticket_id)
        .join(Rating, Rating.id == Exclusion.rating_id)
        .where(Ticket.no == no)
        .order_by(Exclusion.id.desc())
        .limit(1)
    )
    row = work.session.execute(query).first()
    return None if row is None else _request(work, *row)


def _request(work: Work, asked: Exclusion, no: str, title: str, rating: Rating) -> Request:
    city = work.rules.city
    return Request(
        no=no,
        title=title,
        unit=city.unit(asked.unit).short_name if asked.unit in city.units else asked.unit,
        reason=Reason(asked.reason).label,
        evidence=asked.evidence,
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        late=asked.decided_at is None and work.now > asked.due_at,
        result=RESULT_LABELS[Result(rating.result)] if rating.result else "",
        score=SCORE_LABELS.get(rating.score or 0, ""),
        words=rating.words,
        rated_at=rating.at,
        granted=asked.granted,
        opinion=asked.opinion,
        decided_at=asked.decided_at,
    )
