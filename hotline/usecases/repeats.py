"""The same person with the same matter after it was closed 重复诉求 (handbook §7).

Within ``repeat.reopen`` days a reviewer decides whether the old ticket is taken up again; the new one then joins it.
Within ``repeat.link`` days the new one goes its own way, linked. The how-manieth time is supervised is a setting.
"""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain.errors import Refused
from hotline.domain.lifecycle import ENDED, State
from hotline.domain.permissions import HOUSE
from hotline.domain.supervision import Ground, Level
from hotline.store import ticket as tickets
from hotline.store.matter import Tie
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import adding, linking, merging, sameness, supervision

REPEATED = "repeated"
"""The tag of a closed ticket whose appellant came again with the same matter so soon that it may be taken up again."""
MANY = "repeated_often"
"""The tag of a ticket that says the same for the third time or more."""
WAITING = (State.SUBMITTED.value, State.PENDING_DISPATCH.value)


def note(work: Work, ticket: Ticket) -> str:
    """Link the ticket to the one it repeats; what a dispatcher should know of it, in words; empty when it is new.

    Run by the house once the category is known. The old ticket counts as repeated from its first repeat on.
    """
    repeats = work.rules.limits.repeats
    earlier = sameness.closed_matches(work, ticket, work.now - repeats.link)
    if not earlier or ticket.repeat_of is not None:
        return ""
    last = tickets.by_no(work.session, earlier[0].no, lock=True)
    assert last is not None, "a ticket is never deleted"
    by, work.by = work.by, HOUSE
    try:
        ticket.repeat_of = last.no
        soon = last.closed_at is not None and ticket.created_at <= last.closed_at + repeats.reopen
        if soon:
            last.repeated_at = last.repeated_at or ticket.created_at
        if soon and ticket.at not in ENDED:
            last.tags = sorted({*last.tags, REPEATED})
            adding.await_review(work, last)
        linking.both(work, ticket, last, Tie.REPEAT)
        if len(earlier) + 1 >= work.rules.matters.repeat.supervise:
            ticket.tags = sorted({*ticket.tags, MANY})
            if ticket.at not in ENDED:
                supervision.open(work, ticket, Level.CENTRE, Ground.REPEAT)
    finally:
        work.by = by
    if soon:
        return f"{repeats.reopen.days} 日内重复反映（原单 {last.no}），已请审核员决定是否重办原单"
    return f"{repeats.link.days} 日内重复反映，原单 {last.no} 已关联" if MANY in ticket.tags else ""


def follow(work: Work, old: Ticket) -> None:
    """The old ticket goes on: what repeats it and has not been sent anywhere yet joins it."""
    waiting = work.session.scalars(
        select(Ticket.no).where(Ticket.repeat_of == old.no, Ticket.state.in_(WAITING)).order_by(Ticket.id)
    ).all()
    by, work.by = work.by, HOUSE
    try:
        for no in waiting:
            new = tickets.by_no(work.session, no, lock=True, wait=False)
            if new is None or new.state not in WAITING:
                continue
            try:
                with work.session.begin_nested():
                    merging.merge(work, new, master=old.no, ground="原单已重新办理，一并办理")
            except Refused:
                work.session.refresh(new)
    finally:
        work.by = by
