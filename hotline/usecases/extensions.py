"""延期: a later due time, asked for before the old one passes, decided at the centre (handbook §5)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hotline.domain import quotas
from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays, allowance_of
from hotline.domain.appeal import AppealType, Urgency, clean
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.domain.reckoning import Move, MoveKind
from hotline.store.assignment import Assignment, lead_of
from hotline.store.request import Request, Wish, granted_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, progress, requests
from hotline.usecases.handling import task_of


class Reason(StrEnum):
    """Why more time is needed; the words go to the appellant."""

    ON_SITE = "ON_SITE"
    SEVERAL_UNITS = "SEVERAL_UNITS"
    WORKS = "WORKS"
    PROCEDURE = "PROCEDURE"
    WEATHER = "WEATHER"
    APPELLANT = "APPELLANT"
    COMPLICATED = "COMPLICATED"


REASONS = {
    Reason.ON_SITE: "需现场勘查核实",
    Reason.SEVERAL_UNITS: "需多个单位共同办理",
    Reason.WORKS: "施工维修需要时间",
    Reason.PROCEDURE: "需履行法定程序",
    Reason.WEATHER: "受天气影响",
    Reason.APPELLANT: "与诉求人约定时间",
    Reason.COMPLICATED: "情况复杂",
}
LEVELS = {quotas.Approver.DISPATCHER: 1, quotas.Approver.SUPERVISOR: 2}
DECIDES = {1: Permission.TICKET_DISPATCH, 2: Permission.TICKET_SUPERVISE}
"""Who decides at which level (handbook §5)."""
RULE = "§5 Extension"


def request(work: Work, ticket: Ticket, *, reason: str, more: Allowance | None, words: str = "") -> Request:
    """Ask for more time; the clock runs on until it is granted.

    Args:
        more: working days from the old due date, or hours for 紧急 tickets.

    Raises:
        Invalid: no known reason, or no time.
        NotNow: too late, too much, too often, or this ticket can't be extended.
    """
    progress.check(work, ticket, Action.REQ_EXTEND)
    task = task_of(work, ticket)
    requests.check_free(work, ticket, task, Wish.EXTEND)
    faults = {}
    if reason not in list(Reason):
        faults["reason"] = f"延期理由应为：{'、'.join(REASONS.values())}"
    if more is None:
        hours = Urgency(ticket.urgency) is Urgency.URGENT
        faults["hours" if hours else "days"] = "请填写延长的小时数" if hours else "请填写延长的工作日数"
    if faults:
        raise Invalid(faults)
    assert more is not None, "what is missing was refused"
    earlier = granted(work, task)
    if refused := _refusal(work, ticket, task, more, earlier):
        raise refused
    level = LEVELS[quotas.extension_approver(earlier)]
    asked = requests.ask(
        work, ticket, task, Wish.EXTEND, level=level, reason=reason, more=str(more), words=clean(words)
    )
    progress.advance(
        work, ticket, Action.REQ_EXTEND, unit=task.unit, reason=reason, more=str(more), level=level, text=asked.words
    )
    return asked


def grant(work: Work, ticket: Ticket, *, opinion: str = "", more: Allowance | None = None) -> None:
    """Grant it: the due time moves, is told to the appellant, and is what on-time is judged by. The promise stays.

    What was asked in time may be granted late; a card that fell meanwhile stays (handbook §8).

    Args:
        more: less than was asked for; None grants all of it.
    """
    task, asked = _to_decide(work, ticket, Action.OK_EXTEND)
    wanted = allowance_of(asked.more)
    given = more or wanted
    if not _no_more(given, wanted):
        raise Invalid({"days": f"同意的延期应与申请的同类，且不超过{wanted.words}"}, rule=RULE)
    old = task.due_at
    move = Move(MoveKind.EXTEND, work.now, more=given, words=REASONS[Reason(asked.reason)])
    deadlines.move(work, ticket, deadlines.handling_of(work, task), move)
    task.extended += 1
    asked.more, asked.new_due_at = str(given), task.due_at
    requests.decide(work, ticket, asked, granted=True, opinion=clean(opinion))
    progress.advance(
        work,
        ticket,
        Action.OK_EXTEND,
        unit=task.unit,
        reason=asked.reason,
        more=str(given),
        level=asked.level,
        old_due_at=old.isoformat(),
        due_at=task.due_at.isoformat(),
        opinion=clean(opinion),
    )


def refuse(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Refuse it: the old due time stands."""
    task, asked = _to_decide(work, ticket, Action.NO_EXTEND)
    if not clean(opinion):
        raise Invalid({"opinion": "请写明驳回理由"})
    requests.decide(work, ticket, asked, granted=False, opinion=clean(opinion))
    progress.advance(work, ticket, Action.NO_EXTEND, unit=task.unit, level=asked.level, opinion=clean(opinion))


def over(work: Work, ticket: Ticket, task: Assignment) -> bool:
    """Whether not even the least extension could be asked for any more."""
    hours = Urgency(ticket.urgency) is Urgency.URGENT
    least: Allowance = NaturalHours(timedelta(hours=1)) if hours else WorkingDays(1)
    return _refusal(work, ticket, task, least, [least] * task.extended) is not None


def granted(work: Work, task: Assignment) -> list[Allowance]:
    """The extensions this assignment has had."""
    return [allowance_of(each.more) for each in granted_on(work.session, task.id, Wish.EXTEND)]


def may_decide(work: Work, asked: Request) -> bool:
    """Whether this person decides at the level of the request."""
    return work.by.may(DECIDES[asked.level]) and (asked.asked_by is None or asked.asked_by != work.by.id)


def _refusal(work: Work, ticket: Ticket, task: Assignment, more: Allowance, earlier: list[Allowance]) -> NotNow | None:
    return quotas.extension_refusal(
        more,
        earlier,
        appeal_type=AppealType(ticket.type or AppealType.COMPLAINT),
        urgency=Urgency(ticket.urgency),
        due_at=task.due_at,
        now=work.now,
        limits=work.rules.limits,
    )


def _to_decide(work: Work, ticket: Ticket, action: Action) -> tuple[Assignment, Request]:
    progress.check(work, ticket, action)
    asked = requests.waiting(work, ticket, Wish.EXTEND)
    if not work.by.may(DECIDES[asked.level]):
        who = "派单员" if asked.level == 1 else "督办员"
        raise NotYours(f"第 {asked.level} 次延期由{who}审核，请转交", rule=RULE)
    task = lead_of(work.session, ticket.id)
    assert task is not None, "a request ends with its assignment"
    assert task.id == asked.assignment_id, "a request ends with its assignment"
    return task, asked


def _no_more(given: Allowance, wanted: Allowance) -> bool:
    if isinstance(given, WorkingDays) and isinstance(wanted, WorkingDays):
        return given.days <= wanted.days
    if isinstance(given, NaturalHours) and isinstance(wanted, NaturalHours):
        return given.span <= wanted.span
    return False
