"""A question that the agent can't answer now 限时回访: a ticket of the centre's own, answered within a working day."""

from __future__ import annotations

from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, intake, progress
from hotline.usecases.intake import TIMED


def promise(work: Work, ticket: Ticket, *, question: str) -> None:
    """Promise to call back with the answer; the clock is the centre's.

    Raises:
        Invalid: it is not said what has to be found out.
        NotNow: nobody could be called back, or it was promised already.
    """
    progress.check(work, ticket, Action.TIMED_CALLBACK)
    if not clean(question):
        raise Invalid({"question": "请写明要查清什么，回访时照此答复"})
    who = work.session.get(Contact, ticket.id)
    if who is None or not who.phone:
        raise NotNow("诉求人没有留电话，无法限时回访，请直接答复或提交派单", rule="§1")
    if TIMED in ticket.tags:
        raise NotNow("已经约定限时回访，请在时限内答复", rule="§1")
    intake.complete(work, ticket)
    deadlines.stop(work, ticket, ClockKind.ACCEPT)
    clock = deadlines.start(work, ticket, ClockKind.TIMED_CALLBACK)
    assert clock is not None, "a timed call-back always has a limit"
    ticket.due_at = clock.due_at
    ticket.accepted_at = ticket.accepted_at or work.now
    ticket.routed_at = work.now
    ticket.tags = sorted({*ticket.tags, TIMED})
    ticket.why_waiting = ""
    progress.advance(
        work, ticket, Action.TIMED_CALLBACK, State.SUBMITTED, question=clean(question), due_at=clock.due_at.isoformat()
    )
