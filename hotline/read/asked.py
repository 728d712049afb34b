"""What a unit has asked for and nobody has decided yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hotline.domain.allowances import allowance_of
from hotline.domain.lifecycle import ENDED
from hotline.store.request import Wish, open_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import extensions, requests, suspensions


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for time that waits for a decision."""

    wish: str
    wish_words: str
    level: int
    reason: str
    reason_words: str
    words: str
    more_words: str
    """By how much to extend; empty for a suspension."""
    until_on: date | None
    """On which day a suspension is planned to end."""
    asked_at: datetime
    due_at: datetime
    """When the result was due as it was asked."""
    new_due_at: datetime | None
    """When it would be due once granted in full; None for a suspension."""


def asked_of(work: Work, ticket: Ticket) -> tuple[Asked, ...]:
    """The requests on a ticket that wait for a decision."""
    if ticket.at in ENDED or ticket.lead_unit is None:
        return ()
    found = []
    for each in open_of(work.session, ticket.id):
        extends = each.wish == Wish.EXTEND
        more = allowance_of(each.more) if extends else None
        found.append(
            Asked(
                wish=each.wish,
                wish_words=requests.NAMES[Wish(each.wish)],
                level=each.level,
                reason=each.reason,
                reason_words=extensions.REASONS[extensions.Reason(each.reason)]
                if extends
                else suspensions.REASONS[suspensions.Reason(each.reason)],
                words=each.words,
                more_words=more.words.strip() if more else "",
                until_on=each.until_on,
                asked_at=each.asked_at,
                due_at=each.due_at,
                new_due_at=work.rules.calendar.extend(each.due_at, more).at if more else None,
            )
        )
    return tuple(found)
