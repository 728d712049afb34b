"""What can be done on a ticket now, as forms: drawn by ``tickets/_actions.html`` on whatever page includes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from secrets import token_hex

from wtforms import SelectField

from hotline.domain.city import City
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, Refused, Stale
from hotline.domain.lifecycle import Action, State
from hotline.read.story import Line
from hotline.read.ticket_page import TicketPage
from web.refusals import Problem, problem_of
from web.tickets.form_base import StepForm
from web.tickets.forms import FORMS, DispatchForm

A, S = Action, State

FIRST: dict[State, tuple[Action, ...]] = {
    S.DRAFT: (A.SUBMIT,),
    S.SUBMITTED: (A.ACCEPT,),
    S.NEED_INFO: (A.SUPPLEMENT,),
    S.PENDING_DISPATCH: (A.DISPATCH, A.COORDINATE),
    S.PENDING_SIGN: (A.SIGN,),
    S.PROCESSING: (A.CONTACT, A.REPLY, A.DRAFT_REPLY),
    S.RETURN_REVIEW: (A.OK_RETURN, A.NO_RETURN),
    S.COORDINATING: (A.DESIGNATE,),
    S.REPLY_REVIEW: (A.PASS, A.REPLY),
    S.CALLBACK: (A.RATE, A.REWORK),
}
"""What one usually does next, the likeliest first."""

SELDOM = frozenset(
    {
        A.REQ_RETURN,
        A.REQ_RELEASE,
        A.REQ_EXTEND,
        A.REQ_SUSPEND,
        A.ASK_INFO,
        A.ADD_UNIT,
        A.DROP_UNIT,
        A.GRADE,
        A.COMPLEX,
        A.TERMINATE,
    }
    | {A.LINK, A.JOIN_EVENT, A.LEAVE_EVENT, A.URGE}
)
"""What is not done to most tickets: folded away together where there is much to choose from."""
MANY = 5
"""So many steps are read at a glance; with more, the seldom ones are folded away."""

WORDS = {
    A.SUBMIT: "提交派单",
    A.CONTACT: "记录联系",
    A.PROGRESS: "写阶段反馈",
    A.REPLY: "提交结果",
    A.RATE: "记录评价",
    A.SUPPLEMENT: "追加补充",
    A.TRY: "没有接通",
    A.FAIL: "退回补正",
    A.ANSWER_SUPERVISION: "答复督办",
    A.FAIL_SUPERVISION: "退回督办答复",
    A.END_SUPERVISION: "办结督办",
    A.ADD_UNIT: "加派协办单位",
    A.DROP_UNIT: "取消协办或下派",
}
"""Where a button says more than the event's name."""

DONE = {
    A.SIGN: "已签收",
    A.DISPATCH: "已派单",
    A.REDISPATCH: "已改派",
    A.SUB_DISPATCH: "已下派",
    A.ADD_UNIT: "已加派协办单位",
    A.DROP_UNIT: "已取消",
    A.REQ_RELEASE: "已申请交回，等待交办单位决定",
    A.OK_RELEASE: "已同意交回",
    A.NO_RELEASE: "已答复不同意交回",
    A.ASSIGN: "已指派承办人",
    A.GRADE: "已变更等级",
    A.COMPLEX: "已认定复杂",
    A.TERMINATE: "已记录",
    A.DECLINE: "已记录不同意",
    A.COORDINATE: "已提交协调",
    A.DESIGNATE: "已指定承办单位",
    A.ACCEPT: "已受理",
    A.REJECT: "已记录不予受理",
    A.ASK_INFO: "已请诉求人补充",
    A.SUPPLEMENT: "已追加补充",
    A.ANSWER: "已答复并办结",
    A.HANDOVER: "已移交",
    A.CONTACT: "已记录联系",
    A.PROGRESS: "已发出阶段反馈",
    A.RELAY: "已请平台转达",
    A.REQ_RETURN: "已申请退单，等待派单员审定",
    A.OK_RETURN: "已同意退单",
    A.NO_RETURN: "已驳回退单",
    A.REPLY: "已提交，等待审核",
    A.DRAFT_REPLY: "已拟好，等待单位审核人提交",
    A.PASS: "已审核通过",
    A.FAIL: "已退回补正",
    A.TRY: "已记录未接通",
    A.RATE: "已记录评价",
    A.KEEP: "已维持办结",
    A.REWORK: "已要求重办",
    A.REQ_EXCLUDE: "已申请剔除，等待质检员审定",
    A.OK_EXCLUDE: "已同意剔除",
    A.NO_EXCLUDE: "已驳回剔除",
    A.URGE: "已催办",
    A.SUPERVISE: "已发出督办",
    A.INSTRUCT: "批示已发出，由督办员跟踪到答复",
    A.ANSWER_SUPERVISION: "督办答复已提交",
    A.FAIL_SUPERVISION: "已退回督办答复",
    A.END_SUPERVISION: "督办已办结",
    A.REQ_EXTEND: "已申请延期，等待审核",
    A.OK_EXTEND: "已同意延期，诉求人会收到短信",
    A.NO_EXTEND: "已驳回延期",
    A.REQ_SUSPEND: "已申请挂起，等待督办员审核",
    A.SUSPEND: "已挂起，诉求人会收到短信",
    A.NO_SUSPEND: "已驳回挂起",
    A.PROLONG: "已复核，继续挂起",
    A.RESUME: "已恢复办理",
    A.MERGE: "已并入主单",
    A.UNMERGE: "已拆开，工单在待派单里",
    A.LINK: "已关联",
    A.JOIN_EVENT: "已归入事件",
    A.LEAVE_EVENT: "已移出事件",
    A.TIMED_CALLBACK: "已约定限时回访",
    A.REOPEN: "已恢复办理，工单在待派单里",
}
"""What is said after it was done."""

STAYS = frozenset(
    {A.SIGN, A.CONTACT, A.PROGRESS, A.RELAY, A.SUPPLEMENT, A.URGE, A.SUPERVISE, A.INSTRUCT, A.FAIL_SUPERVISION}
    | {A.SUB_DISPATCH, A.ADD_UNIT, A.DROP_UNIT, A.GRADE, A.COMPLEX, A.LINK}
    | {A.JOIN_EVENT, A.LEAVE_EVENT}
    | {A.REQ_EXTEND, A.REQ_SUSPEND, A.PROLONG, A.RESUME, A.OK_RELEASE, A.NO_RELEASE, A.ANSWER_SUPERVISION}
)
"""Steps after which the ticket is still in the same hands."""

WATCHING = frozenset({A.SUPERVISE, A.INSTRUCT, A.END_SUPERVISION})
"""Who may do one of these watches over others' work; where nothing else is theirs, that comes first."""

SERIOUS = {
    A.REJECT: "确定不予受理？诉求人会收到短信",
    A.HANDOVER: "确定移交？工单将就此结束",
    A.ANSWER: "确定直接答复并办结？",
    A.KEEP: "确定维持办结？",
    A.MERGE: "确定并单？本单将随主单办理",
}
"""Steps that end something: asked once more."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that was refused: its form as it was filled in, and why."""

    action: Action
    form: StepForm
    problem: Problem
    stale: bool = False
    newer: tuple[Line, ...] = ()
    """What happened on the ticket since the form was drawn."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done now."""

    action: Action
    label: str
    form: StepForm
    first: bool
    problem: Problem | None = None
    confirm: str = ""
    seldom: bool = False
    """Folded away with its like."""

    @property
    def bare(self) -> bool:
        """Nothing to fill in: one button."""
        return not self.form.shown


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that can be done now, the usual one first."""

    steps: tuple[Step, ...]
    attempt: Attempt | None = None
    orphan: bool = False
    """What was attempted can't be done any more; its text is shown to be copied."""
    proposals: tuple[dict[str, object], ...] = field(default=())
    group: str = field(default_factory=lambda: token_hex(4))
    """Joins the steps of which one is open; not the group of the block they replace: a browser would close the new."""

    @property
    def daily(self) -> tuple[Step, ...]:
        """What stands open to hand."""
        return tuple(step for step in self.steps if not step.seldom)

    @property
    def seldom(self) -> tuple[Step, ...]:
        """What stands folded under 更多."""
        return tuple(step for step in self.steps if step.seldom)


def attempt_of(action: Action, form: StepForm, refusal: Refused, newer: tuple[Line, ...]) -> Attempt:
    """The refused step; the sentences of an :class:`Invalid` go under their fields."""
    if isinstance(refusal, Invalid):
        for name, words in refusal.fields.items():
            if name in form:
                field = form[name]
                # A list that stands before one's eyes is not told again.
                field.errors = [f"请选择{field.label.text}" if type(field) is SelectField and not field.data else words]
    return Attempt(action, form, problem_of(refusal), isinstance(refusal, Stale), newer)


def steps_of(
    ticket: TicketPage,
    city: City,
    attempt: Attempt | None = None,
    *,
    only: Collection[str] = (),
    way_on: str = "",
    stay: str = "",
) -> Steps:
    """The steps open on ``ticket``, drawn as forms.

    Args:
        only: codes of the actions wanted here; empty: all.
        way_on: path to go to once a step is done; empty: the ticket's page.
        stay: path to go to after a step that leaves the ticket where it is; empty: as ``way_on``.
    """
    usual = [action for action in FIRST.get(ticket.state, ()) if action in ticket.actions]
    if ticket.state is S.CALLBACK and ticket.rework_wanted:
        usual = [action for action in (A.REWORK, A.KEEP) if action in ticket.actions]
    if ticket.state is S.PROCESSING and ticket.contacted:
        usual = [action for action in (A.REPLY, A.DRAFT_REPLY, A.PROGRESS, A.CONTACT) if action in ticket.actions]
    if ticket.appellant.sealed and A.CONTACT in usual and not ticket.contacted:
        usual = [action for action in (A.RELAY, *usual) if action in ticket.actions]
    if A.SIGN in ticket.actions:  # also by a unit beside or below the one that handles it already
        usual = [A.SIGN, *(action for action in usual if action is not A.SIGN)]
    if ticket.state is S.SUBMITTED and any(clock.kind == ClockKind.TIMED_CALLBACK.value for clock in ticket.clocks):
        usual = [action for action in (A.ANSWER, *usual) if action in ticket.actions]
    # A request that the unit waits with comes first.
    deciding = (A.OK_EXTEND, A.NO_EXTEND, A.SUSPEND, A.NO_SUSPEND) if ticket.asked else ()
    asked = [action for action in (*deciding, A.OK_RELEASE, A.NO_RELEASE) if action in ticket.actions]
    usual = [*asked, *(action for action in usual if action not in asked)]
    if not usual and WATCHING & set(ticket.actions):
        usual = [action for action in (A.SUPERVISE, A.INSTRUCT, A.URGE, A.END_SUPERVISION) if action in ticket.actions]
    # What is under supervision is answered and judged before anything else.
    pressing = [a for a in (A.ANSWER_SUPERVISION, A.END_SUPERVISION, A.FAIL_SUPERVISION) if a in ticket.actions]
    if A.ANSWER_SUPERVISION in pressing:
        usual = [*usual, A.ANSWER_SUPERVISION]
    elif A.FAIL_SUPERVISION in pressing:
        usual = [*pressing, *(action for action in usual if action not in pressing)]
    # What waits for a second person is decided first, above the steps; no other has the key meanwhile.
    if ticket.waiting:
        usual = [A.DECLINE, *(action for action in usual if action is not A.DECLINE)]
    order = [*usual, *sorted((a for a in ticket.actions if a not in usual), key=lambda a: a in SELDOM)]
    drawn: list[Step] = []
    for action in order:
        if action not in FORMS or (only and action.value not in only):
            continue
        tried = attempt if attempt and attempt.action is action else None
        first = not drawn and action in usual and not ticket.waiting
        drawn.append(_step(action, ticket, city, tried, (way_on, stay), first=first))
    if len(drawn) > MANY:
        drawn = [replace(step, seldom=step.action in SELDOM and step.action not in usual) for step in drawn]
    orphan = attempt is not None and all(step.action is not attempt.action for step in drawn)
    return Steps(tuple(drawn), attempt, orphan, ticket.proposals)


def _step(
    action: Action, ticket: TicketPage, city: City, tried: Attempt | None, paths: tuple[str, str], *, first: bool
) -> Step:
    form = tried.form if tried else FORMS[action](formdata=None)
    if not tried:
        form.begin(ticket, city)
        form.next.data, form.stay.data = paths
    form.version.data = str(ticket.version)
    if isinstance(form, DispatchForm):
        form.proposal.choices = {each["unit"]: each["short_name"] for each in ticket.proposals}
    form.offer(ticket, city)
    for each in form:
        each.id = f"{action.value.lower()}-{each.name}"
    return Step(
        action,
        WORDS.get(action, action.label),
        form,
        first,
        tried.problem if tried else None,
        SERIOUS.get(action, ""),
    )
