"""The main road of a ticket, from every channel to its closing, and the ends beside it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.appeal import AppealType
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.store.assignment import Stage
from hotline.store.journal import of_ticket
from hotline.store.ticket import Ticket
from hotline.usecases import routing, sweeps
from tests.factories.actors import (
    AGENT,
    CALLBACK,
    LEAD_UNIT,
    OTHER_UNIT,
    SUPERVISOR,
    UNIT,
    a_person,
)
from tests.factories.offices import SetOffice, local
from tests.factories.texts import text_in
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen, take, walk

UNIT_ROAD = (A.DISPATCH, A.SIGN, A.CONTACT, A.REPLY, A.PASS)


def test_a_call_becomes_a_ticket_that_is_closed_when_the_caller_is_satisfied(office: SetOffice) -> None:
    no = take(office, channel="phone")
    for action in UNIT_ROAD:
        office.later(hours=1)
        act(office, no, action)
    office.later(hours=1)
    done = act(office, no, A.RATE, by=CALLBACK)
    times = [done.created_at, done.dispatched_at, done.signed_at, done.first_contact_at]
    times += [done.replied_at, done.reviewed_at, done.called_back_at]
    assert times == sorted(times)
    assert (done.at, done.close_mode, done.closed_at) == (State.CLOSED, "HANDLED", office.moment)


def test_an_appeal_from_the_web_is_accepted_by_a_person_first(office: SetOffice) -> None:
    no = take(office, channel="web")
    assert seen(office, no).due_at == local("2026-03-11 11:30"), "accepted within two hours"
    assert walk(office, no, A.ACCEPT, *UNIT_ROAD, A.RATE).at is State.CLOSED


def test_an_appeal_by_sms_is_answered_by_sms_to_its_end(office: SetOffice) -> None:
    text_in(office, "鼓楼区示范路装修垃圾没人清")
    no = str(office.value(_newest()))
    walk(office, no, A.ACCEPT, *UNIT_ROAD)
    text_in(office, "1")
    assert (seen(office, no).at, seen(office, no).result) == (State.CLOSED, "S")


def _newest() -> sa.Select[tuple[str]]:

    return sa.select(Ticket.no).order_by(Ticket.id.desc()).limit(1)


def test_what_lawfully_can_not_be_met_is_closed_as_explained(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.REPLY, public="依照规定不能拆除", solved="false", why_not="手续齐全")
    walk(office, no, A.PASS, A.RATE)
    assert seen(office, no).close_mode == "EXPLAINED"


@pytest.mark.parametrize(
    "who", [{"anonymous": True}, {"type": AppealType.PRAISE}, {"phone": ""}], ids=["anonymous", "praise", "no contact"]
)
def test_who_can_not_or_need_not_be_called_back_is_closed_at_review(office: SetOffice, who: dict[str, object]) -> None:
    no = a_ticket(office, State.REPLY_REVIEW, **who)
    assert act(office, no, A.PASS).at is State.CLOSED


def test_a_reply_must_have_words_for_the_citizen(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.REPLY, public=" ")
    assert "public" in refused.value.fields


def test_two_tries_on_one_day_and_one_on_the_next_close_the_ticket_without_a_rating(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    office.later(days=1)
    walk(office, no, A.TRY, A.TRY)
    office.later(days=1)
    done = act(office, no, A.TRY)
    assert (done.at, done.result, done.score) == (State.CLOSED, None, None)


def test_any_number_of_tries_on_one_day_do_not_close_it(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    office.later(days=1)
    assert walk(office, no, A.TRY, A.TRY, A.TRY, A.TRY).at is State.CALLBACK
    office.later(days=1)
    assert act(office, no, A.TRY).at is State.CLOSED


def test_who_is_not_satisfied_waits_for_the_reviewer(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    assert act(office, no, A.RATE, solved="U", score=2, reason="result").at is State.CALLBACK
    with pytest.raises(NotNow):
        act(office, no, A.TRY)
    assert act(office, no, A.KEEP).at is State.CLOSED


def test_a_result_is_not_kept_before_anybody_has_rated_it(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    with pytest.raises(NotNow):
        act(office, no, A.KEEP)


def test_rework_is_ordered_twice_at_most_and_then_comes_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    first_promise = seen(office, no).promise_due_at
    for number in (2, 3):
        act(office, no, A.RATE, solved="U", score=1)
        again = act(office, no, A.REWORK)
        assert (again.at, again.round, again.lead_unit) == (State.PENDING_SIGN, number, LEAD_UNIT)
        assert again.due_at == local("2026-03-16 17:30"), "three working days"
        walk(office, no, A.SIGN, A.REPLY, A.PASS)
    done = act(office, no, A.RATE, solved="U", score=1)
    assert (done.at, done.round, done.tags) == (State.CALLBACK, 3, ["waits_supervision"])
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REWORK)
    assert "督办" in refused.value.message
    assert seen(office, no).promise_due_at == first_promise


def test_a_rating_is_changed_once_within_fifteen_days(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    assert act(office, no, A.RATE, solved="P", score=3).result == "P"
    with pytest.raises(NotNow):
        act(office, no, A.RATE, solved="S", score=4)
    other = a_ticket(office, State.CLOSED)
    office.later(days=16)
    with pytest.raises(NotNow):
        act(office, other, A.RATE)


def test_the_agent_who_registered_it_does_not_call_back(office: SetOffice) -> None:
    from hotline.domain.permissions import Role

    both = a_person(Role.AGENT, Role.CALLBACK, number=1)
    no = take(office, channel="phone", by=both)
    walk(office, no, *UNIT_ROAD)
    with pytest.raises(NotYours):
        act(office, no, A.RATE, by=both)


def test_a_withdrawal_during_a_return_ends_the_return_and_every_clock(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    act(office, no, A.WITHDRAW)
    assert [task.stage for task in assignments(office, no)] == [Stage.CANCELLED]
    assert all(clock.stopped_at for kind in ClockKind for clock in clocks(office, no, kind))


def test_a_granted_return_goes_to_another_unit_with_new_clocks_and_the_old_promise(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    promise = seen(office, no).promise_due_at
    back = act(office, no, A.OK_RETURN)
    assert (back.at, back.lead_unit, back.due_at) == (State.PENDING_DISPATCH, None, local("2026-03-11 10:00"))
    office.at("2026-03-12 09:00")
    again = act(office, no, A.DISPATCH, unit=OTHER_UNIT)
    assert (again.lead_unit, again.promise_due_at) == (OTHER_UNIT, promise)
    assert again.due_at == local("2026-03-26 17:30"), "ten working days from the new dispatch"
    assert [task.stage for task in assignments(office, no)] == [Stage.RETURNED, Stage.SENT]


def test_a_refused_return_goes_on_with_the_clock_that_never_stopped(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    due = seen(office, no).due_at
    act(office, no, A.REQ_RETURN)
    office.later(hours=3)
    after = act(office, no, A.NO_RETURN)
    (handling,) = clocks(office, no, ClockKind.HANDLING)
    assert (after.at, after.due_at, handling.stopped_at, handling.paused_at) == (State.PROCESSING, due, None, None)


def test_a_unit_asks_to_return_once_and_only_within_one_working_day(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    act(office, no, A.NO_RETURN)
    with pytest.raises(NotNow):
        act(office, no, A.REQ_RETURN)
    other = a_ticket(office, State.PENDING_SIGN)
    office.at("2026-03-12 17:31")
    with pytest.raises(NotNow):
        act(office, other, A.REQ_RETURN)


def test_a_reply_sent_back_gives_until_the_close_of_the_next_working_day_once(office: SetOffice) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    office.at("2026-03-25 16:00")
    assert act(office, no, A.FAIL).due_at == local("2026-03-26 17:30")
    act(office, no, A.REPLY)
    office.at("2026-03-26 17:00")
    assert act(office, no, A.FAIL).due_at == local("2026-03-26 17:30"), "only the first time"


def test_the_clock_stands_still_while_the_citizen_is_asked(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-20 10:00")
    asked = act(office, no, A.ASK_INFO, by=UNIT)
    assert asked.due_at == local("2026-03-27 17:30"), "five working days to answer"
    office.at("2026-03-26 10:00")
    back = act(office, no, A.SUPPLEMENT)
    assert (back.at, back.due_at) == (State.PROCESSING, local("2026-03-31 17:30")), "three working days were left"
    assert back.paused_seconds == 6 * 86_400


def test_who_does_not_answer_in_five_working_days_finds_it_closed_as_unverified(office: SetOffice) -> None:
    no = a_ticket(office, State.NEED_INFO)
    office.at("2026-03-18 17:30")
    sweep(office)
    assert seen(office, no).at is State.NEED_INFO
    office.at("2026-03-18 17:31")
    sweep(office)
    assert (seen(office, no).at, seen(office, no).close_mode) == (State.CLOSED, "UNVERIFIED")


def sweep(office: SetOffice) -> int:
    with office.begin() as work:
        return sweeps.sweep(work)


def test_more_is_asked_for_twice_at_most(office: SetOffice) -> None:
    no = a_ticket(office, State.NEED_INFO)
    walk(office, no, A.SUPPLEMENT, A.ASK_INFO, A.SUPPLEMENT)
    with pytest.raises(NotNow):
        act(office, no, A.ASK_INFO)


def test_nobody_is_asked_who_left_no_contact(office: SetOffice) -> None:
    no = take(office, phone="")
    with pytest.raises(NotNow):
        act(office, no, A.ASK_INFO)


def test_a_review_request_has_a_clock_that_warns_though_the_ticket_is_closed(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    act(office, no, A.REVIEW_REQUEST)
    with pytest.raises(NotNow):
        act(office, no, A.REVIEW_REQUEST)
    office.at("2026-03-18 17:31")
    sweep(office)
    (clock,) = clocks(office, no, ClockKind.REVIEW_REQUEST)
    assert (clock.red_at, seen(office, no).at) == (office.moment, State.CLOSED)


def test_a_citizen_urges_once_a_day_and_the_centre_at_any_time(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.URGE)
    with pytest.raises(NotNow):
        act(office, no, A.URGE)
    act(office, no, A.URGE, by=SUPERVISOR)
    office.later(hours=24)
    act(office, no, A.URGE)


@pytest.mark.parametrize("reason", ["FINISHED", "ILLEGAL"])
def test_some_refusals_need_a_second_person(office: SetOffice, reason: str) -> None:
    no = take(office)
    assert act(office, no, A.REJECT, reason=reason).at is State.SUBMITTED
    assert act(office, no, A.REJECT, by=AGENT, reason=reason).at is State.REJECTED


def test_a_supplement_by_somebody_with_a_long_name_is_taken(office: SetOffice) -> None:
    from tests.factories.actors import a_person

    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPPLEMENT, by=a_person(Role.AGENT, number=1, name="字" * 40))
    assert act(office, no, A.SUPPLEMENT, by=AGENT).at is State.PROCESSING


def test_every_action_names_itself_in_the_journal(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    with office.begin() as work:
        actions = [entry.action for entry in of_ticket(work.session, seen(office, no).id)]
    assert actions == [A.CREATE, A.SUBMIT, A.DISPATCH, A.SIGN, A.CONTACT, A.REPLY, A.PASS, A.RATE]
    assert Action("TRY").label == "未接通"


def test_a_category_that_nobody_chose_is_no_surer_than_its_reading(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH, category=None, type=None, content="没人扫，请处理", title="没人扫")
    with office.begin() as work:
        routing.route_batch(work)
    ticket = seen(office, no)
    assert ticket.at is State.PENDING_DISPATCH
    assert "类别不确定" in ticket.why_waiting
