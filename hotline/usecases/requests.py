"""What a unit asks the centre for, whatever it is: one open request at a time, its own clock, and its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hotline.domain.calendar import local
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.store.assignment import Assignment, Kind, Stage
from hotline.store.clock import running
from hotline.store.request import Outcome, Request, Wish, open_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines

NAMES = {Wish.EXTEND: "延期", Wish.SUSPEND: "挂起"}
DECISIONS = {Wish.EXTEND: ClockKind.EXTENSION_DECISION, Wish.SUSPEND: ClockKind.SUSPENSION_DECISION}
"""The clock of the decision: the centre's time, not the unit's."""
FARTHEST = timedelta(days=3 * 365)
"""A plan beyond this is taken for a slip of the pen."""


def check_free(work: Work, ticket: Ticket, task: Assignment, wish: Wish) -> None:
    """Refuse who may not ask, or not now.

    Raises:
        NotYours: the unit is not the lead.
        NotNow: it has not signed, or another request waits.
    """
    if task.kind != Kind.LEAD:
        raise NotYours(f"由主办单位申请{NAMES[wish]}，请联系主办单位", rule="§5")
    if task.stage != Stage.WORKING:
        raise NotNow(f"请先签收再申请{NAMES[wish]}", rule="§4")
    if waiting := open_of(work.session, ticket.id):
        raise NotNow(f"已有{NAMES[Wish(waiting[0].wish)]}申请等待审核，请等审核后再申请", rule="§5")


def ask(work: Work, ticket: Ticket, task: Assignment, wish: Wish, **given: Any) -> Request:
    """Put the request, and start the clock of its decision: never longer than the unit's own time (handbook §5)."""
    request = Request(
        ticket_id=ticket.id,
        assignment_id=task.id,
        wish=wish,
        due_at=task.due_at,
        asked_at=work.now,
        asked_by=work.by.id,
        outcome=Outcome.OPEN,
        **given,
    )
    work.session.add(request)
    deadlines.start(work, ticket, DECISIONS[wish], assignment=task, cap=task.due_at, words="不晚于承办时限")
    work.session.flush()
    return request


def waiting(work: Work, ticket: Ticket, wish: Wish) -> Request:
    """The request that a decision is about.

    Raises:
        NotNow: there is none.
    """
    found = next((each for each in open_of(work.session, ticket.id) if each.wish == wish), None)
    if found is None:
        raise NotNow(f"没有等待审核的{NAMES[wish]}申请", rule="§5")
    if found.asked_by is not None and found.asked_by == work.by.id:
        raise NotYours(f"不能审核自己提出的{NAMES[wish]}申请，请交由他人审核", rule="§5")
    return found


def decide(work: Work, ticket: Ticket, request: Request, *, granted: bool, opinion: str) -> None:
    """Write the decision and stop its clock."""
    request.outcome = Outcome.GRANTED if granted else Outcome.REFUSED
    request.decided_at, request.opinion = work.now, opinion
    deadlines.stop(work, ticket, DECISIONS[Wish(request.wish)])


def lapse(work: Work, ticket: Ticket) -> None:
    """End what is still open when the unit has replied or the ticket leaves it: nothing is left to decide."""
    for request in open_of(work.session, ticket.id):
        request.outcome, request.decided_at = Outcome.LAPSED, work.now
    wanted = {kind.value for kind in DECISIONS.values()}
    for clock in running(work.session, ticket.id):
        if clock.kind in wanted:
            clock.stopped_at = work.now


def lapse_wish(work: Work, ticket: Ticket, wish: Wish) -> None:
    """End an open request of one kind: what it asked for has come about otherwise."""
    for request in open_of(work.session, ticket.id):
        if request.wish == wish:
            request.outcome, request.decided_at = Outcome.LAPSED, work.now
            deadlines.stop(work, ticket, DECISIONS[wish])


def planned(work: Work, typed: str, *, field: str = "until") -> date:
    """The day on which a suspension is planned to end.

    Raises:
        Invalid: not a date, or not in the future, or so far away that it must be a slip.
    """
    try:
        on = date.fromisoformat(typed.strip()[:10])
    except ValueError:
        raise Invalid({field: "请填写计划恢复日期，如 2026-04-07"}) from None
    today = local(work.now).date()
    if on <= today:
        raise Invalid({field: "计划恢复日期应在今天之后"}, rule="§5")
    if on > today + FARTHEST:
        raise Invalid({field: f"计划恢复日期不能超过 {FARTHEST.days // 365} 年，请核对年份"}, rule="§5")
    return on
