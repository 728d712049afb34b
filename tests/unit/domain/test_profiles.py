"""The handbook's cases C1–C9 under every profile of §3, worked out by hand with the calendar of 2026 on the table.

Fuzhou's column is the handbook's own. Where a profile counts round the clock (Beijing), holidays do not matter; where
its limit is over before the pause of C9 begins, nothing is left to go on with.
"""

from datetime import datetime
from pathlib import Path

import pytest

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import ZONE
from hotline.domain.deadlines import ClockKind, allowance
from hotline.domain.reckoning import Move, MoveKind, reckon
from hotline.settings.calendar import read_calendar
from hotline.settings.sla import profiles, read_limits

CONFIG = Path(__file__).parents[3] / "config"
CALENDAR, _ = read_calendar(CONFIG / "calendar")
LIMITS = {name: read_limits(CONFIG / "sla", name)[0] for name in profiles(CONFIG / "sla")}
CITIES = ("fuzhou", "guangdong", "shandong", "anhui", "shanghai", "beijing")
CONSULT, HELP, COMPLAINT = AppealType.CONSULT, AppealType.HELP, AppealType.COMPLAINT
REPORT, SUGGEST = AppealType.REPORT, AppealType.SUGGEST
H = ClockKind.HANDLING

# Case, clock, type, urgency, start; then the due moment under each profile in the order of CITIES.
CASES = (
    (
        ("C1 a complaint on the Wednesday before the Spring Festival", H, COMPLAINT, "NORMAL", "2026-02-11 09:00"),
        ("03-03 17:30", "03-10 17:30", "02-25 17:30", "03-03 17:30", "02-25 17:30", "02-18 09:00"),
    ),
    (
        ("C2 a question on the Friday before the make-up Saturday", H, CONSULT, "NORMAL", "2026-02-13 16:00"),
        ("02-24 17:30", "02-24 17:30", "02-27 17:30", "02-25 17:30", "02-14 17:30", "02-20 16:00"),
    ),
    (
        ("C2 sign-in, one working day everywhere", ClockKind.SIGN, COMPLAINT, "NORMAL", "2026-02-13 16:00"),
        ("02-14 17:30",) * 6,
    ),
    (
        ("C3 a question on a Saturday", H, CONSULT, "NORMAL", "2026-02-07 10:00"),
        ("02-10 17:30", "02-10 17:30", "02-13 17:30", "02-11 17:30", "02-09 17:30", "02-14 10:00"),
    ),
    (
        ("C4 four working hours in winter", ClockKind.REVIEW, COMPLAINT, "NORMAL", "2026-01-09 16:30"),
        ("01-12 11:30",) * 6,
    ),
    (
        ("C5 four working hours in summer", ClockKind.RETURN_DECISION, COMPLAINT, "NORMAL", "2026-07-10 16:30"),
        ("07-13 11:00",) * 6,
    ),
    (
        ("C6 紧急 in the night of the festival", H, COMPLAINT, "URGENT", "2026-02-16 22:10"),
        ("02-17 22:10",) * 6,
    ),
    (
        ("C6 特急 in the night of the festival", H, COMPLAINT, "CRITICAL", "2026-02-16 22:10"),
        ("02-17 22:10", "02-17 22:10", "02-17 22:10", "02-17 22:10", "02-17 22:10", "02-17 00:10"),
    ),
    (
        ("C8 help asked on the day before the eve of the National Day", H, HELP, "NORMAL", "2026-09-29 09:00"),
        ("10-09 17:30", "10-19 17:30", "10-12 17:30", "10-19 17:30", "10-12 17:30", "10-06 09:00"),
    ),
    (
        ("a report in a plain week", H, REPORT, "NORMAL", "2026-03-09 09:00"),
        ("03-23 17:30", "03-30 17:30", "03-16 17:30", "03-23 17:30", "03-16 17:30", "03-16 09:00"),
    ),
    (
        ("a suggestion in a plain week", H, SUGGEST, "NORMAL", "2026-03-09 09:00"),
        ("03-16 17:30", "03-23 17:30", "03-16 17:30", "03-23 17:30", "03-10 17:30", "03-16 09:00"),
    ),
)
RESUMED = {
    "fuzhou": ("03-24 17:30", "04-09 17:30"),  # two of ten days left
    "guangdong": ("03-31 17:30", "04-16 17:30"),  # seven of fifteen
    "shandong": ("03-17 17:30", "03-17 17:30"),  # five days were over before the pause
    "anhui": ("03-24 17:30", "04-09 17:30"),
    "shanghai": ("03-17 17:30", "03-17 17:30"),
    "beijing": ("03-17 09:00", "03-17 09:00"),  # seven days round the clock, over as well
}
COMPLEX = {
    "fuzhou": "03-30 17:30",
    "guangdong": "03-30 17:30",
    "shandong": "03-30 17:30",
    "anhui": "03-30 17:30",
    "shanghai": "03-30 17:30",
    "beijing": "03-24 09:00",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}").replace(tzinfo=ZONE)


def test_all_profiles_of_the_handbook_are_shipped():
    assert set(CITIES) == set(LIMITS)


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize(
    ("case", "expected"), CASES, ids=lambda value: value[0] if isinstance(value[1], ClockKind) else ""
)
def test_the_same_case_under_each_profile(case, expected, city):
    _, kind, of_type, urgency, start = case
    limit = allowance(kind, of_type, Urgency(urgency), LIMITS[city])
    assert limit is not None
    assert CALENDAR.due(at(start), limit).at == at(expected[CITIES.index(city)])


@pytest.mark.parametrize("city", CITIES)
def test_case_c7_counts_working_days_from_the_old_due_date_everywhere(city):
    natural = city == "beijing"
    start = "2026-09-11 10:00" if natural else {
        "fuzhou": "2026-09-04 09:00",
        "guangdong": "2026-08-28 09:00",
        "shandong": "2026-09-11 09:00",
        "anhui": "2026-09-04 09:00",
        "shanghai": "2026-09-11 09:00",
    }[city]  # fmt: skip
    limit = allowance(H, COMPLAINT, Urgency.NORMAL, LIMITS[city])
    assert CALENDAR.due(at(start), limit).at == at("09-18 10:00" if natural else "09-18 18:00")
    extended = reckon(at(start), limit, [Move(MoveKind.EXTEND, at(start), more=WorkingDays(5))], CALENDAR)
    assert extended.due.at == at("09-24 18:00")


@pytest.mark.parametrize("city", CITIES)
def test_case_c9_goes_on_with_what_each_profile_leaves(city):
    limit = allowance(H, COMPLAINT, Urgency.NORMAL, LIMITS[city])
    due, after = RESUMED[city]
    start, moves = (
        at("2026-03-10 09:00"),
        [Move(MoveKind.PAUSE, at("03-20 10:00")), Move(MoveKind.RESUME, at("04-07 09:00"))],
    )
    assert reckon(start, limit, [], CALENDAR).due.at == at(due)
    assert reckon(start, limit, moves, CALENDAR).due.at == at(after)


@pytest.mark.parametrize("city", CITIES)
def test_a_complex_ticket_has_fifteen_days_of_the_profiles_kind_of_time(city):
    limit = allowance(H, COMPLAINT, Urgency.NORMAL, LIMITS[city], complex=True)
    assert CALENDAR.due(at("2026-03-09 09:00"), limit).at == at(COMPLEX[city])
