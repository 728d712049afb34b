"""Two tickets that stand together (关联): several matters of one call, repeats, and what was found not to belong."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from hotline.domain.errors import Invalid, NotFound, NotNow
from hotline.domain.lifecycle import Action
from hotline.domain.number import normal
from hotline.domain.permissions import Permission
from hotline.store import ticket as tickets
from hotline.store.matter import Link, Tie
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, progress


def link(work: Work, ticket: Ticket, *, other: str, tie: str = Tie.RELATED) -> None:
    """Let two tickets stand together; recorded in both.

    Raises:
        Invalid: there is no such ticket, or it is this one.
        NotNow: somebody is working on the other one at this moment.
    """
    progress.check(work, ticket, Action.LINK)
    if tie not in list(Tie):
        raise Invalid({"tie": f"关联方式应为：{'、'.join(each.label for each in Tie)}"})
    found = beside(work, ticket, other, "other")
    both(work, ticket, found, Tie(tie))


def both(work: Work, ticket: Ticket, other: Ticket, tie: Tie) -> None:
    """Record the tie in both tickets; a second time changes nothing."""
    if not tied(work, ticket, other, tie):
        return
    for one, two in ((ticket, other), (other, ticket)):
        progress.advance(work, one, Action.LINK, other=two.no, tie=tie.value)


def tied(work: Work, ticket: Ticket, other: Ticket, tie: Tie) -> bool:
    """Keep the tie without a word in the journals; whether it is new."""
    rows = [
        {"ticket_id": one.id, "other_id": two.id, "tie": tie.value, "at": work.now}
        for one, two in ((ticket, other), (other, ticket))
    ]
    added = insert(Link).values(rows).on_conflict_do_nothing().returning(Link.id)
    return bool(work.session.scalars(added).all())


def beside(work: Work, ticket: Ticket, no: str, field: str) -> Ticket:
    """Another ticket, by the number somebody typed, locked beside one that is locked already.

    Whoever holds it keeps it: two people who lock the same pair from both ends would wait for each other for ever.

    Raises:
        Invalid: there is none in the person's scope, or it is the ticket itself.
        NotNow: it is in somebody's hands.
    """
    typed = normal(no)
    if not typed:
        raise Invalid({field: "请填写另一张工单的编号"})
    if typed == ticket.no:
        raise Invalid({field: "这是工单自己的编号，请填写另一张工单"})
    unknown = Invalid({field: f"没有找到工单 {typed[:24]}，请核对编号"})
    if work.by.may(Permission.TICKET_VIEW):
        try:
            access.staff(work, typed, lock=False)
        except NotFound:
            raise unknown from None
    found = tickets.by_no(work.session, typed, lock=True, wait=False)
    if found is None:
        if tickets.by_no(work.session, typed) is None:
            raise unknown
        raise NotNow(f"工单 {typed} 正在被别人办理，请过一会儿再试")
    return found
