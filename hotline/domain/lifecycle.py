"""The life of a ticket: one table of legal steps (handbook §4).

The table enforces (:func:`step`), draws the buttons (:func:`open_actions`), draws ``docs/lifecycle.md`` and is walked
by the tests. Guards that need more than the state (limits, reasons, scope) live in the use case of the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.errors import NotNow, NotYours
from hotline.domain.permissions import Actor, Permission, Role


class State(StrEnum):
    """Ticket states; ``label`` is the word on the page."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    NEED_INFO = "NEED_INFO"
    PENDING_DISPATCH = "PENDING_DISPATCH"
    PENDING_SIGN = "PENDING_SIGN"
    PROCESSING = "PROCESSING"
    RETURN_REVIEW = "RETURN_REVIEW"
    COORDINATING = "COORDINATING"
    SUSPENDED = "SUSPENDED"
    REPLY_REVIEW = "REPLY_REVIEW"
    CALLBACK = "CALLBACK"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    MERGED = "MERGED"
    HANDED_OVER = "HANDED_OVER"

    @property
    def label(self) -> str:
        """The word on the page."""
        return _STATE_LABELS[self]

    def words(self, rounds: int = 1) -> str:
        """The UI label; a ticket in its second or later round is 重办中 while it is handled."""
        return "重办中" if self is State.PROCESSING and rounds > 1 else self.label


class Action(StrEnum):
    """Events that move or mark a ticket; ``label`` is the word on the button and in the journal."""

    CREATE = "CREATE"
    SUBMIT = "SUBMIT"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    ASK_INFO = "ASK_INFO"
    SUPPLEMENT = "SUPPLEMENT"
    ANSWER = "ANSWER"
    HANDOVER = "HANDOVER"
    DISPATCH = "DISPATCH"
    SIGN = "SIGN"
    SUB_DISPATCH = "SUB_DISPATCH"
    CONTACT = "CONTACT"
    PROGRESS = "PROGRESS"
    REQ_RETURN = "REQ_RETURN"
    OK_RETURN = "OK_RETURN"
    NO_RETURN = "NO_RETURN"
    REDISPATCH = "REDISPATCH"
    COORDINATE = "COORDINATE"
    DESIGNATE = "DESIGNATE"
    REQ_EXTEND = "REQ_EXTEND"
    OK_EXTEND = "OK_EXTEND"
    NO_EXTEND = "NO_EXTEND"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    REPLY = "REPLY"
    PASS = "PASS"
    FAIL = "FAIL"
    TRY = "TRY"
    RATE = "RATE"
    KEEP = "KEEP"
    LAPSE = "LAPSE"
    REWORK = "REWORK"
    REOPEN = "REOPEN"
    WITHDRAW = "WITHDRAW"
    MERGE = "MERGE"
    UNMERGE = "UNMERGE"
    URGE = "URGE"
    SUPERVISE = "SUPERVISE"
    WARN = "WARN"
    REVIEW_REQUEST = "REVIEW_REQUEST"

    @property
    def label(self) -> str:
        """The word on the page."""
        return _ACTION_LABELS[self]


_STATE_LABELS = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "待受理",
    State.NEED_INFO: "待补充",
    State.PENDING_DISPATCH: "待派单",
    State.PENDING_SIGN: "待签收",
    State.PROCESSING: "办理中",
    State.RETURN_REVIEW: "退单待审",
    State.COORDINATING: "协调中",
    State.SUSPENDED: "已挂起",
    State.REPLY_REVIEW: "待审核",
    State.CALLBACK: "待回访",
    State.CLOSED: "已办结",
    State.REJECTED: "不予受理",
    State.WITHDRAWN: "已撤回",
    State.MERGED: "已并单",
    State.HANDED_OVER: "已移交",
}
_ACTION_LABELS = {
    Action.CREATE: "登记",
    Action.SUBMIT: "提交派单",
    Action.ACCEPT: "受理",
    Action.REJECT: "不予受理",
    Action.ASK_INFO: "要求补充",
    Action.SUPPLEMENT: "补充",
    Action.ANSWER: "直接答复",
    Action.HANDOVER: "移交",
    Action.DISPATCH: "派单",
    Action.SIGN: "签收",
    Action.SUB_DISPATCH: "下派",
    Action.CONTACT: "首次联系",
    Action.PROGRESS: "阶段反馈",
    Action.REQ_RETURN: "申请退单",
    Action.OK_RETURN: "同意退单",
    Action.NO_RETURN: "驳回退单",
    Action.REDISPATCH: "改派",
    Action.COORDINATE: "提交协调",
    Action.DESIGNATE: "指定承办",
    Action.REQ_EXTEND: "申请延期",
    Action.OK_EXTEND: "同意延期",
    Action.NO_EXTEND: "驳回延期",
    Action.SUSPEND: "挂起",
    Action.RESUME: "恢复",
    Action.REPLY: "提交结果",
    Action.PASS: "审核通过",
    Action.FAIL: "退回",
    Action.TRY: "未接通",
    Action.RATE: "回访评价",
    Action.KEEP: "维持办结",
    Action.LAPSE: "到期办结",
    Action.REWORK: "重办",
    Action.REOPEN: "恢复办理",
    Action.WITHDRAW: "撤回",
    Action.MERGE: "并单",
    Action.UNMERGE: "拆单",
    Action.URGE: "催办",
    Action.SUPERVISE: "督办",
    Action.WARN: "预警",
    Action.REVIEW_REQUEST: "申请复核",
}

S, A, P = State, Action, Permission

ENDED = frozenset({S.CLOSED, S.REJECTED, S.WITHDRAWN, S.MERGED, S.HANDED_OVER})
"""States in which nobody has to do anything any more."""
OPEN = frozenset(State) - ENDED
WITHDRAWABLE = frozenset(
    {S.SUBMITTED, S.NEED_INFO, S.PENDING_DISPATCH, S.PENDING_SIGN}
    | {S.PROCESSING, S.RETURN_REVIEW, S.COORDINATING, S.SUSPENDED}
)
WITH_UNIT = frozenset({S.PENDING_SIGN, S.PROCESSING, S.RETURN_REVIEW, S.SUSPENDED})
"""A unit has the ticket in hand and its assignment is active."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: from any of ``sources`` by ``action`` to one of ``targets``."""

    action: Action
    sources: frozenset[State]
    targets: frozenset[State]
    """Empty: the state stays as it is. More than one: the use case chooses."""
    needs: frozenset[Permission]
    """Any one of them suffices; empty when only the appellant or the house may."""
    citizen: bool = False
    house: bool = False
    """Only the house may, by itself (sweeps)."""


def _rule(
    action: Action,
    sources: set[State] | frozenset[State],
    targets: set[State],
    *needs: Permission,
    citizen: bool = False,
    house: bool = False,
) -> Rule:
    return Rule(action, frozenset(sources), frozenset(targets), frozenset(needs), citizen, house)


RULES: tuple[Rule, ...] = (
    _rule(A.SUBMIT, {S.DRAFT}, {S.PENDING_DISPATCH}, P.TICKET_REGISTER),
    _rule(A.ACCEPT, {S.SUBMITTED}, {S.PENDING_DISPATCH}, P.TICKET_ACCEPT, P.TICKET_REGISTER),
    _rule(A.REJECT, {S.DRAFT, S.SUBMITTED}, {S.REJECTED}, P.TICKET_ACCEPT, P.TICKET_REGISTER),
    _rule(A.ASK_INFO, {S.SUBMITTED, S.PENDING_DISPATCH}, {S.NEED_INFO}, P.TICKET_ACCEPT),
    _rule(A.ASK_INFO, {S.PROCESSING}, {S.NEED_INFO}, P.TICKET_SIGN),
    _rule(
        A.SUPPLEMENT,
        {S.NEED_INFO},
        {S.SUBMITTED, S.PENDING_DISPATCH, S.PROCESSING},
        P.TICKET_REGISTER,
        citizen=True,
    ),
    _rule(A.SUPPLEMENT, OPEN - {S.NEED_INFO, S.DRAFT}, set(), P.TICKET_REGISTER, citizen=True),
    _rule(A.ANSWER, {S.DRAFT, S.SUBMITTED}, {S.CLOSED}, P.TICKET_ANSWER),
    _rule(
        A.HANDOVER,
        {S.DRAFT, S.SUBMITTED, S.PENDING_DISPATCH},
        {S.HANDED_OVER},
        P.TICKET_ACCEPT,
        P.TICKET_REGISTER,
    ),
    _rule(A.DISPATCH, {S.PENDING_DISPATCH}, {S.PENDING_SIGN}, P.TICKET_DISPATCH),
    _rule(A.SIGN, {S.PENDING_SIGN}, {S.PROCESSING}, P.TICKET_SIGN),
    _rule(A.SUB_DISPATCH, {S.PROCESSING}, set(), P.TICKET_SIGN),
    _rule(A.CONTACT, {S.PROCESSING}, set(), P.TICKET_HANDLE),
    _rule(A.PROGRESS, {S.PROCESSING}, set(), P.TICKET_HANDLE),
    _rule(A.REQ_RETURN, {S.PENDING_SIGN, S.PROCESSING}, {S.RETURN_REVIEW}, P.TICKET_SIGN),
    _rule(A.OK_RETURN, {S.RETURN_REVIEW}, {S.PENDING_DISPATCH}, P.RETURN_DECIDE),
    _rule(A.NO_RETURN, {S.RETURN_REVIEW}, {S.PROCESSING}, P.RETURN_DECIDE),
    _rule(A.REDISPATCH, {S.PENDING_SIGN, S.PROCESSING}, {S.PENDING_SIGN}, P.TICKET_DISPATCH),
    _rule(A.COORDINATE, {S.PENDING_DISPATCH, S.RETURN_REVIEW}, {S.COORDINATING}, P.TICKET_DISPATCH),
    _rule(A.DESIGNATE, {S.COORDINATING}, {S.PENDING_SIGN}, P.TICKET_SUPERVISE),
    _rule(A.REQ_EXTEND, {S.PROCESSING}, set(), P.TICKET_SIGN),
    _rule(A.OK_EXTEND, {S.PROCESSING}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.NO_EXTEND, {S.PROCESSING}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.SUSPEND, {S.PROCESSING}, {S.SUSPENDED}, P.TICKET_SUPERVISE),
    _rule(A.RESUME, {S.SUSPENDED}, {S.PROCESSING}, P.TICKET_SUPERVISE),
    _rule(A.REPLY, {S.PROCESSING}, {S.REPLY_REVIEW}, P.TICKET_REPLY),
    _rule(A.PASS, {S.REPLY_REVIEW}, {S.CALLBACK, S.CLOSED}, P.TICKET_REVIEW),
    _rule(A.FAIL, {S.REPLY_REVIEW}, {S.PROCESSING}, P.TICKET_REVIEW),
    _rule(A.TRY, {S.CALLBACK}, set(), P.TICKET_CALLBACK),
    _rule(A.RATE, {S.CALLBACK}, {S.CALLBACK, S.CLOSED}, P.TICKET_CALLBACK, citizen=True),
    _rule(A.RATE, {S.CLOSED}, set(), P.TICKET_CALLBACK, citizen=True),
    _rule(A.KEEP, {S.CALLBACK}, {S.CLOSED}, P.TICKET_REVIEW),
    _rule(A.KEEP, {S.CLOSED}, set(), P.TICKET_REVIEW),
    _rule(A.LAPSE, {S.NEED_INFO, S.CALLBACK}, {S.CLOSED}, house=True),
    _rule(A.REWORK, {S.CALLBACK, S.CLOSED}, {S.PENDING_SIGN}, P.TICKET_REVIEW, P.TICKET_SUPERVISE),
    _rule(A.REOPEN, {S.CLOSED, S.REJECTED}, {S.PENDING_DISPATCH}, P.TICKET_REVIEW),
    _rule(A.WITHDRAW, WITHDRAWABLE, {S.WITHDRAWN}, citizen=True),
    _rule(A.MERGE, WITHDRAWABLE, {S.MERGED}, P.TICKET_DISPATCH),
    _rule(A.UNMERGE, {S.MERGED}, {S.PENDING_DISPATCH}, P.TICKET_DISPATCH),
    _rule(A.URGE, OPEN - {S.DRAFT}, set(), P.TICKET_SUPERVISE, P.TICKET_DISPATCH, P.TICKET_REGISTER, citizen=True),
    _rule(A.SUPERVISE, OPEN - {S.DRAFT}, set(), P.TICKET_SUPERVISE),
    _rule(A.WARN, OPEN | {S.CLOSED}, set(), house=True),
    _rule(A.REVIEW_REQUEST, {S.CLOSED}, set(), P.TICKET_REGISTER, citizen=True),
)
"""Every legal step. ``CREATE`` is not here: it begins a ticket, in DRAFT or SUBMITTED."""

_BY_STEP: dict[tuple[State, Action], Rule] = {}
for _each in RULES:
    for _source in _each.sources:
        assert (_source, _each.action) not in _BY_STEP, f"two rules for {_source} × {_each.action}"
        _BY_STEP[_source, _each.action] = _each


def find(state: State, action: Action) -> Rule | None:
    """The row for this pair, or None when the pair is not in the table."""
    return _BY_STEP.get((state, action))


def allows(rule: Rule, by: Actor) -> bool:
    """Whether this person's permissions (not scope) allow the step."""
    if Role.CITIZEN in by.roles:
        return rule.citizen
    if rule.house:
        return Role.SYSTEM in by.roles
    return bool(rule.needs & by.permissions)


def permit(action: Action, by: Actor, rule: Rule | None = None) -> None:
    """Refuse whoever may not take ``action`` by ``rule``, or by any rule when none is given.

    Raises:
        NotYours: the person's roles do not allow it.
    """
    if not any(allows(each, by) for each in ([rule] if rule else [r for r in RULES if r.action is action])):
        raise NotYours(f"您没有“{action.label}”的权限，请联系有权限的人员办理", rule="§2")


def step(state: State, action: Action, by: Actor) -> Rule:
    """The rule for ``action`` in ``state``, for this person.

    Raises:
        NotYours: the person's roles never allow this action.
        NotNow: the action is not in the table for this state; names both.
    """
    rule = find(state, action)
    permit(action, by, rule)
    if rule is None:
        raise NotNow(f"工单当前为“{state.label}”，不能{action.label}", rule="§4")
    return rule


def open_actions(state: State, by: Actor) -> list[Action]:
    """What this person's permissions allow in ``state``, in the table's order."""
    return [r.action for r in RULES if state in r.sources and allows(r, by)]
