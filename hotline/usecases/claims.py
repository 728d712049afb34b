"""Who has a call-back open: two people never call the same person about the same ticket (handbook §9)."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.calendar import local
from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import State
from hotline.store.matter import CallbackClaim
from hotline.store.ticket import Ticket
from hotline.store.work import Work


def claim(work: Work, ticket: Ticket) -> CallbackClaim | None:
    """Take the call-back in hand for a while; None when that worked, else whose it is.

    One's own is kept longer each time it is opened; one that ran out belongs to whoever opens it next.
    """
    assert work.by.id is not None, "only people call back"
    if ticket.at is not State.CALLBACK:
        return None
    until = work.now + work.rules.matters.asking.claim_for
    mine = {"person_id": work.by.id, "person": work.by.name[:40], "until": until}
    new = insert(CallbackClaim).values(ticket_id=ticket.id, **mine)
    free = (CallbackClaim.person_id == work.by.id) | (CallbackClaim.until <= work.now)
    taken = new.on_conflict_do_update(index_elements=["ticket_id"], set_=mine, where=free)
    if work.session.scalar(taken.returning(CallbackClaim.ticket_id)) is not None:
        return None
    return work.session.get(CallbackClaim, ticket.id)


def check(work: Work, ticket: Ticket) -> None:
    """Refuse who records a call while another person has it open. Appellants and the house are never refused.

    Raises:
        NotNow: naming who has it and until when.
    """
    held = work.session.get(CallbackClaim, ticket.id)
    if held is None or work.by.id is None or held.person_id == work.by.id or held.until <= work.now:
        return
    raise NotNow(f"{held.person}正在回访这位诉求人（到 {local(held.until):%H:%M}），请先回访别人", rule="§9")


def drop(work: Work, ticket: Ticket) -> None:
    """Nobody has it open any more."""
    work.session.execute(delete(CallbackClaim).where(CallbackClaim.ticket_id == ticket.id))
