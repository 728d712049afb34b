"""Supervision 督办: its levels, what calls for it, who judges it and who must sign the answer (handbook §2, §4, §8).

Pure rules. What a city does by itself and what it only proposes is data (``config/supervision.toml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum

from hotline.domain.allowances import WorkingDays
from hotline.domain.calendar import DAY, ZONE, WorkCalendar, local, start_of
from hotline.domain.city import City
from hotline.domain.permissions import Actor, Permission, Role


class Level(IntEnum):
    """Who orders it; a missed limit hands it to the next one."""

    label: str
    CENTRE = 1, "中心督办"
    INSPECTOR = 2, "效能督办"
    LEADER = 3, "领导督办"

    def __new__(cls, number: int, label: str = "") -> Level:
        member = int.__new__(cls, number)
        member._value_ = number
        member.label = label
        return member

    @property
    def next(self) -> Level:
        """The level after a missed limit; the leader's is the last."""
        return Level(min(self + 1, Level.LEADER))


class Ground(StrEnum):
    """Why a ticket is supervised (handbook §5, §7, §8)."""

    label: str
    HAND = "HAND", "人工督办"
    INSTRUCTION = "INSTRUCTION", "领导批示"
    OVERDUE = "OVERDUE", "超期未办"
    DISSATISFIED = "DISSATISFIED", "重办后仍不满意"
    REPEAT = "REPEAT", "多次重复反映"
    GROUP = "GROUP", "群体诉求"
    MEDIA = "MEDIA", "媒体关注"
    LEADER = "LEADER", "领导信箱"
    SUSPENDED = "SUSPENDED", "挂起过久"

    def __new__(cls, code: str, label: str = "") -> Ground:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


BY_PEOPLE = frozenset({Ground.HAND, Ground.INSTRUCTION})
"""Grounds that only a person gives."""


class Stage(StrEnum):
    """Where a supervision stands."""

    label: str
    PROPOSED = "PROPOSED", "待督办建议"
    OPEN = "OPEN", "督办中"
    ANSWERED = "ANSWERED", "待督办审核"
    ENDED = "ENDED", "督办办结"
    DISMISSED = "DISMISSED", "不予督办"
    CANCELLED = "CANCELLED", "随工单结束"

    def __new__(cls, code: str, label: str = "") -> Stage:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class How(StrEnum):
    """What the house does when a ground arises."""

    OPEN = "open"
    PROPOSE = "propose"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What one ground leads to."""

    how: How
    level: Level


@dataclass(frozen=True, slots=True)
class Escalation:
    """Whom a red handling clock reaches, and when; the unit's approver hears of it at once."""

    county: WorkingDays
    """Red for so many working days: the county's dispatch centre, and supervision for the ground OVERDUE."""


@dataclass(frozen=True, slots=True)
class Digests:
    """How staff are told of what comes in numbers."""

    every: timedelta
    """At most one digest per person in this time."""
    collect: timedelta
    """How long the first warning waits for others."""
    quiet_from: time
    quiet_to: time
    """No digest and no SMS between the two, local time; 特急 excepted."""


@dataclass(frozen=True, slots=True)
class Supervisions:
    """What a city has decided about supervision and warnings."""

    triggers: Mapping[Ground, Trigger]
    channels: Mapping[str, Ground]
    """Channels whose appeals are a ground by themselves (媒体, 领导信箱)."""
    signing: bool = False
    """Refuse a reply that a level higher must sign and did not; otherwise the reviewer is told that nobody signed."""
    escalation: Escalation = field(default_factory=lambda: Escalation(WorkingDays(1)))
    digests: Digests = field(
        default_factory=lambda: Digests(timedelta(hours=1), timedelta(minutes=2), time(22), time(8))
    )


def level_of(by: Actor) -> Level:
    """The level at which this person orders supervision."""
    if by.may(Permission.INSTRUCT):
        return Level.LEADER
    return Level.INSPECTOR if Role.INSPECTOR in by.roles else Level.CENTRE


def may_judge(level: Level, by: Actor) -> bool:
    """Whether this person may accept or refuse the answer: the efficiency office judges its own level.

    The leader's level is judged by the centre, which reports to the leader.
    """
    return level is not Level.INSPECTOR or Role.INSPECTOR in by.roles or Role.SYSTEM in by.roles


def signs_above(city: City, unit: str, by: Actor) -> bool:
    """Whether this person stands a level higher than ``unit``: an approver of a unit above it in the tree."""
    return bool(by.unit) and by.unit != unit and unit in city.units and by.unit in city.ancestors(unit)


def red_since(now: datetime, days: WorkingDays, calendar: WorkCalendar) -> datetime:
    """What fell due before this moment has been red for ``days`` working days.

    A whole day counts, as for every limit in working days: due on the 18th at 17:30 is red one working day after the
    close of the next working day.
    """
    on = local(now).date()
    while calendar.due(start_of(on) - timedelta(seconds=1), days).at > now:
        on -= DAY
    return start_of(on)


def is_quiet(now: datetime, rules: Digests) -> bool:
    """Whether nobody is to be disturbed now."""
    at = now.astimezone(ZONE).time()
    if rules.quiet_from <= rules.quiet_to:
        return rules.quiet_from <= at < rules.quiet_to
    return at >= rules.quiet_from or at < rules.quiet_to


def after_quiet(now: datetime, rules: Digests) -> datetime:
    """``now``, or the end of the quiet time it falls into."""
    if not is_quiet(now, rules):
        return now
    at = now.astimezone(ZONE)
    ends = at.replace(hour=rules.quiet_to.hour, minute=rules.quiet_to.minute, second=0, microsecond=0)
    return ends if ends > at else ends + DAY
