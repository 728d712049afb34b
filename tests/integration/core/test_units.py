"""Lead and co-units, townships, unknown units: who may act for a ticket, and who may be given one."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours, Refused, Stale
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage
from hotline.usecases import access, steps
from tests.factories.actors import CO, CO_UNIT, DISPATCHER, LEAD_UNIT, OTHER, OTHER_UNIT, UNIT, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import FIELDS, A, a_ticket, act, assignments, clocks, seen, walk


def shared(office: SetOffice) -> str:
    """A ticket with a co-unit, signed by the lead."""
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    act(office, no, A.SIGN)
    return no


def test_a_co_unit_signs_and_replies_on_its_own_without_moving_the_ticket(office: SetOffice) -> None:
    no = shared(office)
    assert act(office, no, A.SIGN, by=CO).at is State.PROCESSING
    act(office, no, A.REPLY, by=CO, public="", internal="现场已检查")
    lead, co = assignments(office, no)
    assert (lead.stage, co.stage) == (Stage.WORKING, Stage.REPLIED)
    assert seen(office, no).public_reply == ""


def test_a_co_unit_may_sign_before_and_after_the_lead_has(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    assert act(office, no, A.SIGN, by=CO).at is State.PENDING_SIGN
    with pytest.raises(NotNow):
        act(office, no, A.SIGN, by=CO)
    assert act(office, no, A.SIGN).at is State.PROCESSING


def test_closing_waits_for_every_co_unit_and_names_it(office: SetOffice) -> None:
    no = shared(office)
    act(office, no, A.REPLY)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.PASS)
    assert "应急" in refused.value.message
    act(office, no, A.SIGN, by=CO)
    act(office, no, A.REPLY, by=CO)
    assert act(office, no, A.PASS).at is State.CALLBACK


def test_the_lead_asking_to_return_leaves_the_co_units_clocks_alone(office: SetOffice) -> None:
    no = shared(office)
    act(office, no, A.REQ_RETURN)
    lead_sign, co_sign = clocks(office, no, ClockKind.SIGN)
    assert (lead_sign.stopped_at is not None, co_sign.stopped_at) == (True, None)


def test_a_co_unit_can_not_return_the_ticket(office: SetOffice) -> None:
    with pytest.raises(NotYours):
        act(office, shared(office), A.REQ_RETURN, by=CO)


@pytest.mark.parametrize("role", [Role.UNIT_HANDLER, Role.LEADER, Role.UNIT_APPROVER])
def test_a_role_that_may_not_sign_does_not_sign_for_a_co_unit_either(office: SetOffice, role: Role) -> None:
    no = shared(office)
    with pytest.raises(NotYours):
        act(office, no, A.SIGN, by=a_person(role, number=9, unit=CO_UNIT))
    assert assignments(office, no)[1].stage == Stage.SENT


def test_who_may_only_handle_does_not_reply_for_a_co_unit(office: SetOffice) -> None:
    no = shared(office)
    act(office, no, A.SIGN, by=CO)
    with pytest.raises(NotYours):
        act(office, no, A.REPLY, by=a_person(Role.UNIT_HANDLER, number=9, unit=CO_UNIT))


def test_a_unit_without_an_assignment_does_not_know_of_the_ticket(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    with pytest.raises(NotFound):
        act(office, no, A.SIGN, by=OTHER)


def test_the_county_signs_for_the_units_of_its_region_and_for_no_other(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    with pytest.raises(NotFound):
        act(office, no, A.SIGN, by=a_person(Role.COUNTY_DISPATCH, number=9, unit="350103-HOT"))
    county = a_person(Role.COUNTY_DISPATCH, number=9, unit="350102-HOT")
    assert act(office, no, A.SIGN, by=county).at is State.PROCESSING


def test_the_centre_does_not_sign_for_a_unit(office: SetOffice) -> None:
    with pytest.raises(NotYours):
        act(office, a_ticket(office, State.PENDING_SIGN), A.SIGN, by=DISPATCHER)


def a_township(office: SetOffice) -> str:
    return next(u.code for u in office.rules.city.units.values() if u.is_township and u.dispatchable)


def test_a_township_leads_only_what_is_its_duty_but_may_help(office: SetOffice) -> None:
    no, township = a_ticket(office, State.PENDING_DISPATCH), a_township(office)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.DISPATCH, unit=township)
    assert "街道" in refused.value.fields["unit"]
    act(office, no, A.DISPATCH, co_units=[township])
    other = a_ticket(office, State.PENDING_DISPATCH, category="010101")
    assert act(office, other, A.DISPATCH, unit=township).lead_unit == township


@pytest.mark.parametrize("unit", ["", "350102-NONE", "350100-T110", "鼓楼区城市管理局x"])
def test_an_unknown_unit_or_one_that_takes_no_tickets_is_refused_by_field(office: SetOffice, unit: str) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.DISPATCH, unit=unit)
    assert "unit" in refused.value.fields


@pytest.mark.parametrize("co_units", [["350102-NONE"], [LEAD_UNIT]])
def test_an_impossible_co_unit_is_refused_by_field(office: SetOffice, co_units: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        act(office, a_ticket(office, State.PENDING_DISPATCH), A.DISPATCH, co_units=co_units)
    assert "co_units" in refused.value.fields


def test_an_unknown_category_is_refused_by_field(office: SetOffice) -> None:
    with pytest.raises(Invalid) as refused:
        act(office, a_ticket(office), A.ACCEPT, category="999999", type="无此类型", region="1", urgency="很急")
    assert refused.value.fields.keys() == {"category", "type", "region", "urgency"}


def test_nothing_is_dispatched_without_a_category(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH, content="说不清的事", title="", category=None, type=None)
    with pytest.raises(NotNow):
        act(office, no, A.DISPATCH)


def test_redispatch_takes_the_ticket_back_and_needs_another_unit_and_a_cause(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    for wrong in ({"unit": LEAD_UNIT}, {"cause": ""}):
        with pytest.raises(Invalid):
            act(office, no, A.REDISPATCH, **wrong)
    assert act(office, no, A.REDISPATCH).lead_unit == OTHER_UNIT
    assert [task.stage for task in assignments(office, no)] == [Stage.RECALLED, Stage.SENT]


def test_a_stale_version_is_refused_and_nothing_is_written(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    before = seen(office, no)
    with pytest.raises(Stale), office.begin(UNIT) as work:
        access.staff(work, no, seen=before.version - 1)
    assert seen(office, no).version == before.version


def test_of_two_people_at_once_one_succeeds_and_the_other_is_told(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    version, together, outcomes = seen(office, no).version, threading.Barrier(2), []

    def dispatch(unit: str) -> None:
        together.wait(timeout=10)
        try:
            with office.begin(DISPATCHER) as work:
                steps.take(work, access.staff(work, no, seen=version), A.DISPATCH, {"unit": unit})
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(type(refused).__name__)

    both = [threading.Thread(target=dispatch, args=(unit,)) for unit in (LEAD_UNIT, OTHER_UNIT)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=20)
    assert sorted(outcomes) == ["Stale", "done"]
    assert len([task for task in assignments(office, no) if task.stage in ACTIVE]) == 1


def test_the_database_itself_refuses_a_second_active_lead(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    (lead,) = assignments(office, no)
    second = {c.name: getattr(lead, c.name) for c in sa.inspect(Assignment).columns if c.name != "id"}
    with pytest.raises(IntegrityError, match="uq_assignment_active_lead"), office.begin() as work:
        work.session.execute(sa.insert(Assignment).values(second | {"unit": OTHER_UNIT}))
    with office.begin() as work:
        work.session.execute(sa.insert(Assignment).values(second | {"kind": Kind.CO.value, "unit": OTHER_UNIT}))


def test_a_double_click_meets_a_refusal_that_names_the_state(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.DISPATCH)
    assert "待签收" in refused.value.message


def test_an_action_without_a_use_case_is_refused_in_words(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    for code in ("EXPLODE", "WARN", "__class__"):
        with pytest.raises(NotFound), office.begin(DISPATCHER) as work:
            steps.take(work, access.staff(work, no), code, {})


def test_an_urgent_ticket_is_returned_only_after_talking_to_the_citizen(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, urgency="URGENT")
    with pytest.raises(NotNow):
        act(office, no, A.REQ_RETURN)
    assert walk(office, no, A.CONTACT, A.REQ_RETURN).at is State.RETURN_REVIEW
    assert FIELDS[A.REQ_RETURN]["basis"]
