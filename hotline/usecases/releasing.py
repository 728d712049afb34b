"""Giving work back to whoever asked for it (交回): a request of a co-unit or sub-unit that is not the right one.

The lead returns a ticket to the centre (退单, ``usecases/returns``); a unit that only helps, or to which the work was
passed on, answers to the unit that asked it (handbook §4, §5 Sub-dispatch). So that unit decides, within the house of
those who handle the ticket: the centre's return rates never hear of it, and the ticket's own clocks run on.
"""

from __future__ import annotations

from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.store.assignment import Assignment, Kind, Stage, of_ticket
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import cooperation, progress
from hotline.usecases.handling import aside, asker_of, stop_clocks, task_of


def request(work: Work, ticket: Ticket, *, why: str, suggested: str | None = None) -> Assignment:
    """Ask the unit that asked this one to take the work back. Asking counts as signing; the unit's clock runs on.

    Raises:
        Invalid: no reason, or an unknown suggested unit.
        NotNow: it has asked before, or has replied.
        NotYours: the lead, who returns the ticket to the centre instead.
    """
    progress.check(work, ticket, Action.REQ_RELEASE)
    task = task_of(work, ticket)
    if task.kind == Kind.LEAD:
        raise NotYours("主办单位请向热线中心申请退单", rule="§5 Return")
    faults = {}
    if not clean(why):
        faults["why"] = "请写明交回的理由"
    if suggested and suggested not in work.rules.city.units:
        faults["suggested"] = "没有这个建议单位，请从列表中选择"
    if faults:
        raise Invalid(faults, rule="§4")
    if task.return_decided_at is not None:
        raise NotNow("交回申请没有获得同意，请继续办理，或与交办单位电话沟通", rule="§4")
    if task.stage not in (Stage.SENT, Stage.WORKING):
        raise NotNow("已经申请交回或已经答复，不能再申请", rule="§4")
    task.stage = Stage.RETURN_PENDING
    task.return_requested_at = work.now
    task.return_basis, task.return_suggested = clean(why), suggested
    task.signed_at = task.signed_at or work.now
    stop_clocks(work, task, ClockKind.SIGN)
    progress.advance(
        work,
        ticket,
        Action.REQ_RELEASE,
        unit=task.unit,
        asker=asker_of(work, ticket, task),
        why=clean(why),
        suggested=suggested,
        **aside(task),
    )
    return task


def grant(work: Work, ticket: Ticket, unit: str = "", *, opinion: str = "") -> Assignment:
    """Take the work back; what the unit had passed on further ends with it.

    Args:
        unit: whose request, where more than one waits.

    Raises:
        Invalid: no such request; or only townships would be left where the category forbids it.
        NotYours: another unit asked it.
    """
    task = _asked(work, ticket, unit, Action.OK_RELEASE)
    gone = cooperation.let_go(work, ticket, of_ticket(work.session, ticket.id), task)
    task.return_decided_at, task.return_granted = work.now, True
    below = [each.unit for each in gone[1:]]
    progress.advance(
        work, ticket, Action.OK_RELEASE, unit=task.unit, dropped=below, opinion=clean(opinion), **aside(task)
    )
    return task


def refuse(work: Work, ticket: Ticket, unit: str = "", *, opinion: str) -> Assignment:
    """Leave the work with the unit, by the due time that never stopped; it can't ask again.

    Raises:
        Invalid: no reason, or no such request.
        NotYours: another unit asked it.
    """
    if not clean(opinion):
        raise Invalid({"opinion": "请写明不同意的理由"}, rule="§4")
    task = _asked(work, ticket, unit, Action.NO_RELEASE)
    task.stage = Stage.WORKING
    task.return_decided_at, task.return_granted = work.now, False
    progress.advance(work, ticket, Action.NO_RELEASE, unit=task.unit, opinion=clean(opinion), **aside(task))
    return task


def _asked(work: Work, ticket: Ticket, unit: str, action: Action) -> Assignment:
    progress.check(work, ticket, action)
    tasks = of_ticket(work.session, ticket.id)
    waiting = [task for task in tasks if task.kind != Kind.LEAD and task.stage == Stage.RETURN_PENDING]
    mine = [task for task in waiting if cooperation.may_drop(work, tasks, task)]
    if waiting and not mine:
        raise NotYours("由交办它的单位决定是否同意交回", rule="§4")
    chosen = [task for task in mine if not unit or task.unit == unit]
    if not chosen or (len(mine) > 1 and not unit):
        raise Invalid({"unit": "请选择是哪个单位的申请" if mine else "没有等待决定的交回申请"}, rule="§4")
    return chosen[0]
