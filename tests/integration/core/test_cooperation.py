"""Several units at one ticket: whoever gives work out answers for it, and nobody waits for a unit that stays silent."""

from __future__ import annotations

import pytest

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.read import tasks, ticket_page
from hotline.store.assignment import Kind, Stage
from tests.factories.actors import (
    CITY_UNIT,
    CO,
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
from tests.factories.appeals import QUICK
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox
from tests.factories.tickets import HANDLER, A, a_handler, a_ticket, act, assignments, clocks, seen

SUB = at_unit(SUB_UNIT, 21)
COUNTY_UNIT = "350102-HOT"
TOWNSHIP = "350102001"


def at_county(office: SetOffice, **given: object) -> str:
    """A ticket that the county's centre leads and has signed: centre → county → unit."""
    no = a_ticket(office, State.PENDING_DISPATCH, **given)
    act(office, no, A.DISPATCH, unit=COUNTY_UNIT)
    act(office, no, A.SIGN, by=COUNTY)
    return no


def passed_on(office: SetOffice) -> str:
    no = at_county(office)
    act(office, no, A.SUB_DISPATCH)
    return no


# 下派


def test_the_county_passes_a_ticket_on_to_a_unit_that_signs_and_replies_for_itself(office: SetOffice) -> None:
    no = passed_on(office)
    lead, sub = assignments(office, no)
    assert (sub.kind, sub.unit, sub.parent_id, sub.stage) == (Kind.SUB, SUB_UNIT, lead.id, Stage.SENT)
    act(office, no, A.SIGN, by=SUB)
    ticket = act(office, no, A.REPLY, by=SUB, public="", internal="垃圾已清运")
    assert (ticket.at, ticket.public_reply) == (State.PROCESSING, ""), "its words go to the county, not to the citizen"
    assert act(office, no, A.REPLY, by=COUNTY).at is State.REPLY_REVIEW


def test_a_sub_unit_is_due_a_working_day_before_the_unit_above_and_signs_by_its_own_limit(office: SetOffice) -> None:
    no = at_county(office)
    office.at("2026-03-12 10:00")
    act(office, no, A.SUB_DISPATCH)
    lead, sub = assignments(office, no)
    assert (lead.due_at, sub.due_at) == (local("2026-03-25 17:30"), local("2026-03-24 17:30"))
    assert (lead.sign_due_at, sub.sign_due_at) == (local("2026-03-12 17:30"), local("2026-03-13 17:30"))
    assert seen(office, no).due_at == lead.due_at, "the ticket is due when its lead is"


def test_with_little_time_left_a_sub_unit_is_due_with_the_unit_above_and_never_after_it(office: SetOffice) -> None:
    no = at_county(office)
    for moment in ("2026-03-24 10:00", "2026-03-25 17:29"):
        office.at(moment)
        unit = SUB_UNIT if moment.startswith("2026-03-24") else CO_UNIT
        act(office, no, A.SUB_DISPATCH, units=[unit])
    lead, first, second = assignments(office, no)
    assert first.due_at == second.due_at == lead.due_at


def test_a_unit_does_not_reply_before_those_it_passed_the_work_on_to(office: SetOffice) -> None:
    no = passed_on(office)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REPLY, by=COUNTY)
    assert "鼓楼区住房和城乡建设局" in refused.value.message
    act(office, no, A.DROP_UNIT, by=COUNTY, unit=SUB_UNIT)
    assert act(office, no, A.REPLY, by=COUNTY).at is State.REPLY_REVIEW


@pytest.mark.parametrize(
    "unit", [OTHER_UNIT, CITY_UNIT, "350102-NONE", COUNTY_UNIT], ids=["another county", "above", "unknown", "itself"]
)
def test_work_is_passed_on_downwards_only(office: SetOffice, unit: str) -> None:
    no = at_county(office)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.SUB_DISPATCH, units=[unit])
    assert "units" in refused.value.fields


def test_a_unit_that_is_no_county_passes_on_to_its_own_units_only(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(Invalid):
        act(office, no, A.SUB_DISPATCH, by=UNIT, units=[SUB_UNIT])
    city = a_ticket(office, State.PENDING_DISPATCH)
    act(office, city, A.DISPATCH, unit=CITY_UNIT)
    office_of_city = at_unit(CITY_UNIT, 22)
    act(office, city, A.SIGN, by=office_of_city)
    act(office, city, A.SUB_DISPATCH, by=office_of_city, units=["350100-GSGS"])
    assert assignments(office, city)[-1].unit == "350100-GSGS"


def test_a_unit_signs_before_it_passes_on(office: SetOffice) -> None:
    no = passed_on(office)
    with pytest.raises(NotNow):
        act(office, no, A.SUB_DISPATCH, by=SUB, units=[SUB_UNIT])


def test_a_departments_duty_is_never_passed_on_to_a_township_alone(office: SetOffice) -> None:
    no = at_county(office)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.SUB_DISPATCH, units=[TOWNSHIP])
    assert refused.value.rule == "§6.5"
    act(office, no, A.SUB_DISPATCH, units=[TOWNSHIP, SUB_UNIT])
    with pytest.raises(Invalid):
        act(office, no, A.DROP_UNIT, by=COUNTY, unit=SUB_UNIT)
    act(office, no, A.DROP_UNIT, by=COUNTY, unit=TOWNSHIP)
    allowed = at_county(office, category=QUICK)
    act(office, allowed, A.SUB_DISPATCH, units=[TOWNSHIP])


def test_a_sub_unit_talks_with_the_citizen_for_the_unit_that_asked_it(office: SetOffice) -> None:
    no = passed_on(office)
    act(office, no, A.SIGN, by=SUB)
    act(office, no, A.CONTACT, by=SUB)
    lead, sub = assignments(office, no)
    assert lead.contacted_at == sub.contacted_at == office.moment
    assert all(clock.stopped_at for clock in clocks(office, no, ClockKind.CONTACT))


def test_a_sub_unit_sees_the_ticket_and_how_to_reach_the_citizen_once_it_has_signed(office: SetOffice) -> None:
    no = at_county(office)
    with pytest.raises(NotFound), office.begin(SUB) as work:
        ticket_page.of(work, no)
    act(office, no, A.SUB_DISPATCH)
    with office.begin(SUB) as work:
        before = ticket_page.of(work, no)
        assert [row.no for row in tasks.page(work).rows] == [no]
    act(office, no, A.SIGN, by=SUB)
    with office.begin(SUB) as work:
        after = ticket_page.of(work, no)
    assert "*" in before.appellant.phone
    assert after.appellant.phone == "13800005678"
    assert after.replies_to == "鼓楼区热线承办中心"


def test_a_sub_unit_can_not_return_what_it_was_asked_to_do(office: SetOffice) -> None:
    no = passed_on(office)
    with pytest.raises(NotYours) as refused:
        act(office, no, A.REQ_RETURN, by=SUB)
    assert "申请交回" in refused.value.message


def test_three_levels_each_answer_to_the_one_above(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH, region="350102")
    act(office, no, A.DISPATCH, unit=COUNTY_UNIT)
    act(office, no, A.SIGN, by=COUNTY)
    act(office, no, A.SUB_DISPATCH, units=["350102-GOV"])
    government = at_unit("350102-GOV", 23)
    act(office, no, A.SIGN, by=government)
    act(office, no, A.SUB_DISPATCH, by=government, units=[SUB_UNIT])
    act(office, no, A.SIGN, by=SUB)
    with pytest.raises(NotNow):
        act(office, no, A.REPLY, by=government)
    for who in (SUB, government):
        act(office, no, A.REPLY, by=who, public="", internal="已处理")
    assert act(office, no, A.REPLY, by=COUNTY).at is State.REPLY_REVIEW
    with office.begin(DISPATCHER) as work:
        tree = [(task.unit, task.depth, task.parent) for task in ticket_page.of(work, no).assignments]
    assert tree == [(COUNTY_UNIT, 0, None), ("350102-GOV", 1, COUNTY_UNIT), (SUB_UNIT, 2, "350102-GOV")]


def test_the_county_finds_its_own_duty_once_and_not_those_it_gave_out(office: SetOffice) -> None:
    no, straight = passed_on(office), a_ticket(office, State.PENDING_SIGN)
    with office.begin(COUNTY) as work:
        found = tasks.page(work).rows
        assert sorted((row.no, row.kind) for row in found) == sorted([(no, ""), (straight, "")])
        assert tasks.counts(work)["sign"] == 1


def test_everybody_reads_the_lamp_of_what_he_owes_himself(office: SetOffice) -> None:
    no = passed_on(office)
    act(office, no, A.SIGN, by=SUB)
    due = {}
    for who in (COUNTY, SUB, DISPATCHER):
        with office.begin(who) as work:
            lamp = ticket_page.of(work, no).lamp
            assert lamp
            due[who.id] = lamp.due_at
    lead, sub = assignments(office, no)
    assert due == {COUNTY.id: lead.due_at, SUB.id: sub.due_at, DISPATCHER.id: lead.due_at}


def test_who_has_nobody_below_is_not_offered_to_pass_work_on(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with office.begin(UNIT) as work:
        assert A.SUB_DISPATCH not in ticket_page.of(work, no).actions
    with office.begin(COUNTY) as work:
        assert A.SUB_DISPATCH in ticket_page.of(work, no).actions


# 加派, 取消协办


def test_the_lead_asks_for_help_and_its_co_unit_is_due_no_later_than_itself(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-13 09:00")
    act(office, no, A.ADD_UNIT, by=UNIT)
    lead, co = assignments(office, no)
    assert (co.kind, co.unit, co.stage, co.due_at) == (Kind.CO, CO_UNIT, Stage.SENT, lead.due_at)
    assert co.sign_due_at == local("2026-03-16 17:30")
    act(office, no, A.REPLY)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.PASS)
    assert "取消协办" in refused.value.message


def test_help_is_asked_by_the_lead_once_it_has_signed_or_by_a_dispatcher(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    with pytest.raises(NotNow):
        act(office, no, A.ADD_UNIT, by=UNIT)
    act(office, no, A.ADD_UNIT, by=DISPATCHER)
    act(office, no, A.SIGN)
    act(office, no, A.SIGN, by=CO)
    with pytest.raises(NotYours):
        act(office, no, A.ADD_UNIT, by=CO, units=[SUB_UNIT])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"units": []}, "units"),
        ({"units": [LEAD_UNIT]}, "units"),
        ({"units": ["350100-T110"]}, "units"),
        ({"words": ""}, "words"),
    ],
)
def test_help_without_a_unit_or_a_reason_is_refused_by_field(
    office: SetOffice, fields: dict[str, object], fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        act(office, a_ticket(office, State.PROCESSING), A.ADD_UNIT, **fields)
    assert fault in refused.value.fields


def test_a_township_may_help_with_a_departments_duty(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.ADD_UNIT, units=[TOWNSHIP])
    assert assignments(office, no)[-1].unit == TOWNSHIP


@pytest.mark.parametrize("state", [State.PROCESSING, State.REPLY_REVIEW])
@pytest.mark.parametrize("who", [UNIT, DISPATCHER], ids=["the lead", "a dispatcher"])
def test_a_co_unit_that_never_signs_is_let_go_with_a_reason_and_closing_waits_no_more(
    office: SetOffice, state: State, who: object
) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.ADD_UNIT)
    if state is State.REPLY_REVIEW:
        act(office, no, A.REPLY)
    with pytest.raises(Invalid):
        act(office, no, A.DROP_UNIT, by=who, cause="")
    act(office, no, A.DROP_UNIT, by=who, cause="三次催促未签收")
    assert assignments(office, no)[-1].stage == Stage.CANCELLED
    assert all(clock.stopped_at for clock in clocks(office, no, ClockKind.SIGN))
    if state is State.PROCESSING:
        act(office, no, A.REPLY)
    assert act(office, no, A.PASS).at is State.CALLBACK


def test_nobody_lets_go_of_what_another_asked_nor_of_the_lead_nor_of_who_has_replied(office: SetOffice) -> None:
    no = passed_on(office)
    act(office, no, A.SIGN, by=SUB)
    with pytest.raises(Invalid):
        act(office, no, A.DROP_UNIT, by=COUNTY, unit=COUNTY_UNIT)
    with pytest.raises(NotYours):
        act(office, no, A.DROP_UNIT, by=SUB, unit=SUB_UNIT)
    act(office, no, A.REPLY, by=SUB, public="", internal="已处理")
    with pytest.raises(NotNow):
        act(office, no, A.DROP_UNIT, by=COUNTY, unit=SUB_UNIT)


def test_letting_a_unit_go_ends_what_it_passed_on(office: SetOffice) -> None:
    no = at_county(office)
    act(office, no, A.SUB_DISPATCH, units=["350102-GOV"])
    government = at_unit("350102-GOV", 23)
    act(office, no, A.SIGN, by=government)
    act(office, no, A.SUB_DISPATCH, by=government, units=[SUB_UNIT])
    act(office, no, A.DROP_UNIT, by=COUNTY, unit="350102-GOV")
    assert [task.stage for task in assignments(office, no)] == [Stage.WORKING, Stage.CANCELLED, Stage.CANCELLED]


def test_everybody_concerned_is_told(office: SetOffice) -> None:
    from hotline.relay import Relay

    no = passed_on(office)
    act(office, no, A.ADD_UNIT, by=COUNTY)
    act(office, no, A.SIGN, by=SUB)
    act(office, no, A.REPLY, by=SUB, public="", internal="已处理")
    act(office, no, A.DROP_UNIT, by=COUNTY)
    relay = Relay(office)
    while relay.round():
        pass
    assert "下派工单" in inbox(office, SUB_UNIT)[0].text
    assert [("协办" in n.text, "不再需要" in n.text) for n in inbox(office, CO_UNIT)] == [(True, False), (False, True)]
    assert "已就工单" in inbox(office, COUNTY_UNIT)[-1].text


# 指派承办人


def test_a_handler_of_the_own_unit_is_assigned_and_finds_the_ticket_under_what_is_his(office: SetOffice) -> None:
    person = a_handler(office)
    no, other = a_ticket(office, State.PROCESSING), a_ticket(office, State.PROCESSING)
    act(office, no, A.ASSIGN, handler=HANDLER)
    (task,) = assignments(office, no)
    assert (task.handler_id, task.handler) == (person.id, "承办人小陈")
    him = a_person(Role.UNIT_HANDLER, number=person.id, unit=LEAD_UNIT)
    with office.begin(him) as work:
        assert [row.no for row in tasks.page(work, "mine").rows] == [no]
        assert {row.no for row in tasks.page(work).rows} == {no, other}
        assert tasks.counts(work)["mine"] == 1


@pytest.mark.parametrize(
    "given", [{"unit": OTHER_UNIT}, {"active": False}, {"roles": ["UNIT_APPROVER"]}], ids=["elsewhere", "left", "role"]
)
def test_nobody_is_assigned_who_does_not_handle_tickets_in_this_unit(
    office: SetOffice, given: dict[str, object]
) -> None:
    a_handler(office, **given)
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.PROCESSING), A.ASSIGN, handler=HANDLER)
