"""Clocks: what runs, on whose time, for how long, and when its lamp changes (handbook §5, §8).

Pure rules over a :class:`~hotline.domain.limits.Limits` and a :class:`~hotline.domain.calendar.WorkCalendar`. How a due
moment is computed and explained is ``calendar``; what may be asked for within a limit is ``quotas``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays, WorkingHours
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import DAY, WorkCalendar, day_of, local, start_of
from hotline.domain.limits import Limits, Warnings


class Hand(StrEnum):
    """On whose time a clock runs."""

    label: str
    CENTRE = "centre", "热线中心"
    UNIT = "unit", "承办单位"
    APPELLANT = "appellant", "诉求人"
    NOBODY = "nobody", "暂停"
    """The matter waits for something outside: a test, a court, a typhoon, a season (挂起)."""

    def __new__(cls, code: str, label: str) -> Hand:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class ClockKind(StrEnum):
    """Everything that can fall due; ``label`` in Chinese, ``hand`` says whose time it is."""

    label: str
    hand: Hand
    ACCEPT = "accept", "受理", Hand.CENTRE
    DISPATCH = "dispatch", "派单", Hand.CENTRE
    TIMED_CALLBACK = "timed_callback", "限时回访", Hand.CENTRE
    SIGN = "sign", "签收", Hand.UNIT
    CONTACT = "contact", "首次联系", Hand.UNIT
    INTERIM = "interim", "阶段反馈", Hand.UNIT
    HANDLING = "handling", "办理", Hand.UNIT
    RETURN_DECISION = "return_decision", "退单审核", Hand.CENTRE
    EXTENSION_DECISION = "extend_decision", "延期审核", Hand.CENTRE
    SUSPENSION_DECISION = "suspend_decision", "挂起审核", Hand.CENTRE
    SUSPENSION = "suspension", "恢复办理", Hand.NOBODY
    SUSPENSION_REVIEW = "suspension_review", "挂账复核", Hand.CENTRE
    SUSPENSION_TOTAL = "suspension_total", "累计挂起", Hand.CENTRE
    COORDINATION = "coordination", "协调", Hand.CENTRE
    REVIEW = "review", "审核", Hand.CENTRE
    CALLBACK = "callback", "回访", Hand.CENTRE
    INFO_WAIT = "info_wait", "补充材料", Hand.APPELLANT
    RATING = "rating", "评价", Hand.APPELLANT
    REVIEW_REQUEST = "review_request", "复核", Hand.CENTRE
    SUPERVISION = "supervision", "督办", Hand.UNIT

    def __new__(cls, code: str, label: str = "", hand: Hand = Hand.CENTRE) -> ClockKind:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.hand = hand
        return member


# How long


def allowance(
    kind: ClockKind,
    appeal_type: AppealType,
    urgency: Urgency,
    limits: Limits,
    *,
    quick: bool = False,
    complex: bool = False,
) -> Allowance | None:
    """The limit of one clock for one ticket; None where it doesn't run (ordinary tickets owe no interim report)."""
    match kind:
        case ClockKind.ACCEPT:
            return limits.accept
        case ClockKind.DISPATCH:
            return limits.dispatch[urgency]
        case ClockKind.TIMED_CALLBACK:
            return limits.timed_callback
        case ClockKind.SIGN:
            return limits.sign[urgency]
        case ClockKind.CONTACT:
            return limits.contact[urgency]
        case ClockKind.INTERIM:
            return limits.handling.interim if urgency is Urgency.CRITICAL else None
        case ClockKind.HANDLING:
            return handling(appeal_type, urgency, limits, quick=quick, complex=complex)
        case ClockKind.RETURN_DECISION:
            return limits.returns.decide
        case ClockKind.EXTENSION_DECISION:
            return limits.extensions.decide
        case ClockKind.SUSPENSION_DECISION:
            return limits.suspensions.decide
        case ClockKind.SUSPENSION | ClockKind.SUSPENSION_TOTAL:
            return None  # they end on a date, not after a limit
        case ClockKind.SUSPENSION_REVIEW:
            return NaturalHours(limits.suspensions.project_review)
        case ClockKind.COORDINATION:
            return limits.coordinate
        case ClockKind.REVIEW:
            return limits.reviews.limit
        case ClockKind.CALLBACK:
            return limits.callbacks.limit if appeal_type is not AppealType.PRAISE else None
        case ClockKind.INFO_WAIT:
            return limits.info.wait
        case ClockKind.RATING:
            return NaturalHours(limits.callbacks.rate_within)
        case ClockKind.REVIEW_REQUEST:
            return limits.reviews.request
        case ClockKind.SUPERVISION:
            return limits.supervise


def handling(
    appeal_type: AppealType, urgency: Urgency, limits: Limits, *, quick: bool = False, complex: bool = False
) -> Allowance:
    """The limit for the unit's result: by urgency, else by type; 复杂 lengthens it, the quick list shortens complaints.

    Urgency outranks 复杂: what endangers people isn't given fifteen days. An approved 复杂 outranks the quick list.
    """
    own = limits.handling
    if urgency is not Urgency.NORMAL:
        return own.critical if urgency is Urgency.CRITICAL else own.urgent
    normal = own.normal[appeal_type]
    if complex:
        return max(normal, own.complex, key=_length)
    if quick and own.quick is not None and appeal_type is AppealType.COMPLAINT:
        return min(normal, own.quick, key=_length)
    return normal


def _length(limit: Allowance) -> timedelta:
    """For comparing limits of one kind of time (the settings refuse profiles that mix them)."""
    return limit.days * DAY if isinstance(limit, WorkingDays) else limit.span


def rework(handled_by: Allowance, limits: Limits) -> Allowance:
    """The limit of a new round, by the kind of time of the first round's handling clock."""
    return limits.rework.natural if isinstance(handled_by, NaturalHours) else limits.rework.limit


def due_after_fail(
    due_at: datetime, failed_at: datetime, failed_before: int, limits: Limits, calendar: WorkCalendar
) -> datetime:
    """A reply sent back: the later of the old due moment and the close of the next working day, the first time only."""
    if failed_before >= limits.reviews.grace_times:
        return due_at
    return max(due_at, calendar.due(failed_at, limits.reviews.grace).at)


def child_due(parent_due_at: datetime, now: datetime, calendar: WorkCalendar) -> datetime:
    """Sub-dispatch: a working day before the parent's due moment if at least three remain, else the same."""
    if calendar.remaining_days(local(now).date(), day_of(parent_due_at)) >= 3:
        return calendar.earlier(parent_due_at, 1)
    return parent_due_at


def return_until(dispatched_at: datetime, urgency: Urgency, limits: Limits, calendar: WorkCalendar) -> datetime:
    """Until when a unit may ask to return a ticket."""
    window = limits.returns.window if urgency is Urgency.NORMAL else limits.returns.urgent_window
    return calendar.due(dispatched_at, window).at


def complex_until(dispatched_at: datetime, limits: Limits, calendar: WorkCalendar) -> datetime:
    """Until when a supervisor may declare a ticket 复杂."""
    return calendar.due(dispatched_at, limits.handling.complex_within).at


# Lamps


class Light(StrEnum):
    """The lamp of a clock (亮灯)."""

    label: str
    GREEN = "green", "办理中"
    YELLOW = "yellow", "将到期"
    RED = "red", "已超期"
    SEVERE = "severe", "严重超期"

    def __new__(cls, code: str, label: str) -> Light:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


def light(due_at: datetime, warn_at: datetime, severe_at: datetime, now: datetime) -> Light:
    """The lamp at a moment: in time up to and including the due moment, red from the first instant after."""
    if now > due_at:
        return Light.SEVERE if now >= severe_at else Light.RED
    return Light.YELLOW if now >= warn_at else Light.GREEN


def warn_at(
    kind: ClockKind,
    limit: Allowance,
    started_at: datetime,
    due_at: datetime,
    warnings: Warnings,
    calendar: WorkCalendar,
) -> datetime:
    """When the lamp turns yellow; never before the clock started.

    Handling in working days: 00:00 of the day on which one working day is left. Sign-in: half of it gone. Hours: a
    quarter of the limit left. Other clocks of no more than that one working day (first contact) turn when half is gone,
    as sign-in does: they would be born yellow, and every dispatch would start with a warning.
    """
    short = isinstance(limit, WorkingDays) and limit.days <= warnings.yellow.days and kind is not ClockKind.HANDLING
    if kind is ClockKind.SIGN or short:
        return _share_gone(limit, started_at, due_at, warnings.sign_share, calendar)
    if isinstance(limit, WorkingDays):
        last = calendar.working_days_after(day_of(due_at) + DAY, -1)
        warned = start_of(calendar.working_days_after(last, -warnings.yellow.days))
    elif isinstance(limit, WorkingHours):
        left = _part(limit.span, warnings.yellow_share)
        total = calendar.worked(started_at, due_at)
        warned = calendar.due(started_at, WorkingHours(max(total - left, timedelta(0)))).at
    else:
        warned = due_at - _part(limit.span, warnings.yellow_share)
    return max(started_at, warned).astimezone(UTC)


def _part(span: timedelta, share: Fraction) -> timedelta:
    return span * share.numerator / share.denominator


def _share_gone(
    limit: Allowance, started_at: datetime, due_at: datetime, share: Fraction, calendar: WorkCalendar
) -> datetime:
    """When a share of the time between start and due is gone: natural time for natural limits, else working time."""
    if isinstance(limit, NaturalHours):
        return (started_at + _part(due_at - started_at, share)).astimezone(UTC)
    total = calendar.worked(started_at, due_at)
    return calendar.due(started_at, WorkingHours(_part(total, share))).at


def severe_at(due_at: datetime, warnings: Warnings, calendar: WorkCalendar) -> datetime:
    """From when an overdue clock is 严重超期: 00:00 of the day that is one working day too many after the due date."""
    return start_of(calendar.working_days_after(day_of(due_at), warnings.severe.days + 1))


def words(due_at: datetime, now: datetime, calendar: WorkCalendar) -> str:
    """The words beside the lamp: what is left or how late it is.

    Under an hour in minutes, on the due date the time of day, else working days for what ends with office, days for
    what ends at any other time. Rounded down: it never promises more time than there is.
    """
    today, on = local(now).date(), day_of(due_at)
    if now > due_at:
        return f"已超期 {_late(now - due_at, (today - on).days)}"
    left = due_at - now
    if left < timedelta(hours=1):
        minutes = int(left.total_seconds()) // 60
        return f"剩 {minutes} 分钟" if minutes else "剩不足 1 分钟"
    clock = "24:00" if local(due_at).date() > on else f"{local(due_at):%H:%M}"
    if today == on:
        return f"今天 {clock} 到期"
    days = calendar.remaining_days(today, on)
    if days and calendar.ends(due_at):
        return f"剩 {days} 个工作日"
    if (on - today).days == 1:
        return f"明天 {clock} 到期"
    return f"剩 {(on - today).days} 天"


def _late(late: timedelta, days: int) -> str:
    if days:
        return f"{days} 天"
    minutes = int(late.total_seconds()) // 60
    if minutes >= 60:
        return f"{minutes // 60} 小时"
    return f"{minutes} 分钟" if minutes else "不足 1 分钟"
