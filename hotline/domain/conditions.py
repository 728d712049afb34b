"""What a rate may count and ask: objects, facts, moments and conditions by name (handbook §10).

``config/rates.toml`` composes them; a city changes a formula there, and here only when it wants a new word. Every
condition is a formula over named facts (:mod:`hotline.domain.formula`), so that a proof can carry both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from hotline.domain.calendar import day_of
from hotline.domain.facts import AssignmentFacts, Facts, local_date
from hotline.domain.formula import Formula, Test
from hotline.domain.formula import read as read_formula


class Each(StrEnum):
    """What one object of a rate is; the value is the word in the declaration."""

    label: str
    SENDING = "sending", "第一轮的每次派单（含退回和收回的）"
    DUTY = "duty", "第一轮主办任务（已取消的除外）"
    ANSWERER = "answerer", "第一轮主办任务"
    TICKET = "ticket", "工单"

    def __new__(cls, code: str, label: str = "") -> Each:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


TICKET_FACTS: dict[str, Callable[[Facts], Any]] = {
    "state": lambda f: f.state,
    "type": lambda f: f.type,
    "nuisance": lambda f: f.nuisance,
    "test": lambda f: f.test,
    "anonymous": lambda f: f.anonymous,
    "has_contact": lambda f: f.has_contact,
    "follower": lambda f: f.follower,
    "rounds": lambda f: f.rounds,
    "created_at": lambda f: f.created_at,
    "accepted_at": lambda f: f.accepted_at,
    "taken_in_at": lambda f: f.taken_in_at,
    "accept_due_at": lambda f: f.accept_due_at,
    "dispatch_due_at": lambda f: f.dispatch_due_at,
    "first_dispatched_at": lambda f: f.first_dispatched_at,
    "reviewed_at": lambda f: f.reviewed_at,
    "closed_at": lambda f: f.closed_at,
    "close_mode": lambda f: f.close_mode,
    "rated_at": lambda f: f.rated_at,
    "result": lambda f: f.result,
    "score": lambda f: f.score,
    "excluded": lambda f: f.excluded,
    "repeated": lambda f: f.repeated,
    "replied_once": lambda f: any(lead.replied_at for lead in f.leads),
    "has_duty": lambda f: f.counted is not None,
    "has_answerer": lambda f: f.answerable is not None,
}
"""Facts of a ticket; ``replied_once``: some unit has replied, ``has_duty``: a unit's timeliness is counted."""


def _promise(facts: Facts, lead: AssignmentFacts) -> datetime | None:
    first = facts.first_round[0]
    return first.promise_due_at or lead.due_at


LEAD_FACTS: dict[str, Callable[[Facts, AssignmentFacts], Any]] = {
    "unit": lambda f, a: a.unit,
    "duty_state": lambda f, a: a.state,
    "round": lambda f, a: a.round,
    "sent_at": lambda f, a: a.sent_at,
    "sign_due_at": lambda f, a: a.sign_due_at,
    "taken_at": lambda f, a: a.taken_at,
    "contact_due_at": lambda f, a: a.contact_due_at,
    "contacted_at": lambda f, a: a.contacted_at,
    "due_at": lambda f, a: a.due_at,
    "promised_at": _promise,
    "replied_at": lambda f, a: a.replied_at,
    "return_requested_at": lambda f, a: a.return_requested_at,
    "return_decided_at": lambda f, a: a.return_decided_at,
    "return_granted": lambda f, a: a.return_granted,
    "suspended": lambda f, a: a.suspended,
    "extended": lambda f, a: a.extended,
}
"""Facts of one lead; ``taken_at``: signed or asked to return, ``promised_at``: the first due time ever promised."""


class Seen(dict[str, Any]):
    """One object as conditions see it: the facts of a ticket and of one of its leads (or none) at a moment, by name."""

    def __init__(self, facts: Facts, lead: AssignmentFacts | None, now: datetime, settings: Mapping[str, Any]) -> None:
        super().__init__({name: read(facts) for name, read in TICKET_FACTS.items()})
        self.update({name: read(facts, lead) if lead else None for name, read in LEAD_FACTS.items()})
        self.update(settings, now=now)
        self.known: dict[str, bool] = {}
        """Conditions that were asked already."""

    def holds(self, name: str) -> bool:
        """Whether the condition of this name is so."""
        answer = self.known.get(name)
        if answer is None:
            answer = self.known[name] = CONDITIONS[name].test(self)
        return answer


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is so, or not, with an object."""

    name: str
    words: str
    """As people read it."""
    formula: Formula
    test: Test


_KEPT = "replied_at <= due_at and rounds > round or replied_at <= due_at and reviewed_at >= replied_at"
_TABLE: tuple[tuple[str, str, str], ...] = (
    # left out
    (
        "outside",
        "草稿、不予受理、移交、并入他单、表扬、骚扰、测试",
        "state in DRAFT|REJECTED|HANDED_OVER|MERGED or type = PRAISE or nuisance or test",
    ),
    ("withdrawn_unanswered", "答复前撤回", "state = WITHDRAWN and not replied_once"),
    (
        "withdrawn_before_sign",
        "签收期限到来前撤回",
        "state = WITHDRAWN and not replied_once and not closed_at"
        " or state = WITHDRAWN and not replied_once and closed_at < sign_due_at",
    ),
    ("recalled", "已收回", "duty_state = RECALLED"),
    ("excluded", "评价已剔除", "excluded"),
    ("follower", "事件中的从单", "follower"),
    # signing, contact, reply
    ("sign_limit_came", "签收期限已到", "sign_due_at <= now"),
    ("taken_in_time", "期限内签收或申请退单", "taken_at <= sign_due_at"),
    ("contact_limit_came", "联系期限已到", "contact_due_at <= now"),
    ("contactable", "有联系方式", "has_contact"),
    ("contacted_in_time", "期限内首次联系诉求人", "contacted_at <= contact_due_at"),
    ("replied", "已答复", "replied_at"),
    ("replied_in_time", "到期前答复", "replied_at <= due_at"),
    ("replied_as_promised", "在最初承诺的期限内答复", "replied_at <= promised_at"),
    ("due_came", "已到期", "due_at <= now"),
    ("stopped", "时限暂停中", "suspended and not replied_at"),
    ("kept", "到期前答复且审核通过", _KEPT),
    ("extended", "获准延期", "extended"),
    # rating and closing
    ("answered_solved", "回答了是否解决", "rated_at and result"),
    ("solved", "已解决", "result = S"),
    ("partly_solved", "部分解决", "result = P"),
    ("scored", "给出了满意度", "rated_at and score"),
    ("satisfied", "评价为基本满意及以上", "score >= satisfied_min"),
    ("closed", "已办结", "state = CLOSED"),
    ("closed_handled", "办理办结、解释办结或无法核实", "state = CLOSED and close_mode in HANDLED|EXPLAINED|UNVERIFIED"),
    ("direct", "直接答复办结", "state = CLOSED and close_mode = DIRECT"),
    ("named", "不是匿名", "not anonymous"),
    ("rated", "得到有效回答", "result or score"),
    ("reworked", "办理两轮及以上", "rounds > round"),
    ("one_round", "一轮办结", "rounds = round"),
    ("repeated", "15 日内有重复诉求", "repeated"),
    # returning and dispatching
    ("return_asked", "申请退单", "return_requested_at"),
    ("return_decided", "退单申请已审定", "return_decided_at"),
    ("return_granted", "退单申请获准", "return_granted"),
    ("sent_back", "被退回或收回", "duty_state in RETURNED|RECALLED"),
    # the centre
    ("has_duty", "有承办单位", "has_duty"),
    ("has_answerer", "派过承办单位", "has_answerer"),
    ("taken_in", "已受理", "taken_in_at"),
    ("waited_for_acceptance", "需要受理", "accept_due_at"),
    (
        "accepted_or_late",
        "已受理，或仍待受理而期限已到",
        "accepted_at or state = SUBMITTED and accept_due_at <= now",
    ),
    ("accepted_in_time", "期限内受理", "accepted_at <= accept_due_at"),
    ("waited_for_dispatch", "需要派单", "dispatch_due_at and accepted_at"),
    (
        "dispatched_or_late",
        "已派单，或仍待派单而期限已到",
        "first_dispatched_at or state = PENDING_DISPATCH and dispatch_due_at <= now",
    ),
    ("dispatched_in_time", "期限内首次派单", "first_dispatched_at <= dispatch_due_at"),
)
CONDITIONS: dict[str, Condition] = {
    name: Condition(name, words, read, read.test())
    for name, words, read in ((name, words, read_formula(text)) for name, words, text in _TABLE)
}
"""Every condition by name."""

MOMENTS: dict[str, Callable[[datetime], date]] = {
    "created_at": local_date,
    "taken_in_at": local_date,
    "accepted_at": local_date,
    "sent_at": local_date,
    "contact_due_at": local_date,
    "due_at": day_of,
    "rated_at": local_date,
    "closed_at": local_date,
    "return_decided_at": local_date,
}
"""Facts that may place an object on a day, and how: a due moment at 00:00 belongs to the day before (24:00)."""


def objects(each: Each, facts: Facts) -> Iterable[AssignmentFacts | None]:
    """The leads of this ticket that are objects of the rate; one None when the ticket itself is."""
    match each:
        case Each.SENDING:
            return facts.first_round
        case Each.DUTY:
            return () if facts.counted is None else (facts.counted,)
        case Each.ANSWERER:
            return () if facts.answerable is None else (facts.answerable,)
        case Each.TICKET:
            return (None,)
