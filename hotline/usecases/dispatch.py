"""Sending a ticket to the unit that must answer: dispatch, re-dispatch, and the clocks that start with them."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain import deadlines as clock_rules
from hotline.domain import quotas
from hotline.domain.allowances import Allowance
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.domain.routing import why_not_lead
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, lead_of, of_ticket
from hotline.store.succession import heir
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import closing, deadlines, progress, requests, supervision, surge

BY_HAND = "hand"


def dispatch(
    work: Work,
    ticket: Ticket,
    unit: str,
    *,
    co_units: Sequence[str] = (),
    rule: str = BY_HAND,
    reason: str = "",
) -> Assignment:
    """Send the ticket to its lead unit and co-units; the limits of handbook §5 start now.

    Args:
        rule: id of the routing rule that chose the unit.
        reason: why this unit, in words.

    Raises:
        Invalid: the unit is unknown, not dispatchable, or may not lead this category.
        NotNow: the ticket is not waiting for dispatch, has no category yet, or must go to co-ordination.
    """
    progress.check(work, ticket, Action.DISPATCH)
    if must_coordinate(work, ticket):
        raise NotNow(
            f"该工单已退单 {ticket.returns_granted} 次，不能再派单，请提交协调，由协调确定主办单位", rule="§5 Return"
        )
    lead = send(work, ticket, unit, co_units, rule=rule)
    deadlines.stop(work, ticket, ClockKind.DISPATCH, ClockKind.RETURN_DECISION)
    start_clocks(work, ticket, lead)
    progress.advance(
        work, ticket, Action.DISPATCH, unit=unit, co_units=list(co_units), rule=rule, reason=reason, due_at=_iso(lead)
    )
    return lead


def redispatch(
    work: Work, ticket: Ticket, unit: str, *, cause: str, co_units: Sequence[str] = (), rule: str = BY_HAND
) -> Assignment:
    """Take the ticket back from its unit and send it to another one (改派)."""
    progress.check(work, ticket, Action.REDISPATCH)
    if not cause.strip():
        raise Invalid({"cause": "请写明改派原因"})
    old = lead_of(work.session, ticket.id)
    if old is not None and old.unit == unit:
        raise Invalid({"unit": "工单已在这个单位，请选择另一个单位"})
    designated = old is not None and not old.returnable and bool(old.minutes_no)
    if refused := why_not_move(work, designated=designated):
        raise NotYours(refused, rule="§4 DESIGNATE")
    check_units(work, ticket, unit, co_units)
    end_all(work, ticket, Stage.RECALLED)
    lead = send(work, ticket, unit, co_units, rule=rule)
    if designated and old is not None:
        lead.returnable, lead.minutes_no = False, old.minutes_no
    start_clocks(work, ticket, lead)
    progress.advance(
        work,
        ticket,
        Action.REDISPATCH,
        unit=unit,
        co_units=list(co_units),
        rule=rule,
        cause=cause,
        recalled=old.unit if old else None,
        due_at=_iso(lead),
    )
    return lead


def must_coordinate(work: Work, ticket: Ticket) -> bool:
    """Whether it was returned so often that only co-ordination may fix its lead (handbook §5 Return)."""
    return quotas.to_coordination(ticket.returns_granted, work.rules.limits)


def why_not_move(work: Work, *, designated: bool) -> str:
    """Why this person may not move a ticket to another lead, in words: a dispatcher moves what was dispatched, a
    supervisor what co-ordination designated."""
    if designated and not work.by.may(Permission.TICKET_SUPERVISE):
        return "主办单位由协调指定，派单员不能改派，请由督办员改派"
    if not designated and not work.by.may(Permission.TICKET_DISPATCH):
        return "工单由派单员派出，请由派单员改派"
    return ""


def end_all(work: Work, ticket: Ticket, stage: Stage) -> None:
    """End every active assignment of the ticket and the units' clocks; co-units end as cancelled."""
    for task in of_ticket(work.session, ticket.id):
        if task.stage in ACTIVE:
            task.stage = stage if task.kind == Kind.LEAD else Stage.CANCELLED
            task.ended_at = work.now
    requests.lapse(work, ticket)
    deadlines.stop(work, ticket, *deadlines.UNIT_KINDS, ClockKind.SUPERVISION)
    work.session.flush()


def next_round(work: Work, ticket: Ticket, *, ground: str, requested: bool = False) -> Assignment:
    """A new round at the same lead unit (重办), with the rework limit (handbook §5).

    Args:
        requested: the appellant had asked for a review; the round is its result.
    """
    before = [task for task in of_ticket(work.session, ticket.id) if task.kind == Kind.LEAD]
    handled_by = deadlines.limit_of(work, ticket, ClockKind.HANDLING)
    assert handled_by is not None, "every type has a handling limit"
    end_all(work, ticket, Stage.DONE)
    ticket.round += 1
    ticket.closed_at = ticket.close_mode = ticket.replied_at = ticket.reviewed_at = None
    ticket.rework_wanted = False
    ticket.callback_tries = 0
    lead = send(work, ticket, heir(work.session, before[-1].unit), (), rule="rework")
    lead.returnable, lead.minutes_no = False, before[-1].minutes_no
    deadlines.stop(work, ticket)
    start_clocks(work, ticket, lead, rework=clock_rules.rework(handled_by, work.rules.limits))
    progress.advance(
        work,
        ticket,
        Action.REWORK,
        unit=lead.unit,
        round=ticket.round,
        ground=ground,
        due_at=_iso(lead),
        requested=requested,
    )
    return lead


def check_units(work: Work, ticket: Ticket, unit: str, co_units: Sequence[str]) -> None:
    """Refuse a lead or co-units that may not have this ticket, by field (handbook §6.5, §12 note 1)."""
    city = work.rules.city
    category = city.categories.get(ticket.category or "")
    if category is None:
        raise NotNow("请先选定诉求类别再派单", rule="§4")
    known = city.units.get(unit) or city.unit_named(unit)
    if known is None or known.code != unit:
        raise Invalid({"unit": "没有这个承办单位，请从列表中选择" if unit else "请选择承办单位"})
    refused = why_not_lead(known, category, work.rules.routing.duty_lists.get(unit, ()))
    if refused is not None:
        raise Invalid({"unit": refused}, rule="§6")
    if ticket.complained_unit and city.within(unit, ticket.complained_unit):
        raise Invalid({"unit": "诉求反映的正是该单位的工作人员，请派给其上一级单位"}, rule="§12")
    for code in co_units:
        co = city.units.get(code)
        if co is None or not co.dispatchable:
            raise Invalid({"co_units": "没有这个协办单位，请从列表中选择"})
        if code == unit:
            raise Invalid({"co_units": "主办单位不能同时是协办单位"})


def send(work: Work, ticket: Ticket, unit: str, co_units: Sequence[str], *, rule: str) -> Assignment:
    """A new lead with its co-units, after :func:`check_units`; their clocks are started by :func:`start_clocks`."""
    check_units(work, ticket, unit, co_units)
    lead = assign(work, ticket, unit, Kind.LEAD, rule)
    for code in dict.fromkeys(co_units):
        assign(work, ticket, code, Kind.CO, rule)
    ticket.lead_unit = unit
    ticket.dispatched_at = work.now
    ticket.first_dispatched_at = ticket.first_dispatched_at or work.now
    ticket.proposals, ticket.why_waiting = [], ""
    return lead


def assign(work: Work, ticket: Ticket, unit: str, kind: Kind, rule: str, parent: int | None = None) -> Assignment:
    """A new duty of a unit, without its clocks."""
    task = Assignment(
        ticket_id=ticket.id,
        parent_id=parent,
        kind=kind,
        round=ticket.round,
        unit=unit,
        stage=Stage.SENT,
        rule=rule,
        sent_at=work.now,
        sign_due_at=work.now,
        due_at=work.now,
        promise_due_at=work.now,
        warn_at=work.now,
        severe_at=work.now,
    )
    work.session.add(task)
    work.session.flush()
    return task


def start_clocks(work: Work, ticket: Ticket, lead: Assignment, rework: Allowance | None = None) -> None:
    """The unit's clocks: sign-in, first contact, handling; for co-units sign-in and handling."""
    for task in of_ticket(work.session, ticket.id):
        if task.stage != Stage.SENT:
            continue
        sign = deadlines.start(work, ticket, ClockKind.SIGN, assignment=task)
        assert sign is not None, "sign-in always has a limit"
        handling = deadlines.start(
            work, ticket, ClockKind.HANDLING, assignment=task, limit=rework, basis="rework" if rework else ""
        )
        assert handling is not None, "handling always has a limit"
        task.sign_due_at = sign.due_at
        task.due_at = handling.due_at
        task.promise_due_at = handling.due_at
        task.warn_at, task.severe_at, task.provisional = handling.warn_at, handling.severe_at, handling.provisional
    if ticket.type != "PRAISE" and not ticket.anonymous:
        contact = deadlines.start(work, ticket, ClockKind.CONTACT, assignment=lead, limit=surge.response(work, ticket))
        lead.contact_due_at = contact.due_at if contact else None
    deadlines.start(work, ticket, ClockKind.INTERIM, assignment=lead)
    ticket.due_at = lead.due_at
    ticket.promise_due_at = ticket.promise_due_at or lead.due_at
    ticket.tags = [tag for tag in ticket.tags if tag != closing.WAITS]
    supervision.follow(work, ticket, lead)


def _iso(lead: Assignment) -> str:
    return lead.due_at.isoformat()
