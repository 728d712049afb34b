"""When the office is open on a working day: windows by season, data of the city (handbook §5, ``calendar.windows``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

Span = tuple[time, time]
"""An office window of one day: it opens and, the same day, it closes."""


def length(span: Span) -> timedelta:
    """How long a window is open."""
    opens, closes = span
    return timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)


@dataclass(frozen=True, slots=True)
class Season:
    """Office windows that hold from a day of the year on, until the next season begins."""

    first: tuple[int, int]
    """Month and day on which it begins."""
    spans: tuple[Span, ...]
    """In order, not touching."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Office hours by season; before the year's first season the last one still holds."""

    seasons: tuple[Season, ...]

    def spans(self, on: date) -> tuple[Span, ...]:
        """The office windows of a working day at that time of the year."""
        begun = [season for season in self.seasons if season.first <= (on.month, on.day)]
        return max(begun or self.seasons, key=lambda season: season.first).spans

    def close(self, on: date) -> time:
        """When the office closes for the day."""
        return self.spans(on)[-1][1]


_MORNING = (time(8, 30), time(12, 0))
OFFICE_HOURS = Windows(
    (
        Season((6, 1), (_MORNING, (time(15, 0), time(18, 0)))),
        Season((10, 1), (_MORNING, (time(14, 30), time(17, 30)))),
    )
)
"""Handbook §5: 14:30–17:30 in the afternoon, 15:00–18:00 from 1 June to 30 September."""
