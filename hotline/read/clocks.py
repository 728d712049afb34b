"""A ticket's clocks as people and programs see them: whose time, until when, and why until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.allowances import Allowance, WorkingDays
from hotline.domain.calendar import day_of, due_line
from hotline.domain.reckoning import MoveKind, moves_of
from hotline.domain.time_used import used
from hotline.domain.time_used import words as span_of
from hotline.read.lamps import KINDS, Lamp, lamp
from hotline.store.clock import Clock
from hotline.store.work import Work
from hotline.usecases import deadlines


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock with the reason for its due time."""

    kind: str
    label: str
    hand: str
    """Whose time it is."""
    unit: str
    started_at: datetime
    stopped_at: datetime | None
    lamp: Lamp
    explain: tuple[str, ...]
    limit: str = ""
    """How long it is given, in words; empty where it ends on a date."""
    used: str = ""
    """How much of it has been used, in the same kind of time."""
    left: str = ""
    """What is left, or by how much it is late."""
    share: int = 0
    """Percent used; 100 when late."""
    late: bool = False
    paused: bool = False


def clock_shown(work: Work, clock: Clock) -> ClockShown:
    """One clock with the whole reason of its due time, line by line."""
    kind = KINDS[clock.kind]
    found = deadlines.reckoned(work, clock)
    due, limit = found.due, found.limit
    lines = tuple(line.words for line in due.trace)
    if due.at != clock.due_at:  # the rules have changed since and the clock was not computed anew
        lines += ("规则有调整，按当时的规则：", due_line(clock.due_at, day_of(clock.due_at)).words)
    unit = work.rules.city.units.get(clock.unit)
    calendar, moves = work.rules.calendar, moves_of(clock.moves)
    until = clock.stopped_at or work.now
    time = used(limit, clock.started_at, clock.due_at, until, moves, calendar)

    def words(span: timedelta) -> str:
        return span_of(span, limit, until, calendar)

    more = [each.more.words.strip() for each in moves if each.kind is MoveKind.EXTEND and each.more]
    return ClockShown(
        kind=clock.kind,
        label=kind.label,
        hand=kind.hand.label,
        unit=unit.short_name if unit else "",
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        lamp=lamp(clock, clock.stopped_at or work.now, work.rules.calendar),
        explain=lines,
        limit=" + ".join([limit.words.strip(), *(f"延期 {each}" for each in more)]) if span_given(limit) else "",
        used=words(time.used),
        left=f"超 {words(time.late)}" if time.late else f"剩 {words(time.left)}",
        share=time.share,
        late=bool(time.late),
        paused=clock.paused_at is not None and clock.stopped_at is None,
    )


def span_given(limit: Allowance) -> bool:
    """Whether there is a limit at all: what ends on a date has none."""
    return isinstance(limit, WorkingDays) or bool(limit.span)
