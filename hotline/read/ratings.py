"""What the appellant said when asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.domain.callback import REASONS, RESULT_LABELS, SCORE_LABELS, Result
from hotline.store.notice import Rating
from hotline.store.ticket import Ticket
from hotline.store.work import Work


@dataclass(frozen=True, slots=True)
class Rated:
    """One answer, in words."""

    at: datetime
    result: str
    score: str
    reason: str
    words: str


def last(work: Work, no: str) -> Rated | None:
    """The last answer to the call-back of this ticket, the one that counts; None before the first."""
    found = work.session.scalar(
        select(Rating)
        .join(Ticket, Ticket.id == Rating.ticket_id)
        .where(Ticket.no == no)
        .order_by(Rating.id.desc())
        .limit(1)
    )
    if found is None:
        return None
    return Rated(
        found.at,
        RESULT_LABELS[Result(found.result)] if found.result else "",
        SCORE_LABELS.get(found.score or 0, ""),
        REASONS.get(found.reason or "", ""),
        found.words,
    )
