"""What an agent does with a call in one go: submit, answer, hand over, or keep as a draft and go on later."""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain.appeal import Appeal
from hotline.domain.errors import NotFound, NotNow
from hotline.domain.lifecycle import State
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.matter import Tie
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import access, attachments, desk, intake, linking, repeats, timed
from hotline.usecases.intake import Taken


def my_ticket(work: Work, no: str) -> Ticket:
    """A ticket that this agent registered; what others registered looks unknown here.

    Raises:
        NotFound: unknown, or registered by somebody else.
    """
    ticket = access.staff(work, no)
    first = select(Entry.actor_id).where(Entry.ticket_id == ticket.id, Entry.seq == 1)
    if work.session.scalar(first) != work.by.id:
        raise NotFound("没有找到您登记的这张工单")
    return ticket


def keep(work: Work, appeal: Appeal, *, key: str, body: str, draft: str = "") -> Taken:
    """Keep the call for later, as a new draft or in the one it came from."""
    if draft:
        return _rewritten(work, appeal, draft)
    return intake.take(work, appeal, key=key, body=body, draft=True)


def submit(work: Work, appeal: Appeal, *, key: str, body: str, draft: str = "") -> Taken:
    """Send the call on to dispatch."""
    if not draft:
        return intake.take(work, appeal, key=key, body=body)
    taken = _rewritten(work, appeal, draft)
    if taken.fresh:
        intake.submit(work, taken.ticket)
    return taken


def answer(
    work: Work, appeal: Appeal, *, text: str, key: str, body: str, draft: str = "", knowledge: str = ""
) -> Taken:
    """Register the call and close it with the answer given on the spot, perhaps from a knowledge item."""
    taken = keep(work, appeal, key=key, body=body, draft=draft)
    if taken.fresh:
        intake.complete(work, taken.ticket)
        desk.answer(work, taken.ticket, text=text, knowledge=knowledge)
        repeats.note(work, taken.ticket)
    return taken


def promise(work: Work, appeal: Appeal, *, question: str, key: str, body: str, draft: str = "") -> Taken:
    """Register the call and promise to call back with the answer (限时回访)."""
    taken = keep(work, appeal, key=key, body=body, draft=draft)
    if taken.fresh:
        timed.promise(work, taken.ticket, question=question)
    return taken


def call_of(ticket: Ticket) -> str:
    """What names the call in which a ticket was taken down; one of our own where the exchange told none."""
    return ticket.call_id or f"desk-{ticket.no}"


def same_call(work: Work, ticket: Ticket, before: Ticket) -> None:
    """Two matters of one call: linked both ways, one conversation."""
    before.call_id = call_of(before)
    linking.both(work, ticket, before, Tie.CALL)


def hand_over(work: Work, appeal: Appeal, *, target: str, their_no: str, key: str, body: str, draft: str = "") -> Taken:
    """Register the call and hand it to who is in charge."""
    taken = keep(work, appeal, key=key, body=body, draft=draft)
    if taken.fresh:
        intake.complete(work, taken.ticket)
        desk.hand_over(work, taken.ticket, target=target, their_no=their_no)
    return taken


def _rewritten(work: Work, appeal: Appeal, no: str) -> Taken:
    """The draft with what the form says now; one that has gone on already is given back as it is."""
    ticket = my_ticket(work, no)
    if ticket.at is not State.DRAFT:
        return Taken(ticket, fresh=False)
    if ticket.channel != appeal.channel:
        raise NotNow("这份草稿来自别的渠道，不能在话务台修改")
    ticket.title, ticket.content = appeal.title, appeal.content
    ticket.address, ticket.region = appeal.address, appeal.region
    ticket.occurred_at = appeal.occurred_at
    ticket.confidential, ticket.anonymous = appeal.confidential, appeal.anonymous
    ticket.category, ticket.type = None, None
    ticket.suggested = {}
    intake.describe(work, ticket, type=appeal.type, category=appeal.category, urgency=appeal.urgency)
    who = work.session.get_one(Contact, ticket.id)
    who.name, who.phone = work.sealer.seal(appeal.name), work.sealer.seal(appeal.phone)
    who.phone_hash = work.sealer.look_up(appeal.phone) if appeal.phone else None
    who.reply_by = appeal.reply_by
    if appeal.rest:
        work.session.add(Supplement(ticket_id=ticket.id, at=work.now, by=work.by.role_label[:20], text=appeal.rest))
    attachments.to_draft(work, ticket, appeal.files)
    ticket.changed_at = work.now
    return Taken(ticket, fresh=True)
