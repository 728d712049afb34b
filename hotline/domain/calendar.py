"""When the city works, and when something is due.

Knows holidays and make-up days (调休上班), and turns an allowance ("10 working days", "4 working hours", "24 hours")
into a due moment that it can explain. Knows nothing of tickets. Source: handbook §5.

Moments go in as aware datetimes of any zone and come out in UTC; dates are local dates of :data:`ZONE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays, WorkingHours, span_words
from hotline.domain.office_hours import OFFICE_HOURS, Span, Windows, length

# UTC+8 without summer time, and therefore no need of a tz database on the machine.
ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which the hotline lives."""

NOTHING = timedelta(0)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MIDNIGHT = time(0)


def local(at: datetime) -> datetime:
    """The moment on the city's own clock."""
    return at.astimezone(ZONE)


def day_of(at: datetime) -> date:
    """The local date that a *due* moment belongs to: 00:00 is the 24:00 of the day before."""
    return (at.astimezone(ZONE) - INSTANT).date()


def start_of(on: date) -> datetime:
    """00:00 local of the day, in UTC."""
    return datetime.combine(on, MIDNIGHT, ZONE).astimezone(UTC)


class DueAt(StrEnum):
    """At what time of its last day a limit in working days ends (``due.at``)."""

    OFFICE_CLOSE = "office_close"
    MIDNIGHT = "24:00"
    SAME_TIME = "same_time"


class Step(StrEnum):
    """What one line of a trace tells."""

    START = "start"
    COUNTED = "counted"
    SKIPPED = "skipped"
    MOVED = "moved"
    """The clock was paused, extended or otherwise moved (:mod:`hotline.domain.reckoning`)."""
    DUE = "due"


class TraceLine(NamedTuple):
    """One line of the explanation of a due moment."""

    on: date
    step: Step
    nth: int
    """Which working day it is, counted from day 0; 0 where nothing was counted."""
    words: str
    """The line in Chinese, ready to be shown."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment and how it came about."""

    at: datetime
    """In UTC. On time means ``time <= at``."""
    provisional: bool
    """A year without a published list was needed (暂定): compute again when the list is loaded."""
    trace: tuple[TraceLine, ...]

    @property
    def on(self) -> date:
        """The local date of the due moment."""
        return day_of(self.at)


class _Year:
    """Everything about one year that many questions ask, computed once."""

    __slots__ = ("days", "known", "names", "number", "opened", "skips", "upto", "worktime")

    def __init__(self, year: int, calendar: WorkCalendar) -> None:
        self.number = year
        self.known = year in calendar.years_known
        self.days: list[date] = []
        """Working days in order."""
        self.names: list[str] = []
        """Date, weekday and, for a make-up day, its reason."""
        self.upto: list[int] = []
        """By day of the year, from 0: how many working days up to and including it."""
        self.skips: list[TraceLine | None] = []
        """By day of the year: the trace line of a day off."""
        self.opened: list[tuple[tuple[datetime, datetime], ...]] = []
        """By day of the year: from when to when the office is open."""
        self.worktime: list[timedelta] = [NOTHING]
        """By day of the year: the working time before it; one more entry for the whole year."""
        on = date(year, 1, 1)
        while True:
            name = f"{on.isoformat()} {WEEKDAYS[on.weekday()]}"
            reason = calendar._day_off(on, self.known)
            spans: tuple[Span, ...] = ()
            if reason is None:
                spans = calendar.windows.spans(on)
                makeup = calendar.makeups.get(on)
                self.days.append(on)
                self.names.append(name if makeup is None else f"{name} {makeup}调休上班")
                self.skips.append(None)
            else:
                self.skips.append(TraceLine(on, Step.SKIPPED, 0, f"{name} {reason}，不计"))
            self.upto.append(len(self.days))
            self.opened.append(tuple((datetime.combine(on, a, ZONE), datetime.combine(on, b, ZONE)) for a, b in spans))
            self.worktime.append(self.worktime[-1] + sum((length(span) for span in spans), NOTHING))
            if on.month == 12 and on.day == 31:
                return
            on += DAY


def _index(on: date) -> int:
    return on.toordinal() - date(on.year, 1, 1).toordinal()


@dataclass(frozen=True)
class WorkCalendar:
    """The working days and hours of one city. Two equal calendars give equal due moments."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    """Days off by the yearly notice, weekends inside included, each with the feast's name (春节)."""
    makeups: Mapping[date, str] = field(default_factory=dict)
    """Days at work by the same notice, each with the name of the feast they make up for."""
    years_known: frozenset[int] = frozenset()
    """Years whose list is loaded. Any other year counts Monday to Friday with 1 January off, provisionally."""
    windows: Windows = OFFICE_HOURS
    due_at: DueAt = DueAt.OFFICE_CLOSE
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _Year(year, self)
        return known

    def _day_off(self, on: date, known: bool) -> str | None:
        """Why nobody works on that day, in words; None for a working day."""
        if on in self.makeups:
            return None
        if (feast := self.holidays.get(on)) is not None:
            return f"{feast}放假"
        if on.weekday() > 4:
            return "周末"
        if not known and (on.month, on.day) == (1, 1):
            return "元旦放假（暂定）"
        return None

    # Days

    def is_working_day(self, on: date) -> bool:
        """Monday to Friday and not a holiday, or a make-up day."""
        return self._year(on.year).skips[_index(on)] is None

    def working_days(self, year: int) -> tuple[date, ...]:
        """All working days of a year, in order."""
        return tuple(self._year(year).days)

    def count(self, after: date, upto: date) -> int:
        """How many working days lie after the first date, up to and including the second; negative backwards."""
        if after.year == upto.year:
            days = self._year(after.year).upto
            return days[_index(upto)] - days[_index(after)]
        if after > upto:
            return -self.count(upto, after)
        between = sum(len(self._year(year).days) for year in range(after.year + 1, upto.year))
        first = self._year(after.year)
        return len(first.days) - first.upto[_index(after)] + between + self._year(upto.year).upto[_index(upto)]

    def remaining_days(self, today: date, due_on: date) -> int:
        """Working days after today up to and including the due date (handbook §8); 0 on the due date and later."""
        return max(0, self.count(today, due_on))

    def working_days_after(self, on: date, days: int) -> date:
        """The n-th working day after a date (which is day 0, at work or not); n may be negative: the n-th before it.

        n = 0 gives the date itself.
        """
        if days == 0:
            return on
        year = on.year
        position = self._year(year).upto[_index(on)] + days
        if days > 0 or self.is_working_day(on):
            position -= 1
        while position >= (here := len(self._year(year).days)):
            position -= here
            year += 1
        while position < 0:
            year -= 1
            position += len(self._year(year).days)
        return self._year(year).days[position]

    # Hours

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments; nothing when they stand the other way round."""
        if end <= start:
            return NOTHING
        first, last = local(start), local(end)
        total = self._worked_in_year(last) - self._worked_in_year(first)
        for year in range(first.year, last.year):
            total += self._year(year).worktime[-1]
        return total

    def _worked_in_year(self, at: datetime) -> timedelta:
        """Working time from 1 January up to a local moment."""
        on = at.date()
        year, index = self._year(on.year), _index(on)
        total = year.worktime[index]
        for opens, closes in year.opened[index]:
            total += max(NOTHING, min(at, closes) - opens)
        return total

    def close(self, on: date) -> datetime:
        """When a limit in working days that ends on this date is due, in UTC (``due.at``; same_time: 24:00)."""
        if self.due_at is DueAt.OFFICE_CLOSE:
            return datetime.combine(on, self.windows.close(on), ZONE).astimezone(UTC)
        return start_of(on + DAY)

    def ends(self, at: datetime) -> bool:
        """Whether the moment is one at which limits in working days end."""
        on = day_of(at)
        return self.is_working_day(on) and (self.due_at is DueAt.SAME_TIME or at == self.close(on))

    def _end(self, on: date, offset: timedelta) -> datetime:
        """The due moment of that day; ``offset`` is the time since its 00:00 where ``due.at`` is same_time."""
        return start_of(on) + offset if self.due_at is DueAt.SAME_TIME else self.close(on)

    # Due moments

    def due(self, start: datetime, allowance: Allowance) -> Due:
        """When an allowance that starts to run at ``start`` is used up (handbook §5).

        Working days: the day of the start is day 0, whatever day or hour it is. Working hours: only time inside office
        windows, and the earliest moment at which all of it has been worked. Natural hours: round the clock.
        """
        on = local(start).date()
        if isinstance(allowance, WorkingDays):
            # A start on a day off counts as its last instant; else Sunday 09:00 would be due before Saturday 14:00.
            offset = start - start_of(on) if self.is_working_day(on) else DAY
            return self._days(on, allowance.days, offset, f"{stamp(start)} 起算，当日为第 0 天")
        begin = TraceLine(on, Step.START, 0, f"{stamp(start)} 起算，给{allowance.words}")
        if isinstance(allowance, WorkingHours):
            return self._hours(start, allowance.span, begin)
        at = (start + allowance.span).astimezone(UTC)
        return Due(at, False, (begin, due_line(at, day_of(at))))

    def extend(self, due_at: datetime, more: Allowance) -> Due:
        """A later due moment: working days are counted from the old due date, hours from the old due moment (C7)."""
        if not isinstance(more, WorkingDays):
            return self.due(due_at, more)
        on = day_of(due_at)
        return self._days(on, more.days, due_at - start_of(on), f"原定 {stamp(due_at)} 到期，延期{more.words}")

    def resume(self, due_at: datetime, allowance: Allowance, suspended_at: datetime, resumed_at: datetime) -> Due:
        """The due moment after a suspension (C9); ``allowance`` says by which time the clock runs.

        Working days: those after the suspension date up to and including the due date count again from the resume date.
        With none left (suspended on the due date) the clock ends with the resume day, or with the next working day when
        that is over. Natural and working hours: exactly what was left. Who had nothing left gets nothing.
        """
        on = day_of(due_at)
        if suspended_at >= due_at:
            return Due(due_at.astimezone(UTC), False, (due_line(due_at, on),))
        if isinstance(allowance, NaturalHours):
            return self.due(resumed_at, NaturalHours(due_at - suspended_at))
        if isinstance(allowance, WorkingHours):
            return self.due(resumed_at, WorkingHours(self.worked(suspended_at, due_at)))
        left, offset = self.remaining_days(local(suspended_at).date(), on), due_at - start_of(on)
        words = f"{stamp(suspended_at)} 挂起时剩 {left} 个工作日，{stamp(resumed_at)} 恢复，当日为第 0 天"
        day = local(resumed_at).date()
        if left == 0 and not (self.is_working_day(day) and resumed_at <= self._end(day, offset)):
            left = 1
        return self._days(day, left, offset, words)

    def earlier(self, due_at: datetime, days: int) -> datetime:
        """The due moment that many working days before another one: at the same kind of end, or the same time."""
        on = day_of(due_at)
        target = self.working_days_after(on, -days)
        return self.close(target) if due_at == self.close(on) else due_at.astimezone(UTC) + (target - on)

    def _days(self, on: date, days: int, offset: timedelta, words: str) -> Due:
        """Due at the end of the n-th working day after ``on``, with every day on the way named."""
        trace = [TraceLine(on, Step.START, 0, words)]
        year, index, known, count = self._year(on.year), _index(on), True, 0
        while count < days:
            index += 1
            if index == len(year.skips):
                year, index = self._year(year.number + 1), 0
            known = known and year.known
            skipped = year.skips[index]
            if skipped is None:
                count += 1
                on = year.days[year.upto[index] - 1]
                trace.append(TraceLine(on, Step.COUNTED, count, f"{year.names[year.upto[index] - 1]} 第 {count} 天"))
            else:
                trace.append(skipped)
        at = self._end(on, offset)
        trace.append(due_line(at, on))
        return Due(at, not known, tuple(trace))

    def _hours(self, start: datetime, span: timedelta, begin: TraceLine) -> Due:
        trace, on, left, known = [begin], begin.on, span, True
        at = start
        while left > NOTHING:
            year, index = self._year(on.year), _index(on)
            known = known and year.known
            skipped = year.skips[index]
            if skipped is not None:
                trace.append(skipped)
            else:
                spent = NOTHING
                for opens, closes in year.opened[index]:
                    opens = max(opens, start)
                    if opens < closes and spent < left:
                        used = min(left - spent, closes - opens)
                        spent, at = spent + used, opens + used
                left -= spent
                name = year.names[year.upto[index] - 1]
                trace.append(TraceLine(on, Step.COUNTED, 0, f"{name} 计 {span_words(spent)}"))
            on += DAY
        at = at.astimezone(UTC)
        trace.append(due_line(at, day_of(at)))
        return Due(at, not known, tuple(trace))


def stamp(at: datetime) -> str:
    """A moment as the lines of a trace write it: date, weekday, time."""
    there = at.astimezone(ZONE)
    return f"{there.date().isoformat()} {WEEKDAYS[there.weekday()]} {there.hour:02}:{there.minute:02}"


def due_line(at: datetime, on: date) -> TraceLine:
    """The last line of a trace: the due moment itself, which belongs to the day ``on``."""
    there = at.astimezone(ZONE)
    clock = "24:00" if there.date() > on else f"{there.hour:02}:{there.minute:02}"
    return TraceLine(on, Step.DUE, 0, f"{on.isoformat()} {WEEKDAYS[on.weekday()]} {clock} 到期")
