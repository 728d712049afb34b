"""The lamp of a running clock, with its words, as pages and programs show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotline.domain.calendar import WorkCalendar
from hotline.domain.deadlines import ClockKind, Hand, Light, light, words
from hotline.domain.lifecycle import State
from hotline.store.clock import Clock


@dataclass(frozen=True, slots=True)
class Lamp:
    """A due time and how near it is."""

    kind: str
    """Code of the clock."""
    label: str
    """What is due, in words."""
    due_at: datetime
    light: Light
    words: str
    """What is left or how late it is: 剩 1 个工作日."""
    provisional: bool = False


MATTERS = {
    State.SUBMITTED: ClockKind.ACCEPT,
    State.PENDING_DISPATCH: ClockKind.DISPATCH,
    State.NEED_INFO: ClockKind.INFO_WAIT,
    State.PENDING_SIGN: ClockKind.SIGN,
    State.PROCESSING: ClockKind.HANDLING,
    State.RETURN_REVIEW: ClockKind.RETURN_DECISION,
    State.COORDINATING: ClockKind.COORDINATION,
    State.REPLY_REVIEW: ClockKind.REVIEW,
    State.CALLBACK: ClockKind.CALLBACK,
}
"""Which clock people look at in a state."""

CHILD = "child"
"""The basis of a clock that hangs on the due time of the unit above."""
KINDS = {kind.value: kind for kind in ClockKind}


def lamp(clock: Clock, now: datetime, calendar: WorkCalendar) -> Lamp:
    """The clock's lamp now."""
    return Lamp(
        clock.kind,
        KINDS[clock.kind].label,
        clock.due_at,
        light(clock.due_at, clock.warn_at, clock.severe_at, now),
        words(clock.due_at, now, calendar),
        clock.provisional,
    )


def foremost(
    clocks: Iterable[Clock], state: State, now: datetime, calendar: WorkCalendar, hand: Hand | None = None
) -> Lamp | None:
    """The lamp that matters in this state: of the clock for it, else of whichever is due first.

    With ``hand``: of what is due first on that hand's time.
    """
    open_now = (c for c in clocks if c.stopped_at is None and c.paused_at is None)
    # A unit that was asked owes its part sooner; the ticket is due when its lead is.
    running = sorted(open_now, key=lambda c: (c.basis == CHILD, c.due_at))
    wanted = MATTERS.get(state)
    chosen = next((c for c in running if wanted is not None and c.kind == wanted.value), None)
    if hand:
        chosen = next((c for c in running if KINDS[c.kind].hand is hand), None)
    chosen = chosen or next(iter(running), None)
    return lamp(chosen, now, calendar) if chosen else None
