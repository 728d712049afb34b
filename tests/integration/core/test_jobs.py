"""Jobs: harmless if run twice, quiet after a long stop, and the figures stay in step as time passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from hotline.channels import outgoing
from hotline.domain import board as rules
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.jobs import tasks
from hotline.jobs.queue import queue
from hotline.jobs.timetable import EVERY, timetable
from hotline.relay import Relay
from hotline.store.clock import Clock
from hotline.store.figure import FigureRow
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.usecases import board, people
from tests.factories.actors import CO_UNIT, LEAD_UNIT, OTHER, OTHER_UNIT, UNIT
from tests.factories.offices import SetOffice
from tests.factories.people import enrol, memos
from tests.factories.texts import sent
from tests.factories.tickets import A, a_ticket, act, assignments, seen, take


@pytest.fixture(autouse=True)
def _served(office: SetOffice) -> Iterator[None]:
    tasks.serve(office)
    yield
    tasks._office = None


MOMENTS = ("03-11 13:00", "03-12 08:00", "03-12 17:31", "03-24 00:00", "03-25 09:00", "03-25 17:30:01", "04-02 00:00")
"""Around the limits of a ticket dispatched on 11 March and due on 25 March."""


def carry(office: SetOffice) -> None:
    relay = Relay(office)
    while relay.round():
        pass


def warnings(office: SetOffice) -> list[tuple[int, str, str]]:
    with office.begin() as work:
        found = work.session.scalars(sa.select(Entry).where(Entry.action == A.WARN).order_by(Entry.id))
        return [(e.ticket_id, e.payload["clock"], e.payload["light"]) for e in found]


def test_each_clock_gets_at_most_one_yellow_and_one_red_card(office: SetOffice) -> None:
    a_ticket(office, State.PROCESSING)
    for hour in range(0, 24 * 20, 7):
        office.at("2026-03-11 09:30")
        office.later(hours=hour)
        tasks.sweep()
        tasks.sweep()
    cards = warnings(office)
    assert len(cards) == len(set(cards))
    assert {light for _, clock, light in cards if clock == "handling"} == {"yellow", "red"}


def test_after_a_stop_of_days_there_is_one_red_card_and_one_digest_for_each_unit(office: SetOffice) -> None:
    for unit in (LEAD_UNIT, OTHER_UNIT):
        for _ in range(8):
            no = a_ticket(office, State.PENDING_DISPATCH)
            act(office, no, A.DISPATCH, unit=unit)
    carry(office)
    enrol(office, UNIT, OTHER)
    office.at("2026-04-20 10:00")
    assert tasks.sweep() == 16 * 3
    assert tasks.sweep() == 0
    assert {light for _, _, light in warnings(office)} == {"red"}, "nobody is warned of what is already late"
    carry(office)
    tasks.digests()
    office.later(minutes=3)
    assert [tasks.digests(), tasks.digests()] == [2, 0]
    assert [memo.text for who in (UNIT, OTHER) for memo in memos(office, who)] == ["已超期 24 件，请及时办理"] * 2


def test_a_sweep_leaves_ended_tickets_alone_and_never_moves_a_ticket(office: SetOffice) -> None:
    for state in (State.CLOSED, State.WITHDRAWN, State.REJECTED, State.PROCESSING, State.CALLBACK):
        a_ticket(office, state)
    office.at("2026-06-01 10:00")
    tasks.sweep()
    with office.begin() as work:
        states = set(work.session.scalars(sa.select(Ticket.state)))
        assert work.session.scalar(sa.select(sa.func.count()).where(Clock.red_at.is_not(None))) == 3
    assert states == {"CLOSED", "WITHDRAWN", "REJECTED", "PROCESSING", "CALLBACK"}


def shown(office: SetOffice) -> dict[rules.Slot, tuple[object, object]]:
    with office.begin() as work:
        rows = work.session.scalars(sa.select(FigureRow))
        return {rules.Slot(r.key, r.on, r.unit): (r.hits, r.total) for r in rows if r.hits or r.total}


def counted(office: SetOffice) -> dict[rules.Slot, tuple[object, object]]:
    """Every figure afresh from the tickets, without touching what is shown."""
    with office.begin() as work:
        facts = board.facts_of(work, work.session.scalars(sa.select(Ticket.id)).all()).values()
        marks = [mark for each in facts for mark in rules.marks(each, work.now, work.rules.counting)[0]]
        return {slot: (r.hits, r.total) for slot, r in rules.fold(marks, work.rules.city.ancestors).items()}


def test_figures_stay_in_step_with_the_tickets_as_time_passes(office: SetOffice) -> None:
    for state in State:
        a_ticket(office, state)
    carry(office)
    assert shown(office) == counted(office)
    lamps = set()
    for moment in (
        "03-11 13:00",
        "03-12 08:00",
        "03-12 17:31",
        "03-24 00:00",
        "03-25 09:00",
        "03-25 17:30:01",
        "04-02",
    ):
        office.at(f"2026-{moment}")
        tasks.tick()
        carry(office)
        assert shown(office) == counted(office), f"at {moment}"
        lamps |= {slot.key for slot in shown(office) if slot.on is None}
        tickets, drifts = board.recount(office.begin)
        assert (tickets >= len(State), drifts) == (True, [])
    assert lamps >= {"due_today", "yellow", "red", "severe", "sign_late", "contact_late"}


def test_a_second_tick_at_the_same_moment_finds_nothing(office: SetOffice) -> None:
    a_ticket(office, State.PROCESSING)
    carry(office)
    office.at("2026-03-26 10:00")
    assert tasks.tick() == 1
    carry(office)
    assert tasks.tick() == 0


def test_drift_is_found_named_and_repaired(office: SetOffice) -> None:
    a_ticket(office, State.PROCESSING)
    carry(office)
    with office.begin() as work:
        work.session.execute(
            sa.update(FigureRow).where(FigureRow.key == "open", FigureRow.unit == LEAD_UNIT).values(total=7)
        )
    _, (drift,) = board.recount(office.begin)
    assert (drift.key, drift.unit, int(drift.shown[1]), int(drift.counted[1])) == ("open", LEAD_UNIT, 7, 1)
    board.recount(office.begin, repair=True)
    assert board.recount(office.begin)[1] == []


def test_routing_twice_sends_once(office: SetOffice) -> None:
    no = take(office, content="鼓楼区示范路装修垃圾没人清", category=None, type=None, region=None)
    assert tasks.route() == 1
    routed = seen(office, no)
    assert (routed.at, routed.lead_unit) == (State.PENDING_SIGN, LEAD_UNIT)
    assert tasks.route() == 0
    assert seen(office, no).version == routed.version
    assert len(assignments(office, no)) == 1


def test_what_the_rules_are_not_sure_of_waits_for_a_person_who_reads_why(office: SetOffice) -> None:
    no = take(office, content="鼓楼区示范路没人扫", title="", category=None, type=None)
    tasks.route()
    waits = seen(office, no)
    assert waits.at is State.SUBMITTED
    assert waits.why_waiting
    assert waits.proposals


def test_a_returned_ticket_is_not_sent_to_the_same_unit_by_itself(office: SetOffice) -> None:
    no = take(office, channel="phone")
    tasks.route()
    assert seen(office, no).lead_unit == LEAD_UNIT
    act(office, no, A.REQ_RETURN)
    act(office, no, A.OK_RETURN)
    tasks.route()
    back = seen(office, no)
    assert back.at is State.PENDING_DISPATCH
    assert LEAD_UNIT not in {proposal["unit"] for proposal in back.proposals}
    assert "退单" in back.why_waiting


def test_a_sealed_appeal_is_never_dispatched_without_a_person(office: SetOffice) -> None:
    no = take(office, channel="phone", confidential=True)
    tasks.route()
    assert seen(office, no).at is State.PENDING_DISPATCH


def test_a_waiting_text_is_sent_once_its_time_has_come(office: SetOffice) -> None:
    office.at("2026-03-11 23:00")
    take(office)
    carry(office)
    assert tasks.send() == 0
    office.at("2026-03-12 08:00")
    assert (tasks.send(), tasks.send()) == (1, 0)
    (notice,) = sent(office)
    assert (notice.sent_at, notice.receipt) == (office.moment, f"null-{notice.id}")


def test_a_gateway_that_refuses_is_tried_again_and_given_up_at_last(
    office: SetOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def deaf(phone: str, words: str, key: str) -> str:
        tried.append((phone, key))
        raise outgoing.NotSent("busy")

    monkeypatch.setitem(outgoing.GATEWAYS, "null", deaf)
    take(office)
    carry(office)
    tasks.send()
    assert tasks.send() == 0, "not before the pause is over"
    for pause in tasks.PATIENCE:
        office.later(seconds=pause.total_seconds())
        tasks.send()
    (notice,) = sent(office)
    assert (notice.parked_at, notice.sent_at, len(tried)) == (office.moment, None, len(tasks.PATIENCE) + 1)
    assert len(set(tried)) == 1, "the same key every time"


def test_the_timetable_wakes_every_job_once(office: SetOffice) -> None:
    timetable(office.redis).enqueue_jobs()
    timetable(office.redis).enqueue_jobs()
    waiting = {job.func_name.rpartition(".")[2] for job in queue(office.redis).jobs}
    assert waiting == {function.__name__ for function in EVERY}
    assert len(queue(office.redis)) == len(EVERY)


def test_expired_sessions_are_forgotten(office: SetOffice) -> None:
    with office.begin() as work:
        person = people.add(work, username="lin", name="林", password="x" * 12, roles=[Role.AGENT], unit=CO_UNIT)
        work.session.flush()
        people.open_session(work, person)
    assert tasks.forget_sessions() == 0
    office.later(days=2)
    assert tasks.forget_sessions() == 1
