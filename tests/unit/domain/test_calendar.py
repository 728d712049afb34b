"""The worked cases of handbook §5, and how a due moment is explained."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours, allowance_of, span_words
from hotline.domain.calendar import ZONE, DueAt, Step, WorkCalendar, day_of, local
from hotline.settings.calendar import read_calendar

CALENDAR, _ = read_calendar(Path(__file__).parents[3] / "config" / "calendar")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def with_end(due_at: DueAt) -> WorkCalendar:
    return WorkCalendar(CALENDAR.holidays, CALENDAR.makeups, CALENDAR.years_known, CALENDAR.windows, due_at)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_c1_ten_working_days_across_the_spring_festival():
    assert CALENDAR.due(at("2026-02-11 10:00"), WorkingDays(10)).at == at("2026-03-03 17:30")


def test_c2_a_make_up_saturday_is_a_working_day():
    assert CALENDAR.due(at("2026-02-13 16:00"), WorkingDays(1)).at == at("2026-02-14 17:30")


def test_c3_a_dispatch_on_a_saturday_counts_from_monday():
    assert CALENDAR.due(at("2026-02-07 11:00"), WorkingDays(2)).at == at("2026-02-10 17:30")


def test_c4_working_hours_in_winter_go_on_on_monday():
    assert CALENDAR.due(at("2026-01-09 16:30"), WorkingHours(hours(4))).at == at("2026-01-12 11:30")


def test_c5_working_hours_in_summer_have_the_later_afternoon():
    assert CALENDAR.due(at("2026-07-10 16:30"), WorkingHours(hours(4))).at == at("2026-07-13 11:00")


def test_c6_natural_hours_run_through_the_feast():
    assert CALENDAR.due(at("2026-02-16 22:10"), NaturalHours(hours(24))).at == at("2026-02-17 22:10")


def test_c7_an_extension_counts_from_the_old_due_date():
    assert CALENDAR.extend(at("2026-09-18 18:00"), WorkingDays(5)).at == at("2026-09-24 18:00")


def test_c8_the_national_day_is_skipped():
    assert CALENDAR.due(at("2026-09-29 09:00"), WorkingDays(3)).at == at("2026-10-09 17:30")


def test_c9_a_resumed_clock_has_the_days_that_were_left():
    due = CALENDAR.due(at("2026-03-10 15:00"), WorkingDays(10)).at
    assert due == at("2026-03-24 17:30")
    resumed = CALENDAR.resume(due, WorkingDays(10), at("2026-03-20 10:00"), at("2026-04-07 09:00"))
    assert resumed.at == at("2026-04-09 17:30")
    assert "剩 2 个工作日" in resumed.trace[0].words


@pytest.mark.parametrize("year", [2025, 2026])
def test_each_known_year_has_248_working_days(year):
    assert len(CALENDAR.working_days(year)) == 248


def test_due_moments_are_given_in_utc():
    assert CALENDAR.due(at("2026-02-11 10:00"), WorkingDays(1)).at.tzinfo is UTC


# Suspension


def test_suspended_on_the_due_date_the_clock_ends_with_the_day_of_resuming():
    resumed = CALENDAR.resume(at("2026-03-24 17:30"), WorkingDays(10), at("2026-03-24 10:00"), at("2026-04-07 09:00"))
    assert resumed.at == at("2026-04-07 17:30")


def test_suspended_on_the_due_date_and_resumed_in_the_evening_the_clock_has_the_next_working_day():
    resumed = CALENDAR.resume(at("2026-03-24 17:30"), WorkingDays(10), at("2026-03-24 10:00"), at("2026-04-03 19:00"))
    assert resumed.at == at("2026-04-07 17:30")


def test_a_natural_clock_goes_on_with_its_exact_minutes():
    limit = NaturalHours(hours(24))
    resumed = CALENDAR.resume(at("2026-03-11 10:00"), limit, at("2026-03-11 09:13"), at("2026-03-14 20:00"))
    assert resumed.at == at("2026-03-14 20:47")


def test_a_clock_in_working_hours_goes_on_with_its_exact_working_minutes():
    limit = WorkingHours(hours(4))
    resumed = CALENDAR.resume(at("2026-03-11 11:00"), limit, at("2026-03-11 07:00"), at("2026-03-13 17:00"))
    assert resumed.at == at("2026-03-16 10:30")


def test_a_suspension_asked_for_after_the_due_moment_makes_nobody_punctual():
    late = at("2026-03-24 17:30")
    assert CALENDAR.resume(late, WorkingDays(10), at("2026-03-24 17:31"), at("2026-04-07 09:00")).at == late


def test_a_suspension_at_the_very_due_moment_has_nothing_left_to_give():
    calendar = with_end(DueAt.MIDNIGHT)
    due = calendar.close(date(2026, 3, 24))
    assert calendar.resume(due, WorkingDays(10), due, due + hours(9)).at == due


# Ends of the day


def test_a_limit_may_end_at_midnight_and_still_belongs_to_its_day():
    due = with_end(DueAt.MIDNIGHT).due(at("2026-02-11 10:00"), WorkingDays(10))
    assert due.at == at("2026-03-04 00:00")
    assert due.on == date(2026, 3, 3)
    assert due.trace[-1].words == "2026-03-03 周二 24:00 到期"


def test_a_limit_may_end_at_the_time_of_day_it_began():
    assert with_end(DueAt.SAME_TIME).due(at("2026-02-11 10:07"), WorkingDays(10)).at == at("2026-03-03 10:07")


def test_at_the_same_time_a_start_on_a_day_off_counts_as_its_end():
    calendar = with_end(DueAt.SAME_TIME)
    assert calendar.due(at("2026-03-07 14:00"), WorkingDays(1)).at == at("2026-03-10 00:00")
    assert calendar.due(at("2026-03-08 09:00"), WorkingDays(1)).at == at("2026-03-10 00:00")


@pytest.mark.parametrize(
    ("mode", "earlier"),
    [(DueAt.OFFICE_CLOSE, "2026-09-30 18:00"), (DueAt.MIDNIGHT, "2026-10-01 00:00")],
)
def test_a_working_day_earlier_ends_as_days_of_its_own_season_end(mode, earlier):
    calendar = with_end(mode)
    assert calendar.earlier(calendar.close(date(2026, 10, 8)), 1) == at(earlier)


# Days


def test_remaining_days_are_those_after_today_up_to_the_due_date():
    assert CALENDAR.remaining_days(date(2026, 2, 13), date(2026, 2, 25)) == 3
    assert CALENDAR.remaining_days(date(2026, 2, 25), date(2026, 2, 25)) == 0
    assert CALENDAR.remaining_days(date(2026, 2, 26), date(2026, 2, 25)) == 0


@pytest.mark.parametrize(
    ("on", "days", "there"),
    [
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2026, 1, 4), -1, date(2025, 12, 31)),
        (date(2026, 1, 2), -1, date(2025, 12, 31)),
        (date(2026, 3, 11), -3, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
        (date(2025, 3, 7), 300, date(2026, 5, 25)),
    ],
)
def test_the_nth_working_day_is_found_in_both_directions_and_across_years(on, days, there):
    assert CALENDAR.working_days_after(on, days) == there


def test_midnight_is_the_end_of_the_day_that_is_due():
    assert day_of(at("2026-03-04 00:00")) == date(2026, 3, 3)
    assert day_of(at("2026-03-04 00:01")) == date(2026, 3, 4)


def test_working_time_counts_only_office_windows():
    assert CALENDAR.worked(at("2026-03-11 11:00"), at("2026-03-11 15:00")) == hours(1.5)
    assert CALENDAR.worked(at("2026-02-14 00:00"), at("2026-02-24 00:00")) == hours(6.5)
    assert CALENDAR.worked(at("2026-03-11 15:00"), at("2026-03-11 11:00")) == hours(0)


def test_seasons_change_on_the_first_of_june_and_of_october():
    close = CALENDAR.windows.close
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 9, 30), date(2026, 10, 1), date(2026, 1, 5)]
    assert [close(on) for on in days] == [time(17, 30), time(18), time(18), time(17, 30), time(17, 30)]


# Years without a list


def test_a_year_without_a_list_is_computed_provisionally():
    due = CALENDAR.due(at("2026-12-30 10:00"), WorkingDays(3))
    assert (due.at, due.provisional) == (at("2027-01-05 17:30"), True)
    assert "2027-01-01 周五 元旦放假（暂定），不计" in [line.words for line in due.trace]


def test_a_due_moment_inside_known_years_is_final():
    assert not CALENDAR.due(at("2026-12-30 10:00"), WorkingDays(1)).provisional


def test_natural_hours_need_no_list():
    assert not CALENDAR.due(at("2030-01-01 00:00"), NaturalHours(hours(24))).provisional


def test_loading_the_list_makes_the_same_due_moment_final():
    feast = {date(2027, 1, day): "元旦" for day in (1, 2, 3, 4)}
    loaded = WorkCalendar({**CALENDAR.holidays, **feast}, CALENDAR.makeups, CALENDAR.years_known | {2027})
    due = loaded.due(at("2026-12-30 10:00"), WorkingDays(3))
    assert (due.at, due.provisional) == (at("2027-01-06 17:30"), False)


# The explanation


def test_the_trace_names_every_day_on_the_way():
    trace = CALENDAR.due(at("2026-02-11 10:05"), WorkingDays(10)).trace
    assert trace[0].words == "2026-02-11 周三 10:05 起算，当日为第 0 天"
    assert trace[3].words == "2026-02-14 周六 春节调休上班 第 3 天"
    assert trace[4].words == "2026-02-15 周日 春节放假，不计"
    assert trace[-1].words == "2026-03-03 周二 17:30 到期"
    assert [line.nth for line in trace if line.step is Step.COUNTED] == list(range(1, 11))
    assert [line.on for line in trace if line.step is Step.SKIPPED] == [
        *(date(2026, 2, day) for day in range(15, 24)),
        date(2026, 3, 1),
    ]


def test_the_trace_of_working_hours_says_how_much_each_day_gave():
    words = [line.words for line in CALENDAR.due(at("2026-01-09 16:30"), WorkingHours(hours(4))).trace]
    assert words == [
        "2026-01-09 周五 16:30 起算，给 4 小时工作时间",
        "2026-01-09 周五 计 1 小时",
        "2026-01-10 周六 周末，不计",
        "2026-01-11 周日 周末，不计",
        "2026-01-12 周一 计 3 小时",
        "2026-01-12 周一 11:30 到期",
    ]


# Allowances


@pytest.mark.parametrize("text", ["2wd", "4wh", "30wmin", "24h", "10min", "90s"])
def test_an_allowance_is_read_as_it_is_written(text):
    assert str(allowance_of(text)) == text


def test_natural_days_are_written_as_hours():
    assert allowance_of("7d") == NaturalHours(timedelta(days=7)) == allowance_of("168h")


@pytest.mark.parametrize("text", ["", "2", "wd", "-1wd", "0wd", "2 wd", "1.5h", "2wdx", "³h"])
def test_what_is_no_allowance_is_refused(text):
    with pytest.raises(ValueError, match=r"allowance|at least one"):
        allowance_of(text)


def test_a_limit_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        WorkingHours(hours(-1))
    with pytest.raises(ValueError, match="negative"):
        NaturalHours(hours(-1))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (hours(4), "4 小时"),
        (hours(2.5), "2 小时 30 分钟"),
        (hours(24), "24 小时"),
        (hours(168), "7 天"),
        (hours(0), "0 分钟"),
    ],
)
def test_spans_are_told_in_chinese(span, words):
    assert span_words(span) == words


def test_the_local_clock_is_eight_hours_ahead():
    assert local(datetime(2026, 3, 1, 16, 30, tzinfo=UTC)).isoformat() == "2026-03-02T00:30:00+08:00"
