"""Ending for good (程序终结): the same person comes again with the same matter and nothing new (handbook §7).

Only after a lawful final answer, by two people of whom one is a supervisor, and the appellant is told.
"""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.number import normal
from hotline.store import ticket as tickets
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import closing, progress, second_person

MODE = "TERMINATED"
RULE = "§7"
CONTESTED = "review_request"
"""Tag of a ticket whose closing is contested and not answered yet: its answer is not final."""


def terminate(work: Work, ticket: Ticket, *, words: str, earlier: str = "", public: str = "") -> None:
    """End the ticket as one that brings nothing new; the first person proposes it, the second one does it.

    Args:
        words: what was compared, and why there are no new facts.
        earlier: number of the ticket with the final answer; empty: the one it is linked to, or, in call-back, itself.
        public: what the appellant is told; empty: the usual words.

    Raises:
        Invalid: no reason, or no such earlier ticket.
        NotNow: the earlier answer is not final, or was given to somebody else.
    """
    progress.check(work, ticket, Action.TERMINATE)
    if second_person.waiting(work, ticket) is None:
        if not clean(words):
            raise Invalid({"words": "请写明核对了哪些内容、为什么没有新的事实"}, rule=RULE)
        number = _final(work, ticket, earlier)
        fields = {"words": clean(words), "earlier": number, "public": clean(public)}
    else:
        fields = {}
    agreed = second_person.settle(work, ticket, Action.TERMINATE, fields)
    if agreed is None:
        return
    number = agreed["earlier"]
    ticket.public_reply = agreed["public"] or (
        f"您反映的事项已依法答复（编号 {number}），经核对没有新的事实和理由，现依规终结办理。"
    )
    if number != ticket.no:
        ticket.repeat_of = number
    ticket.rework_wanted = False
    closing.finish(work, ticket, MODE)
    progress.advance(work, ticket, Action.TERMINATE, State.CLOSED, mode=MODE, earlier=number, words=agreed["words"])


def _final(work: Work, ticket: Ticket, earlier: str) -> str:
    """Number of the ticket whose answer is final for this matter."""
    number = normal(earlier) if clean(earlier) else ticket.repeat_of or ""
    if not number and ticket.at is State.CALLBACK:
        return ticket.no
    found = tickets.by_no(work.session, number) if number else None
    if found is None or found.id == ticket.id:
        raise Invalid({"earlier": "请填写已依法答复的原工单编号"}, rule=RULE)
    if found.at is not State.CLOSED or not found.public_reply or CONTESTED in found.tags:
        raise NotNow("原工单还没有最终答复，或正在复核，不能终结办理", rule=RULE)
    if not _same_person(work, ticket, found):
        raise NotNow("原工单不是同一诉求人的，不能据此终结办理", rule=RULE)
    return found.no


def _same_person(work: Work, ticket: Ticket, other: Ticket) -> bool:
    both = {
        who.ticket_id: who
        for who in work.session.scalars(select(Contact).where(Contact.ticket_id.in_([ticket.id, other.id])))
    }
    mine, theirs = both.get(ticket.id), both.get(other.id)
    if mine is None or theirs is None:
        return False
    by_phone = mine.phone_hash is not None and mine.phone_hash == theirs.phone_hash
    return by_phone or (mine.identity_hash is not None and mine.identity_hash == theirs.identity_hash)
