"""The end of a ticket: what must hold, and what ends with it (handbook §4)."""

from __future__ import annotations

from typing import Any

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import HOUSE
from hotline.store import request
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, lead_of, of_ticket
from hotline.store.clock import running
from hotline.store.supervision import cancel, holding
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import progress, requests

WAITS = "waits_supervision"
"""The tag of a ticket that is done but for its supervision: it closes by itself when that has ended."""


def finish(work: Work, ticket: Ticket, mode: str | None) -> None:
    """Write what every end shares, before the step is recorded: times, close mode, clocks, assignments.

    Raises:
        NotNow: it would close, and a supervision is open (handbook §4). Other ends take the supervision with them.
    """
    if mode is not None and (held := holding(work.session, ticket.id)):
        raise NotNow(f"工单正在{held.rank.label}，请先办结督办，再办结工单", rule="§4")
    cancel(work.session, ticket.id, work.now)
    ticket.tags = [tag for tag in ticket.tags if tag != WAITS]
    ticket.closed_at = work.now
    ticket.close_mode = mode
    ticket.due_at = None
    for clock in running(work.session, ticket.id):
        clock.stopped_at = work.now
    requests.lapse(work, ticket)
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
        raise NotNow(f"{'、'.join(silent)}尚未答复，不能办结；不再需要其协办的，请主办单位或派单员取消协办", rule="§4")
    if waiting := request.open_of(work.session, ticket.id):
        raise NotNow(f"还有{requests.NAMES[request.Wish(waiting[0].wish)]}申请没有审核，不能办结", rule="§4")
    if not ticket.public_reply and ticket.type != "PRAISE":
        raise NotNow("还没有公开答复，不能办结", rule="§4")


def end(work: Work, ticket: Ticket, action: Action, mode: str, **payload: Any) -> None:
    """Close by ``action``; while a supervision is open the ticket waits in CALLBACK instead, and nobody calls."""
    held = holding(work.session, ticket.id)
    if held is None:
        finish(work, ticket, mode)
        progress.advance(work, ticket, action, State.CLOSED, mode=mode, **payload)
        return
    _wait(work, ticket)
    progress.advance(work, ticket, action, State.CALLBACK, waits="supervision", **payload)


def let_go(work: Work, ticket: Ticket) -> None:
    """A supervision has ended: close what only waited for it."""
    if holding(work.session, ticket.id) is not None:
        return
    if ticket.at is State.CALLBACK and WAITS in ticket.tags:
        lapse(work, ticket, mode=mode_of(lead_of(work.session, ticket.id)), why="督办已办结")
    elif ticket.at is State.NEED_INFO and any(
        clock.kind == ClockKind.INFO_WAIT and clock.red_at for clock in running(work.session, ticket.id)
    ):
        lapse(work, ticket, mode="UNVERIFIED", why="超过时限未补充")


def _wait(work: Work, ticket: Ticket) -> None:
    ticket.tags = sorted({*ticket.tags, WAITS})
    kinds = {clock.kind: clock for clock in running(work.session, ticket.id)}
    for kind in (ClockKind.CALLBACK, ClockKind.REVIEW):
        if kind in kinds:
            kinds[kind].stopped_at = work.now
    ordered = kinds.get(ClockKind.SUPERVISION)
    ticket.due_at = ordered.due_at if ordered else None


def lapse(work: Work, ticket: Ticket, *, mode: str, why: str) -> None:
    """Close by the house itself: nobody supplemented in time, or nobody answered the call-back.

    With a supervision open it stays where it is, and closes when that has ended (:func:`let_go`).
    """
    if holding(work.session, ticket.id) is not None:
        if ticket.at is State.CALLBACK:
            _wait(work, ticket)
        return
    by, work.by = work.by, HOUSE
    try:
        progress.check(work, ticket, Action.LAPSE)
        finish(work, ticket, mode)
        progress.advance(work, ticket, Action.LAPSE, State.CLOSED, mode=mode, why=why)
    finally:
        work.by = by
