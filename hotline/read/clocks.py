"""A ticket's clocks as people and programs see them: whose time, until when, and why until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.domain.calendar import day_of, due_line
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


def clock_shown(work: Work, clock: Clock) -> ClockShown:
    """One clock with the whole reason of its due time, line by line."""
    kind = KINDS[clock.kind]
    due = deadlines.reckoned(work, clock).due
    lines = tuple(line.words for line in due.trace)
    if due.at != clock.due_at:  # the rules have changed since and the clock was not computed anew
        lines += ("规则有调整，按当时的规则：", due_line(clock.due_at, day_of(clock.due_at)).words)
    unit = work.rules.city.units.get(clock.unit)
    return ClockShown(
        kind=clock.kind,
        label=kind.label,
        hand=kind.hand.label,
        unit=unit.short_name if unit else "",
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        lamp=lamp(clock, clock.stopped_at or work.now, work.rules.calendar),
        explain=lines,
    )
