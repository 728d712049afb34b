"""The rates of handbook §10, each declared once: the declaration counts it, names it and explains it.

A rate is a pair of hits and total. Pairs are added, never averaged, and divided only when shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from hotline.domain.calendar import day_of
from hotline.domain.facts import AssignmentFacts, Counting, Facts, Mark, has_come, in_time, local_date
from hotline.domain.lifecycle import State

EMPTY = "—"
"""What a rate without a denominator shows; never 100 %."""
_CENT = Decimal("0.01")
_ZERO, _ONE = Decimal(0), Decimal(1)
_HANDLED = frozenset({"HANDLED", "EXPLAINED", "UNVERIFIED"})


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole, kept as the pair that it is."""

    hits: Decimal = _ZERO
    total: Decimal = _ZERO

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.total + other.total)

    def __sub__(self, other: Rate) -> Rate:
        return Rate(self.hits - other.hits, self.total - other.total)

    def __bool__(self) -> bool:
        return bool(self.hits or self.total)

    @property
    def percent(self) -> Decimal | None:
        """Hits in hundredths of the total, to 2 decimals, half up; ``None`` when the total is 0."""
        if not self.total:
            return None
        return (self.hits * 100 / self.total).quantize(_CENT, ROUND_HALF_UP)

    @property
    def words(self) -> str:
        return EMPTY if self.percent is None else f"{self.percent}%"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from ``since`` up to, not including, ``until`` (handbook §10: [t0, t1))."""

    since: date
    until: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.since <= day < self.until

    @property
    def words(self) -> str:
        last = self.until - timedelta(days=1)
        return f"{self.since}" if last <= self.since else f"{self.since} 至 {last}"


class Window(StrEnum):
    """Which date of a ticket places it in a window; the value is the word on the page."""

    CREATED = "登记"
    ACCEPTED = "受理"
    DISPATCHED = "派单"
    CONTACT_DUE = "联系期限"
    DUE = "到期"
    RATED = "评价"
    CLOSED = "办结"
    DECIDED = "退单审定"


class Audience(StrEnum):
    """Whom a rate judges."""

    UNIT = "承办单位"
    CENTRE = "热线中心"


class Hit(NamedTuple):
    """One object that a rate counts: the local date that places it, who is answerable, and what it adds to the hits."""

    on: date
    unit: str
    worth: bool | Decimal


Count = Callable[[Facts, datetime, Counting], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class RateDeclaration:
    """One rate: what it is called, what it divides by what, and how a ticket counts in it."""

    key: str
    label: str
    numerator: str
    denominator: str
    window: Window
    audience: Audience
    row: int
    """Row of the table in handbook §10."""
    count: Count

    def marks(self, facts: Facts, now: datetime, rules: Counting) -> Iterator[Mark]:
        """What this ticket adds to the rate as things stand."""
        for on, unit, worth in self.count(facts, now, rules):
            yield Mark(self.key, on, unit, Decimal(worth), _ONE)

    @property
    def source(self) -> str:
        return f"handbook §10 row {self.row}"

    @property
    def formula(self) -> str:
        return f"{self.numerator} ÷ {self.denominator}"


RATES: dict[str, RateDeclaration] = {}
"""Every rate by key, in the order of the handbook, then the ones beside them (raw, direct answers, dispatching)."""


def _rate(
    row: int, key: str, label: str, numerator: str, denominator: str, window: Window, audience: Audience = Audience.UNIT
) -> Callable[[Count], Count]:
    def declare(count: Count) -> Count:
        RATES[key] = RateDeclaration(key, label, numerator, denominator, window, audience, row, count)
        return count

    return declare


def _in_force(facts: Facts) -> AssignmentFacts | None:
    """The lead whose timeliness is judged, if this ticket is judged at all."""
    return None if facts.outside or facts.withdrawn_unanswered else facts.counted


def _due(facts: Facts, now: datetime) -> AssignmentFacts | None:
    """The lead that rows 4, 5, 15 and 17 share: its due time has come and no clock of it stands still."""
    lead = _in_force(facts)
    return lead if lead and has_come(lead.due_at, now) and not lead.stopped else None


@_rate(1, "sign_on_time", "签收及时率", "期限内签收或申请退单", "签收期限已到的派单", Window.DISPATCHED)
def _sign_on_time(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    if facts.outside:
        return
    for lead in facts.first_round:
        limit = lead.sign_due_at
        if lead.state == "RECALLED" or limit is None or limit > now:
            continue
        if facts.withdrawn_unanswered and (facts.closed_at is None or facts.closed_at < limit):
            continue
        yield Hit(local_date(lead.sent_at), lead.unit, in_time(lead.taken_at, limit))


@_rate(2, "response", "响应率", "期限内首次联系诉求人", "联系期限已到、有联系方式的派单", Window.CONTACT_DUE)
def _response(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    lead = _in_force(facts)
    if lead and facts.has_contact and lead.contact_due_at and lead.contact_due_at <= now:
        yield Hit(local_date(lead.contact_due_at), lead.unit, in_time(lead.contacted_at, lead.contact_due_at))


@_rate(3, "reply", "回复率", "已答复", "收到的派单（市级为全部受理，含直接答复）", Window.DISPATCHED)
def _reply(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if facts.outside or facts.withdrawn_unanswered:
        return
    if lead := facts.counted:
        yield Hit(local_date(lead.sent_at), lead.unit, lead.replied_at is not None)
    elif facts.taken_in_at:
        yield Hit(local_date(facts.taken_in_at), rules.centre, facts.state == State.CLOSED)


@_rate(4, "timely_reply", "及时回复率", "到期前答复", "收到且已到期、未挂起的派单（市级含直接答复）", Window.DISPATCHED)
def _timely_reply(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if lead := _due(facts, now):
        yield Hit(local_date(lead.sent_at), lead.unit, in_time(lead.replied_at, lead.due_at))
    elif facts.direct and facts.taken_in_at and not facts.outside and not facts.counted:
        yield Hit(local_date(facts.taken_in_at), rules.centre, True)


def _of_due(facts: Facts, now: datetime, hit: Callable[[AssignmentFacts], bool]) -> Iterator[Hit]:
    lead = _due(facts, now)
    if lead and lead.due_at:
        yield Hit(day_of(lead.due_at), lead.unit, hit(lead))


@_rate(5, "on_time", "按期办结率", "到期前答复且审核通过", "到期、未挂起的派单", Window.DUE)
def _on_time(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    yield from _of_due(facts, now, lambda lead: _kept(facts, lead))


def _kept(facts: Facts, lead: AssignmentFacts) -> bool:
    return in_time(lead.replied_at, lead.due_at) and facts.passed(lead)


def _resolved_of(facts: Facts, rules: Counting, unit: str) -> Iterator[Hit]:
    worth = {"S": _ONE, "P": rules.partial_weight, "U": _ZERO}
    if facts.rated_at and facts.result:
        yield Hit(local_date(facts.rated_at), unit, worth[facts.result])


def _satisfied_of(facts: Facts, rules: Counting, unit: str) -> Iterator[Hit]:
    if facts.rated_at and facts.score is not None:
        yield Hit(local_date(facts.rated_at), unit, facts.score >= rules.satisfied_min)


def _rated(facts: Facts) -> AssignmentFacts | None:
    return None if facts.outside or facts.withdrawn_unanswered else facts.answerable


@_rate(6, "resolved", "解决率", "已解决（部分解决按权重计）", "回答了“是否解决”且未剔除的评价", Window.RATED)
def _resolved(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if (lead := _rated(facts)) and not facts.excluded:
        yield from _resolved_of(facts, rules, lead.unit)


@_rate(7, "satisfied", "满意率", "评价为基本满意及以上", "未剔除的满意度评价", Window.RATED)
def _satisfied(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if (lead := _rated(facts)) and not facts.excluded:
        yield from _satisfied_of(facts, rules, lead.unit)


@_rate(8, "called_back", "回访率", "得到有效回答", "需要回访的办结工单", Window.CLOSED)
def _called_back(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    needed = facts.state == State.CLOSED and not facts.direct and facts.has_contact and not facts.anonymous
    if (lead := _rated(facts)) and needed and facts.closed_at:
        yield Hit(local_date(facts.closed_at), lead.unit, bool(facts.result or facts.score))


def _closed(facts: Facts, hit: bool) -> Iterator[Hit]:
    lead = _rated(facts)
    if lead and facts.state == State.CLOSED and facts.close_mode in _HANDLED and facts.closed_at:
        yield Hit(local_date(facts.closed_at), lead.unit, hit)


@_rate(9, "rework", "重办率", "办理两轮及以上", "办结的工单", Window.CLOSED)
def _rework(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    yield from _closed(facts, facts.rounds >= 2)


@_rate(10, "first_time", "一次办结率", "一轮办结且 15 日内无重复诉求", "办结的工单", Window.CLOSED)
def _first_time(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    yield from _closed(facts, facts.rounds == 1 and not facts.repeated)


@_rate(11, "returned", "退单率", "申请退单", "全部派单（含撤回）", Window.DISPATCHED)
def _returned(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    for lead in () if facts.outside else facts.first_round:
        yield Hit(local_date(lead.sent_at), lead.unit, lead.return_requested_at is not None)


@_rate(12, "invalid_return", "无效退单率", "被驳回的退单申请", "已审定的退单申请", Window.DECIDED)
def _invalid_return(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    for lead in () if facts.outside else facts.first_round:
        if lead.return_decided_at:
            yield Hit(local_date(lead.return_decided_at), lead.unit, not lead.return_granted)


@_rate(13, "dispatch_accuracy", "派单准确率", "未被退回也未收回的派单", "全部派单", Window.DISPATCHED, Audience.CENTRE)
def _dispatch_accuracy(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    for lead in () if facts.outside else facts.first_round:
        yield Hit(local_date(lead.sent_at), rules.centre, not lead.sent_back)


@_rate(14, "direct_answer", "直接答复率", "直接答复办结", "受理的诉求", Window.ACCEPTED, Audience.CENTRE)
def _direct_answer(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if facts.taken_in_at and not facts.outside and not facts.withdrawn_unanswered:
        yield Hit(local_date(facts.taken_in_at), rules.centre, facts.direct)


@_rate(15, "extended", "延期率", "获准延期", "到期、未挂起的派单", Window.DUE)
def _extended(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    yield from _of_due(facts, now, lambda lead: lead.extended)


@_rate(15, "overdue", "超期率", "未按期办结", "到期、未挂起的派单", Window.DUE)
def _overdue(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    yield from _of_due(facts, now, lambda lead: not _kept(facts, lead))


@_rate(16, "accept_on_time", "受理及时率", "期限内受理", "待受理的诉求", Window.CREATED, Audience.CENTRE)
def _accept_on_time(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    late = facts.state == State.SUBMITTED and has_come(facts.accept_due_at, now)
    if facts.outside or facts.withdrawn_unanswered or facts.accept_due_at is None:
        return
    if facts.accepted_at or late:
        yield Hit(local_date(facts.created_at), rules.centre, in_time(facts.accepted_at, facts.accept_due_at))


@_rate(17, "whole_path", "全程按期率", "在最初承诺的期限内答复", "到期、未挂起的派单", Window.DUE)
def _whole_path(facts: Facts, now: datetime, _: Counting) -> Iterator[Hit]:
    promises = [lead.promise_due_at or lead.due_at for lead in facts.first_round]
    yield from _of_due(facts, now, lambda lead: in_time(lead.replied_at, promises[0]))


@_rate(6, "resolved_raw", "解决率（原始）", "已解决（部分解决按权重计）", "回答了“是否解决”的评价", Window.RATED)
def _resolved_raw(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if lead := _rated(facts):
        yield from _resolved_of(facts, rules, lead.unit)


@_rate(7, "satisfied_raw", "满意率（原始）", "评价为基本满意及以上", "全部满意度评价", Window.RATED)
def _satisfied_raw(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if lead := _rated(facts):
        yield from _satisfied_of(facts, rules, lead.unit)


@_rate(6, "resolved_direct", "解决率（直接答复）", "已解决", "直接答复后的回答", Window.RATED, Audience.CENTRE)
def _resolved_direct(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if facts.direct and not facts.outside and not facts.answerable:
        yield from _resolved_of(facts, rules, rules.centre)


@_rate(
    7,
    "satisfied_direct",
    "满意率（直接答复）",
    "评价为基本满意及以上",
    "直接答复后的评价",
    Window.RATED,
    Audience.CENTRE,
)
def _satisfied_direct(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    if facts.direct and not facts.outside and not facts.answerable:
        yield from _satisfied_of(facts, rules, rules.centre)


@_rate(16, "dispatch_on_time", "派单及时率", "期限内首次派单", "待派单的诉求", Window.ACCEPTED, Audience.CENTRE)
def _dispatch_on_time(facts: Facts, now: datetime, rules: Counting) -> Iterator[Hit]:
    late = facts.state == State.PENDING_DISPATCH and has_come(facts.dispatch_due_at, now)
    if facts.outside or facts.withdrawn_unanswered or facts.dispatch_due_at is None or facts.accepted_at is None:
        return
    if facts.first_dispatched_at or late:
        on_time = in_time(facts.first_dispatched_at, facts.dispatch_due_at)
        yield Hit(local_date(facts.accepted_at), rules.centre, on_time)
