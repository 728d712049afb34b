"""Which clocks run in which state, over the whole life of a ticket: started, paused and stopped in the right place."""

from __future__ import annotations

import pytest

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind, Hand
from hotline.domain.lifecycle import State
from hotline.domain.running import RUNS, faults
from tests.factories.actors import CO, CO_UNIT, UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import A, a_ticket, act, clocks, seen, take, walk

K = ClockKind


def now(office: SetOffice, no: str) -> tuple[set[ClockKind], set[ClockKind]]:
    """The clocks that run, and those that stand still."""
    open_ones = [clock for kind in K for clock in clocks(office, no, kind) if clock.stopped_at is None]
    return {K(c.kind) for c in open_ones if c.paused_at is None}, {K(c.kind) for c in open_ones if c.paused_at}


# State → what runs and what stands still on an ordinary ticket that has come there by the usual road.
USUAL: dict[State, tuple[set[ClockKind], set[ClockKind]]] = {
    State.DRAFT: (set(), set()),
    State.SUBMITTED: ({K.ACCEPT}, set()),
    State.NEED_INFO: ({K.INFO_WAIT}, set()),
    State.PENDING_DISPATCH: ({K.DISPATCH}, set()),
    State.PENDING_SIGN: ({K.SIGN, K.CONTACT, K.HANDLING}, set()),
    State.PROCESSING: ({K.CONTACT, K.HANDLING}, set()),
    State.RETURN_REVIEW: ({K.CONTACT, K.HANDLING, K.RETURN_DECISION}, set()),
    State.COORDINATING: ({K.COORDINATION}, set()),
    State.SUSPENDED: ({K.SUSPENSION, K.SUSPENSION_TOTAL}, {K.CONTACT, K.HANDLING}),
    State.REPLY_REVIEW: ({K.REVIEW}, set()),
    State.CALLBACK: ({K.CALLBACK}, set()),
    State.CLOSED: (set(), set()),
    State.REJECTED: (set(), set()),
    State.WITHDRAWN: (set(), set()),
    State.MERGED: (set(), set()),
    State.HANDED_OVER: (set(), set()),
}


@pytest.mark.parametrize("state", State)
def test_on_the_usual_road_exactly_these_clocks_run(office: SetOffice, state: State) -> None:
    no = a_ticket(office, state)
    assert now(office, no) == USUAL[state]
    assert faults(state, *now(office, no)) == []


# Each step of a road, and what runs and stands after it.
ROADS: dict[str, tuple[dict[str, object], list[tuple[object, dict[str, object], set[ClockKind], set[ClockKind]]]]] = {
    "特急 owes an interim report": (
        {"channel": "phone", "urgency": Urgency.CRITICAL},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING, K.INTERIM}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING, K.INTERIM}, set()),
            (A.CONTACT, {}, {K.HANDLING, K.INTERIM}, set()),
            (A.PROGRESS, {}, {K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
        ],
    ),
    "praise wants neither contact nor call-back": (
        {"channel": "phone", "type": AppealType.PRAISE},
        [
            (A.DISPATCH, {}, {K.SIGN, K.HANDLING}, set()),
            (A.SIGN, {}, {K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
            (A.PASS, {}, set(), set()),
        ],
    ),
    "a reply sent back lets the handling clock run on, and no other": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
            (A.FAIL, {}, {K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
            (A.PASS, {}, {K.CALLBACK}, set()),
        ],
    ),
    "a return refused leaves the unit's clocks as they were": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.REQ_RETURN, {}, {K.CONTACT, K.HANDLING, K.RETURN_DECISION}, set()),
            (A.NO_RETURN, {}, {K.CONTACT, K.HANDLING}, set()),
        ],
    ),
    "a return granted gives the time back to the centre": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.REQ_RETURN, {}, {K.CONTACT, K.HANDLING, K.RETURN_DECISION}, set()),
            (A.OK_RETURN, {}, {K.DISPATCH}, set()),
        ],
    ),
    "what is asked of the appellant stops the unit's clocks, and the answer lets them go on": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.ASK_INFO, {"by": UNIT}, {K.INFO_WAIT}, {K.CONTACT, K.HANDLING}),
            (A.SUPPLEMENT, {}, {K.CONTACT, K.HANDLING}, set()),
        ],
    ),
    "what is asked before dispatch starts the centre's clock anew": (
        {"channel": "web"},
        [
            (A.ASK_INFO, {}, {K.INFO_WAIT}, set()),
            (A.SUPPLEMENT, {}, {K.ACCEPT}, set()),
            (A.ACCEPT, {}, {K.DISPATCH}, set()),
        ],
    ),
    "the decision on an extension has a clock of its own, at the centre": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.REQ_EXTEND, {}, {K.CONTACT, K.HANDLING, K.EXTENSION_DECISION}, set()),
            (A.SUSPEND, {}, {K.SUSPENSION, K.SUSPENSION_TOTAL}, {K.CONTACT, K.HANDLING, K.EXTENSION_DECISION}),
            (A.RESUME, {}, {K.CONTACT, K.HANDLING, K.EXTENSION_DECISION}, set()),
            (A.OK_EXTEND, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.REQ_SUSPEND, {}, {K.CONTACT, K.HANDLING, K.SUSPENSION_DECISION}, set()),
            (A.NO_SUSPEND, {}, {K.CONTACT, K.HANDLING}, set()),
        ],
    ),
    "a 挂账 is looked at again": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (
                A.SUSPEND,
                {"reason": "PROJECT"},
                {K.SUSPENSION, K.SUSPENSION_TOTAL, K.SUSPENSION_REVIEW},
                {K.CONTACT, K.HANDLING},
            ),
            (A.PROLONG, {}, {K.SUSPENSION, K.SUSPENSION_TOTAL, K.SUSPENSION_REVIEW}, {K.CONTACT, K.HANDLING}),
            (A.RESUME, {}, {K.CONTACT, K.HANDLING}, set()),
        ],
    ),
    "a supervision runs beside the unit's own clocks and stands still with them": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.SUPERVISE, {}, {K.CONTACT, K.HANDLING, K.SUPERVISION}, set()),
            (A.SUSPEND, {}, {K.SUSPENSION, K.SUSPENSION_TOTAL}, {K.CONTACT, K.HANDLING, K.SUPERVISION}),
            (A.RESUME, {}, {K.CONTACT, K.HANDLING, K.SUPERVISION}, set()),
        ],
    ),
    "rework is a round of its own": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
            (A.PASS, {}, {K.CALLBACK}, set()),
            (A.RATE, {"solved": "U", "score": 1}, {K.CALLBACK}, set()),
            (A.REWORK, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
        ],
    ),
    "a closing that is contested has the centre's clock again": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.SIGN, {}, {K.CONTACT, K.HANDLING}, set()),
            (A.REPLY, {}, {K.REVIEW}, set()),
            (A.PASS, {}, {K.CALLBACK}, set()),
            (A.RATE, {}, set(), set()),
            (A.REVIEW_REQUEST, {}, {K.REVIEW_REQUEST}, set()),
            (A.KEEP, {}, set(), set()),
        ],
    ),
    "co-ordination stops the units' clocks": (
        {"channel": "phone"},
        [
            (A.DISPATCH, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
            (A.REQ_RETURN, {}, {K.CONTACT, K.HANDLING, K.RETURN_DECISION}, set()),
            (A.COORDINATE, {}, {K.COORDINATION}, set()),
            (A.DESIGNATE, {}, {K.SIGN, K.CONTACT, K.HANDLING}, set()),
        ],
    ),
}


@pytest.mark.parametrize("road", ROADS)
def test_after_each_step_exactly_these_clocks_run(office: SetOffice, road: str) -> None:
    given, steps = ROADS[road]
    no = take(office, **given)
    for action, fields, running, standing in steps:
        office.later(minutes=1)
        state = act(office, no, action, **fields).at  # type: ignore[arg-type]
        assert now(office, no) == (running, standing), f"after {action}"
        assert faults(state, running, standing) == []


def test_each_unit_has_its_own_clocks(office: SetOffice) -> None:
    no = take(office, channel="phone")
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    walk(office, no, A.SIGN, A.CONTACT, A.REPLY)
    assert seen(office, no).at is State.REPLY_REVIEW
    open_ones = [(c.kind, c.unit) for k in K for c in clocks(office, no, k) if c.stopped_at is None]
    assert sorted(open_ones) == [("handling", CO_UNIT), ("review", ""), ("sign", CO_UNIT)]
    act(office, no, A.SIGN, by=CO)
    assert now(office, no)[0] == {K.REVIEW, K.HANDLING}


def test_whose_time_it_is_stands_on_the_row(office: SetOffice) -> None:
    for state in State:
        no = a_ticket(office, state)
        for kind in K:
            for clock in clocks(office, no, kind):
                assert bool(clock.unit) == (kind.hand is Hand.UNIT), f"{kind} in {state}"


def test_every_state_stands_in_the_table_and_ended_ones_owe_nothing_to_a_unit() -> None:
    assert RUNS.keys() == set(State)
    for state, rule in RUNS.items():
        if state in (State.REJECTED, State.WITHDRAWN, State.MERGED, State.HANDED_OVER):
            assert not rule.runs | rule.may_run | rule.stands
