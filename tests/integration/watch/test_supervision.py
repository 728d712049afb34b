"""Supervision: who orders and judges it, its own clock, what it keeps from closing, and what opens it by itself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.domain.supervision import Level
from hotline.store import supervision as rows
from hotline.store.journal import of_ticket as journal_of
from hotline.store.supervision import Card, Supervision
from hotline.store.ticket import Ticket
from hotline.usecases import access, deadlines, supervision, supervision_sweeps, sweeps
from tests.factories.actors import CO, INSPECTOR, LEAD_UNIT, LEADER, OTHER_UNIT, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice, local
from tests.factories.tickets import A, a_ticket, act, clocks, seen, walk

ABOVE = a_person(Role.UNIT_APPROVER, number=61, unit="350102-GOV")
"""The approver of the government above the lead unit."""


def of(office: SetOffice, no: str) -> list[Supervision]:
    with office.begin() as work:
        return rows.of_ticket(work.session, seen(office, no).id)


def sweep(office: SetOffice, moment: str = "") -> None:
    if moment:
        office.at(moment)
    with office.begin() as work:
        sweeps.sweep(work)
        supervision_sweeps.sweep(work)
        supervision_sweeps.look(work)


def opened(office: SetOffice, no: str, ground: str, level: int = 1) -> None:
    with office.begin() as work:
        supervision.open(work, access.staff(work, no), level, ground)


def test_an_order_has_its_own_limit_and_goes_to_the_lead_unit(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    (row,) = of(office, no)
    assert (row.stage, row.rank, row.ground, row.unit) == ("OPEN", Level.CENTRE, "HAND", LEAD_UNIT)
    assert [clock.due_at for clock in clocks(office, no, ClockKind.SUPERVISION)] == [local("2026-03-16 17:30")]


def test_a_ticket_has_at_most_one_open_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    with pytest.raises(NotNow, match="已在中心督办"):
        act(office, no, A.SUPERVISE)
    assert len(of(office, no)) == 1


def test_a_higher_level_takes_a_lower_one_over_and_a_lower_one_does_not(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    act(office, no, A.SUPERVISE, by=INSPECTOR)
    (row,) = of(office, no)
    assert (row.by_id, row.by) == (INSPECTOR.id, INSPECTOR.name)
    act(office, no, A.INSTRUCT)
    (row,) = of(office, no)
    assert row.rank is Level.LEADER
    assert row.words.splitlines() == ["请三日内办结", "请三日内办结", "请区里抓紧解决"]
    with pytest.raises(NotNow, match="领导督办"):
        act(office, no, A.SUPERVISE, by=INSPECTOR)


def test_a_leaders_instruction_is_supervision_of_the_third_level_and_says_who_and_what(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.INSTRUCT)
    (row,) = of(office, no)
    assert (row.level, row.ground, row.by_id) == (3, "INSTRUCTION", LEADER.id)
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.PROCESSING), A.INSTRUCT, words=" ")


def test_the_answer_is_signed_a_level_higher(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.ANSWER_SUPERVISION, signer="")
    assert "上一级签发" in refused.value.fields["signer"]
    act(office, no, A.ANSWER_SUPERVISION, by=ABOVE, signer="")
    (row,) = of(office, no)
    assert (row.stage, row.signed_by) == ("ANSWERED", ABOVE.name)


def test_only_the_lead_unit_or_one_above_it_answers(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO.unit])
    act(office, no, A.SUPERVISE)
    with pytest.raises(NotYours, match="主办单位"):
        act(office, no, A.ANSWER_SUPERVISION, by=CO)


def test_an_answer_stops_the_clock_and_a_refused_one_has_until_the_close_of_the_next_working_day(
    office: SetOffice,
) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    office.at("2026-03-16 17:00")
    act(office, no, A.ANSWER_SUPERVISION)
    office.at("2026-03-17 10:00")
    act(office, no, A.FAIL_SUPERVISION)
    first, second = clocks(office, no, ClockKind.SUPERVISION)
    assert first.stopped_at == local("2026-03-16 17:00")
    assert (second.stopped_at, second.due_at) == (None, local("2026-03-18 17:30"))


def test_a_missed_limit_raises_the_level_once_each_time_up_to_the_leader(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    levels = []
    for moment in ("2026-03-16 17:31", "2026-03-19 17:31", "2026-03-24 17:31"):
        sweep(office, moment)
        sweep(office)
        levels.append((of(office, no)[0].level, of(office, no)[0].missed))
    assert levels == [(2, 1), (3, 2), (3, 3)]
    cards = [card for card in _cards(office) if card.kind == "supervision" and card.light == "red"]
    assert len(cards) == 3, "a red card for each missed limit"


def test_the_efficiency_office_judges_its_own_level(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE, by=INSPECTOR)
    act(office, no, A.ANSWER_SUPERVISION)
    with pytest.raises(NotYours, match="效能"):
        act(office, no, A.END_SUPERVISION)
    act(office, no, A.END_SUPERVISION, by=INSPECTOR)
    assert of(office, no)[0].stage == "ENDED"


def test_lifting_it_without_an_answer_needs_a_reason(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    with pytest.raises(Invalid):
        act(office, no, A.END_SUPERVISION, opinion="")
    act(office, no, A.END_SUPERVISION, opinion="开错工单")
    act(office, no, A.SUPERVISE)
    assert [row.stage for row in of(office, no)] == ["ENDED", "OPEN"]


# -- closing waits


def test_call_back_goes_on_and_closing_waits_for_the_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.SUPERVISE)
    rated = act(office, no, A.RATE)
    assert (rated.at, rated.score) == (State.CALLBACK, 5)
    with pytest.raises(NotNow, match="不必再回访"):
        act(office, no, A.TRY)
    act(office, no, A.ANSWER_SUPERVISION)
    closed = act(office, no, A.END_SUPERVISION)
    assert (closed.at, closed.close_mode, closed.tags) == (State.CLOSED, "HANDLED", [])


def test_a_reply_that_needs_no_call_back_waits_too(office: SetOffice) -> None:
    no = a_ticket(office, State.REPLY_REVIEW, anonymous=True)
    act(office, no, A.SUPERVISE)
    assert act(office, no, A.PASS).at is State.CALLBACK
    assert act(office, no, A.END_SUPERVISION, opinion="已办好").at is State.CLOSED


def test_who_is_not_reached_waits_too(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.SUPERVISE)
    for _ in range(3):
        office.later(hours=25)
        act(office, no, A.TRY)
    assert seen(office, no).at is State.CALLBACK
    assert act(office, no, A.END_SUPERVISION, opinion="已办好").at is State.CLOSED


def test_nobody_can_close_around_an_open_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED)
    act(office, no, A.INSTRUCT)
    with pytest.raises(NotNow, match="先办结督办"):
        act(office, no, A.ANSWER)
    assert seen(office, no).at is State.SUBMITTED


def test_an_unanswered_question_to_the_appellant_closes_only_after_the_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    act(office, no, A.ASK_INFO, by=UNIT)
    sweep(office, "2026-03-20 09:00")
    assert seen(office, no).at is State.NEED_INFO
    closed = act(office, no, A.END_SUPERVISION, opinion="诉求人未补充")
    assert (closed.at, closed.close_mode) == (State.CLOSED, "UNVERIFIED")


def test_a_withdrawn_ticket_takes_its_supervision_with_it(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    assert act(office, no, A.WITHDRAW).at is State.WITHDRAWN
    assert [row.stage for row in of(office, no)] == ["CANCELLED"]


# -- it follows the ticket


def test_a_new_lead_unit_is_served_with_a_limit_of_its_own(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    office.at("2026-03-16 10:00")
    act(office, no, A.REDISPATCH)
    (row,) = of(office, no)
    first, second = clocks(office, no, ClockKind.SUPERVISION)
    assert (row.unit, row.stage) == (OTHER_UNIT, "OPEN")
    assert (first.stopped_at, second.due_at) == (office.moment, local("2026-03-19 17:30"))


def test_a_pause_of_the_ticket_pauses_the_order(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    act(office, no, A.ASK_INFO, by=UNIT)
    (clock,) = clocks(office, no, ClockKind.SUPERVISION)
    assert clock.paused_at == office.moment
    office.at("2026-03-13 10:00")
    act(office, no, A.SUPPLEMENT)
    (clock,) = clocks(office, no, ClockKind.SUPERVISION)
    assert (clock.paused_at, clock.due_at) == (None, local("2026-03-18 17:30"))


# -- what opens it


def test_red_for_a_working_day_is_supervised_by_the_house_once(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.CONTACT)
    sweep(office, "2026-03-25 17:31")
    sweep(office, "2026-03-26 17:29")
    assert of(office, no) == []
    sweep(office, "2026-03-27 00:01")
    sweep(office, "2026-03-28 09:00")
    (row,) = of(office, no)
    assert (row.ground, row.level, row.by) == ("OVERDUE", 1, "系统")


def test_dissatisfied_after_the_last_rework_is_supervised_and_waits(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    for _ in range(2):
        act(office, no, A.RATE, solved="U", score=1, reason="result")
        walk(office, no, A.REWORK, A.SIGN, A.REPLY, A.PASS)
    rated = act(office, no, A.RATE, solved="U", score=1, reason="result")
    assert rated.at is State.CALLBACK
    assert [row.ground for row in of(office, no)] == ["DISSATISFIED"]
    act(office, no, A.ANSWER_SUPERVISION)
    assert act(office, no, A.END_SUPERVISION).at is State.CLOSED


@pytest.mark.parametrize(("ground", "stage"), [("REPEAT", "OPEN"), ("GROUP", "PROPOSED")])
def test_a_ground_is_ordered_or_proposed_as_the_city_decided(office: SetOffice, ground: str, stage: str) -> None:
    no = a_ticket(office, State.PROCESSING)
    opened(office, no, ground)
    opened(office, no, ground)
    assert [(row.ground, row.stage) for row in of(office, no)] == [(ground, stage)]


def test_a_ground_of_a_higher_level_raises_what_is_open(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    opened(office, no, "REPEAT")
    opened(office, no, "SUSPENDED", level=2)
    assert [(row.ground, row.level) for row in of(office, no)] == [("REPEAT", 2)]


def test_what_the_media_brought_is_proposed_when_it_goes_to_a_unit(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED, channel="media")
    walk(office, no, A.ACCEPT, A.DISPATCH)
    assert [(row.ground, row.stage) for row in of(office, no)] == [("MEDIA", "PROPOSED")]
    act(office, no, A.SUPERVISE)
    assert [(row.ground, row.stage) for row in of(office, no)] == [("MEDIA", "OPEN")], "the order takes the proposal up"


def test_a_proposal_that_is_not_followed_says_why_and_holds_nothing(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    opened(office, no, "GROUP")
    number = of(office, no)[0].id
    with pytest.raises(Invalid), office.begin(SUPERVISOR) as work:
        supervision.dismiss(work, number, words=" ")
    with office.begin(SUPERVISOR) as work:
        supervision.dismiss(work, number, words="已由街道牵头处理")
    (row,) = of(office, no)
    assert (row.stage, row.end_words) == ("DISMISSED", "已由街道牵头处理")


# -- cards


def _cards(office: SetOffice) -> list[Card]:
    with office.begin() as work:
        return list(work.session.scalars(sa.select(Card).order_by(Card.id)))


def test_a_clock_gets_one_yellow_and_one_red_card_and_a_later_due_time_takes_neither_away(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    with office.begin() as work:
        ticket = work.session.scalars(sa.select(Ticket)).one()
        clock = next(c for c in clocks(office, no, ClockKind.HANDLING))
        deadlines.put_off(work, ticket, work.session.merge(clock), local("2026-03-31 17:30"), words="延期")
    sweep(office, "2026-03-30 09:00")
    sweep(office, "2026-04-01 09:00")
    handling = [(card.light, card.due_at) for card in _cards(office) if card.kind == "handling"]
    assert handling == [("yellow", local("2026-03-25 17:30")), ("red", local("2026-03-31 17:30"))]


def test_the_steps_are_offered_to_who_can_take_them(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    assert offered(office, no, LEADER) == {A.INSTRUCT}
    assert offered(office, no, UNIT) == set()
    act(office, no, A.SUPERVISE)
    assert offered(office, no, UNIT) == {A.ANSWER_SUPERVISION}
    assert offered(office, no, SUPERVISOR) == {A.END_SUPERVISION}
    assert offered(office, no, INSPECTOR) == {A.SUPERVISE, A.END_SUPERVISION}
    act(office, no, A.ANSWER_SUPERVISION)
    assert offered(office, no, SUPERVISOR) == {A.END_SUPERVISION, A.FAIL_SUPERVISION}


def offered(office: SetOffice, no: str, who: object) -> set[Action]:
    from hotline.read import ticket_page

    with office.begin(who) as work:  # type: ignore[arg-type]
        return set(ticket_page.of(work, no).actions) & supervision.STEPS


# -- the result itself, signed a level higher


@pytest.mark.parametrize(
    ("by", "signer", "kept"),
    [
        (UNIT, "陈立 副局长", {"signer": "陈立 副局长"}),
        (ABOVE, "", {"signer": ABOVE.name}),
        (UNIT, "", {"unsigned": True}),
    ],
)
def test_the_result_of_a_supervised_ticket_says_who_signed_it(
    office: SetOffice, by: Actor, signer: str, kept: dict[str, object]
) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    act(office, no, A.REPLY, by=by, signer=signer)
    with office.begin() as work:
        last = journal_of(work.session, seen(office, no).id)[-1].payload
    assert {name: last[name] for name in ("signer", "unsigned") if name in last} == kept


def test_an_ordinary_result_needs_no_higher_signature_and_that_of_rework_does(office: SetOffice) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    act(office, no, A.PASS)
    act(office, no, A.RATE, solved="U", score=1, reason="result")
    walk(office, no, A.REWORK, A.SIGN, A.REPLY)
    with office.begin() as work:
        said = [entry.payload.get("unsigned") for entry in journal_of(work.session, seen(office, no).id)]
    assert said.count(True) == 1
