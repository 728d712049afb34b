"""How much of its time a clock has used, in the kind of time it counts: working days, office hours, or round the clock.

Pauses are left out. A working day is as long as the office is open on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.allowances import Allowance, NaturalHours, WorkingDays, span_words
from hotline.domain.calendar import WorkCalendar, local
from hotline.domain.office_hours import length
from hotline.domain.reckoning import Move, MoveKind

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Used:
    """What has been used and what is left."""

    used: timedelta
    left: timedelta
    """Nothing once it is late."""
    late: timedelta
    """By how much the due moment was missed, in the same kind of time."""

    @property
    def share(self) -> int:
        """Percent of the time that has been used; 100 when late."""
        whole = self.used + self.left
        return 100 if self.late or not whole else round(100 * (self.used / whole))


def used(
    limit: Allowance,
    started_at: datetime,
    due_at: datetime,
    until: datetime,
    moves: Sequence[Move],
    calendar: WorkCalendar,
) -> Used:
    """The time used from the start to ``until`` (now, or when the duty was done), without its pauses."""

    def passed(start: datetime, end: datetime) -> timedelta:
        return max(NOTHING, end - start) if isinstance(limit, NaturalHours) else calendar.worked(start, end)

    total, since = NOTHING, started_at
    held: datetime | None = None
    for move in moves:
        if move.at > until:
            break
        if move.kind is MoveKind.PAUSE:
            total, held = total + passed(since, move.at), move.at
        elif move.kind is MoveKind.RESUME:
            since, held = move.at, None
    end = held or until
    if held is None:
        total += passed(since, until)
    if end > due_at:
        late = passed(due_at, end)
        return Used(total, NOTHING, late or timedelta(minutes=1))
    return Used(total, passed(end, due_at), NOTHING)


def words(span: timedelta, limit: Allowance, at: datetime, calendar: WorkCalendar) -> str:
    """A span in the clock's kind of time: 3.5 个工作日, 2 小时 10 分钟."""
    if not isinstance(limit, WorkingDays):
        return span_words(span)
    day = sum((length(each) for each in calendar.windows.spans(local(at).date())), NOTHING)
    return f"{span / day:.1f} 个工作日".replace(".0 ", " ")
