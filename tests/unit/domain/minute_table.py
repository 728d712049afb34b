"""The oracle for many questions: a table of every minute of 2025–2027, open or shut, and counts over it.

The minutes are those of :class:`tests.unit.domain.slow_calendar.SlowCalendar`, written from the handbook's words alone;
here they are only added up once, so that a question is a look into a list. Nothing of the product is imported. Moments
are whole minutes from 2025-01-01 00:00 local.
"""

from bisect import bisect_right
from itertools import accumulate

from tests.unit.domain.slow_calendar import MINUTES, SlowCalendar


class MinuteTable:
    """Answers in minutes; a day is a number from 0 for 2025-01-01."""

    def __init__(self) -> None:
        slow = SlowCalendar()
        self.opened = [0, *accumulate(slow.open)]
        """Open minutes before each minute."""
        self.minutes = [minute for minute, works in enumerate(slow.open) if works]
        """Every open minute, in order."""
        days = range(len(slow.open) // MINUTES)
        self.closing = {
            day: slow.open.rindex(1, day * MINUTES, (day + 1) * MINUTES) + 1 for day in days if slow.works(day)
        }
        """When the office closes, for each working day."""
        self.days = sorted(self.closing)

    def worked(self, start: int, end: int) -> int:
        """Open minutes between two moments."""
        return self.opened[end] - self.opened[start]

    def after_minutes(self, start: int, minutes: int) -> int:
        """The moment at which so many open minutes have passed."""
        return self.minutes[self.opened[start] + minutes - 1] + 1

    def day_after(self, day: int, days: int) -> int:
        """The n-th working day after a day; the day itself for 0."""
        return self.days[bisect_right(self.days, day) + days - 1] if days else day

    def after_days(self, start: int, days: int) -> int:
        """The close of the n-th working day after the day of a moment."""
        return self.closing[self.day_after(start // MINUTES, days)]

    def days_left(self, day: int, due: int) -> int:
        """Working days after a day, up to and including that of a due moment (24:00 belongs to the day it ends)."""
        return bisect_right(self.days, (due - 1) // MINUTES) - bisect_right(self.days, day)
