"""Clocks, their limits and their lamps (handbook §5, §8)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours, allowance_of
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import ZONE
from hotline.domain.deadlines import (
    ClockKind,
    Hand,
    Light,
    allowance,
    child_due,
    complex_until,
    light,
    return_until,
    rework,
    severe_at,
    warn_at,
    words,
)
from hotline.settings.calendar import read_calendar
from hotline.settings.sla import read_limits

CONFIG = Path(__file__).parents[3] / "config"
CALENDAR, _ = read_calendar(CONFIG / "calendar")
FUZHOU = read_limits(CONFIG / "sla", "fuzhou")[0]
BEIJING = read_limits(CONFIG / "sla", "beijing")[0]
assert FUZHOU is not None
assert BEIJING is not None

COMPLAINT, NORMAL, URGENT, CRITICAL = AppealType.COMPLAINT, Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def limit(kind, appeal_type=COMPLAINT, urgency=NORMAL, limits=FUZHOU, **flags) -> str:
    return str(allowance(kind, appeal_type, urgency, limits, **flags))


def yellow(kind, text, started, due):
    return warn_at(kind, allowance_of(text), at(started), at(due), FUZHOU.warnings, CALENDAR)


# Limits


@pytest.mark.parametrize(
    ("kind", "critical", "urgent", "normal"),
    [
        (ClockKind.ACCEPT, "2h", "2h", "2h"),
        (ClockKind.DISPATCH, "5min", "10min", "30min"),
        (ClockKind.TIMED_CALLBACK, "1wd", "1wd", "1wd"),
        (ClockKind.SIGN, "10min", "30min", "1wd"),
        (ClockKind.CONTACT, "30min", "2h", "1wd"),
        (ClockKind.INTERIM, "2h", "None", "None"),
        (ClockKind.HANDLING, "24h", "24h", "10wd"),
        (ClockKind.RETURN_DECISION, "4wh", "4wh", "4wh"),
        (ClockKind.COORDINATION, "2wd", "2wd", "2wd"),
        (ClockKind.REVIEW, "4wh", "4wh", "4wh"),
        (ClockKind.CALLBACK, "3wd", "3wd", "3wd"),
        (ClockKind.INFO_WAIT, "5wd", "5wd", "5wd"),
        (ClockKind.RATING, "360h", "360h", "360h"),
        (ClockKind.REVIEW_REQUEST, "5wd", "5wd", "5wd"),
        (ClockKind.SUPERVISION, "3wd", "3wd", "3wd"),
    ],
)
def test_every_clock_has_the_handbooks_limit_by_urgency(kind, critical, urgent, normal):
    assert [limit(kind, urgency=grade) for grade in (CRITICAL, URGENT, NORMAL)] == [critical, urgent, normal]


@pytest.mark.parametrize(
    ("appeal_type", "plain", "complicated"),
    [
        (AppealType.CONSULT, "2wd", "15wd"),
        (AppealType.HELP, "3wd", "15wd"),
        (AppealType.COMPLAINT, "10wd", "15wd"),
        (AppealType.REPORT, "10wd", "15wd"),
        (AppealType.SUGGEST, "5wd", "15wd"),
        (AppealType.PRAISE, "2wd", "15wd"),
    ],
)
def test_ordinary_tickets_are_handled_by_type(appeal_type, plain, complicated):
    assert limit(ClockKind.HANDLING, appeal_type) == plain
    assert limit(ClockKind.HANDLING, appeal_type, complex=True) == complicated


def test_the_quick_list_shortens_complaints_only():
    assert limit(ClockKind.HANDLING, AppealType.COMPLAINT, quick=True) == "3wd"
    assert limit(ClockKind.HANDLING, AppealType.REPORT, quick=True) == "10wd"


def test_urgency_outranks_complex_and_complex_outranks_quick():
    assert limit(ClockKind.HANDLING, urgency=URGENT, complex=True, quick=True) == "24h"
    assert limit(ClockKind.HANDLING, complex=True, quick=True) == "15wd"


def test_a_profile_without_a_quick_list_handles_quick_complaints_as_all_others():
    assert limit(ClockKind.HANDLING, limits=BEIJING, quick=True) == "168h"
    assert limit(ClockKind.HANDLING, limits=BEIJING, complex=True) == "360h"
    assert limit(ClockKind.HANDLING, urgency=CRITICAL, limits=BEIJING) == "2h"


def test_praise_is_not_called_back():
    assert limit(ClockKind.CALLBACK, AppealType.PRAISE) == "None"


def test_every_clock_says_whose_time_it_is():
    assert {kind for kind in ClockKind if kind.hand is Hand.APPELLANT} == {ClockKind.INFO_WAIT, ClockKind.RATING}
    assert {kind for kind in ClockKind if kind.hand is Hand.UNIT} == {
        ClockKind.SIGN,
        ClockKind.CONTACT,
        ClockKind.INTERIM,
        ClockKind.HANDLING,
        ClockKind.SUPERVISION,
    }


# Lamps


def test_the_lamps_of_the_handbooks_example():
    due = at("2026-03-18 17:30")
    warned = yellow(ClockKind.HANDLING, "10wd", "2026-03-04 10:00", "2026-03-18 17:30")
    severe = severe_at(due, FUZHOU.warnings, CALENDAR)
    assert (warned, severe) == (at("2026-03-17 00:00"), at("2026-03-26 00:00"))
    moments = ["2026-03-16 23:59:59", "2026-03-17 00:00", "2026-03-18 17:30", "2026-03-18 17:30:01"]
    lamps = [light(due, warned, severe, at(text)) for text in [*moments, "2026-03-25 23:59:59", "2026-03-26 00:00"]]
    assert lamps == [Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED, Light.RED, Light.SEVERE]


@pytest.mark.parametrize(
    ("kind", "text", "started", "due", "expected"),
    [
        # A due Monday is warned of from the Friday on; after the feast from the last working day before it.
        (ClockKind.HANDLING, "3wd", "2026-03-18 10:00", "2026-03-23 17:30", "2026-03-20 00:00"),
        (ClockKind.HANDLING, "3wd", "2026-09-28 09:00", "2026-10-08 17:30", "2026-09-30 00:00"),
        # Never before the clock began.
        (ClockKind.HANDLING, "1wd", "2026-03-18 10:00", "2026-03-19 17:30", "2026-03-18 10:00"),
        # A quarter left: of natural time, of working time.
        (ClockKind.HANDLING, "24h", "2026-03-18 22:00", "2026-03-19 22:00", "2026-03-19 16:00"),
        (ClockKind.REVIEW, "4wh", "2026-01-09 16:30", "2026-01-12 11:30", "2026-01-12 10:30"),
        # Resumed with less than a quarter left.
        (ClockKind.HANDLING, "24h", "2026-03-18 22:00", "2026-03-18 23:00", "2026-03-18 22:00"),
        # Sign-in: half gone, in natural minutes or in working time over the weekend.
        (ClockKind.SIGN, "30min", "2026-03-18 22:00", "2026-03-18 22:30", "2026-03-18 22:15"),
        (ClockKind.SIGN, "1wd", "2026-03-20 16:00", "2026-03-23 17:30", "2026-03-23 11:00"),
        (ClockKind.CONTACT, "1wd", "2026-03-20 16:00", "2026-03-23 17:30", "2026-03-23 11:00"),
    ],
)
def test_the_lamp_turns_yellow(kind, text, started, due, expected):
    assert yellow(kind, text, started, due) == at(expected)


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("2026-03-18 17:30", "2026-03-17 09:00", "剩 1 个工作日"),
        ("2026-03-23 17:30", "2026-03-20 23:00", "剩 1 个工作日"),
        ("2026-03-23 17:30", "2026-03-22 09:00", "剩 1 个工作日"),
        ("2026-03-18 17:30", "2026-03-04 10:00", "剩 10 个工作日"),
        ("2026-03-18 17:30", "2026-03-18 08:00", "今天 17:30 到期"),
        ("2026-03-18 17:30", "2026-03-18 17:04:40", "剩 25 分钟"),
        ("2026-03-18 17:30", "2026-03-18 17:29:30", "剩不足 1 分钟"),
        ("2026-03-18 17:30", "2026-03-18 17:30:01", "已超期 不足 1 分钟"),
        ("2026-03-18 17:30", "2026-03-18 17:55", "已超期 25 分钟"),
        ("2026-03-18 17:30", "2026-03-18 21:00", "已超期 3 小时"),
        ("2026-03-18 17:30", "2026-03-20 09:00", "已超期 2 天"),
        ("2026-03-19 22:10", "2026-03-18 22:30", "明天 22:10 到期"),
        ("2026-03-25 22:10", "2026-03-18 22:30", "剩 7 天"),
        ("2026-02-17 22:10", "2026-02-16 23:00", "明天 22:10 到期"),
    ],
)
def test_the_words_beside_the_lamp(due, now, expected):
    assert words(at(due), at(now), CALENDAR) == expected


# Later due moments


def test_rework_has_three_working_days_or_by_the_clock_a_day():
    assert rework(WorkingDays(10), FUZHOU) == WorkingDays(3)
    assert rework(WorkingHours(timedelta(hours=4)), FUZHOU) == WorkingDays(3)
    assert rework(NaturalHours(timedelta(hours=24)), FUZHOU) == NaturalHours(timedelta(hours=24))


@pytest.mark.parametrize(
    ("parent", "now", "expected"),
    [
        ("2026-03-18 17:30", "2026-03-13 10:00", "2026-03-17 17:30"),
        ("2026-03-18 17:30", "2026-03-16 10:00", "2026-03-18 17:30"),
        ("2026-10-08 17:30", "2026-09-25 10:00", "2026-09-30 18:00"),
        ("2026-03-19 22:10", "2026-03-18 22:10", "2026-03-19 22:10"),
    ],
)
def test_a_child_is_due_a_working_day_before_its_parent_if_three_remain(parent, now, expected):
    assert child_due(at(parent), at(now), CALENDAR) == at(expected)


def test_the_return_window_is_a_working_day_or_half_an_hour_when_urgent():
    dispatched = at("2026-03-20 16:00")
    assert return_until(dispatched, NORMAL, FUZHOU, CALENDAR) == at("2026-03-23 17:30")
    assert return_until(dispatched, URGENT, FUZHOU, CALENDAR) == at("2026-03-20 16:30")


def test_complex_is_approved_within_two_working_days():
    assert complex_until(at("2026-03-20 16:00"), FUZHOU, CALENDAR) == at("2026-03-24 17:30")
