"""Taking a rating out of the score 剔除 (handbook §9): who may ask and decide, why, and how long each may take."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from hotline.domain.calendar import WorkCalendar
from hotline.domain.errors import NotNow, Refused
from hotline.domain.limits import Exclusions


class Reason(StrEnum):
    """Why a rating should not judge the unit."""

    label: str
    UNLAWFUL_DEMAND = "UNLAWFUL_DEMAND", "诉求不合法"
    UNTRUE = "UNTRUE", "反映不属实"
    MALICIOUS = "MALICIOUS", "恶意差评"
    NOT_OUR_DUTY = "NOT_OUR_DUTY", "非本单位职责"
    EXHAUSTED = "EXHAUSTED", "法定程序已穷尽"

    def __new__(cls, code: str, label: str = "") -> Reason:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


def ask_until(rated_at: datetime, limits: Exclusions, calendar: WorkCalendar) -> datetime:
    """The last moment at which a unit may ask, counted from the rating."""
    return calendar.due(rated_at, limits.ask).at


def decide_until(asked_at: datetime, limits: Exclusions, calendar: WorkCalendar) -> datetime:
    """When QA should have decided; silence decides nothing."""
    return calendar.due(asked_at, limits.decide).at


def refusal(*, rated_at: datetime | None, asked: bool, until: datetime | None, now: datetime) -> Refused | None:
    """Why a request can't be made now; None when it can."""
    if rated_at is None or until is None:
        return NotNow("诉求人还没有评价，没有可以剔除的评价", rule="§9")
    if asked:
        return NotNow("这次评价已经申请过剔除，不能再次申请", rule="§9")
    if now > until:
        return NotNow("评价后 3 个工作日内可以申请剔除，现已过期", rule="§9")
    return None
