"""The end of a ticket: what must hold, and what ends with it (handbook §4)."""

from __future__ import annotations

from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import HOUSE
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, of_ticket
from hotline.store.clock import running
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import progress


def finish(work: Work, ticket: Ticket, mode: str | None) -> None:
    """Write what every end shares, before the step is recorded: times, close mode, clocks, assignments."""
    ticket.closed_at = work.now
    ticket.close_mode = mode
    ticket.due_at = None
    for clock in running(work.session, ticket.id):
        clock.stopped_at = work.now
    for task in of_ticket(work.session, ticket.id):
        if task.stage in ACTIVE:
            task.stage = Stage.DONE if task.stage == Stage.REPLIED else Stage.CANCELLED
            task.ended_at = work.now


def mode_of(lead: Assignment | None) -> str:
    """HANDLED when the unit solved it, EXPLAINED when it lawfully could not."""
    return "EXPLAINED" if lead is not None and lead.solved is False else "HANDLED"


def check_complete(work: Work, ticket: Ticket) -> None:
    """A ticket may close only if every unit asked has replied and a public reply exists.

    Raises:
        NotNow: naming what is missing.
    """
    city = work.rules.city
    silent = [
        city.unit(task.unit).short_name
        for task in of_ticket(work.session, ticket.id)
        if task.kind != Kind.SUB and task.stage in (Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING)
    ]
    if silent:
        raise NotNow(f"{'、'.join(silent)}尚未答复，不能办结", rule="§4")
    if not ticket.public_reply and ticket.type != "PRAISE":
        raise NotNow("还没有公开答复，不能办结", rule="§4")


def lapse(work: Work, ticket: Ticket, *, mode: str, why: str) -> None:
    """Close by the house itself: nobody supplemented in time, or nobody answered the call-back."""
    by, work.by = work.by, HOUSE
    try:
        progress.check(work, ticket, Action.LAPSE)
        finish(work, ticket, mode)
        progress.advance(work, ticket, Action.LAPSE, State.CLOSED, mode=mode, why=why)
    finally:
        work.by = by
