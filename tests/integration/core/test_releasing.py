"""Giving work back (交回): who asks, who decides, and that the centre's counting is not concerned."""

from __future__ import annotations

import pytest

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.read import tasks, ticket_page
from hotline.relay import Relay
from hotline.store.assignment import Stage
from hotline.usecases import board, returns
from tests.factories.actors import CO, CO_UNIT, COUNTY, LEAD_UNIT, SUB_UNIT, at_unit
from tests.factories.offices import SetOffice
from tests.factories.texts import inbox
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen

SUB = at_unit(SUB_UNIT, 21)
COUNTY_UNIT = "350102-HOT"
TOWNSHIP = "350102001"


def at_county(office: SetOffice) -> str:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, unit=COUNTY_UNIT)
    act(office, no, A.SIGN, by=COUNTY)
    return no


def passed_on(office: SetOffice) -> str:
    no = at_county(office)
    act(office, no, A.SUB_DISPATCH)
    return no


def test_a_sub_unit_gives_work_back_to_the_unit_that_passed_it_on_and_the_ticket_does_not_move(
    office: SetOffice,
) -> None:
    no = passed_on(office)
    ticket = act(office, no, A.REQ_RELEASE, by=SUB, why="不在本单位管养范围", suggested=CO_UNIT)
    assert ticket.at is State.PROCESSING
    lead, sub = assignments(office, no)
    assert (sub.stage, sub.signed_at) == (Stage.RETURN_PENDING, sub.return_requested_at), "asking counts as signing"
    assert [c.stopped_at for c in clocks(office, no, ClockKind.HANDLING)] == [None, None], "its clock runs on"
    with pytest.raises(NotNow, match=r"尚未答复"):
        act(office, no, A.REPLY, by=COUNTY)
    act(office, no, A.OK_RELEASE, by=COUNTY)
    lead, sub = assignments(office, no)
    assert (lead.stage, sub.stage) == (Stage.WORKING, Stage.CANCELLED)
    assert act(office, no, A.REPLY, by=COUNTY).at is State.REPLY_REVIEW


def test_the_centres_return_rates_never_hear_of_what_was_given_back(office: SetOffice) -> None:
    no = passed_on(office)
    act(office, no, A.REQ_RELEASE, by=SUB)
    act(office, no, A.NO_RELEASE, by=COUNTY)
    with office.begin() as work:
        found = seen(office, no)
        facts = board.facts_of(work, [found.id])[found.id]
        assert not any(each.return_requested_at for each in facts.leads)
        assert returns.refused_this_month(work, found, SUB_UNIT) == 0
    assert seen(office, no).returns_granted == 0


def test_what_was_refused_stays_and_is_not_asked_twice(office: SetOffice) -> None:
    no = passed_on(office)
    act(office, no, A.REQ_RELEASE, by=SUB)
    with pytest.raises(Invalid):
        act(office, no, A.NO_RELEASE, by=COUNTY, opinion="")
    act(office, no, A.NO_RELEASE, by=COUNTY)
    assert assignments(office, no)[1].stage == Stage.WORKING
    with pytest.raises(NotNow, match=r"没有获得同意"):
        act(office, no, A.REQ_RELEASE, by=SUB)
    with office.begin(SUB) as work:
        assert A.REQ_RELEASE not in ticket_page.of(work, no).actions


def test_only_who_may_let_a_unit_go_decides_and_a_lead_asks_the_centre(office: SetOffice) -> None:
    no = passed_on(office)
    with pytest.raises(NotYours, match=r"退单"):
        act(office, no, A.REQ_RELEASE, by=COUNTY)
    with pytest.raises(NotYours, match=r"申请交回"):
        act(office, no, A.REQ_RETURN, by=SUB)
    act(office, no, A.REQ_RELEASE, by=SUB)
    with pytest.raises(NotYours):
        act(office, no, A.OK_RELEASE, by=SUB)
    with office.begin(SUB) as work:
        assert {A.OK_RELEASE, A.NO_RELEASE}.isdisjoint(ticket_page.of(work, no).actions)
    with office.begin(COUNTY) as work:
        assert {A.OK_RELEASE, A.NO_RELEASE} <= set(ticket_page.of(work, no).actions)
        assert "有单位申请交回" in tasks.page(work).rows[0].hint


def test_of_two_requests_the_one_meant_must_be_named(office: SetOffice) -> None:
    no = at_county(office)
    act(office, no, A.SUB_DISPATCH, units=[SUB_UNIT, CO_UNIT])
    act(office, no, A.REQ_RELEASE, by=SUB)
    act(office, no, A.REQ_RELEASE, by=CO)
    with pytest.raises(Invalid):
        act(office, no, A.OK_RELEASE, by=COUNTY)
    act(office, no, A.OK_RELEASE, by=COUNTY, unit=CO_UNIT)
    stages = {task.unit: task.stage for task in assignments(office, no)[1:]}
    assert stages == {SUB_UNIT: Stage.RETURN_PENDING, CO_UNIT: Stage.CANCELLED}


def test_a_department_does_not_leave_its_duty_to_a_township_by_giving_it_back(office: SetOffice) -> None:
    no = at_county(office)
    act(office, no, A.SUB_DISPATCH, units=[SUB_UNIT, TOWNSHIP])
    act(office, no, A.REQ_RELEASE, by=SUB)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.OK_RELEASE, by=COUNTY)
    assert "部门职责" in refused.value.fields["unit"]


def test_a_co_unit_is_released_by_the_lead_and_who_asked_and_who_decided_are_told(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.ADD_UNIT)
    act(office, no, A.REQ_RELEASE)
    act(office, no, A.OK_RELEASE)
    relay = Relay(office)
    while relay.round():
        pass
    assert any("申请交回" in each.text for each in inbox(office, LEAD_UNIT))
    assert any("已同意交回" in each.text for each in inbox(office, CO_UNIT))
