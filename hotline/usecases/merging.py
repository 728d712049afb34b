"""Merging duplicates under a master 并单, and taking them apart again 拆单 (handbook §7).

What is decided where the handbook is silent (docs/hard-cases.md): what a merged ticket's appellant says or asks goes on
to the master; a master that ends takes its children with it, but one that is withdrawn only those of the same person.
"""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.callback import Answer
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import OPEN, Action, State
from hotline.domain.permissions import HOUSE, Role
from hotline.store import ticket as tickets
from hotline.store.assignment import Stage
from hotline.store.matter import Tie
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import closing, deadlines, dispatch, intake, linking, progress, sameness

RULE = "§7"


def merge(work: Work, ticket: Ticket, *, master: str, ground: str = "") -> Ticket:
    """Let the ticket follow an earlier one of the same matter; the master has been urged once by it.

    Raises:
        Invalid: no such master, of another person, not open, or this ticket is a master itself.
        NotNow: the master is in somebody else's hands at this moment.
    """
    progress.check(work, ticket, Action.MERGE)
    if not clean(ground):
        raise Invalid({"ground": "请写明为什么是同一事项"}, rule=RULE)
    into = linking.beside(work, ticket, master, "master")
    if into.at is State.MERGED:
        into = linking.beside(work, ticket, into.master_no or "", "master")
    if into.at not in OPEN - {State.DRAFT}:
        raise Invalid({"master": f"主单{into.no}{into.at.label}，不能再并入；办结后的请按重复诉求办理"}, rule=RULE)
    if into.master_no or children(work, ticket):
        raise Invalid({"master": "这张工单下已有并入的工单，请反过来把另一张并到这一张"}, rule=RULE)
    if sameness.same_person(work, ticket.id, into.id) is False:
        raise Invalid({"master": "两张工单不是同一诉求人，不能并单，请归入同一事件"}, rule=RULE)
    dispatch.end_all(work, ticket, Stage.RECALLED)
    closing.finish(work, ticket, None)
    ticket.master_no, ticket.lead_unit, ticket.origin_state = into.no, None, None
    progress.advance(work, ticket, Action.MERGE, master=into.no, ground=clean(ground))
    into.confidential = into.confidential or ticket.confidential
    if ticket.content != into.content:
        _add(work, into, ticket, ticket.content)
    _urge(work, into, merged=ticket.no)
    return into


def unmerge(work: Work, ticket: Ticket, *, ground: str) -> None:
    """Take a merged ticket out again: it waits for dispatch, with a clock of its own, and is not proposed again."""
    progress.check(work, ticket, Action.UNMERGE)
    if not clean(ground):
        raise Invalid({"ground": "请写明为什么不是同一事项"}, rule=RULE)
    before = tickets.by_no(work.session, ticket.master_no or "")
    if before is not None:
        linking.tied(work, ticket, before, Tie.APART)
    ticket.master_no = None
    ticket.closed_at = None
    ticket.accepted_at = ticket.accepted_at or work.now
    ticket.routed_at = None
    intake.complete(work, ticket)
    clock = deadlines.start(work, ticket, ClockKind.DISPATCH)
    ticket.due_at = clock.due_at if clock else None
    progress.advance(work, ticket, Action.UNMERGE, master=before.no if before else "", ground=clean(ground))


def children(work: Work, ticket: Ticket) -> list[Ticket]:
    """The tickets merged under this one, oldest first."""
    query = select(Ticket).where(Ticket.master_no == ticket.no, Ticket.state == State.MERGED.value)
    return list(work.session.scalars(query.order_by(Ticket.id)))


def master_of(work: Work, ticket: Ticket, *, lock: bool = False) -> Ticket | None:
    """The ticket that a merged one follows."""
    if ticket.at is not State.MERGED or not ticket.master_no:
        return None
    return tickets.by_no(work.session, ticket.master_no, lock=lock)


def urge(work: Work, ticket: Ticket, *, words: str) -> None:
    """What the appellant of a merged ticket urges is the master."""
    into = _followed(work, ticket)
    if into.at not in OPEN:
        raise NotNow(f"同一事项的工单 {into.no} {into.at.label}，不用再催办", rule=RULE)
    ticket.urged += 1
    if Role.CITIZEN in work.by.roles:
        ticket.urged_at = work.now
    progress.advance(work, ticket, Action.URGE, words=words, times=ticket.urged, master=into.no)
    _urge(work, into, merged=ticket.no, words=words)


def rated(work: Work, ticket: Ticket, answer: Answer) -> None:
    """A merged ticket has its own rating; who is not satisfied brings the master, while it is asked about, to the
    reviewer."""
    into = _followed(work, ticket)
    asked = into.at is State.CALLBACK and closing.WAITS not in into.tags
    if asked and not answer.satisfied(work.rules.counting.satisfied_min):
        into.rework_wanted = True
        _urge(work, into, merged=ticket.no, words="并入工单的诉求人不满意")


def rateable_since(work: Work, ticket: Ticket) -> Ticket:
    """The master whose answer a merged ticket's appellant rates.

    Raises:
        NotNow: it has not been answered yet.
    """
    into = _followed(work, ticket)
    if into.at not in (State.CALLBACK, State.CLOSED) or into.close_mode == "DIRECT":
        raise NotNow(f"同一事项的工单 {into.no} 还没有答复，答复后再评价", rule=RULE)
    return into


def release(work: Work, ticket: Ticket) -> None:
    """The appellant took the master back: tickets of other people under it go on alone, the same person's end."""
    by = work.by
    for child in children(work, ticket):
        if sameness.same_person(work, child.id, ticket.id):
            continue
        held = tickets.by_no(work.session, child.no, lock=True, wait=False)
        if held is None:
            raise NotNow("同一事项的另一张工单正在被别人办理，请过一会儿再试", rule=RULE)
        work.by = HOUSE
        try:
            unmerge(work, held, ground=f"主单 {ticket.no} 已由诉求人撤回")
        finally:
            work.by = by


def _followed(work: Work, ticket: Ticket) -> Ticket:
    into = master_of(work, ticket, lock=True)
    assert into is not None, "a merged ticket has a master"
    return into


def _add(work: Work, into: Ticket, ticket: Ticket, text: str) -> None:
    work.session.add(Supplement(ticket_id=into.id, at=work.now, by=f"并单 {ticket.no}"[:20], text=text))


def _urge(work: Work, into: Ticket, *, merged: str, words: str = "") -> None:
    by, work.by = work.by, HOUSE
    try:
        into.urged += 1
        progress.advance(work, into, Action.URGE, times=into.urged, merged=merged, words=words)
    finally:
        work.by = by
