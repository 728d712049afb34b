"""Random histories: whatever people, time and the relay do in whatever order, what must hold holds.

``HISTORIES`` in the environment asks for more of them than the ordinary run takes.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.errors import Refused
from hotline.domain.lifecycle import ENDED, WITH_UNIT, Action, State
from hotline.domain.permissions import Actor
from hotline.relay import Relay
from hotline.relay import waiting as lines_waiting
from hotline.store.assignment import ACTIVE, Assignment, Kind
from hotline.store.clock import Clock
from hotline.store.ticket import Ticket
from hotline.usecases import audit, board, routing, sweeps
from hotline.usecases.steps import HANDLERS
from tests.factories.actors import CITIZEN, CO, CO_UNIT, LEAD_UNIT, OTHER, OTHER_UNIT, UNIT
from tests.factories.offices import MORNING, SetOffice, empty
from tests.factories.tickets import WHO, act, take

HISTORIES = int(os.environ.get("HISTORIES", "8"))
STEPS = 40
UNITS = {LEAD_UNIT: UNIT, OTHER_UNIT: OTHER, CO_UNIT: CO}
LIKELY = [Action.ACCEPT, Action.DISPATCH, Action.SIGN, Action.REPLY, Action.PASS, Action.RATE]
"""Taken more often than the others, so that histories get somewhere."""


class Histories(RuleBasedStateMachine):
    """A small house: some tickets, everybody's actions, passing time, the relay and the sweeps."""

    office: SetOffice
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        empty(self.office)
        self.office.at(MORNING)
        self.promises: dict[str, datetime] = {}

    @rule(
        target=tickets,
        channel=st.sampled_from(["web", "phone", "sms"]),
        kind=st.sampled_from(list(AppealType)),
        urgency=st.sampled_from(list(Urgency)),
        anonymous=st.booleans(),
        known=st.booleans(),
    )
    def someone_calls(self, channel: str, kind: AppealType, urgency: Urgency, anonymous: bool, known: bool) -> str:
        """An appeal arrives; sometimes nobody has said what it is about."""
        said = {} if known else {"category": None, "region": None}
        return take(self.office, channel=channel, type=kind, urgency=urgency, anonymous=anonymous, **said)

    @rule(
        no=tickets,
        action=st.sampled_from([*HANDLERS, *LIKELY * 3]),
        unit=st.sampled_from(list(UNITS)),
        co=st.booleans(),
        score=st.integers(1, 5),
        solved=st.sampled_from("SPU"),
        by_unit=st.booleans(),
    )
    def somebody_acts(
        self, no: str, action: Action, unit: str, co: bool, score: int, solved: str, by_unit: bool
    ) -> None:
        """Anybody tries anything; what is refused must leave no trace, which the invariants see."""
        fields: dict[str, object] = {"score": score, "solved": solved}
        if action in (Action.DISPATCH, Action.REDISPATCH, Action.DESIGNATE):
            fields["unit"] = unit
            fields["co_units"] = [CO_UNIT] if co and unit != CO_UNIT else []
        if action is Action.REPLY:
            fields["solved"] = solved == "S"
        by: Actor = WHO[action]
        if by is UNIT or (action is Action.ASK_INFO and by_unit):
            by = UNITS[unit]
        if action is Action.SUPPLEMENT and by_unit:
            by = CITIZEN
        with suppress(Refused):
            act(self.office, no, action, by=by, **fields)

    @rule(hours=st.sampled_from([0.1, 1, 5, 24, 72, 240]))
    def time_passes(self, hours: float) -> None:
        """Minutes to days."""
        self.office.moment += timedelta(hours=hours)

    @rule()
    def clocks_are_swept(self) -> None:
        """Cards fall; what nobody answered lapses."""
        with self.office.begin() as work:
            sweeps.sweep(work)

    @rule()
    def the_router_runs(self) -> None:
        """Rules dispatch what they are sure of."""
        with self.office.begin() as work:
            routing.route_batch(work)

    @rule()
    def the_relay_runs(self) -> None:
        """Figures and notices are brought up to date."""
        with self.office.begin() as work:
            board.tick(work)
        relay = Relay(self.office)
        while relay.round():
            pass

    @invariant()
    def every_ticket_is_as_the_handbook_wants_it(self) -> None:
        """At most one active lead, whose due time counts; a promise never moves; ended tickets owe nothing."""
        with self.office.begin() as work:
            session = work.session
            leads: dict[int, list[Assignment]] = {}
            active: dict[int, int] = {}
            for task in session.scalars(sa.select(Assignment).where(Assignment.stage.in_(ACTIVE))):
                active[task.ticket_id] = active.get(task.ticket_id, 0) + 1
                if task.kind == Kind.LEAD:
                    leads.setdefault(task.ticket_id, []).append(task)
            open_clocks = set(
                session.scalars(
                    sa.select(Clock.ticket_id).where(Clock.stopped_at.is_(None), Clock.kind != "review_request")
                )
            )
            for ticket in session.scalars(sa.select(Ticket)):
                mine = leads.get(ticket.id, [])
                assert len(mine) <= 1, f"{ticket.no} has two leads"
                if ticket.at in WITH_UNIT:
                    assert mine, f"{ticket.no} is with a unit that is not there"
                    assert (ticket.lead_unit, ticket.due_at) == (mine[0].unit, mine[0].due_at)
                if ticket.at in ENDED:
                    assert ticket.id not in active, f"{ticket.no} ended and still has work"
                    assert ticket.id not in open_clocks, f"{ticket.no} ended and a clock runs"
                    assert ticket.closed_at
                    assert ticket.due_at is None
                else:
                    assert ticket.closed_at is None, f"{ticket.no} goes on and is closed"
                assert 1 <= ticket.round <= 3
                if ticket.at is State.CLOSED:
                    assert ticket.close_mode
                if ticket.promise_due_at:
                    assert self.promises.setdefault(ticket.no, ticket.promise_due_at) == ticket.promise_due_at

    def teardown(self) -> None:
        """At the end the journal is whole, nothing is left to say, and every figure equals its tickets."""
        self.the_relay_runs()
        with self.office.begin() as work:
            assert lines_waiting(work) == 0
            assert audit.verify_journal(work)[1] == []
            twice = sa.select(Clock.id).where(Clock.yellow_at > Clock.red_at)
            assert work.session.scalars(twice).all() == [], "yellow after red"
        assert board.recount(self.office.begin)[1] == []


def test_whatever_happens_in_whatever_order_the_house_stays_in_order(office: SetOffice) -> None:
    machine = type("HistoriesHere", (Histories,), {"office": office})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=HISTORIES <= 8,
        ),
    )
