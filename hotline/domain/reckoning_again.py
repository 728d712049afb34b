"""One clock under other rules: what its history would come to, and what must not happen to it (handbook §5).

Pure, and quick where many clocks share a day: recomputing a city's open clocks asks the same questions a hundred
thousand times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from hotline.domain import deadlines as rules
from hotline.domain.allowances import Allowance, WorkingDays
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import DueAt, WorkCalendar, day_of, local
from hotline.domain.deadlines import ClockKind
from hotline.domain.limits import Limits
from hotline.domain.reckoning import Move, MoveKind, Reckoned, reckon


@dataclass(frozen=True, slots=True)
class Standing:
    """An open clock as it stands, with what its limit depends on."""

    kind: ClockKind
    basis: str
    limit: Allowance
    moves: tuple[Move, ...]
    started_at: datetime
    due_at: datetime
    paused: bool
    appeal_type: AppealType
    urgency: Urgency
    quick: bool
    complex: bool


@dataclass(frozen=True, slots=True)
class Anew:
    """The clock under the new rules."""

    limit: Allowance
    moves: tuple[Move, ...]
    due_at: datetime
    warn_at: datetime
    severe_at: datetime
    provisional: bool
    kept: bool = False
    """The new rules would have made it late at once; it keeps its old due time."""


class Recomputer:
    """Computes clocks anew under one calendar and one profile of limits."""

    def __init__(self, calendar: WorkCalendar, limits: Limits) -> None:
        self.calendar, self.limits = calendar, limits
        self._days: dict[tuple[date, Allowance], Reckoned] = {}
        self._severe: dict[date, datetime] = {}
        self._warned: dict[tuple[ClockKind, Allowance, date, datetime], datetime] = {}

    def anew(self, clock: Standing, now: datetime, *, until: datetime | None = None) -> Anew:
        """What the clock comes to.

        Args:
            until: when a clock that follows another unit's (``basis`` child) is due now; None leaves it.
        """
        limit, moves = self._limits(clock, until)
        found = self._reckon(clock.started_at, limit, moves)
        kept = False
        if found.due.at < clock.due_at and found.due.at < now <= clock.due_at and not clock.paused:
            kept, moves = True, (*moves, Move(MoveKind.KEEP, now, until=clock.due_at))
            found = self._reckon(clock.started_at, limit, moves)
        due = found.due
        return Anew(limit, moves, due.at, self._warn(clock.kind, found), self._severe_at(due.at), due.provisional, kept)

    def _limits(self, clock: Standing, until: datetime | None) -> tuple[Allowance, tuple[Move, ...]]:
        """The limit in force for it, in place of the one it had: at its start, or where a higher grade began."""
        moves = clock.moves
        if until is not None:
            given = max((n for n, move in enumerate(moves) if move.kind is MoveKind.SET), default=None)
            if given is not None:
                return clock.limit, (*moves[:given], replace(moves[given], until=until), *moves[given + 1 :])
        wanted = self._wanted(clock)
        if wanted is None:
            return clock.limit, moves
        graded = [n for n, move in enumerate(moves) if move.kind in (MoveKind.RAISE, MoveKind.REBASE)]
        if not graded:
            return wanted, moves
        last = graded[-1]
        return clock.limit, (*moves[:last], replace(moves[last], more=wanted), *moves[last + 1 :])

    def _wanted(self, clock: Standing) -> Allowance | None:
        if clock.basis not in ("", "rework"):
            return None
        limit = rules.allowance(
            clock.kind, clock.appeal_type, clock.urgency, self.limits, quick=clock.quick, complex=clock.complex
        )
        return rules.rework(limit, self.limits) if clock.basis and limit is not None else limit

    def _reckon(self, start: datetime, limit: Allowance, moves: Sequence[Move]) -> Reckoned:
        if moves or not isinstance(limit, WorkingDays) or self.calendar.due_at is DueAt.SAME_TIME:
            return reckon(start, limit, moves, self.calendar)
        key = local(start).date(), limit
        known = self._days.get(key)
        if known is None:
            known = self._days[key] = reckon(start, limit, (), self.calendar)
        return Reckoned(known.due, known.limit, start)

    def _severe_at(self, due_at: datetime) -> datetime:
        on = day_of(due_at)
        known = self._severe.get(on)
        if known is None:
            known = self._severe[on] = rules.severe_at(due_at, self.limits.warnings, self.calendar)
        return known

    def _warn(self, kind: ClockKind, found: Reckoned) -> datetime:
        if kind is not ClockKind.HANDLING or not isinstance(found.limit, WorkingDays):
            return rules.warn_at(kind, found.limit, found.since, found.due.at, self.limits.warnings, self.calendar)
        # Of a limit in days the lamp turns at a midnight that many clocks share; only its start may come later.
        key = kind, found.limit, day_of(found.due.at), found.due.at
        known = self._warned.get(key)
        if known is None:
            known = self._warned[key] = rules.warn_at(
                kind, found.limit, FIRST, found.due.at, self.limits.warnings, self.calendar
            )
        return max(known, found.since)


FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
"""Before every clock."""
