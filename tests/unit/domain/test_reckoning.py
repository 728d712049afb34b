"""The history of a clock: one fold computes it, explains it and computes it anew (handbook §5)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.allowances import NaturalHours, WorkingDays, WorkingHours, allowance_of
from hotline.domain.calendar import ZONE, Step, WorkCalendar, day_of, due_line
from hotline.domain.reckoning import Move, MoveKind, moves_of, reckon
from hotline.settings.calendar import read_calendar

CALENDAR, _ = read_calendar(Path(__file__).parents[3] / "config" / "calendar")
K = MoveKind


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def words(start: str, limit: str, *moves: Move, calendar: WorkCalendar = CALENDAR) -> list[str]:
    return [line.words for line in reckon(at(start), allowance_of(limit), moves, calendar).due.trace]


def due(start: str, limit: str, *moves: Move) -> datetime:
    return reckon(at(start), allowance_of(limit), moves, CALENDAR).due.at


def test_a_clock_that_nothing_moved_is_explained_as_the_calendar_does():
    assert words("2026-02-13 16:00", "1wd") == [
        "2026-02-13 周五 16:00 起算，当日为第 0 天",
        "2026-02-14 周六 春节调休上班 第 1 天",
        "2026-02-14 周六 17:30 到期",
    ]


def test_case_c9_is_told_from_the_first_day_to_the_last_with_its_holiday_named():
    pause = Move(K.PAUSE, at("2026-03-20 10:00"), words="法定程序进行中")
    told = words("2026-03-10 09:00", "10wd", pause, Move(K.RESUME, at("2026-04-07 09:00")))
    assert told[0] == "2026-03-10 周二 09:00 起算，当日为第 0 天"
    assert told[-6:] == [
        "2026-03-20 周五 10:00 起暂停计时（法定程序进行中）",
        "此前算得 2026-03-24 周二 17:30 到期",
        "2026-03-20 周五 10:00 挂起时剩 2 个工作日，2026-04-07 周二 09:00 恢复，当日为第 0 天",
        "2026-04-08 周三 第 1 天",
        "2026-04-09 周四 第 2 天",
        "2026-04-09 周四 17:30 到期",
    ]


def test_an_extension_over_the_spring_festival_names_every_day_off_and_every_make_up_day():
    told = words("2026-02-02 09:00", "10wd", Move(K.EXTEND, at("2026-02-12 10:00"), more=WorkingDays(3)))
    assert "2026-02-14 周六 春节调休上班 第 10 天" in told
    assert "2026-02-15 周日 春节放假，不计" in told
    assert "2026-02-23 周一 春节放假，不计" in told
    assert "2026-02-12 周四 10:00 同意延期 3 个工作日" in told
    assert told[-1] == "2026-02-26 周四 17:30 到期"


@pytest.mark.parametrize(
    ("failed", "more", "expected"),
    [
        ("2026-03-20 10:00", WorkingDays(1), "2026-03-23 17:30"),
        ("2026-03-10 10:00", WorkingDays(1), "2026-03-18 17:30"),
        ("2026-03-20 10:00", None, "2026-03-18 17:30"),
    ],
    ids=["later", "earlier", "second time"],
)
def test_a_reply_sent_back_has_until_the_close_of_the_next_working_day_once(failed, more, expected):
    assert due("2026-03-04 09:00", "10wd", Move(K.GRACE, at(failed), more=more)) == at(expected)


@pytest.mark.parametrize(
    ("kind", "limit", "more", "expected"),
    [
        (K.RAISE, "10wd", "24h", "2026-03-12 10:00"),
        (K.RAISE, "1wd", "48h", "2026-03-11 17:30"),
        (K.REBASE, "1wd", "5wd", "2026-03-18 17:30"),
    ],
    ids=["sooner", "never later", "counted anew"],
)
def test_another_limit_from_now_on(kind, limit, more, expected):
    found = reckon(
        at("2026-03-10 09:00"),
        allowance_of(limit),
        [Move(kind, at("2026-03-11 10:00"), more=allowance_of(more))],
        CALENDAR,
    )
    assert found.due.at == at(expected)
    taken = expected != "2026-03-11 17:30"
    assert (str(found.limit), found.since) == (
        (more, at("2026-03-11 10:00")) if taken else (limit, at("2026-03-10 09:00"))
    )


def test_what_is_set_to_a_moment_is_told_so_and_stays_there_whatever_the_limit():
    move = Move(K.SET, at("2026-03-10 09:00"), until=at("2026-04-01 00:00"), words="计划恢复日期 2026-04-01")
    told = words("2026-03-10 09:00", "0h", move)
    assert told == [
        "2026-03-10 周二 09:00 起算",
        "2026-03-10 周二 09:00 定为 2026-04-01 周三 00:00 到期（计划恢复日期 2026-04-01）",
        "2026-03-31 周二 24:00 到期",
    ]


def test_a_year_without_a_list_is_marked_as_provisional_in_words():
    found = reckon(at("2026-12-30 09:00"), WorkingDays(3), (), CALENDAR)
    assert found.due.provisional
    assert "2027-01-01 周五 元旦放假（暂定），不计" in [line.words for line in found.due.trace]
    assert found.due.trace[-2].words == "相关年份的放假通知尚未发布，到期时间暂定，发布后重新计算"


FIRST = at("2025-01-01")
MOMENTS = st.integers(0, 1_000_000).map(lambda n: FIRST + timedelta(minutes=n))
LIMITS = st.one_of(
    st.integers(1, 20).map(WorkingDays),
    st.integers(1, 6000).map(lambda n: NaturalHours(timedelta(minutes=n))),
    st.integers(1, 3000).map(lambda n: WorkingHours(timedelta(minutes=n))),
)


@st.composite
def histories(draw):
    """A clock and what happened to it, in an order in which it can happen."""
    start, limit, moves, paused = draw(MOMENTS), draw(LIMITS), [], False
    now = start
    for _ in range(draw(st.integers(0, 6))):
        now += timedelta(minutes=draw(st.integers(1, 20_000)))
        if paused:
            kind = K.RESUME
        else:
            kind = draw(st.sampled_from([K.PAUSE, K.EXTEND, K.GRACE, K.RAISE, K.REBASE, K.RELIMIT, K.KEEP, K.SET]))
        paused = kind is K.PAUSE
        more = draw(LIMITS) if kind in (K.EXTEND, K.RAISE, K.REBASE) else None
        if kind is K.GRACE:
            more = draw(st.none() | LIMITS)
        until = draw(MOMENTS) if kind in (K.KEEP, K.SET) else None
        moves.append(Move(kind, now, more, until, draw(st.sampled_from(["", "原因"]))))
    return start, limit, moves


@settings(max_examples=300, deadline=None)
@given(histories())
def test_the_last_line_of_every_explanation_is_the_due_moment(history):
    start, limit, moves = history
    found = reckon(start, limit, moves, CALENDAR).due
    assert found.trace[-1] == due_line(found.at, day_of(found.at))
    assert [line.step for line in found.trace].count(Step.DUE) == 1


@settings(max_examples=200, deadline=None)
@given(histories())
def test_a_history_kept_as_json_comes_back_as_it_was(history):
    _, _, moves = history
    assert moves_of([move.kept() for move in moves]) == tuple(moves)


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(0, 700))
def test_one_more_holiday_never_brings_a_due_moment_forward_where_only_days_are_counted(history, day):
    start, limit, moves = history
    if any(move.kind in (K.RAISE, K.RESUME, K.PAUSE) for move in moves):
        return  # of a longer limit more is left and given back; the calendar's own tests look at that
    extra = start.date() + timedelta(days=day - 350)
    more = WorkCalendar(
        {**CALENDAR.holidays, extra: "临时放假"},
        {on: name for on, name in CALENDAR.makeups.items() if on != extra},
        CALENDAR.years_known,
        CALENDAR.windows,
        CALENDAR.due_at,
    )
    assert reckon(start, limit, moves, more).due.at >= reckon(start, limit, moves, CALENDAR).due.at
