"""Returning a ticket (退单): a request of the unit, decided by the dispatcher (handbook §5)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import func, select

from hotline.domain import deadlines as clock_rules
from hotline.domain import quotas
from hotline.domain.appeal import Urgency, clean
from hotline.domain.calendar import local, start_of
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.store.assignment import Assignment, Kind, Stage, lead_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, progress
from hotline.usecases.dispatch import end_all
from hotline.usecases.handling import stop_clocks, task_of


class Reason(StrEnum):
    """Why a unit says "not mine"."""

    NOT_DUTY = "NOT_DUTY"
    NOT_REGION = "NOT_REGION"
    OTHER_LEAD = "OTHER_LEAD"
    DUPLICATE = "DUPLICATE"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    SECRET = "SECRET"


REASON_LABELS = {
    Reason.NOT_DUTY: "不属本单位职责",
    Reason.NOT_REGION: "不在本辖区",
    Reason.OTHER_LEAD: "应由其他单位主办",
    Reason.DUPLICATE: "重复工单",
    Reason.OUT_OF_SCOPE: "不属热线受理范围",
    Reason.SECRET: "涉密",
}


def request(
    work: Work,
    ticket: Ticket,
    *,
    reason: str,
    basis: str,
    suggested: str | None = None,
    partly: bool = False,
    phoned: bool = False,
) -> None:
    """Ask to return the ticket. Asking counts as signing; the unit's clock runs on.

    Args:
        partly: part of the matter is the unit's own: then it leads to the end and asks for co-units (首接负责, §6.4).
        phoned: the dispatcher was told by phone, which urgent tickets call for.

    Raises:
        Invalid: a reason, the legal basis or a known suggested unit is missing.
        NotNow: too late, asked before, or the lead was fixed by co-ordination.
    """
    progress.check(work, ticket, Action.REQ_RETURN)
    task = task_of(work, ticket)
    if task.kind != Kind.LEAD:
        raise NotYours("协办和下派的工单不能退单，请向交办单位申请交回", rule="§5 Return")
    faults = {}
    if reason not in list(Reason):
        faults["reason"] = f"请选择退单理由：{'、'.join(REASON_LABELS.values())}"
    if not clean(basis):
        faults["basis"] = "请写明退单的依据（法规或职责文件）"
    city = work.rules.city
    urgency = Urgency(ticket.urgency)
    if suggested and suggested not in city.units:
        faults["suggested"] = "没有这个建议单位，请从列表中选择"
    elif suggested and city.within(suggested, task.unit):
        faults["suggested"] = "建议的是本单位或下属单位，请下派，不能退单"
    elif reason == Reason.OTHER_LEAD and not suggested:
        faults["suggested"] = "请写明应由哪个单位主办"
    if urgency is not Urgency.NORMAL and not phoned:
        faults["phoned"] = "紧急工单须先电话告知派单员，再申请退单"
    if faults:
        raise Invalid(faults, rule="§5 Return")
    if partly:
        raise NotNow("诉求中有属于本单位的部分，由本单位首接负责到底；其余部分请加派协办单位", rule="§6.4")
    refused = why_not(work, ticket, task, asked=_asked(work, task), contacted=task.contacted_at is not None)
    if refused is not None:
        raise refused
    task.stage = Stage.RETURN_PENDING
    task.return_requested_at = work.now
    task.return_reason, task.return_basis, task.return_suggested = reason, clean(basis), suggested
    if task.signed_at is None:
        task.signed_at = ticket.signed_at = work.now
    stop_clocks(work, task, ClockKind.SIGN)
    deadlines.start(work, ticket, ClockKind.RETURN_DECISION)
    progress.advance(
        work, ticket, Action.REQ_RETURN, unit=task.unit, reason=reason, basis=clean(basis), suggested=suggested
    )


def why_not(work: Work, ticket: Ticket, task: Assignment, *, asked: int, contacted: bool) -> NotNow | None:
    """Why the lead can't return the ticket, if it can't.

    Args:
        asked: how often its unit asked to return this ticket.
        contacted: it has talked with the appellant, which urgent tickets call for.
    """
    if not task.returnable and not task.minutes_no:
        words = "本单位已办理过这张工单，重办时不能退单；需要其他单位的，请加派协办单位"
        return NotNow(words, rule="§5 Return")
    limits, urgency = work.rules.limits, Urgency(ticket.urgency)
    return quotas.return_refusal(
        returnable=task.returnable,
        asked_by_unit=asked,
        approved_on_ticket=ticket.returns_granted,
        urgency=urgency,
        contacted=contacted,
        until=clock_rules.return_until(task.sent_at, urgency, limits, work.rules.calendar),
        now=work.now,
        limits=limits,
    )


def grant(work: Work, ticket: Ticket, *, opinion: str = "") -> None:
    """Agree that it is not theirs; the ticket waits for dispatch again."""
    task = _decided(work, ticket, Action.OK_RETURN, granted=True)
    end_all(work, ticket, Stage.RETURNED)
    ticket.returns_granted += 1
    ticket.lead_unit = None
    ticket.routed_at = None
    clock = deadlines.start(work, ticket, ClockKind.DISPATCH)
    ticket.due_at = clock.due_at if clock else None
    progress.advance(work, ticket, Action.OK_RETURN, unit=task.unit, opinion=clean(opinion))


def refuse(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Say that it is theirs; they go on, with the clock that never stopped."""
    if not clean(opinion):
        raise Invalid({"opinion": "请写明驳回理由"})
    task = _decided(work, ticket, Action.NO_RETURN, granted=False)
    task.stage = Stage.WORKING
    work.session.flush()
    times = refused_this_month(work, ticket, task.unit)
    often = times if times >= work.rules.limits.returns.notice else None
    progress.advance(work, ticket, Action.NO_RETURN, unit=task.unit, opinion=clean(opinion), often=often)


def refused_this_month(work: Work, ticket: Ticket, unit: str) -> int:
    """How often this month a return of this unit was refused on tickets of the same category (handbook §5)."""
    first = start_of(local(work.now).date().replace(day=1))
    query = (
        select(func.count())
        .select_from(Assignment)
        .join(Ticket, Ticket.id == Assignment.ticket_id)
        .where(
            Assignment.unit == unit,
            Assignment.kind == Kind.LEAD,
            Assignment.return_granted.is_(False),
            Assignment.return_decided_at >= first,
            Ticket.category == ticket.category,
        )
    )
    return work.session.scalar(query) or 0


def _decided(work: Work, ticket: Ticket, action: Action, *, granted: bool) -> Assignment:
    progress.check(work, ticket, action)
    task = lead_of(work.session, ticket.id)
    assert task is not None, "a return under review has a lead"
    task.return_decided_at = work.now
    task.return_granted = granted
    deadlines.stop(work, ticket, ClockKind.RETURN_DECISION)
    return task


def _asked(work: Work, task: Assignment) -> int:
    query = select(func.count()).select_from(Assignment)
    query = query.where(
        Assignment.ticket_id == task.ticket_id,
        Assignment.unit == task.unit,
        Assignment.kind == Kind.LEAD,
        Assignment.return_requested_at.is_not(None),
    )
    return work.session.scalar(query) or 0
