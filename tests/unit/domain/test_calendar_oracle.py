"""The calendar against the minute table: 100,000 random clocks of all profiles over 2025 and 2026.

Each case is one clock of one profile and everything that is asked of it: when it is due and when its lamp turns; what
it comes to when it is extended, or paused and resumed; how much is worked and left.
``CALENDAR_ORACLE`` in the environment asks for another number.
"""

import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind, Light, allowance, light, severe_at, warn_at
from hotline.domain.reckoning import Move, MoveKind, reckon
from hotline.settings.calendar import read_calendar
from hotline.settings.sla import profiles, read_limits
from tests.unit.domain.minute_table import MinuteTable
from tests.unit.domain.slow_calendar import MINUTES

CASES = int(os.environ.get("CALENDAR_ORACLE", "100000"))
CONFIG = Path(__file__).parents[3] / "config"
CALENDAR, _ = read_calendar(CONFIG / "calendar")
TABLE = MinuteTable()
FIRST = datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)
TWO_YEARS = 730 * MINUTES
LIMITS = {name: read_limits(CONFIG / "sla", name)[0] for name in profiles(CONFIG / "sla")}
CLOCKS = sorted(
    {
        (name, kind, limit, quick, complex_)
        for name, limits in LIMITS.items()
        for kind in ClockKind
        for of_type in AppealType
        for urgency in Urgency
        for quick in (False, True)
        for complex_ in (False, True)
        if (limit := allowance(kind, of_type, urgency, limits, quick=quick, complex=complex_)) is not None
    },
    key=str,
)
"""Every clock of every profile with every limit it can have."""


def moment(minute: int) -> datetime:
    return FIRST + timedelta(minutes=minute)


def minute(at: datetime) -> int:
    passed = (at - FIRST) / timedelta(minutes=1)
    assert passed == int(passed), f"{at} is not a whole minute"
    return int(passed)


def minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def due(start: int, limit: object) -> int:
    if isinstance(limit, WorkingDays):
        return TABLE.after_days(start, limit.days)
    if isinstance(limit, WorkingHours):
        return TABLE.after_minutes(start, minutes(limit.span))
    assert isinstance(limit, NaturalHours)
    return start + minutes(limit.span)


def resumed(due_at: int, limit: object, paused: int, back: int) -> int:
    """What was left on the day of the pause, from the day of resuming on (handbook §5, C9)."""
    if paused >= due_at:
        return due_at
    if isinstance(limit, NaturalHours):
        return back + due_at - paused
    if isinstance(limit, WorkingHours):
        return TABLE.after_minutes(back, TABLE.worked(paused, due_at))
    left = TABLE.days_left(paused // MINUTES, due_at)
    if left:
        return TABLE.after_days(back, left)
    today = TABLE.closing.get(back // MINUTES)
    return today if today is not None and back <= today else TABLE.after_days(back, 1)


def lamp(kind: ClockKind, limit: object, start: int, due_at: int, now: int) -> Light:
    """Handbook §8, in minutes."""
    if now > due_at:
        late = TABLE.days_left((due_at - 1) // MINUTES, now + 1)
        return Light.SEVERE if late > 5 else Light.RED
    short = isinstance(limit, WorkingDays) and limit.days <= 1 and kind is not ClockKind.HANDLING
    if kind is ClockKind.SIGN or short:
        natural = isinstance(limit, NaturalHours)
        gone, whole = (
            (now - start, due_at - start) if natural else (TABLE.worked(start, now), TABLE.worked(start, due_at))
        )
        warned = 2 * gone >= whole
    elif isinstance(limit, WorkingDays):
        warned = TABLE.days_left(now // MINUTES, due_at) <= 1
    elif isinstance(limit, WorkingHours):
        warned = 4 * TABLE.worked(now, due_at) <= minutes(limit.span)
    else:
        warned = 4 * (due_at - now) <= minutes(limit.span)
    return Light.YELLOW if warned else Light.GREEN


def test_a_hundred_thousand_clocks_of_all_profiles_agree_with_the_minute_table() -> None:
    chance = random.Random(12345)
    odd = random.Random(54321)
    for _ in range(CASES):
        name, kind, limit, _, _ = chance.choice(CLOCKS)
        start = chance.randrange(TWO_YEARS - 60 * MINUTES)
        case = f"{name} {kind} {limit} from {moment(start)}"
        found = CALENDAR.due(moment(start), limit).at
        due_at = due(start, limit)
        assert minute(found) == due_at, case

        warned = warn_at(kind, limit, moment(start), found, LIMITS[name].warnings, CALENDAR)
        severe = severe_at(found, LIMITS[name].warnings, CALENDAR)
        now = min(start + odd.randrange(1, 2 * (due_at - start) + 10), TWO_YEARS + 100 * MINUTES)
        assert light(found, warned, severe, moment(now)) is lamp(kind, limit, start, due_at, now), f"{case} at {now}"

        paused = chance.randrange(start, due_at + 1)
        back = paused + chance.randrange(30 * MINUTES)
        more = (
            WorkingDays(chance.randint(1, 15)) if isinstance(limit, WorkingDays) else NaturalHours(timedelta(hours=9))
        )
        later = TABLE.after_days(due_at - 1, more.days) if isinstance(more, WorkingDays) else due_at + 9 * 60
        moves = [Move(MoveKind.PAUSE, moment(paused)), Move(MoveKind.RESUME, moment(back))]
        history = [Move(MoveKind.EXTEND, moment(start), more=more), *moves]
        assert minute(reckon(moment(start), limit, moves, CALENDAR).due.at) == resumed(due_at, limit, paused, back), (
            case
        )
        both = minute(reckon(moment(start), limit, history, CALENDAR).due.at)
        assert both == resumed(later, limit, paused, back), f"{case}, extended by {more}"
