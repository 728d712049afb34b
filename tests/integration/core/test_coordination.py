"""Co-ordination: what neither dispatch nor return settles is decided once, for good, and kept for the next ticket."""

from __future__ import annotations

import pytest

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.store.assignment import Stage
from hotline.usecases import precedents, routing
from tests.factories.actors import (
    CO,
    CO_UNIT,
    DISPATCHER,
    LEAD_UNIT,
    OTHER,
    OTHER_UNIT,
    SUPERVISOR,
    UNIT,
    a_person,
)
from tests.factories.appeals import CATEGORY
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen, take


def returned_twice(office: SetOffice) -> str:
    """A ticket that two units have given back."""
    no = a_ticket(office, State.PENDING_DISPATCH)
    for unit, who in ((OTHER_UNIT, OTHER), (CO_UNIT, CO)):
        act(office, no, A.DISPATCH, unit=unit)
        act(office, no, A.REQ_RETURN, by=who)
        act(office, no, A.OK_RETURN)
    return no


def test_after_two_granted_returns_dispatch_is_refused_and_names_the_way(office: SetOffice) -> None:
    no = returned_twice(office)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.DISPATCH)
    assert "提交协调" in refused.value.message
    assert refused.value.rule == "§5 Return"
    assert act(office, no, A.COORDINATE).at is State.COORDINATING


def test_after_two_granted_returns_the_rules_say_so_and_dispatch_nothing(office: SetOffice) -> None:
    no = returned_twice(office)
    with office.begin() as work:
        routing.route_batch(work)
    ticket = seen(office, no)
    assert ticket.at is State.PENDING_DISPATCH
    assert "已退单 2 次，须提交协调" in ticket.why_waiting


def test_co_ordination_stops_the_units_clocks_and_has_two_working_days_of_its_own(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    ticket = act(office, no, A.COORDINATE)
    assert ticket.due_at == local("2026-03-13 17:30")
    (handling,) = clocks(office, no, ClockKind.HANDLING)
    (decision,) = clocks(office, no, ClockKind.RETURN_DECISION)
    (meeting,) = clocks(office, no, ClockKind.COORDINATION)
    assert (handling.stopped_at, decision.stopped_at) == (office.moment, office.moment)
    assert meeting.stopped_at is None


def test_the_designated_lead_gets_new_limits_the_old_promise_and_no_way_to_return_it(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    promise = seen(office, no).promise_due_at
    act(office, no, A.COORDINATE)
    office.at("2026-03-13 10:00")
    ticket = act(office, no, A.DESIGNATE, unit=OTHER_UNIT, co_units=[CO_UNIT])
    assert (ticket.at, ticket.lead_unit, ticket.promise_due_at) == (State.PENDING_SIGN, OTHER_UNIT, promise)
    assert ticket.due_at == local("2026-03-27 17:30"), "ten working days from the designation"
    old, lead, co = assignments(office, no)
    assert (old.stage, old.return_granted) == (Stage.RETURNED, True)
    assert (lead.returnable, lead.minutes_no, co.unit) == (False, "协调纪要〔2026〕7号", CO_UNIT)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REQ_RETURN, by=OTHER)
    assert "协调" in refused.value.message


def test_designating_the_unit_that_wanted_to_return_it_refuses_its_return(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    act(office, no, A.COORDINATE)
    act(office, no, A.DESIGNATE)
    old, lead = assignments(office, no)
    assert (old.stage, old.return_granted, lead.unit) == (Stage.CANCELLED, False, LEAD_UNIT)
    assert seen(office, no).returns_granted == 0


def test_what_was_designated_is_moved_by_a_supervisor_only_and_stays_unreturnable(office: SetOffice) -> None:
    no = a_ticket(office, State.COORDINATING)
    act(office, no, A.DESIGNATE)
    with pytest.raises(NotYours) as refused:
        act(office, no, A.REDISPATCH, by=DISPATCHER)
    assert "督办员" in refused.value.message
    act(office, no, A.REDISPATCH, by=SUPERVISOR)
    assert not assignments(office, no)[-1].returnable


def test_what_was_dispatched_is_moved_by_a_dispatcher_only(office: SetOffice) -> None:
    with pytest.raises(NotYours):
        act(office, a_ticket(office, State.PROCESSING), A.REDISPATCH, by=SUPERVISOR)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"minutes_no": ""}, "minutes_no"),
        ({"minutes": " "}, "minutes"),
        ({"unit": "350100-T110"}, "unit"),
        ({"keywords": ["毫不相干"]}, "keywords"),
        ({"co_units": [LEAD_UNIT]}, "co_units"),
    ],
)
def test_a_designation_without_minutes_or_with_an_impossible_unit_is_refused_by_field(
    office: SetOffice, fields: dict[str, object], fault: str
) -> None:
    no = a_ticket(office, State.COORDINATING)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.DESIGNATE, **fields)
    assert fault in refused.value.fields
    assert seen(office, no).at is State.COORDINATING


def test_a_township_is_not_designated_for_what_is_a_departments_duty(office: SetOffice) -> None:
    no = a_ticket(office, State.COORDINATING)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.DESIGNATE, unit="350102001")
    assert refused.value.rule == "§6"


def test_withdrawing_during_co_ordination_ends_it_and_leaves_the_return_undecided(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    act(office, no, A.COORDINATE)
    assert act(office, no, A.WITHDRAW).at is State.WITHDRAWN
    (old,) = assignments(office, no)
    assert (old.stage, old.return_granted) == (Stage.CANCELLED, None)
    assert all(clock.stopped_at for clock in clocks(office, no, ClockKind.COORDINATION))


def test_the_designated_unit_and_its_co_unit_are_told(office: SetOffice) -> None:
    from hotline.relay import Relay

    no = a_ticket(office, State.COORDINATING)
    act(office, no, A.DESIGNATE, co_units=[CO_UNIT])
    relay = Relay(office)
    while relay.round():
        pass
    assert "不能退单" in inbox(office, LEAD_UNIT)[-1].text
    assert "协办" in inbox(office, CO_UNIT)[-1].text


# Precedents


def decided(office: SetOffice) -> str:
    no = a_ticket(office, State.COORDINATING)
    act(office, no, A.DESIGNATE, unit=OTHER_UNIT, co_units=[CO_UNIT], keywords=["装修垃圾"])
    return no


def test_a_decision_with_keywords_is_a_precedent_that_proposes_the_same_units_next_time(office: SetOffice) -> None:
    decided(office)
    no = take(office, channel="phone", region="350103")
    with office.begin() as work:
        routing.route_batch(work)
    best = seen(office, no).proposals[0]
    assert (best["unit"], best["co_units"]) == (OTHER_UNIT, [CO_UNIT])
    assert best["reason"].startswith("先例（协调纪要〔2026〕7号）")
    assert best["rule"].startswith("c:precedent-")
    assert seen(office, no).at is State.PENDING_DISPATCH, "a person confirms"


@pytest.mark.parametrize(
    "other", [{"region": "350102"}, {"title": "", "content": "建筑渣土堆在路边"}], ids=["another county", "other words"]
)
def test_a_precedent_holds_for_its_county_and_its_words_only(office: SetOffice, other: dict[str, str]) -> None:
    decided(office)
    no = take(office, channel="phone", **{"region": "350103"} | other)
    with office.begin() as work:
        routing.route_batch(work)
    assert not [p for p in seen(office, no).proposals if p["rule"].startswith("c:precedent-")]


def test_without_keywords_no_precedent_is_made(office: SetOffice) -> None:
    act(office, a_ticket(office, State.COORDINATING), A.DESIGNATE)
    with office.begin() as work:
        assert precedents.rules_with(work, [CATEGORY]) is work.rules.routing


def test_a_retired_precedent_is_used_no_more_and_only_the_desk_may_retire_it(office: SetOffice) -> None:
    decided(office)
    with office.begin() as work:
        (rule,) = (r for r in precedents.rules_with(work, [CATEGORY]).explicit if r.id.startswith("precedent-"))
    number = int(rule.id.removeprefix("precedent-"))
    wanted = precedents.Wanted(("渣土",), auto=False, active=False)
    with pytest.raises(NotYours), office.begin(UNIT) as work:
        precedents.change(work, number, wanted, words="停用", seen=0)
    with office.begin(a_person(Role.CENTER_ADMIN, number=20)) as work:
        precedents.change(work, number, wanted, words="停用", seen=0)
    with office.begin() as work:
        assert precedents.rules_with(work, [CATEGORY]) is work.rules.routing


# Units that are complained about


def test_the_unit_whose_staff_is_complained_about_does_not_lead_nor_does_one_below_it(office: SetOffice) -> None:
    no = take(office, channel="phone", category="150101")
    for unit in ("350102-ZWZX", "350102-GOV"):
        with pytest.raises(Invalid) as refused:
            act(office, no, A.DISPATCH, unit="350102-ZWZX", complained_unit=unit)
        assert refused.value.rule == "§12"
    assert act(office, no, A.DISPATCH, unit="350102-GOV", complained_unit="350102-ZWZX").lead_unit == "350102-GOV"


def test_routing_goes_one_level_above_the_unit_complained_about(office: SetOffice) -> None:
    no = take(office, channel="phone", category="150101", type="COMPLAINT")
    with office.begin(DISPATCHER) as work:
        ticket = work.session.get_one(type(seen(office, no)), seen(office, no).id)
        ticket.complained_unit = "350102-ZWZX"
        found = routing.propose(work, ticket)
    assert found.lead == "350102-GOV"
    assert "上提一级" in found.proposals[0].reason
