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

    label: str
    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待受理"
    NEED_INFO = "NEED_INFO", "待补充"
    PENDING_DISPATCH = "PENDING_DISPATCH", "待派单"
    PENDING_SIGN = "PENDING_SIGN", "待签收"
    PROCESSING = "PROCESSING", "办理中"
    RETURN_REVIEW = "RETURN_REVIEW", "退单待审"
    COORDINATING = "COORDINATING", "协调中"
    SUSPENDED = "SUSPENDED", "已挂起"
    REPLY_REVIEW = "REPLY_REVIEW", "待审核"
    CALLBACK = "CALLBACK", "待回访"
    CLOSED = "CLOSED", "已办结"
    REJECTED = "REJECTED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    MERGED = "MERGED", "已并单"
    HANDED_OVER = "HANDED_OVER", "已移交"

    def __new__(cls, code: str, label: str = "") -> State:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    def words(self, rounds: int = 1) -> str:
        """The UI label; a ticket in its second or later round is 重办中 while it is handled."""
        return "重办中" if self is State.PROCESSING and rounds > 1 else self.label


class Action(StrEnum):
    """Events that move or mark a ticket; ``label`` is the word on the button and in the journal."""

    label: str
    CREATE = "CREATE", "登记"
    SUBMIT = "SUBMIT", "提交派单"
    ACCEPT = "ACCEPT", "受理"
    REJECT = "REJECT", "不予受理"
    ASK_INFO = "ASK_INFO", "要求补充"
    SUPPLEMENT = "SUPPLEMENT", "补充"
    ANSWER = "ANSWER", "直接答复"
    TIMED_CALLBACK = "TIMED_CALLBACK", "限时回访"
    HANDOVER = "HANDOVER", "移交"
    DISPATCH = "DISPATCH", "派单"
    SIGN = "SIGN", "签收"
    SUB_DISPATCH = "SUB_DISPATCH", "下派"
    ADD_UNIT = "ADD_UNIT", "加派"
    DROP_UNIT = "DROP_UNIT", "取消协办"
    REQ_RELEASE = "REQ_RELEASE", "申请交回"
    OK_RELEASE = "OK_RELEASE", "同意交回"
    NO_RELEASE = "NO_RELEASE", "不同意交回"
    ASSIGN = "ASSIGN", "指派承办人"
    TRANSFER = "TRANSFER", "承办移转"
    CONTACT = "CONTACT", "首次联系"
    PROGRESS = "PROGRESS", "阶段反馈"
    RELAY = "RELAY", "平台转达"
    REQ_RETURN = "REQ_RETURN", "申请退单"
    OK_RETURN = "OK_RETURN", "同意退单"
    NO_RETURN = "NO_RETURN", "驳回退单"
    REDISPATCH = "REDISPATCH", "改派"
    COORDINATE = "COORDINATE", "提交协调"
    DESIGNATE = "DESIGNATE", "指定承办"
    REQ_EXTEND = "REQ_EXTEND", "申请延期"
    OK_EXTEND = "OK_EXTEND", "同意延期"
    NO_EXTEND = "NO_EXTEND", "驳回延期"
    REQ_SUSPEND = "REQ_SUSPEND", "申请挂起"
    SUSPEND = "SUSPEND", "挂起"
    NO_SUSPEND = "NO_SUSPEND", "驳回挂起"
    PROLONG = "PROLONG", "挂起复核"
    RESUME = "RESUME", "恢复"
    RECOMPUTE = "RECOMPUTE", "重算时限"
    COMPLEX = "COMPLEX", "认定复杂"
    GRADE = "GRADE", "变更等级"
    DRAFT_REPLY = "DRAFT_REPLY", "拟写结果"
    REPLY = "REPLY", "提交结果"
    PASS = "PASS", "审核通过"
    FAIL = "FAIL", "退回"
    TRY = "TRY", "未接通"
    RATE = "RATE", "回访评价"
    KEEP = "KEEP", "维持办结"
    LAPSE = "LAPSE", "到期办结"
    REWORK = "REWORK", "重办"
    REOPEN = "REOPEN", "恢复办理"
    TERMINATE = "TERMINATE", "终结办理"
    PROPOSE = "PROPOSE", "提请确认"
    DECLINE = "DECLINE", "不同意提请"
    WITHDRAW = "WITHDRAW", "撤回"
    MERGE = "MERGE", "并单"
    UNMERGE = "UNMERGE", "拆单"
    LINK = "LINK", "关联"
    CONSENT = "CONSENT", "公开意愿"
    JOIN_EVENT = "JOIN_EVENT", "归入事件"
    LEAVE_EVENT = "LEAVE_EVENT", "移出事件"
    URGE = "URGE", "催办"
    SUPERVISE = "SUPERVISE", "督办"
    ANSWER_SUPERVISION = "ANSWER_SUPERVISION", "督办答复"
    FAIL_SUPERVISION = "FAIL_SUPERVISION", "督办退回"
    END_SUPERVISION = "END_SUPERVISION", "督办办结"
    INSTRUCT = "INSTRUCT", "批示"
    WARN = "WARN", "预警"
    REVIEW_REQUEST = "REVIEW_REQUEST", "申请复核"
    REQ_EXCLUDE = "REQ_EXCLUDE", "申请剔除"
    OK_EXCLUDE = "OK_EXCLUDE", "同意剔除"
    NO_EXCLUDE = "NO_EXCLUDE", "驳回剔除"

    def __new__(cls, code: str, label: str = "") -> Action:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


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
HELPED = frozenset({S.PENDING_SIGN, S.PROCESSING, S.REPLY_REVIEW})
"""Co-units and sub-units may be at work; what they owe ends with what the lead owes, or before closing."""
ADDABLE = (OPEN - {S.DRAFT}) | {S.MERGED, S.CLOSED, S.REJECTED}
"""States in which the appellant may add something; after the end it lands with the reviewer, for some days."""

PROPOSABLE = frozenset({S.DRAFT, S.SUBMITTED, S.PENDING_DISPATCH, S.PROCESSING, S.COORDINATING, S.CALLBACK})
"""States in which some step needs two people; the first one's proposal is kept."""


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
    _rule(A.SUPPLEMENT, ADDABLE - {S.NEED_INFO}, set(), P.TICKET_REGISTER, citizen=True),
    _rule(A.ANSWER, {S.DRAFT, S.SUBMITTED}, {S.CLOSED}, P.TICKET_ANSWER),
    _rule(A.TIMED_CALLBACK, {S.DRAFT, S.SUBMITTED}, {S.SUBMITTED}, P.TICKET_ANSWER),
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
    _rule(A.ADD_UNIT, {S.PENDING_SIGN, S.PROCESSING}, set(), P.TICKET_SIGN, P.TICKET_DISPATCH),
    _rule(A.DROP_UNIT, HELPED, set(), P.TICKET_SIGN, P.TICKET_DISPATCH),
    _rule(A.REQ_RELEASE, HELPED, set(), P.TICKET_SIGN),
    _rule(A.OK_RELEASE, HELPED, set(), P.TICKET_SIGN, P.TICKET_DISPATCH),
    _rule(A.NO_RELEASE, HELPED, set(), P.TICKET_SIGN, P.TICKET_DISPATCH),
    _rule(A.ASSIGN, {S.PROCESSING}, set(), P.TICKET_SIGN),
    _rule(A.TRANSFER, OPEN - {S.DRAFT}, set(), house=True),
    _rule(A.CONTACT, {S.PROCESSING}, set(), P.TICKET_HANDLE),
    _rule(A.PROGRESS, {S.PROCESSING}, set(), P.TICKET_HANDLE),
    _rule(A.RELAY, {S.PROCESSING, S.SUSPENDED}, set(), P.TICKET_HANDLE, P.TICKET_CALLBACK, P.TICKET_REGISTER),
    _rule(A.REQ_RETURN, {S.PENDING_SIGN, S.PROCESSING}, {S.RETURN_REVIEW}, P.TICKET_SIGN),
    _rule(A.OK_RETURN, {S.RETURN_REVIEW}, {S.PENDING_DISPATCH}, P.RETURN_DECIDE),
    _rule(A.NO_RETURN, {S.RETURN_REVIEW}, {S.PROCESSING}, P.RETURN_DECIDE),
    _rule(A.REDISPATCH, {S.PENDING_SIGN, S.PROCESSING}, {S.PENDING_SIGN}, P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.COORDINATE, {S.PENDING_DISPATCH, S.RETURN_REVIEW}, {S.COORDINATING}, P.TICKET_DISPATCH),
    _rule(A.DESIGNATE, {S.COORDINATING}, {S.PENDING_SIGN}, P.TICKET_SUPERVISE),
    _rule(A.REQ_EXTEND, {S.PROCESSING}, set(), P.TICKET_SIGN),
    _rule(A.OK_EXTEND, {S.PROCESSING}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.NO_EXTEND, {S.PROCESSING}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.REQ_SUSPEND, {S.PROCESSING}, set(), P.TICKET_SIGN),
    _rule(A.SUSPEND, {S.PROCESSING}, {S.SUSPENDED}, P.TICKET_SUPERVISE),
    _rule(A.PROLONG, {S.SUSPENDED}, set(), P.TICKET_SUPERVISE),
    _rule(A.NO_SUSPEND, {S.PROCESSING}, set(), P.TICKET_SUPERVISE),
    _rule(A.RESUME, {S.SUSPENDED}, {S.PROCESSING}, P.TICKET_SIGN, P.TICKET_SUPERVISE),
    _rule(A.RECOMPUTE, frozenset(State), set(), house=True),
    _rule(A.COMPLEX, {S.PENDING_SIGN, S.PROCESSING}, set(), P.TICKET_SUPERVISE),
    _rule(
        A.GRADE,
        OPEN - {S.DRAFT, S.REPLY_REVIEW, S.CALLBACK},
        set(),
        P.TICKET_REGISTER,
        P.TICKET_DISPATCH,
        P.TICKET_SIGN,
        P.TICKET_HANDLE,
        P.TICKET_SUPERVISE,
    ),
    _rule(A.DRAFT_REPLY, {S.PROCESSING}, set(), P.TICKET_HANDLE),
    _rule(A.REPLY, {S.PROCESSING}, {S.REPLY_REVIEW}, P.TICKET_REPLY),
    _rule(A.PASS, {S.REPLY_REVIEW}, {S.CALLBACK, S.CLOSED}, P.TICKET_REVIEW),
    _rule(A.FAIL, {S.REPLY_REVIEW}, {S.PROCESSING}, P.TICKET_REVIEW),
    _rule(A.TRY, {S.CALLBACK}, set(), P.TICKET_CALLBACK),
    _rule(A.RATE, {S.CALLBACK}, {S.CALLBACK, S.CLOSED}, P.TICKET_CALLBACK, citizen=True),
    _rule(A.RATE, {S.CLOSED, S.MERGED}, set(), P.TICKET_CALLBACK, citizen=True),
    _rule(A.KEEP, {S.CALLBACK}, {S.CALLBACK, S.CLOSED}, P.TICKET_REVIEW),
    _rule(A.KEEP, {S.CLOSED, S.REJECTED}, set(), P.TICKET_REVIEW),
    _rule(A.LAPSE, {S.NEED_INFO, S.CALLBACK}, {S.CLOSED}, house=True),
    _rule(A.REWORK, {S.CALLBACK, S.CLOSED}, {S.PENDING_SIGN}, P.TICKET_REVIEW, P.TICKET_SUPERVISE),
    _rule(A.REOPEN, {S.CLOSED, S.REJECTED}, {S.PENDING_DISPATCH}, P.TICKET_REVIEW),
    _rule(
        A.TERMINATE,
        {S.SUBMITTED, S.PENDING_DISPATCH, S.PROCESSING, S.COORDINATING, S.CALLBACK},
        {S.CLOSED},
        P.TICKET_DISPATCH,
        P.TICKET_SUPERVISE,
    ),
    _rule(A.PROPOSE, PROPOSABLE, set(), P.TICKET_REGISTER, P.TICKET_ACCEPT, P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.DECLINE, PROPOSABLE, set(), P.TICKET_REGISTER, P.TICKET_ACCEPT, P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.WITHDRAW, WITHDRAWABLE, {S.WITHDRAWN}, citizen=True),
    _rule(A.MERGE, WITHDRAWABLE, {S.MERGED}, P.TICKET_DISPATCH),
    _rule(A.UNMERGE, {S.MERGED}, {S.PENDING_DISPATCH}, P.TICKET_DISPATCH),
    _rule(A.LINK, frozenset(State), set(), P.TICKET_REGISTER, P.TICKET_DISPATCH),
    _rule(A.CONSENT, frozenset(State) - {S.DRAFT}, set(), citizen=True),
    _rule(A.JOIN_EVENT, OPEN - {S.DRAFT}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(A.LEAVE_EVENT, OPEN - {S.DRAFT}, set(), P.TICKET_DISPATCH, P.TICKET_SUPERVISE),
    _rule(
        A.URGE,
        (OPEN - {S.DRAFT}) | {S.MERGED},
        set(),
        P.TICKET_SUPERVISE,
        P.TICKET_DISPATCH,
        P.TICKET_REGISTER,
        citizen=True,
    ),
    _rule(A.SUPERVISE, OPEN - {S.DRAFT}, set(), P.SUPERVISION),
    _rule(A.ANSWER_SUPERVISION, WITH_UNIT | {S.REPLY_REVIEW, S.CALLBACK}, set(), P.TICKET_REPLY),
    _rule(A.FAIL_SUPERVISION, WITH_UNIT | {S.REPLY_REVIEW, S.CALLBACK}, set(), P.SUPERVISION),
    _rule(A.END_SUPERVISION, OPEN - {S.DRAFT}, set(), P.SUPERVISION),
    _rule(A.INSTRUCT, OPEN - {S.DRAFT}, set(), P.INSTRUCT),
    _rule(A.WARN, OPEN | {S.CLOSED}, set(), house=True),
    _rule(A.REVIEW_REQUEST, {S.CLOSED}, set(), P.TICKET_REGISTER, citizen=True),
    _rule(A.REQ_EXCLUDE, {S.CLOSED}, set(), P.TICKET_SIGN),
    _rule(A.OK_EXCLUDE, {S.CLOSED}, set(), P.EXCLUSION_DECIDE),
    _rule(A.NO_EXCLUDE, {S.CLOSED}, set(), P.EXCLUSION_DECIDE),
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
