"""Which clocks run in which state: whose turn it is, and what may be due meanwhile (handbook §4, §5).

A test brings a ticket to every state and holds the table against the rows; the random histories hold it against
whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import State

C, S = ClockKind, State


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a state."""

    runs: frozenset[ClockKind] = frozenset()
    """Always."""
    may_run: frozenset[ClockKind] = frozenset()
    """As long as their duty is not done: a first contact, an interim report, a co-unit's sign-in, a request …"""
    stands: frozenset[ClockKind] = frozenset()
    """Held where they are; they go on with what was left."""
    one_of: frozenset[ClockKind] = frozenset()
    """At least one of these."""


UNIT = frozenset({C.SIGN, C.CONTACT, C.INTERIM, C.HANDLING})
ASKED = frozenset({C.EXTENSION_DECISION, C.SUSPENSION_DECISION})
ORDERED = frozenset({C.SUPERVISION})
"""A supervision may be ordered in any open state; it stands still with the unit's own clocks."""
RUNS: Mapping[State, Clocks] = {
    S.DRAFT: Clocks(),
    S.SUBMITTED: Clocks(
        may_run=frozenset({C.ACCEPT, C.TIMED_CALLBACK}) | ORDERED, one_of=frozenset({C.ACCEPT, C.TIMED_CALLBACK})
    ),
    S.NEED_INFO: Clocks(frozenset({C.INFO_WAIT}), ASKED | ORDERED, UNIT | ASKED | ORDERED),
    S.PENDING_DISPATCH: Clocks(frozenset({C.DISPATCH}), ORDERED),
    S.PENDING_SIGN: Clocks(frozenset({C.SIGN, C.HANDLING}), UNIT | ORDERED),
    S.PROCESSING: Clocks(frozenset({C.HANDLING}), UNIT | ASKED | ORDERED),
    S.RETURN_REVIEW: Clocks(frozenset({C.HANDLING, C.RETURN_DECISION}), UNIT | ASKED | ORDERED),
    S.COORDINATING: Clocks(frozenset({C.COORDINATION}), ORDERED | ASKED),
    S.SUSPENDED: Clocks(
        frozenset({C.SUSPENSION, C.SUSPENSION_TOTAL}),
        frozenset({C.SUSPENSION_REVIEW, C.SUSPENSION_DECISION}) | ORDERED,
        UNIT | ASKED | ORDERED,
    ),
    S.REPLY_REVIEW: Clocks(frozenset({C.REVIEW}), frozenset({C.SIGN, C.HANDLING}) | ORDERED),
    S.CALLBACK: Clocks(frozenset(), frozenset({C.CALLBACK, C.RATING}) | ORDERED),
    S.CLOSED: Clocks(frozenset(), frozenset({C.REVIEW_REQUEST, C.RATING})),
    S.REJECTED: Clocks(),
    S.WITHDRAWN: Clocks(),
    S.MERGED: Clocks(),
    S.HANDED_OVER: Clocks(),
}
"""State → its clocks. In REPLY_REVIEW a co-unit that has not replied yet still has its own."""


def faults(state: State, running: Iterable[ClockKind], standing: Iterable[ClockKind]) -> list[str]:
    """What is wrong with the clocks of a ticket in a state; nothing when all is in order."""
    rule, runs, stands = RUNS[state], set(running), set(standing)
    said = [f"{kind.value} does not run in {state}" for kind in sorted(rule.runs - runs)]
    if rule.one_of and not rule.one_of & runs:
        said.append(f"none of {sorted(rule.one_of)} runs in {state}")
    said += [f"{kind.value} runs in {state}" for kind in sorted(runs - rule.runs - rule.may_run)]
    said += [f"{kind.value} stands still in {state}" for kind in sorted(stands - rule.stands)]
    return said
