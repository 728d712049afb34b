"""What holds for every calendar, moment and allowance; and the slow calendar as oracle.

``CALENDAR_CASES=100000 pytest …`` asks the oracle more often.
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import ZONE, DueAt, WorkCalendar, local
from hotline.domain.deadlines import ClockKind, allowance, child_due, severe_at, warn_at
from hotline.settings.calendar import read_calendar
from hotline.settings.sla import profiles, read_limits
from tests.unit.domain.slow_calendar import SlowCalendar

CONFIG = Path(__file__).parents[3] / "config"
PLAIN, _ = read_calendar(CONFIG / "calendar")
SLOW = SlowCalendar()
CASES = int(os.environ.get("CALENDAR_CASES", "3000"))
PROFILES = {name: read_limits(CONFIG / "sla", name)[0] for name in profiles(CONFIG / "sla")}

# Generated values

days_of_2025_to_2027 = st.dates(date(2025, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda off, on, due_at: WorkCalendar(
        {**PLAIN.holidays, **dict.fromkeys(off, "另加")},
        {**PLAIN.makeups, **dict.fromkeys(on, "另加")},
        PLAIN.years_known,
        PLAIN.windows,
        due_at,
    ),
    st.lists(days_of_2025_to_2027, max_size=12),
    st.lists(days_of_2025_to_2027, max_size=6),
    st.sampled_from(DueAt),
)
BEGIN = datetime(2025, 1, 1, tzinfo=ZONE)
half_hours = st.integers(0, 900 * 48).map(lambda number: BEGIN + timedelta(minutes=30 * number))
"""Openings, closings and midnights among them, which a moment by chance hardly ever hits."""
moments = st.one_of(half_hours, st.timedeltas(timedelta(0), timedelta(days=900)).map(lambda passed: BEGIN + passed))
spans = st.timedeltas(timedelta(0), timedelta(hours=60))
working_hours = st.builds(WorkingHours, spans)


@st.composite
def clocks_of_profiles(draw):
    """A kind of clock and its limit in one of the six profiles."""
    limits = PROFILES[draw(st.sampled_from(sorted(PROFILES)))]
    kind = draw(st.sampled_from(ClockKind))
    flags = {"quick": draw(st.booleans()), "complex": draw(st.booleans())}
    limit = allowance(kind, draw(st.sampled_from(AppealType)), draw(st.sampled_from(Urgency)), limits, **flags)
    assume(limit is not None)
    return kind, limit, limits


limits_of_profiles = clocks_of_profiles().map(lambda clock: clock[1])
allowances = st.one_of(
    limits_of_profiles, working_hours, st.builds(NaturalHours, spans), st.builds(WorkingDays, st.integers(1, 40))
)

# Properties


@given(calendars, moments, working_hours)
def test_exactly_the_allowance_is_worked_by_the_due_moment(calendar, start, limit):
    assert calendar.worked(start, calendar.due(start, limit).at) == limit.span


@given(calendars, moments, working_hours)
def test_not_an_instant_later_than_needed(calendar, start, limit):
    assume(limit.span)
    assert calendar.worked(start, calendar.due(start, limit).at - timedelta(microseconds=1)) < limit.span


@given(calendars, moments, spans, spans)
def test_hours_add_up(calendar, start, one, two):
    first = calendar.due(start, WorkingHours(one)).at
    assert calendar.due(first, WorkingHours(two)).at == calendar.due(start, WorkingHours(one + two)).at


@given(calendars, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_working_time_of_the_parts_is_that_of_the_whole(calendar, three):
    a, b, c = three
    assert calendar.worked(a, b) + calendar.worked(b, c) == calendar.worked(a, c)


@given(calendars, moments, st.integers(1, 20), st.integers(1, 20))
def test_an_extension_adds_its_days(calendar, start, one, two):
    assume(local(start).time() != time(0))
    first = calendar.due(start, WorkingDays(one))
    assert calendar.extend(first.at, WorkingDays(two)).at == calendar.due(start, WorkingDays(one + two)).at


@given(calendars, moments, allowances, days_of_2025_to_2027)
def test_a_further_holiday_never_brings_a_due_time_forward(calendar, start, limit, feast):
    more = WorkCalendar(
        {**calendar.holidays, feast: "又一天"},
        calendar.makeups,
        calendar.years_known,
        calendar.windows,
        calendar.due_at,
    )
    assert more.due(start, limit).at >= calendar.due(start, limit).at


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=10)), allowances)
def test_who_starts_later_is_due_no_earlier(calendar, start, later, limit):
    assert calendar.due(start + later, limit).at >= calendar.due(start, limit).at


@given(calendars, days_of_2025_to_2027, st.integers(-60, 60))
def test_the_nth_working_day_is_n_working_days_away(calendar, on, days):
    there = calendar.working_days_after(on, days)
    if days > 0:
        assert calendar.count(on, there) == days
    elif days < 0:
        # The target itself is counted and the start is not, unless it works.
        assert -calendar.count(on, there) == -days - (not calendar.is_working_day(on))
    assert days == 0 or calendar.is_working_day(there)


@given(calendars, moments, limits_of_profiles, st.floats(0, 1))
def test_a_suspension_of_no_length_changes_nothing(calendar, start, limit, share):
    due = calendar.due(start, limit).at
    assume(not isinstance(limit, WorkingDays) or local(start).time() != time(0))
    at = start + (due - start) * share
    resumed = calendar.resume(due, limit, at, at)
    assert resumed.at == due


@given(calendars, moments, limits_of_profiles, *[st.timedeltas(timedelta(0), timedelta(days=20))] * 3)
def test_who_resumes_later_is_due_no_earlier(calendar, start, limit, before, pause, longer):
    due = calendar.due(start, limit).at
    back = start + before + pause
    one = calendar.resume(due, limit, start + before, back).at
    two = calendar.resume(due, limit, start + before, back + longer).at
    assert due <= one <= two


@given(calendars, moments, clocks_of_profiles())
def test_lamps_change_in_order_in_all_profiles(calendar, start, clock):
    kind, limit, limits = clock
    due = calendar.due(start, limit).at
    assert start <= warn_at(kind, limit, start, due, limits.warnings, calendar) <= due
    assert due < severe_at(due, limits.warnings, calendar)


@given(calendars, moments, limits_of_profiles, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_a_child_is_due_no_later_than_its_parent(calendar, start, limit, passed):
    parent = calendar.due(start, limit).at
    assert child_due(parent, start + passed, calendar) <= parent


@given(calendars, moments, allowances)
def test_the_trace_ends_at_the_due_date_and_its_days_stand_in_order(calendar, start, limit):
    assume(local(start).time() != time(0))
    due = calendar.due(start, limit)
    days = [line.on for line in due.trace]
    assert days == sorted(days)
    assert due.trace[-1].on == due.on


# The oracle


def whole_minutes(seed: int):
    chance = random.Random(seed)
    for _ in range(CASES):
        yield chance, BEGIN + timedelta(minutes=chance.randrange(730 * 24 * 60))


def test_the_slow_calendar_agrees_on_working_days():
    for chance, start in whole_minutes(1):
        days = chance.randint(1, 30)
        assert PLAIN.due(start, WorkingDays(days)).at == SLOW.due_in_days(start, days), (start, days)


def test_the_slow_calendar_agrees_on_working_hours():
    for chance, start in whole_minutes(2):
        minutes = chance.randint(1, 800)
        due = PLAIN.due(start, WorkingHours(timedelta(minutes=minutes))).at
        assert due == SLOW.due_in_minutes(start, minutes), (start, minutes)


def test_the_slow_calendar_agrees_on_working_time():
    for chance, start in whole_minutes(3):
        end = start + timedelta(minutes=chance.randrange(30 * 24 * 60))
        assert PLAIN.worked(start, end) == SLOW.worked(start, end), (start, end)


def test_the_slow_calendar_agrees_on_remaining_days():
    for chance, start in whole_minutes(4):
        today = start.date()
        due_on = today + timedelta(days=chance.randint(0, 40))
        assert PLAIN.remaining_days(today, due_on) == SLOW.remaining_days(today, due_on), (today, due_on)


HANDBOOK = {
    "fuzhou": (2, 3, 10, 10, 5),
    "guangdong": (2, 10, 15, 15, 10),
    "shandong": (5, 5, 5, 5, 5),
    "anhui": (3, 10, 10, 10, 10),
    "shanghai": (1, 5, 5, 5, 1),
}
"""Handbook §3: working days for consult, help, complaint, report, suggest."""


@settings(max_examples=200)
@given(half_hours.filter(lambda at: at.year < 2027))
def test_every_profile_of_working_days_is_due_when_the_slow_calendar_says(start):
    for profile, numbers in HANDBOOK.items():
        for appeal_type, days in zip(AppealType, numbers, strict=False):
            limit = allowance(ClockKind.HANDLING, appeal_type, Urgency.NORMAL, PROFILES[profile])
            assert PLAIN.due(start, limit).at == SLOW.due_in_days(start, days), (profile, appeal_type)


@given(moments, st.sampled_from(AppealType))
def test_the_profile_by_urgency_is_due_by_the_clock_alone(start, appeal_type):
    grades = [(Urgency.CRITICAL, False, 2), (Urgency.URGENT, False, 24), (Urgency.NORMAL, False, 168)]
    for urgency, is_complex, hours in [*grades, (Urgency.NORMAL, True, 360)]:
        limit = allowance(ClockKind.HANDLING, appeal_type, urgency, PROFILES["beijing"], complex=is_complex)
        assert PLAIN.due(start, limit).at == start.astimezone(UTC) + timedelta(hours=hours)
