"""Who used the time: a ticket's way from hand to hand, told by its journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.domain.deadlines import Hand
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.read.story import Line

HANDS = {
    State.NEED_INFO: Hand.APPELLANT,
    State.PENDING_SIGN: Hand.UNIT,
    State.PROCESSING: Hand.UNIT,
    State.SUSPENDED: Hand.NOBODY,
}
"""On whose side a ticket is in a state; everywhere else the centre has it."""
NARROWEST = 0.6
"""Percent of the bar below which a stretch could not be seen."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A stretch of time in one hand."""

    hand: Hand
    name: str
    """Who: the centre, a unit's short name, the appellant."""
    began_at: datetime
    ended_at: datetime
    start: float = 0.0
    """Where it begins on the bar, in percent."""
    width: float = 0.0
    """How much of the bar it takes, in percent."""

    @property
    def span(self) -> timedelta:
        """How long, by the clock on the wall."""
        return self.ended_at - self.began_at


def hops(journal: Iterable[Line], now: datetime, unit_names: dict[str, str]) -> tuple[Hop, ...]:
    """The ticket's stretches from its registration to its end, or to ``now`` while it is open; with places on a bar."""
    found: list[Hop] = []
    unit = ""
    ended = False
    for line in journal:
        if found and not ended:
            found[-1] = replace(found[-1], ended_at=line.at)
        helper = line.payload.get("co") or line.payload.get("sub")
        if (line.target is State.PENDING_SIGN and not helper) or line.action is Action.TRANSFER:
            unit = line.payload.get("unit") or unit
        ended = line.target in ENDED
        if ended:
            continue
        hand = HANDS.get(line.target, Hand.CENTRE)
        name = unit_names.get(unit, hand.label) if hand is Hand.UNIT else hand.label
        if not found or (found[-1].hand, found[-1].name) != (hand, name) or found[-1].ended_at != line.at:
            found.append(Hop(hand, name, line.at, line.at))
    if found and not ended:
        found[-1] = replace(found[-1], ended_at=max(now, found[-1].began_at))
    return _placed([hop for hop in found if hop.span > timedelta(0)])


def _placed(found: list[Hop]) -> tuple[Hop, ...]:
    whole = sum((hop.span for hop in found), timedelta(0))
    widths = [max(100 * (hop.span / whole), NARROWEST) for hop in found]
    scale = 100 / sum(widths) if widths else 0.0
    placed, start = [], 0.0
    for hop, width in zip(found, widths, strict=True):
        placed.append(replace(hop, start=round(start, 2), width=round(width * scale, 2)))
        start += width * scale
    return tuple(placed)


def shares(found: Iterable[Hop]) -> tuple[tuple[Hand, str, timedelta], ...]:
    """How long each had it altogether, the longest first."""
    total: dict[tuple[Hand, str], timedelta] = {}
    for hop in found:
        total[hop.hand, hop.name] = total.get((hop.hand, hop.name), timedelta(0)) + hop.span
    return tuple((hand, name, span) for (hand, name), span in sorted(total.items(), key=lambda item: -item[1]))
