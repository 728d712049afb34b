"""Random histories: whatever people, time, the relay and the timetable do in whatever order, what must hold holds.

:class:`Histories` is the small house, its rules and its invariants (handbook §4, §5, §8, §10). Two test modules run
it, so that two processes share the work: histories that follow the main road, and histories of rare steps.
``HISTORIES`` in the environment asks for more of them than the ordinary run takes.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hotline.domain import proof_check
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.errors import Refused
from hotline.domain.lifecycle import ENDED, WITH_UNIT, Action, State
from hotline.domain.permissions import Actor
from hotline.domain.rates import Period
from hotline.jobs import tasks
from hotline.read import proof
from hotline.relay import Relay
from hotline.relay import waiting as lines_waiting
from hotline.store.assignment import ACTIVE, Assignment, Kind
from hotline.store.clock import Clock
from hotline.store.supervision import Supervision
from hotline.store.ticket import Ticket
from hotline.usecases import audit, board, routing
from hotline.usecases.steps import HANDLERS
from tests.factories.actors import CITIZEN, CO, CO_UNIT, LEAD_UNIT, OTHER, OTHER_UNIT, UNIT
from tests.factories.offices import MORNING, SetOffice, empty
from tests.factories.tickets import WHO, a_ticket, act, take

HISTORIES = int(os.environ.get("HISTORIES", "60"))
"""Histories a module runs."""
STEPS = 90
"""Steps of each: the two modules together take more than 10,000."""
UNITS = {LEAD_UNIT: UNIT, OTHER_UNIT: OTHER, CO_UNIT: CO}


class Histories(RuleBasedStateMachine):
    """A small house: some tickets, everybody's actions, passing time, the relay and the sweeps."""

    office: SetOffice
    likely: list[Action]
    """What is tried more often than the rest."""
    states: tuple[State, ...]
    """Where tickets begin their part in the history, besides the ones that somebody brings in."""
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

    @rule(target=tickets, n=st.integers(0, 99))
    def one_that_is_on_its_way(self, n: int) -> str:
        """A ticket that has come to some state by its usual road."""
        return a_ticket(self.office, self.states[n % len(self.states)])

    @rule(
        no=tickets,
        choice=st.integers(0, 9_999),
        unit=st.sampled_from(list(UNITS)),
        co=st.booleans(),
        score=st.integers(1, 5),
        solved=st.sampled_from("SPU"),
        by_unit=st.booleans(),
    )
    def somebody_acts(self, no: str, choice: int, unit: str, co: bool, score: int, solved: str, by_unit: bool) -> None:
        """Anybody tries anything; what is refused must leave no trace, which the invariants see."""
        among = [*HANDLERS, *self.likely]
        action = among[choice % len(among)]
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
    def the_timetable_looks(self) -> None:
        """Cards fall, supervisions rise, digests are written; what nobody answered lapses."""
        tasks.serve(self.office)
        for job in (tasks.sweep, tasks.supervise, tasks.digests):
            job()

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
            tasks: dict[int, list[Assignment]] = {}
            for task in session.scalars(sa.select(Assignment).order_by(Assignment.id)):
                tasks.setdefault(task.ticket_id, []).append(task)
            clocks: dict[int, list[Clock]] = {}
            for clock in session.scalars(sa.select(Clock).where(Clock.stopped_at.is_(None))):
                clocks.setdefault(clock.ticket_id, []).append(clock)
            ordered = set(session.scalars(sa.select(Supervision.ticket_id).where(Supervision.ended_at.is_(None))))
            for ticket in session.scalars(sa.select(Ticket)):
                own = tasks.get(ticket.id, [])
                self._units(ticket, own)
                self._clocks(ticket, own, clocks.get(ticket.id, []))
                if ticket.at is State.CLOSED:
                    self._closed(ticket, own)
                    assert ticket.id not in ordered, f"{ticket.no} closed under supervision"
                if ticket.promise_due_at:
                    assert self.promises.setdefault(ticket.no, ticket.promise_due_at) == ticket.promise_due_at

    def _units(self, ticket: Ticket, tasks: list[Assignment]) -> None:
        """At any time at most one active top-level lead; its due time is the ticket's (handbook §4)."""
        active = [task for task in tasks if task.stage in ACTIVE]
        leads = [task for task in active if task.kind == Kind.LEAD]
        assert len(leads) <= 1, f"{ticket.no} has two leads"
        if ticket.at in WITH_UNIT:
            assert leads, f"{ticket.no} is with a unit that is not there"
            assert ticket.lead_unit == leads[0].unit
            if ticket.at is not State.SUSPENDED:  # there the end of the suspension is what falls due next
                assert ticket.due_at == leads[0].due_at, f"{ticket.no} is not due when its lead is"
        if ticket.at in ENDED:
            assert not active, f"{ticket.no} ended and still has work"
        by_id = {task.id: task for task in tasks}
        for task in tasks:
            if task.kind == Kind.SUB:
                assert task.parent_id in by_id, f"{ticket.no}: a sub-dispatched task without a parent"
                if task.stage in ACTIVE:
                    assert task.due_at <= by_id[task.parent_id].due_at, f"{ticket.no}: child due after its parent"
        asked = [task for task in tasks if task.stage == "RETURN_PENDING"]
        assert len(asked) <= (ticket.at in (State.RETURN_REVIEW, State.COORDINATING)), f"{ticket.no}: a return is open"

    def _clocks(self, ticket: Ticket, tasks: list[Assignment], running: list[Clock]) -> None:
        """What ended owes nothing; no clock runs twice; every card stands once (handbook §5, §8)."""
        if ticket.at in ENDED:
            assert not [c for c in running if c.kind != "review_request"], f"{ticket.no} ended and a clock runs"
            assert ticket.closed_at
            assert ticket.due_at is None
        else:
            assert ticket.closed_at is None, f"{ticket.no} goes on and is closed"
        kinds = [(clock.kind, clock.assignment_id) for clock in running]
        assert len(kinds) == len(set(kinds)), f"{ticket.no}: the same clock runs twice: {sorted(kinds)}"
        stages = {task.id: task.stage for task in tasks}
        for clock in running:
            assert clock.assignment_id is None or stages[clock.assignment_id] in ACTIVE, f"{ticket.no}: {clock.kind}"
        assert 1 <= ticket.round <= 3

    def _closed(self, ticket: Ticket, tasks: list[Assignment]) -> None:
        """A ticket closes by a mode, with a public reply where a unit answered (handbook §4)."""
        assert ticket.close_mode
        if ticket.close_mode in ("HANDLED", "EXPLAINED", "DIRECT") and ticket.type != "PRAISE":
            assert ticket.public_reply, f"{ticket.no} closed without a word to the appellant"
        assert not [task for task in tasks if task.stage in ("SENT", "WORKING", "RETURN_PENDING", "REPLIED")]

    def teardown(self) -> None:
        """At the end the journal is whole, nothing is left to say, and every figure equals tickets and proof."""
        self.the_relay_runs()
        with self.office.begin() as work:
            assert lines_waiting(work) == 0
            assert audit.verify_journal(work)[1] == []
            twice = sa.select(Clock.id).where(Clock.yellow_at > Clock.red_at)
            assert work.session.scalars(twice).all() == [], "yellow after red"
        assert board.recount(self.office.begin)[1] == []
        ever = Period(date(2026, 3, 1), date(2027, 3, 1))
        with self.office.begin(isolation="REPEATABLE READ") as work:
            for key in work.rules.counting.rates:
                proved = proof.prove(work, key, work.rules.city.root, ever)
                assert proof_check.check(proved) == [], f"the proof of {key} does not hold"


def run(office: SetOffice, name: str, **given: Any) -> None:
    """So many histories, always the same ones unless more are asked for."""
    machine = type(name, (Histories,), {"office": office} | given)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize="HISTORIES" not in os.environ,
            database=None,
            phases=[Phase.generate],
        ),
    )
