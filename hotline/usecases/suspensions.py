"""挂起, and for long 挂账: a clock stands still for a listed reason, and goes on with what was left (handbook §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import or_, select

from hotline.domain.allowances import NaturalHours
from hotline.domain.appeal import Urgency, clean
from hotline.domain.calendar import start_of
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import HOUSE, Scope
from hotline.store.assignment import lead_of
from hotline.store.clock import Clock, running
from hotline.store.request import Request, Wish, open_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, progress, requests
from hotline.usecases.handling import task_of

RULE = "§5 Suspension"


class Reason(StrEnum):
    """Why a clock may stand still; ``WAIT_CITIZEN`` comes by 要求补充 and is not asked for."""

    LEGAL_PROCEDURE = "LEGAL_PROCEDURE"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    PROJECT = "PROJECT"


REASONS = {
    Reason.LEGAL_PROCEDURE: "检测、鉴定、听证或立案等法定程序",
    Reason.FORCE_MAJEURE: "台风、洪水等不可抗力",
    Reason.PROJECT: "季节性工作或工程项目（挂账）",
}
TOLD = {
    Reason.LEGAL_PROCEDURE: "法定程序进行中",
    Reason.FORCE_MAJEURE: "不可抗力影响",
    Reason.PROJECT: "项目按计划推进",
}
"""What the appellant is told."""
LONGEST = {
    Reason.LEGAL_PROCEDURE: "至法定程序结束",
    Reason.FORCE_MAJEURE: "至应急响应解除",
    Reason.PROJECT: "至计划日期，每 30 天复核一次",
}
NONE = NaturalHours(timedelta(0))
"""Stands for the limit of what ends on a date."""
KINDS = (ClockKind.SUSPENSION, ClockKind.SUSPENSION_REVIEW, ClockKind.SUSPENSION_TOTAL)


def request(work: Work, ticket: Ticket, *, reason: str, until: str, words: str = "") -> Request:
    """Ask that the clock stand still; it runs on until the supervisor agrees.

    Args:
        until: the day on which the matter is planned to go on.
    """
    progress.check(work, ticket, Action.REQ_SUSPEND)
    task = task_of(work, ticket)
    requests.check_free(work, ticket, task, Wish.SUSPEND)
    why = _reason(ticket, reason)
    on = requests.planned(work, until)
    if not clean(words):
        raise Invalid({"words": "请写明挂起的依据"})
    asked = requests.ask(work, ticket, task, Wish.SUSPEND, level=2, reason=why, until_on=on, words=clean(words))
    progress.advance(
        work, ticket, Action.REQ_SUSPEND, unit=task.unit, reason=why, until=on.isoformat(), text=clean(words)
    )
    return asked


def suspend(work: Work, ticket: Ticket, *, reason: str = "", until: str = "", words: str = "") -> None:
    """Let the clocks stand still: as the unit asked, or of the supervisor's own accord.

    Args:
        reason, until: as :func:`request`; what is left out is taken from the unit's request.
    """
    progress.check(work, ticket, Action.SUSPEND)
    asked = next((each for each in open_of(work.session, ticket.id) if each.wish == Wish.SUSPEND), None)
    why = _reason(ticket, reason or (asked.reason if asked else ""))
    on = requests.planned(work, until) if until or asked is None else asked.until_on
    assert on is not None, "a request names its day"
    if asked is not None:
        requests.waiting(work, ticket, Wish.SUSPEND)
        requests.decide(work, ticket, asked, granted=True, opinion=clean(words))
    _stand_still(work, ticket, why, on, words=clean(words))


def refuse(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Refuse the unit's request; its clock has never stopped."""
    progress.check(work, ticket, Action.NO_SUSPEND)
    asked = requests.waiting(work, ticket, Wish.SUSPEND)
    if not clean(opinion):
        raise Invalid({"opinion": "请写明驳回理由"})
    requests.decide(work, ticket, asked, granted=False, opinion=clean(opinion))
    lead = lead_of(work.session, ticket.id)
    progress.advance(work, ticket, Action.NO_SUSPEND, unit=lead.unit if lead else "", opinion=clean(opinion))


def prolong(work: Work, ticket: Ticket, *, until: str, words: str) -> None:
    """Look at a suspension again (挂账复核, every 30 days): it stays suspended until the day given here."""
    progress.check(work, ticket, Action.PROLONG)
    clock = _clock(work, ticket, ClockKind.SUSPENSION)
    assert clock is not None, "a suspended ticket has a day on which it goes on"
    on = requests.planned(work, until)
    if not clean(words):
        raise Invalid({"words": "请写明复核意见"})
    why, clock.stopped_at = Reason(clock.basis), work.now
    fresh = deadlines.start(
        work, ticket, ClockKind.SUSPENSION, limit=NONE, basis=why, until=start_of(on), words=f"计划恢复日期 {on}"
    )
    deadlines.stop(work, ticket, ClockKind.SUSPENSION_REVIEW)
    if why is Reason.PROJECT:
        deadlines.start(work, ticket, ClockKind.SUSPENSION_REVIEW)
    ticket.due_at = fresh.due_at if fresh else ticket.due_at
    lead = lead_of(work.session, ticket.id)
    progress.advance(
        work,
        ticket,
        Action.PROLONG,
        unit=lead.unit if lead else "",
        reason=why,
        until=on.isoformat(),
        words=clean(words),
    )


def resume(work: Work, ticket: Ticket, *, why: str = "") -> None:
    """Go on with the remaining time (C9): the unit says so, the supervisor, or the house on the planned day."""
    progress.check(work, ticket, Action.RESUME)
    if work.by.scope is not Scope.ALL:
        task_of(work, ticket)
    deadlines.stop(work, ticket, *KINDS)
    deadlines.resume(work, ticket)
    lead = lead_of(work.session, ticket.id)
    assert lead is not None, "a suspended ticket has a lead"
    progress.advance(
        work, ticket, Action.RESUME, unit=lead.unit, due_at=lead.due_at.isoformat(), why=clean(why) or "恢复办理"
    )


def resume_by_house(work: Work, ticket: Ticket) -> None:
    """The planned day has come."""
    by, work.by = work.by, HOUSE
    try:
        resume(work, ticket, why="计划恢复日期已到，自动恢复")
    finally:
        work.by = by


# A whole region at once


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of a region's tickets."""

    done: tuple[str, ...]
    """Numbers of the tickets that were changed."""
    urgent: int = 0
    """特急 and 紧急 tickets: their clocks never stop for force majeure."""
    unsigned: int = 0
    """Tickets that no unit has signed yet: they go on until one does."""


def suspend_region(work: Work, regions: Sequence[str], *, until: str, words: str) -> Swept:
    """不可抗力: let the ordinary tickets of these counties stand still in one step (handbook §15).

    Every appellant and unit is told. 特急 and 紧急 tickets are left alone, and so is what is not in a unit's hands.
    """
    faults = _region_faults(work, regions, words)
    try:
        on = requests.planned(work, until)
    except Invalid as invalid:
        raise Invalid(invalid.fields | faults) from None
    if faults:
        raise Invalid(faults)
    in_hand = _in_regions(work, regions, (State.PENDING_SIGN, State.PROCESSING))
    urgent = [t for t in in_hand if t.urgency != Urgency.NORMAL]
    unsigned = [t for t in in_hand if t.urgency == Urgency.NORMAL and t.at is State.PENDING_SIGN]
    done = [t for t in in_hand if t.urgency == Urgency.NORMAL and t.at is State.PROCESSING]
    for ticket in done:
        progress.check(work, ticket, Action.SUSPEND)
        requests.lapse_wish(work, ticket, Wish.SUSPEND)
        _stand_still(work, ticket, Reason.FORCE_MAJEURE, on, words=clean(words), batch=True)
    return Swept(tuple(t.no for t in done), len(urgent), len(unsigned))


def resume_region(work: Work, regions: Sequence[str], *, words: str) -> Swept:
    """The response level has ended: what stands still there for force majeure goes on."""
    if faults := _region_faults(work, regions, words):
        raise Invalid(faults)
    done = []
    for ticket in _in_regions(work, regions, (State.SUSPENDED,)):
        if suspended_for(work, ticket) == Reason.FORCE_MAJEURE:
            resume(work, ticket, why=words)
            done.append(ticket.no)
    return Swept(tuple(done))


def suspended_for(work: Work, ticket: Ticket) -> str:
    """Code of the reason for which a ticket stands still; empty when it does not."""
    clock = _clock(work, ticket, ClockKind.SUSPENSION)
    return clock.basis if clock else ""


def _region_faults(work: Work, regions: Sequence[str], words: str) -> dict[str, str]:
    faults = {}
    if not regions or any(not work.rules.city.region_name(code) for code in regions):
        faults["region"] = "请选择受影响的区县"
    if not clean(words):
        faults["words"] = "请写明依据，如应急响应的级别和文号"
    return faults


def _in_regions(work: Work, regions: Sequence[str], states: Sequence[State]) -> list[Ticket]:
    prefixes = [code[:4] if code.endswith("00") and len(code) == 6 else code for code in regions]
    query = select(Ticket).where(
        Ticket.state.in_([state.value for state in states]), or_(*(Ticket.region.startswith(p) for p in prefixes))
    )
    return list(work.session.scalars(query.order_by(Ticket.id).with_for_update()))


# One ticket


def _reason(ticket: Ticket, reason: str) -> Reason:
    if reason not in list(Reason):
        raise Invalid({"reason": f"挂起理由应为：{'、'.join(REASONS.values())}；等待诉求人请用“要求补充”"}, rule=RULE)
    if reason == Reason.FORCE_MAJEURE and ticket.urgency != Urgency.NORMAL:
        raise NotNow("特急和紧急工单不因不可抗力停止计时，请继续办理", rule="§15")
    return Reason(reason)


def _stand_still(work: Work, ticket: Ticket, why: Reason, on: date, *, words: str, batch: bool = False) -> None:
    lead = lead_of(work.session, ticket.id)
    assert lead is not None, "a ticket in hand has a lead"
    deadlines.pause(work, ticket, TOLD[why])
    until = start_of(on)
    clock = deadlines.start(
        work, ticket, ClockKind.SUSPENSION, limit=NONE, basis=why, until=until, words=f"计划恢复日期 {on}"
    )
    if why is Reason.PROJECT:
        deadlines.start(work, ticket, ClockKind.SUSPENSION_REVIEW)
    _watch_total(work, ticket)
    ticket.due_at = clock.due_at if clock else ticket.due_at
    progress.advance(
        work,
        ticket,
        Action.SUSPEND,
        unit=lead.unit,
        reason=why,
        until=on.isoformat(),
        words=words,
        batch=batch,
    )


def _watch_total(work: Work, ticket: Ticket) -> None:
    """All suspensions together, so far and this one, come to supervision after 90 days (``suspend.max_days``)."""
    most = work.rules.limits.suspensions.most
    left = max(most - timedelta(seconds=ticket.paused_seconds), timedelta(0))
    words = f"累计挂起满 {most.days} 天转督办"
    deadlines.start(
        work, ticket, ClockKind.SUSPENSION_TOTAL, limit=NONE, basis="fixed", until=work.now + left, words=words
    )


def _clock(work: Work, ticket: Ticket, kind: ClockKind) -> Clock | None:
    return next((clock for clock in running(work.session, ticket.id) if clock.kind == kind.value), None)
