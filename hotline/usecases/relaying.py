"""Reaching an appellant whom the unit may not know: the unit asks, the centre rings, the answer comes back redacted.

A sealed ticket gets only the texts 1, 8 and 11 (handbook §14), none of which says "there is a message": so the message
stands on the tracking page at once, and the centre rings unless the unit says that it can wait. Asking counts as the
unit's first contact: from then on the time is the centre's.
"""

from __future__ import annotations

from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.domain.privacy import redact
from hotline.store.contact import Contact
from hotline.store.relayed import Relayed
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import progress
from hotline.usecases.handling import stop_clocks, task_of
from hotline.usecases.seeing import known_of

TRIES = 3
MOST = 500


def send(work: Work, ticket: Ticket, *, words: str, call: bool = True) -> Relayed:
    """A unit's message to the appellant.

    Args:
        call: the centre shall ring and say it; else it only stands on the tracking page.

    Raises:
        Invalid: no words, or a call to somebody who left no phone.
        NotYours, NotNow: as every step of a unit.
    """
    progress.check(work, ticket, Action.RELAY)
    task = task_of(work, ticket)
    words = clean(words)
    who = work.session.get(Contact, ticket.id)
    faults = {}
    if not words:
        faults["words"] = "请写明要转达给诉求人的话"
    elif len(words) > MOST:
        faults["words"] = f"一次最多转达 {MOST} 字，现有 {len(words)} 字"
    if call and (who is None or not who.phone):
        faults["call"] = "诉求人没有留电话，中心无法致电；请取消“请中心致电”，诉求人查询时可以看到"
    if faults:
        raise Invalid(faults, rule="§12")
    made = Relayed(ticket_id=ticket.id, assignment_id=task.id, unit=task.unit, words=words, call=call, at=work.now)
    work.session.add(made)
    task.contacted_at = task.contacted_at or work.now
    stop_clocks(work, task, ClockKind.CONTACT)
    progress.advance(work, ticket, Action.RELAY, unit=task.unit, text=words, call=call)
    return made


def report(work: Work, relayed_id: int, *, reached: bool, answer: str = "") -> Relayed:
    """The centre has rung: what the appellant said, or that nobody answered; after three tries it is given up.

    Raises:
        NotYours: the person makes no calls for the centre.
        NotFound, NotNow: no such message, or it is done with.
        Invalid: reached, but nothing was written down.
    """
    if not may_call(work):
        raise NotYours("平台转达由话务员和回访员致电", rule="§12")
    found = work.session.get(Relayed, relayed_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("没有找到这条转达，请回到列表重新选择")
    if found.done_at is not None:
        raise NotNow("这条转达已经处理过了，请看下一条", rule="§12")
    answer = clean(answer)
    if reached and not answer:
        raise Invalid({"answer": "请写下诉求人的回复；没有特别的话可写“已转达”"})
    if len(answer) > MOST:
        raise Invalid({"answer": f"回复最多 {MOST} 字，现有 {len(answer)} 字"})
    ticket = work.session.get_one(Ticket, found.ticket_id, with_for_update=True, populate_existing=True)
    found.tries += 1
    if not reached and found.tries < TRIES:
        progress.note(work, ticket, Action.RELAY, unit=found.unit, reached=False, tries=found.tries)
        return found
    found.done_at, found.done_by, found.reached = work.now, work.by.name, reached
    # What comes back stands on the unit's page and in the journal: without what would betray the appellant.
    found.answer = redact(answer, known_of(work, work.session.get(Contact, ticket.id)))
    if reached:
        ticket.first_contact_at = ticket.first_contact_at or work.now
    progress.note(work, ticket, Action.RELAY, unit=found.unit, reached=reached, tries=found.tries, answer=found.answer)
    return found


def may_call(work: Work) -> bool:
    """Whether this person rings appellants for the units."""
    return work.by.may(Permission.TICKET_CALLBACK) or work.by.may(Permission.TICKET_REGISTER)
