"""Units that go while tickets are open, and people who change units: nothing is lost, nobody waits for nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.read import succession
from hotline.relay import Relay
from hotline.store.assignment import Kind, Stage
from hotline.store.journal import of_ticket
from hotline.store.person import Person
from hotline.store.precedent import Precedent
from hotline.store.ticket import by_no
from hotline.usecases import organisation, units
from tests.factories.actors import (
    CITY_UNIT,
    CO_UNIT,
    COUNTY,
    DISPATCHER,
    LEAD_UNIT,
    OTHER_UNIT,
    SUB_UNIT,
    UNIT,
    a_person,
    at_unit,
)
from tests.factories.offices import SetOffice
from tests.factories.texts import inbox
from tests.factories.tickets import HANDLER, A, a_handler, a_ticket, act, assignments, clocks, seen, walk

ADMIN = a_person(Role.CENTER_ADMIN, number=20)
HEIR = "350102-SCJ"
WORDS = "机构改革方案〔2026〕1号"
pytestmark = pytest.mark.usefixtures("as_shipped")


def merge(office: SetOffice, unit: str = LEAD_UNIT, into: str = HEIR) -> int:
    with office.begin(ADMIN) as work:
        waiting = units.merge_into(work, unit, into, words=WORDS)
    office.look_again()
    hand_over(office)
    return waiting


def hand_over(office: SetOffice, most: int = 20) -> int:
    """What the house does until nothing is left; how many tickets."""
    moved = 0
    while True:
        with office.begin() as work:
            found = units.hand_over(work, most)
        if not found:
            return moved
        moved += found


def test_open_tickets_move_as_they_stand_with_their_clocks_and_their_promise(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    before = seen(office, no)
    assert merge(office) == 1
    after, (lead,) = seen(office, no), assignments(office, no)
    assert (after.lead_unit, lead.unit, lead.stage, after.at) == (HEIR, HEIR, Stage.WORKING, State.PROCESSING)
    assert (after.due_at, after.promise_due_at, after.round) == (before.due_at, before.promise_due_at, 1)
    assert [clock.unit for clock in clocks(office, no, ClockKind.HANDLING)] == [HEIR]
    act(office, no, A.REPLY, by=at_unit(HEIR, 50))
    with pytest.raises(NotFound):
        act(office, no, A.PROGRESS, by=UNIT)


@pytest.mark.parametrize(
    "state", [State.PENDING_SIGN, State.RETURN_REVIEW, State.SUSPENDED, State.REPLY_REVIEW, State.CALLBACK]
)
def test_wherever_a_ticket_stands_its_successor_goes_on_with_it(office: SetOffice, state: State) -> None:
    no = a_ticket(office, state)
    merge(office)
    ticket = seen(office, no)
    assert (ticket.at, ticket.lead_unit) == (state, HEIR)


def test_the_journal_and_the_successor_are_told(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    merge(office)
    relay = Relay(office)
    while relay.round():
        pass
    assert no in inbox(office, HEIR)[-1].text
    with office.begin(DISPATCHER) as work:
        from hotline.read import ticket_page

        last = ticket_page.of(work, no).journal[-1]
    assert (last.action, WORDS in last.words) == (A.TRANSFER, True)


def test_a_successor_that_helps_already_keeps_the_weightier_part(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[HEIR])
    other = a_ticket(office, State.PENDING_DISPATCH)
    act(office, other, A.DISPATCH, unit=HEIR, co_units=[LEAD_UNIT])
    merge(office)
    for each in (no, other):
        active = [task for task in assignments(office, each) if task.stage != Stage.CANCELLED]
        assert [(task.unit, task.kind) for task in active] == [(HEIR, Kind.LEAD)]
        assert seen(office, each).lead_unit == HEIR


def test_what_hung_on_the_part_that_ends_hangs_on_the_one_that_stays(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, unit="350102-HOT")
    act(office, no, A.SIGN, by=COUNTY)
    act(office, no, A.SUB_DISPATCH, units=["350102-GOV", SUB_UNIT])
    merge(office, SUB_UNIT, "350102-GOV")
    lead, kept, gone = assignments(office, no)
    assert (kept.unit, kept.parent_id, gone.stage) == ("350102-GOV", lead.id, Stage.CANCELLED)


def test_a_closed_ticket_that_comes_back_goes_to_the_successor(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.RATE, solved="U", score=1)
    walk(office, no, A.KEEP)
    merge(office)
    assert seen(office, no).lead_unit == LEAD_UNIT, "what is over stays under the old name"
    act(office, no, A.REVIEW_REQUEST)
    assert act(office, no, A.REWORK).lead_unit == HEIR


def test_precedents_and_accounts_go_along_and_nothing_new_is_sent_to_the_old_unit(office: SetOffice) -> None:
    person = a_handler(office)
    no = a_ticket(office, State.COORDINATING)
    act(office, no, A.DESIGNATE, co_units=[CO_UNIT], keywords=["装修垃圾"])
    merge(office)
    with office.begin() as work:
        (precedent,) = work.session.query(Precedent).all()
        assert (precedent.lead, precedent.co_units) == (HEIR, [CO_UNIT])
        assert work.session.get_one(Person, person.id).unit == HEIR
        assert not work.rules.city.unit(LEAD_UNIT).active
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.PENDING_DISPATCH), A.DISPATCH, unit=LEAD_UNIT)


def test_from_the_first_moment_nothing_new_comes_and_each_ticket_moves_once(office: SetOffice) -> None:
    numbers = [a_ticket(office, State.PROCESSING) for _ in range(3)]
    with office.begin(ADMIN) as work:
        assert units.merge_into(work, LEAD_UNIT, HEIR, words=WORDS) == 3
    office.look_again()
    assert {seen(office, no).lead_unit for no in numbers} == {LEAD_UNIT}, "the house moves them"
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.PENDING_DISPATCH), A.DISPATCH, unit=LEAD_UNIT)
    with office.begin() as work:
        assert units.hand_over(work, 2) == 2
    with office.begin(ADMIN) as work:
        merged = succession.of(work, LEAD_UNIT)
    assert merged is not None
    assert (merged.tickets, merged.moved, merged.left) == (3, 2, 1)
    assert hand_over(office) == 1
    for no in numbers:
        with office.begin() as work:
            steps = [entry.action for entry in of_ticket(work.session, seen(office, no).id)]
        assert steps.count(A.TRANSFER) == 1


def test_who_is_at_work_on_a_ticket_is_not_disturbed_and_it_moves_next_time(office: SetOffice) -> None:
    no, other = a_ticket(office, State.PROCESSING), a_ticket(office, State.PROCESSING)
    with office.begin(ADMIN) as work:
        units.merge_into(work, LEAD_UNIT, HEIR, words=WORDS)
    with office.begin(UNIT) as busy:
        by_no(busy.session, no, lock=True)
        assert hand_over(office) == 1
        assert seen(office, other).lead_unit == HEIR
    assert hand_over(office) == 1
    assert seen(office, no).lead_unit == HEIR


def test_a_unit_that_is_opened_again_answers_for_itself_and_may_be_merged_again(office: SetOffice) -> None:
    merge(office)
    with office.begin(ADMIN) as work:
        unit = replace(work.rules.city.unit(LEAD_UNIT), active=True)
        number = organisation.seen(work, organisation.What.UNIT, LEAD_UNIT)
        organisation.save(work, unit, fresh=False, words="恢复", seen=number)
    office.look_again()
    no = a_ticket(office, State.PROCESSING)
    assert hand_over(office) == 0
    assert merge(office, into=OTHER_UNIT) == 1
    assert seen(office, no).lead_unit == OTHER_UNIT


def test_the_usual_successor_is_the_nearest_unit_above_that_can_answer(office: SetOffice) -> None:
    assert units.usual_heir(office.rules.city, LEAD_UNIT) == "350102-GOV"


@pytest.mark.parametrize(
    ("unit", "into", "refusal"),
    [
        (LEAD_UNIT, LEAD_UNIT, Invalid),
        (LEAD_UNIT, "350100-T110", Invalid),
        (LEAD_UNIT, "350102001", Invalid),
        ("350102-NONE", HEIR, NotFound),
        (CITY_UNIT, HEIR, NotNow),
    ],
    ids=["itself", "no handler", "a township", "unknown", "with units below"],
)
def test_an_impossible_successor_is_refused_and_nothing_moves(
    office: SetOffice, unit: str, into: str, refusal: type[Exception]
) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(refusal):
        merge(office, unit, into)
    assert seen(office, no).lead_unit == LEAD_UNIT


def test_only_who_looks_after_the_organisation_merges_units(office: SetOffice) -> None:
    with pytest.raises(NotYours), office.begin(DISPATCHER) as work:
        units.merge_into(work, LEAD_UNIT, HEIR, words=WORDS)


# A person moved, a category retired


def test_who_changes_units_leaves_his_tickets_where_they_are_without_a_handler(office: SetOffice) -> None:
    person = a_handler(office)
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.ASSIGN, handler=HANDLER)
    with office.begin(ADMIN) as work:
        assert units.move_person(work, work.session.get_one(Person, person.id), OTHER_UNIT) == 1
    (task,) = assignments(office, no)
    assert (task.unit, task.handler_id, task.handler) == (LEAD_UNIT, None, "")
    him = a_person(Role.UNIT_HANDLER, number=person.id, unit=OTHER_UNIT)
    with pytest.raises(NotFound):
        act(office, no, A.PROGRESS, by=him)


def test_a_retired_category_stays_on_the_tickets_that_bear_it_and_they_go_to_their_end(office: SetOffice) -> None:
    waiting, handled = a_ticket(office, State.PENDING_DISPATCH), a_ticket(office, State.PROCESSING)
    due = seen(office, handled).due_at
    with office.begin(ADMIN) as work:
        category = work.rules.city.category("010107")
        organisation.save(work, organisation.closed(category), fresh=False, words=WORDS, seen=0)
    office.look_again()
    assert walk(office, waiting, A.DISPATCH, A.SIGN).category == "010107"
    assert seen(office, handled).due_at == due
    assert walk(office, handled, A.REPLY, A.PASS, A.RATE).at is State.CLOSED
