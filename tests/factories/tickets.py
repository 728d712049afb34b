"""Tickets brought to any state by the use cases themselves, never by writing a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hotline.domain import lifecycle
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.store import ticket as tickets
from hotline.store.assignment import Assignment, of_ticket
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.person import Person
from hotline.store.ticket import Ticket
from hotline.usecases import access, intake, progress, steps
from tests.factories.actors import (
    AGENT,
    CALLBACK,
    CITIZEN,
    CO,
    CO_UNIT,
    COUNTY,
    DISPATCHER,
    LEAD_UNIT,
    LEADER,
    QA,
    REVIEWER,
    SUB_UNIT,
    SUPERVISOR,
    UNIT,
)
from tests.factories.appeals import CATEGORY, an_appeal
from tests.factories.offices import SetOffice

WHO: dict[Action, Actor] = {
    Action.SUBMIT: AGENT,
    Action.ACCEPT: DISPATCHER,
    Action.REJECT: DISPATCHER,
    Action.ASK_INFO: DISPATCHER,
    Action.SUPPLEMENT: CITIZEN,
    Action.ANSWER: AGENT,
    Action.HANDOVER: DISPATCHER,
    Action.DISPATCH: DISPATCHER,
    Action.SIGN: UNIT,
    Action.CONTACT: UNIT,
    Action.PROGRESS: UNIT,
    Action.RELAY: UNIT,
    Action.REQ_RETURN: UNIT,
    Action.OK_RETURN: DISPATCHER,
    Action.NO_RETURN: DISPATCHER,
    Action.REDISPATCH: DISPATCHER,
    Action.SUB_DISPATCH: COUNTY,
    Action.ADD_UNIT: DISPATCHER,
    Action.DROP_UNIT: UNIT,
    Action.REQ_RELEASE: CO,
    Action.OK_RELEASE: UNIT,
    Action.NO_RELEASE: UNIT,
    Action.ASSIGN: UNIT,
    Action.GRADE: DISPATCHER,
    Action.COMPLEX: SUPERVISOR,
    Action.TERMINATE: SUPERVISOR,
    Action.DECLINE: DISPATCHER,
    Action.COORDINATE: DISPATCHER,
    Action.DESIGNATE: SUPERVISOR,
    Action.REQ_EXTEND: UNIT,
    Action.OK_EXTEND: DISPATCHER,
    Action.NO_EXTEND: DISPATCHER,
    Action.REQ_SUSPEND: UNIT,
    Action.SUSPEND: SUPERVISOR,
    Action.NO_SUSPEND: SUPERVISOR,
    Action.PROLONG: SUPERVISOR,
    Action.RESUME: UNIT,
    Action.DRAFT_REPLY: UNIT,
    Action.REPLY: UNIT,
    Action.PASS: REVIEWER,
    Action.FAIL: REVIEWER,
    Action.TRY: CALLBACK,
    Action.RATE: CITIZEN,
    Action.KEEP: REVIEWER,
    Action.REWORK: REVIEWER,
    Action.REOPEN: REVIEWER,
    Action.WITHDRAW: CITIZEN,
    Action.MERGE: DISPATCHER,
    Action.UNMERGE: DISPATCHER,
    Action.URGE: CITIZEN,
    Action.SUPERVISE: SUPERVISOR,
    Action.ANSWER_SUPERVISION: UNIT,
    Action.FAIL_SUPERVISION: SUPERVISOR,
    Action.END_SUPERVISION: SUPERVISOR,
    Action.INSTRUCT: LEADER,
    Action.REQ_EXCLUDE: UNIT,
    Action.OK_EXCLUDE: QA,
    Action.NO_EXCLUDE: QA,
    Action.REVIEW_REQUEST: CITIZEN,
    Action.TIMED_CALLBACK: AGENT,
    Action.LINK: DISPATCHER,
    Action.CONSENT: CITIZEN,
    Action.JOIN_EVENT: DISPATCHER,
    Action.LEAVE_EVENT: DISPATCHER,
}
"""Who usually takes an action."""

HANDLER = "handler1"
"""Account of :func:`a_handler`."""

FIELDS: dict[Action, dict[str, Any]] = {
    Action.ACCEPT: {"type": "COMPLAINT", "category": CATEGORY},
    Action.REJECT: {"reason": "JUDICIAL"},
    Action.ASK_INFO: {"what": "具体楼栋"},
    Action.SUPPLEMENT: {"text": "在3号楼旁边"},
    Action.ANSWER: {"text": "可以在办事大厅办理"},
    Action.HANDOVER: {"target": "350100-T110"},
    Action.DISPATCH: {"unit": LEAD_UNIT},
    Action.CONTACT: {"result": "已电话联系"},
    Action.PROGRESS: {"text": "已派人到现场"},
    Action.RELAY: {"words": "请问垃圾堆在哪一侧"},
    Action.REQ_RETURN: {"reason": "NOT_DUTY", "basis": "职责清单第三条"},
    Action.REQ_RETURN: {"reason": "NOT_DUTY", "basis": "职责清单第三条", "phoned": "yes"},
    Action.OK_RETURN: {"opinion": "同意"},
    Action.NO_RETURN: {"opinion": "属本单位职责"},
    Action.REDISPATCH: {"unit": "350103-CGW", "cause": "派错辖区"},
    Action.SUB_DISPATCH: {"units": [SUB_UNIT], "words": "请到现场处理"},
    Action.ADD_UNIT: {"units": [CO_UNIT], "words": "请协助查看现场"},
    Action.DROP_UNIT: {"unit": CO_UNIT, "cause": "不再需要协办"},
    Action.REQ_RELEASE: {"why": "该路段不在本辖区"},
    Action.OK_RELEASE: {"opinion": "情况属实"},
    Action.NO_RELEASE: {"opinion": "该路段由你单位管养"},
    Action.ASSIGN: {"handler": HANDLER},
    Action.GRADE: {"urgency": "URGENT", "words": "多人反映"},
    Action.COMPLEX: {"words": "涉及多个单位和现场鉴定"},
    Action.TERMINATE: {"words": "与原答复相比没有新的事实"},
    Action.DECLINE: {"opinion": "有新的照片，应当受理"},
    Action.COORDINATE: {"why": "两个单位都认为不归自己"},
    Action.DESIGNATE: {"unit": LEAD_UNIT, "minutes_no": "协调纪要〔2026〕7号", "minutes": "由街面管理单位主办"},
    Action.DRAFT_REPLY: {"public": "垃圾已清运", "internal": "现场已核实"},
    Action.REPLY: {"public": "垃圾已清运完毕", "internal": "已现场核实"},
    Action.FAIL: {"opinion": "没有说明清运时间"},
    Action.RATE: {"solved": "S", "score": 5, "reason": "result"},
    Action.KEEP: {"opinion": "诉求已依法处理"},
    Action.REWORK: {"ground": "确未解决"},
    Action.URGE: {"words": "请快一点"},
    Action.SUPERVISE: {"words": "请三日内办结"},
    Action.ANSWER_SUPERVISION: {"text": "已约谈物业并清运", "signer": "陈立 副局长"},
    Action.FAIL_SUPERVISION: {"opinion": "没有说明整改时限"},
    Action.END_SUPERVISION: {"opinion": "同意"},
    Action.INSTRUCT: {"words": "请区里抓紧解决"},
    Action.REQ_EXCLUDE: {"reason": "UNTRUE", "evidence": "现场照片显示已清运"},
    Action.OK_EXCLUDE: {"opinion": "证据充分"},
    Action.NO_EXCLUDE: {"opinion": "证据不足"},
    Action.REVIEW_REQUEST: {"words": "没有清理干净"},
    Action.REQ_EXTEND: {"reason": "WORKS", "days": "3", "words": "吊车要等两天"},
    Action.OK_EXTEND: {"opinion": "同意"},
    Action.NO_EXTEND: {"opinion": "请在原时限内办结"},
    Action.REQ_SUSPEND: {"reason": "LEGAL_PROCEDURE", "until": "2026-12-01", "words": "等检测报告"},
    Action.SUSPEND: {"reason": "LEGAL_PROCEDURE", "until": "2026-12-01", "words": "等检测报告"},
    Action.PROLONG: {"until": "2026-12-15", "words": "已到现场核对进度"},
    Action.NO_SUSPEND: {"opinion": "检测不影响清运"},
    Action.MERGE: {"ground": "同一人同一事项"},
    Action.UNMERGE: {"ground": "不是同一处"},
    Action.LINK: {},
    Action.CONSENT: {"agreed": "yes"},
    Action.JOIN_EVENT: {},
    Action.LEAVE_EVENT: {"ground": "不是同一处"},
    Action.TIMED_CALLBACK: {"question": "补贴何时到账"},
    Action.REOPEN: {"ground": "复核成立"},
}
"""Fields with which an action is taken when the test does not care."""

A = Action
ROADS: dict[State, tuple[State, tuple[Action, ...]]] = {
    State.DRAFT: (State.DRAFT, ()),
    State.SUBMITTED: (State.SUBMITTED, ()),
    State.NEED_INFO: (State.SUBMITTED, (A.ASK_INFO,)),
    State.PENDING_DISPATCH: (State.PENDING_DISPATCH, ()),
    State.PENDING_SIGN: (State.PENDING_DISPATCH, (A.DISPATCH,)),
    State.PROCESSING: (State.PENDING_SIGN, (A.SIGN,)),
    State.RETURN_REVIEW: (State.PENDING_SIGN, (A.REQ_RETURN,)),
    State.COORDINATING: (State.PENDING_DISPATCH, (A.COORDINATE,)),
    State.SUSPENDED: (State.PROCESSING, (A.SUSPEND,)),
    State.REPLY_REVIEW: (State.PROCESSING, (A.CONTACT, A.REPLY)),
    State.CALLBACK: (State.REPLY_REVIEW, (A.PASS,)),
    State.CLOSED: (State.CALLBACK, (A.RATE,)),
    State.REJECTED: (State.SUBMITTED, (A.REJECT,)),
    State.WITHDRAWN: (State.SUBMITTED, (A.WITHDRAW,)),
    State.MERGED: (State.PENDING_DISPATCH, (A.MERGE,)),
    State.HANDED_OVER: (State.SUBMITTED, (A.HANDOVER,)),
}
"""How a state is reached: from an earlier one, by these actions."""


def take(office: SetOffice, **given: Any) -> str:
    """A new ticket from :func:`an_appeal`; by phone when the channel says so, else by the citizen. Its number."""
    draft = given.pop("draft", False)
    by = given.pop("by", None)
    appeal = an_appeal(**given)
    with office.begin(by or (AGENT if draft or appeal.channel == "phone" else CITIZEN)) as work:
        return intake.take(work, appeal, draft=draft).ticket.no


def act(office: SetOffice, no: str, action: Action, *, by: Actor | None = None, **fields: Any) -> Ticket:
    """Take the action as its usual actor, with its usual fields where none are given; the ticket as it is then."""
    who = by or WHO[action]
    fields = _partner(office, no, action, who, fields) | fields
    with office.begin(who) as work:
        found = tickets.by_no(work.session, no, lock=True) if Role.CITIZEN in who.roles else access.staff(work, no)
        assert found is not None, f"no ticket {no}"
        if action in steps.HANDLERS:
            steps.take(work, found, action, FIELDS.get(action, {}) | fields)
        else:
            progress.advance(work, found, action)
        return found


def _partner(office: SetOffice, no: str, action: Action, who: Actor, fields: dict[str, Any]) -> dict[str, str]:
    """Another ticket of the same person, where a legal step joins two and the test does not say which."""
    name = {Action.MERGE: "master", Action.LINK: "other", Action.JOIN_EVENT: "beside"}.get(action)
    rule = lifecycle.find(seen(office, no).at, action) if name and name not in fields else None
    if name is None or rule is None or not lifecycle.allows(rule, who):
        return {}
    with office.begin() as work:
        phone = work.sealer.open(work.session.get_one(Contact, seen(office, no).id).phone)
    return {name: take(office, content="门口的装修垃圾还在，请快些清走", channel="web", phone=phone)}


def walk(office: SetOffice, no: str, *actions: Action) -> Ticket:
    """Take these actions one after the other."""
    assert actions, "name at least one action"
    for action in actions:
        done = act(office, no, action)
    return done


def a_ticket(office: SetOffice, state: State = State.SUBMITTED, **given: Any) -> str:
    """A ticket brought to ``state`` by its usual road; its number."""
    start, actions = ROADS[state]
    if start is state:
        channel = "phone" if state in (State.DRAFT, State.PENDING_DISPATCH) else "web"
        return take(office, **{"channel": channel, "draft": state is State.DRAFT} | given)
    no = a_ticket(office, start, **given)
    for action in actions:
        act(office, no, action)
    return no


def seen(office: SetOffice, no: str) -> Ticket:
    """The ticket as it is in the database now."""
    with office.begin() as work:
        found = tickets.by_no(work.session, no)
        assert found is not None, f"no ticket {no}"
        return found


def assignments(office: SetOffice, no: str) -> list[Assignment]:
    """The ticket's assignments, oldest first."""
    with office.begin() as work:
        return of_ticket(work.session, seen(office, no).id)


def clocks(office: SetOffice, no: str, kind: ClockKind) -> list[Clock]:
    """The ticket's clocks of one kind, oldest first."""
    with office.begin() as work:
        query = select(Clock).join(Ticket, Ticket.id == Clock.ticket_id).order_by(Clock.id)
        return list(work.session.scalars(query.where(Ticket.no == no, Clock.kind == kind.value)))


def a_handler(office: SetOffice, username: str = HANDLER, *, unit: str = LEAD_UNIT, **given: Any) -> Person:
    """An account of somebody who handles tickets in a unit."""
    usual = {"name": "承办人小陈", "roles": [Role.UNIT_HANDLER.value], "active": True, "failures": 0}
    with office.begin() as work:
        person = Person(username=username, unit=unit, password_hash="", created_at=work.now, **usual | given)
        work.session.add(person)
        work.session.flush()
        return person


def answered_before(office: SetOffice, **given: Any) -> str:
    """A ticket of the same person and matter with a final answer; its number."""
    return a_ticket(office, State.CLOSED, **given)
