"""The steps that ask for time and give it, by their codes; ``usecases/steps`` takes them in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays
from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import Action, State
from hotline.store.request import Wish, open_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import extensions, suspensions
from hotline.usecases.fields import Fields, text

MOST = 999


def _more(fields: Fields) -> Allowance | None:
    """Working days or hours as typed; None when neither was."""
    for name, unit in (("days", "工作日数"), ("hours", "小时数")):
        typed = text(fields, name)
        if not typed:
            continue
        if not typed.isascii() or not typed.isdecimal() or not 0 < int(typed) <= MOST:
            raise Invalid({name: f"{unit}应为正整数"})
        return WorkingDays(int(typed)) if name == "days" else NaturalHours(timedelta(hours=int(typed)))
    return None


HANDLERS: dict[Action, Callable[[Work, Ticket, Fields], object]] = {
    Action.REQ_EXTEND: lambda w, t, f: extensions.request(
        w, t, reason=text(f, "reason"), more=_more(f), words=text(f, "words")
    ),
    Action.OK_EXTEND: lambda w, t, f: extensions.grant(w, t, opinion=text(f, "opinion"), more=_more(f)),
    Action.NO_EXTEND: lambda w, t, f: extensions.refuse(w, t, opinion=text(f, "opinion")),
    Action.REQ_SUSPEND: lambda w, t, f: suspensions.request(
        w, t, reason=text(f, "reason"), until=text(f, "until"), words=text(f, "words")
    ),
    Action.SUSPEND: lambda w, t, f: suspensions.suspend(
        w, t, reason=text(f, "reason"), until=text(f, "until"), words=text(f, "words")
    ),
    Action.NO_SUSPEND: lambda w, t, f: suspensions.refuse(w, t, opinion=text(f, "opinion")),
    Action.PROLONG: lambda w, t, f: suspensions.prolong(w, t, until=text(f, "until"), words=text(f, "words")),
    Action.RESUME: lambda w, t, f: suspensions.resume(w, t, why=text(f, "why")),
}
ASKS = frozenset({Action.REQ_EXTEND, Action.REQ_SUSPEND})
_DECIDES = {
    Wish.EXTEND: frozenset({Action.OK_EXTEND, Action.NO_EXTEND}),
    Wish.SUSPEND: frozenset({Action.NO_SUSPEND}),
}


def idle(work: Work, ticket: Ticket) -> frozenset[Action]:
    """Which of these steps are idle now: nothing waits for a decision of this person, or something waits already."""
    every = frozenset().union(*_DECIDES.values())
    if ticket.at is not State.PROCESSING:
        return frozenset()
    waiting = open_of(work.session, ticket.id)
    found = set(every)
    for asked in waiting:
        if asked.wish == Wish.SUSPEND or extensions.may_decide(work, asked):
            found -= _DECIDES[Wish(asked.wish)]
    return frozenset(found | (ASKS if waiting else set()))
