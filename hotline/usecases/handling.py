"""What a unit does with a ticket: sign, contact, report, reply, ask for more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Scope
from hotline.domain.supervision import signs_above
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, of_ticket
from hotline.store.clock import running
from hotline.store.contact import Contact
from hotline.store.supervision import open_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, progress, requests, seeing
from hotline.usecases.access import units_in_scope

WAYS = {"phone": "电话", "visit": "上门", "sms": "短信", "platform": "平台转达", "other": "其他"}
"""How a unit reaches the appellant."""
BY_NUMBER = ("phone", "sms")
"""Ways that need a number, which the unit of a sealed ticket does not know."""


def task_of(work: Work, ticket: Ticket) -> Assignment:
    """The active assignment that this person may act for: their own unit's, else the lead's of a unit below.

    Raises:
        NotYours: no active assignment belongs to the person's unit or to a unit below it.
    """
    units = units_in_scope(work.rules.city, work.by)
    tasks = [task for task in of_ticket(work.session, ticket.id) if task.stage in ACTIVE]
    mine = [task for task in tasks if units is None or task.unit in units]
    if not mine or work.by.scope is Scope.ALL:
        raise NotYours("这张工单不在您的单位承办，不能代为办理", rule="§2")
    return nearest(mine, work.by.unit)


def nearest(tasks: Iterable[Assignment], unit: str) -> Assignment:
    """Of the assignments of a person's units the one they act for: their own unit's first, then the lead's."""
    return min(tasks, key=lambda task: (task.unit != unit, task.kind != Kind.LEAD, task.id))


def sign(work: Work, ticket: Ticket) -> Assignment:
    """Confirm that the unit has the ticket. A co-unit signs for itself; only the lead moves the ticket."""
    task = task_of(work, ticket)
    if task.kind == Kind.LEAD:
        progress.check(work, ticket, Action.SIGN)
    if task.stage != Stage.SENT:
        raise NotNow("本单位已经签收过，请直接办理", rule="§4")
    task.stage = Stage.WORKING
    task.signed_at = work.now
    stop_clocks(work, task, ClockKind.SIGN)
    if task.kind == Kind.LEAD:
        ticket.signed_at = work.now
        progress.advance(work, ticket, Action.SIGN, unit=task.unit)
    else:
        progress.note(work, ticket, Action.SIGN, unit=task.unit, **aside(task))
    return task


def contact(work: Work, ticket: Ticket, *, way: str, result: str, at: datetime | None = None) -> None:
    """Record the first real talk with the appellant; later talks are recorded too, the first one counts."""
    progress.check(work, ticket, Action.CONTACT)
    task = task_of(work, ticket)
    faults = {}
    if seeing.is_sealed(ticket) and way in BY_NUMBER:
        faults["way"] = "诉求人要求保密，请改用“平台转达”，由热线中心联系"
    if way not in WAYS:
        faults["way"] = f"联系方式应为：{'、'.join(WAYS.values())}"
    if not clean(result):
        faults["result"] = "请写明联系结果"
    moment = at or work.now
    if moment > work.now or moment < task.sent_at:
        faults["at"] = "联系时间应在派单之后、现在之前"
    if faults:
        raise Invalid(faults)
    for each in (task, *_above(work, task)):
        # Who passed it on has talked through the unit it asked.
        each.contacted_at = each.contacted_at or moment
        stop_clocks(work, each, ClockKind.CONTACT)
    ticket.first_contact_at = ticket.first_contact_at or moment
    progress.advance(work, ticket, Action.CONTACT, unit=task.unit, way=way, result=clean(result), at=moment.isoformat())


def report(work: Work, ticket: Ticket, *, text: str) -> None:
    """An interim report; the appellant sees it, the clock runs on."""
    progress.check(work, ticket, Action.PROGRESS)
    task = task_of(work, ticket)
    if not clean(text):
        raise Invalid({"text": "请写明目前的进展"})
    stop_clocks(work, task, ClockKind.INTERIM)
    progress.advance(work, ticket, Action.PROGRESS, unit=task.unit, text=clean(text))


def reply(
    work: Work,
    ticket: Ticket,
    *,
    public: str,
    internal: str = "",
    solved: bool = True,
    facts_true: bool = True,
    why_not: str = "",
    signer: str = "",
) -> None:
    """Submit the unit's result. The lead's goes to review; a co-unit's and a sub-unit's to whoever asked it.

    A unit replies after the units it passed the work on to: it answers for them (handbook §5 Sub-dispatch). The lead
    need not wait for its co-units: they never make it late; closing waits for them (handbook §4).

    Args:
        public: what the appellant will read (公开答复).
        internal: how it was handled (办理情况), for staff only.
        why_not: the reason when it was not solved.
        signer: who signed it a level higher, where rework or supervision wants that (handbook §2).
    """
    task = task_of(work, ticket)
    if task.kind == Kind.LEAD:
        progress.check(work, ticket, Action.REPLY)
    signed = _signature(work, ticket, task, clean(signer)[:60])
    public, internal, why_not = clean(public), clean(internal), clean(why_not)
    faults = {}
    if task.kind == Kind.LEAD and not public:
        faults["public"] = "请填写公开答复，诉求人会看到这段话"
    elif not (public or internal):
        faults["internal"] = "请填写办理结果，交办单位要据此答复"
    if len(public) > 5000:
        faults["public"] = "公开答复最多 5000 字"
    if not solved and not (why_not or internal or public):
        faults["why_not"] = "请说明未能解决的原因"
    if work.rules.supervision.signing and signed == {"unsigned": True}:
        faults["signer"] = "重办和督办工单的结果须由上一级签发，请填写签发领导的姓名和职务"
    if faults:
        raise Invalid(faults)
    if task.stage != Stage.WORKING:
        raise NotNow("请先签收再提交结果", rule="§4")
    if silent := _silent_below(work, task):
        raise NotNow(f"下派的{silent}尚未答复，请等其答复，或先取消下派", rule="§5 Sub-dispatch")
    task.stage = Stage.REPLIED
    task.replied_at = work.now
    task.public_reply, task.internal_reply = public, "\n".join(filter(None, [internal, why_not]))
    task.solved, task.facts_true = solved, facts_true
    stop_clocks(work, task, *deadlines.UNIT_KINDS)
    if task.kind == Kind.LEAD:
        requests.lapse(work, ticket)
    else:
        progress.note(work, ticket, Action.REPLY, unit=task.unit, **aside(task), to=asker_of(work, ticket, task))
        return
    ticket.replied_at = work.now
    ticket.public_reply = public
    clock = deadlines.start(work, ticket, ClockKind.REVIEW)
    ticket.due_at = clock.due_at if clock else ticket.due_at
    progress.advance(work, ticket, Action.REPLY, unit=task.unit, solved=solved, facts_true=facts_true, **signed)


def draft(work: Work, ticket: Ticket, *, public: str = "", internal: str = "") -> None:
    """Write down the result for the unit's approver, who submits it (handbook §2: the handler drafts the reply).

    Nobody outside sees it, and no clock stops. Drafting again replaces it.

    Raises:
        Invalid: nothing was written.
        NotNow: the unit has not signed, or has replied.
    """
    progress.check(work, ticket, Action.DRAFT_REPLY)
    task = task_of(work, ticket)
    public, internal = clean(public), clean(internal)
    if not (public or internal):
        raise Invalid({"internal" if task.kind != Kind.LEAD else "public": "请写明办理结果"})
    if len(public) > 5000:
        raise Invalid({"public": "公开答复最多 5000 字"})
    if task.stage != Stage.WORKING:
        raise NotNow("请先签收再拟写结果；已经答复的不必再拟", rule="§4")
    task.public_reply, task.internal_reply = public, internal
    progress.advance(work, ticket, Action.DRAFT_REPLY, unit=task.unit)


def reader_of(work: Work, ticket: Ticket) -> str | None:
    """Short name of the unit that reads what this person's unit answers; None when that is the centre's reviewer."""
    task = task_of(work, ticket)
    asker = None if task.kind == Kind.LEAD else work.rules.city.units.get(asker_of(work, ticket, task) or "")
    return asker.short_name if asker else None


def _signature(work: Work, ticket: Ticket, task: Assignment, signer: str) -> dict[str, Any]:
    """What the journal keeps of the signature a level higher: rework and supervised tickets want one."""
    if task.kind != Kind.LEAD or (ticket.round == 1 and open_on(work.session, ticket.id) is None):
        return {}
    if not signer and signs_above(work.rules.city, task.unit, work.by):
        signer = work.by.name
    return {"signer": signer} if signer else {"unsigned": True}


def ask_info(work: Work, ticket: Ticket, *, what: str) -> None:
    """Ask the appellant for more; the running clock stands still until the answer (at most twice, handbook §4)."""
    progress.check(work, ticket, Action.ASK_INFO)
    what = clean(what)
    if not what:
        raise Invalid({"what": "请写明需要补充什么"})
    if ticket.info_asked >= work.rules.limits.info.most:
        raise NotNow(f"已要求补充 {ticket.info_asked} 次，不能再要求补充", rule="§4")
    who = work.session.get(Contact, ticket.id)
    if who is None or not who.phone:
        raise NotNow("诉求人没有留联系方式，无法要求补充", rule="§4")
    if ticket.at is State.PROCESSING:
        task = task_of(work, ticket)
        if task.kind != Kind.LEAD:
            raise NotYours("由主办单位要求补充，请联系主办单位", rule="§4")
        deadlines.pause(work, ticket, "等待诉求人补充")
    else:
        deadlines.stop(work, ticket, ClockKind.ACCEPT, ClockKind.DISPATCH)
    ticket.info_asked += 1
    ticket.origin_state = ticket.state
    clock = deadlines.start(work, ticket, ClockKind.INFO_WAIT)
    ticket.due_at = clock.due_at if clock else ticket.due_at
    progress.advance(work, ticket, Action.ASK_INFO, what=what)


def aside(task: Assignment) -> dict[str, Any]:
    """Marks an event of a unit that does not lead."""
    return {"co": True} if task.kind == Kind.CO else {"sub": True}


def _above(work: Work, task: Assignment) -> list[Assignment]:
    """The assignments that this one was passed on from, the nearest first."""
    found: list[Assignment] = []
    while task.parent_id is not None:
        task = work.session.get_one(Assignment, task.parent_id)
        found.append(task)
    return found


def asker_of(work: Work, ticket: Ticket, task: Assignment) -> str | None:
    """Code of the unit that a co-unit's or sub-unit's reply goes to."""
    above = _above(work, task)
    return above[0].unit if above else ticket.lead_unit


def _silent_below(work: Work, task: Assignment) -> str:
    """Names of the units that this one passed the work on to and that have not replied; empty if none."""
    query = select(Assignment.unit).where(
        Assignment.parent_id == task.id, Assignment.stage.in_((Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING))
    )
    city = work.rules.city
    return "、".join(city.unit(code).short_name for code in work.session.scalars(query.order_by(Assignment.id)))


def stop_clocks(work: Work, task: Assignment, *kinds: ClockKind) -> None:
    """Stop these clocks of one unit; those of other units run on."""
    wanted = {kind.value for kind in kinds}
    for clock in running(work.session, task.ticket_id):
        if clock.assignment_id == task.id and clock.kind in wanted:
            clock.stopped_at = work.now
