"""Which figures one ticket stands behind, now and until when (ADR 0004).

:func:`marks` is a pure function of the ticket's facts. Running it twice changes nothing, the order of events does not
matter, a recount is :func:`fold` over all marks, and the tickets behind a figure are the marks that make it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from hotline.domain.calendar import DAY, INSTANT, day_of, local, start_of
from hotline.domain.deadlines import Light, light
from hotline.domain.facts import AssignmentFacts, Counting, Facts, Mark, has_come, local_date
from hotline.domain.lifecycle import ENDED, OPEN, State
from hotline.domain.rates import Period, Rate, RateBook
from hotline.domain.surge import half_hour

NEVER = datetime.max.replace(tzinfo=UTC)
AT_UNIT = frozenset({State.PENDING_SIGN, State.PROCESSING, State.SUSPENDED, State.NEED_INFO})
"""Queues that wait for a unit (or its appellant) when a unit has the ticket; all others wait for the centre."""
WAITING = OPEN - {State.DRAFT}
UNKNOWN = "none"
"""Stands in a figure's key for what is not known yet, so that the parts add up to the whole."""
_ZERO, _ONE = Decimal(0), Decimal(1)


class Kind(StrEnum):
    """What a figure counts."""

    SNAPSHOT = "此刻"
    """The state of things now."""
    FLOW = "当日"
    """What happened on a local date."""


@dataclass(frozen=True, slots=True)
class FigureDeclaration:
    """One plain count, or a family of them whose keys go on with a dot and a code."""

    key: str
    label: str
    explanation: str
    kind: Kind
    family: bool = False


def _figures(kind: Kind, *rows: tuple[str, str, str]) -> dict[str, FigureDeclaration]:
    declared = (
        FigureDeclaration(key.removesuffix(".*"), label, explanation, kind, key.endswith(".*"))
        for key, label, explanation in rows
    )
    return {each.key: each for each in declared}


FIGURES: dict[str, FigureDeclaration] = _figures(
    Kind.SNAPSHOT,
    ("open", "在办", "尚未结束的工单"),
    ("due_today", "今日到期", "今天到期、还没有答复的工单"),
    ("yellow", "黄灯", "即将到期，或签收期限已过一半仍未签收的工单"),
    ("red", "红灯", "承办单位超期仍未答复的工单（含严重超期）"),
    ("severe", "严重超期", "承办单位超期超过规定工作日仍未答复的工单"),
    ("sign_late", "签收超时", "签收期限已过仍未签收的工单"),
    ("contact_late", "联系超时", "联系期限已过仍未首次联系诉求人的工单"),
    ("centre_late", "中心超时", "热线中心自己的环节（受理、派单、审批、协调、审核、回访、复核等）期限已过仍未办的工单"),
    *((f"queue.{state}", state.label, f"状态为“{state.label}”的工单") for state in State if state in WAITING),
) | _figures(
    Kind.FLOW,
    ("intake", "来件", "登记的诉求，不含草稿和测试件"),
    ("intake.hour.*", "分时来件", "按登记的钟点统计的诉求"),
    ("intake.half.*", "半小时来件", "按登记的半小时统计的诉求"),
    ("intake.channel.*", "来源", "按来源统计的诉求"),
    ("intake.type.*", "类型", "按诉求类型统计的诉求"),
    ("intake.region.*", "区县", "按区县统计的诉求"),
    ("intake.category.*", "类别", "按一级类别统计的诉求"),
    ("accepted", "受理", "受理的诉求（含直接答复）"),
    ("direct", "直接答复", "直接答复办结的诉求"),
    ("dispatched", "派单", "派给主办单位的次数（含改派和重办）"),
    ("replied", "答复", "主办单位提交的答复"),
    ("closed", "办结", "办结的工单"),
    ("rejected", "不予受理", "不予受理的诉求"),
    ("withdrawn", "撤回", "诉求人撤回的工单"),
    ("merged", "并单", "并入其他工单的工单"),
    ("handed_over", "移交", "移交其他平台的诉求"),
)
"""Every plain figure by key; a family is declared once, under the part of its key that they share."""
_ENDS = {
    State.CLOSED: "closed",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
    State.MERGED: "merged",
    State.HANDED_OVER: "handed_over",
}


class Slot(NamedTuple):
    """Where a mark is added: one figure, of one day (or of now), of one unit."""

    key: str
    on: date | None
    unit: str


def marks(facts: Facts, now: datetime, rules: Counting) -> tuple[frozenset[Mark], datetime | None]:
    """The marks of a ticket at ``now``, and the next moment at which time alone changes them (``None``: never).

    At most one mark per slot. The marks are the same at every moment from ``now`` up to, not including, that moment.
    """
    present = _at(facts, now, rules)
    turns = sorted({turn for turn in _turns(facts) if turn > now})
    return present, next((turn for turn in turns if _at(facts, turn, rules) != present), None)


def fold(found: Iterable[Mark], with_above: Callable[[str], Iterable[str]] = lambda unit: (unit,)) -> dict[Slot, Rate]:
    """The figures that marks add up to; ``with_above`` names a unit and all units above it."""
    figures: dict[Slot, Rate] = {}
    for mark in found:
        for unit in with_above(mark.unit):
            slot = Slot(mark.key, mark.on, unit)
            figures[slot] = figures.get(slot, Rate()) + Rate(mark.hits, mark.total)
    return figures


def changes(
    before: Iterable[Mark], after: Iterable[Mark], with_above: Callable[[str], Iterable[str]] = lambda unit: (unit,)
) -> dict[Slot, Rate]:
    """What must be added to the figures so that they count ``after`` in place of ``before``; no zeros."""
    old, new = fold(before, with_above), fold(after, with_above)
    moved = {slot: new.get(slot, Rate()) - old.get(slot, Rate()) for slot in old.keys() | new.keys()}
    return {slot: change for slot, change in moved.items() if change}


def figure(key: str) -> FigureDeclaration:
    """The declaration behind a figure's key, its family's if it belongs to one; ``KeyError`` if there is none."""
    if key in FIGURES and not FIGURES[key].family:
        return FIGURES[key]
    family = FIGURES[key.rpartition(".")[0]]
    if not family.family:
        raise KeyError(key)
    return family


def explain(key: str, rate: Rate, period: Period | None, rates: RateBook) -> str:
    """One Chinese sentence for people: what the figure or rate counts, over which days, and how it comes out."""
    if key in rates:
        declared = rates.over(key, period)[-1] if period else rates[key]
        span = f"{period.words} " if period else ""
        head = f"{declared.label}：{span}按{declared.window.value}日期统计，"
        if rate.percent is None:
            return f"{head}{declared.formula}，没有可统计的对象，显示“{rate.words}”。"
        part, whole = _number(rate.hits), _number(rate.total)
        return f"{head}{declared.numerator} {part} ÷ {declared.denominator} {whole} = {rate.words}。"
    counted = figure(key)
    span = f"{period.words} " if period and counted.kind is Kind.FLOW else ""
    return f"{counted.label}：{span}{counted.explanation}，{_number(rate.total)} 件。"


def _number(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _at(facts: Facts, now: datetime, rules: Counting) -> frozenset[Mark]:
    if facts.test or facts.state == State.DRAFT:
        return frozenset()
    found = [*_snapshot(facts, now, rules), *_flow(facts, rules)]
    found.extend(rules.rates.marks(facts, now, rules))
    return frozenset(Mark(*slot, sum_.hits, sum_.total) for slot, sum_ in fold(found).items())


def _snapshot(facts: Facts, now: datetime, rules: Counting) -> Iterator[Mark]:
    if facts.centre_due_at and now > facts.centre_due_at:  # also of an ended ticket: a review of its closing was asked
        yield Mark("centre_late", None, rules.centre, _ZERO, _ONE)
    if facts.state in ENDED:
        return
    lead = facts.active
    unit = lead.unit if lead else rules.centre
    yield Mark("open", None, unit, _ZERO, _ONE)
    waits_at = unit if facts.state in AT_UNIT else rules.centre
    yield Mark(f"queue.{facts.state}", None, waits_at, _ZERO, _ONE)
    if lead and not facts.follower:
        for key in _lamps(facts, lead, now):
            yield Mark(key, None, unit, _ZERO, _ONE)


def _lamps(facts: Facts, lead: AssignmentFacts, now: datetime) -> Iterator[str]:
    if lead.stopped:
        return
    unsigned = lead.taken_at is None
    lamp = Light.GREEN
    if lead.due_at:
        lamp = light(lead.due_at, lead.warn_at or lead.due_at, lead.severe_at or NEVER, now)
    if lamp is Light.GREEN and unsigned and has_come(lead.sign_warn_at, now):
        lamp = Light.YELLOW
    if lamp is Light.YELLOW:
        yield "yellow"
    if lamp in (Light.RED, Light.SEVERE):
        yield "red"
    if lamp is Light.SEVERE:
        yield "severe"
    if lead.due_at and day_of(lead.due_at) == local_date(now):
        yield "due_today"
    if unsigned and lead.sign_due_at and now > lead.sign_due_at:
        yield "sign_late"
    if facts.has_contact and lead.contacted_at is None and lead.contact_due_at and now > lead.contact_due_at:
        yield "contact_late"


def _flow(facts: Facts, rules: Counting) -> Iterator[Mark]:
    def on(key: str, moment: datetime, unit: str = rules.centre) -> Mark:
        return Mark(key, local_date(moment), unit, _ZERO, _ONE)

    came = facts.created_at
    yield on("intake", came)
    yield on(f"intake.hour.{local(came):%H}", came)
    yield on(f"intake.half.{half_hour(came).name}", came)
    yield on(f"intake.channel.{facts.channel}", came)
    yield on(f"intake.type.{facts.type or UNKNOWN}", came)
    yield on(f"intake.region.{facts.region[:6] if facts.region else UNKNOWN}", came)
    yield on(f"intake.category.{facts.category[:2] if facts.category else UNKNOWN}", came)
    if facts.taken_in_at:
        yield on("accepted", facts.taken_in_at)
    for lead in () if facts.follower else facts.leads:
        yield on("dispatched", lead.sent_at, lead.unit)
        if lead.replied_at:
            yield on("replied", lead.replied_at, lead.unit)
    if facts.closed_at and facts.state in ENDED:
        lead_or_none = facts.answerable if facts.state == State.CLOSED else None
        yield on(_ENDS[facts.state], facts.closed_at, lead_or_none.unit if lead_or_none else rules.centre)
        if facts.direct:
            yield on("direct", facts.closed_at)


def _turns(facts: Facts) -> Iterator[datetime]:
    """Every moment at which some mark may change by itself."""
    for moment in (facts.accept_due_at, facts.dispatch_due_at):
        if moment:
            yield moment
    if facts.centre_due_at:
        yield facts.centre_due_at + INSTANT
    for lead in facts.leads:
        for moment in (lead.sign_warn_at, lead.warn_at, lead.severe_at):
            if moment:
                yield moment
        for limit in (lead.sign_due_at, lead.contact_due_at, lead.due_at):
            if limit:
                yield limit
                yield limit + INSTANT
        if lead.due_at:
            day = day_of(lead.due_at)
            yield start_of(day)
            yield start_of(day + DAY)
