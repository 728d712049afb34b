"""Who used the time, told by the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.domain.deadlines import Hand
from hotline.domain.lifecycle import Action, State
from hotline.read.hops import hops, shares
from hotline.read.story import Line

START = datetime(2026, 3, 11, 1, tzinfo=UTC)
NAMES = {"A": "甲局", "B": "乙局"}


def line(hours: float, target: State, **payload: Any) -> Line:
    at = START + timedelta(hours=hours)
    return Line(1, at, Action.PROGRESS, "", "", "", "", "", target, payload)


def test_each_stretch_belongs_to_who_had_it_in_hand() -> None:
    journal = [
        line(0, State.PENDING_DISPATCH),
        line(1, State.PENDING_SIGN, unit="A"),
        line(2, State.PROCESSING),
        line(4, State.PENDING_SIGN, unit="B"),
        line(5, State.NEED_INFO),
        line(8, State.PROCESSING),
    ]
    found = hops(journal, START + timedelta(hours=10), NAMES)
    assert [(hop.name, hop.span.total_seconds() / 3600) for hop in found] == [
        ("热线中心", 1),
        ("甲局", 3),
        ("乙局", 1),
        ("诉求人", 3),
        ("乙局", 2),
    ]
    assert [(hand, name) for hand, name, _ in shares(found)][:2] == [(Hand.UNIT, "甲局"), (Hand.UNIT, "乙局")]
    assert sum(span.total_seconds() for _, _, span in shares(found)) == 36000


def test_the_bar_is_full_and_no_stretch_is_too_narrow_to_see() -> None:
    journal = [line(0, State.SUBMITTED), line(0.001, State.PENDING_SIGN, unit="A")]
    found = hops(journal, START + timedelta(days=9), NAMES)
    assert abs(found[-1].start + found[-1].width - 100) < 0.1
    assert min(hop.width for hop in found) > 0.5


def test_what_has_ended_uses_no_more_time_until_it_is_opened_again() -> None:
    journal = [line(0, State.PENDING_DISPATCH), line(2, State.CLOSED), line(50, State.PENDING_SIGN, unit="A")]
    assert sum((hop.span for hop in hops(journal[:2], START + timedelta(days=5), NAMES)), timedelta(0)) == timedelta(
        hours=2
    )
    again = hops(journal, START + timedelta(hours=51), NAMES)
    assert [hop.span for hop in again] == [timedelta(hours=2), timedelta(hours=1)]


def test_a_ticket_of_this_very_moment_has_no_bar() -> None:
    assert hops([line(0, State.SUBMITTED)], START, NAMES) == ()
    assert hops([], START, NAMES) == ()
