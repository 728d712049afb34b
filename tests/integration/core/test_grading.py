"""Grades and complexity: what is raised is due sooner, never late at once; what is lowered needs the dispatch lead."""

from __future__ import annotations

import pytest

from hotline.domain.appeal import AppealType
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.read import ticket_page
from hotline.store.assignment import Assignment
from tests.factories.actors import AGENT, CO_UNIT, DISPATCHER, OTHER, SUB_UNIT, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice, local
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen

DISPATCH_LEAD = a_person(Role.LEAD, Role.DISPATCHER, number=41)
LATER = "2026-03-13 10:00"
"""Two days after :data:`tests.factories.offices.MORNING`."""


def lead_of(office: SetOffice, no: str) -> Assignment:
    return assignments(office, no)[0]


@pytest.mark.parametrize(
    "who", [AGENT, DISPATCHER, UNIT, SUPERVISOR], ids=["agent", "dispatcher", "unit", "supervisor"]
)
def test_whoever_handles_it_raises_the_grade_at_any_time(office: SetOffice, who: object) -> None:
    no = a_ticket(office, State.PROCESSING)
    assert act(office, no, A.GRADE, by=who, words="").urgency == "URGENT"


def test_a_raised_grade_counts_from_now_and_makes_nobody_late_at_once(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    promise = seen(office, no).promise_due_at
    office.at(LATER)
    ticket = act(office, no, A.GRADE)
    assert ticket.due_at == lead_of(office, no).due_at == local("2026-03-14 10:00"), "24 hours, round the clock"
    assert ticket.promise_due_at == promise


def test_a_raise_never_moves_a_due_time_back(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, type=AppealType.CONSULT)
    office.at("2026-03-13 17:00")
    assert act(office, no, A.GRADE).due_at == local("2026-03-13 17:30"), "two working days end before 24 hours do"


def test_a_critical_ticket_owes_an_interim_report_which_a_lowered_one_does_not(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.GRADE, urgency="CRITICAL")
    (interim,) = clocks(office, no, ClockKind.INTERIM)
    assert interim.due_at == local("2026-03-11 11:30")
    act(office, no, A.GRADE, by=DISPATCH_LEAD, urgency="NORMAL")
    assert clocks(office, no, ClockKind.INTERIM)[0].stopped_at is not None


def test_sign_in_and_first_contact_follow_the_grade_until_they_are_done(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    act(office, no, A.GRADE)
    lead = lead_of(office, no)
    assert (lead.sign_due_at, lead.contact_due_at) == (local("2026-03-11 10:00"), local("2026-03-11 11:30"))
    act(office, no, A.SIGN)
    act(office, no, A.GRADE, urgency="CRITICAL")
    assert lead_of(office, no).sign_due_at == lead.sign_due_at


def test_a_waiting_ticket_is_dispatched_by_its_new_grade(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    assert act(office, no, A.GRADE).due_at == local("2026-03-11 09:40")


@pytest.mark.parametrize("who", [DISPATCHER, AGENT, UNIT, a_person(Role.LEAD, number=42)])
def test_only_the_dispatch_lead_lowers_a_grade(office: SetOffice, who: object) -> None:
    no = a_ticket(office, State.PROCESSING, urgency="CRITICAL")
    with pytest.raises(NotYours) as refused:
        act(office, no, A.GRADE, by=who, urgency="URGENT")
    assert "派单班长" in refused.value.message
    with office.begin(who) as work:
        assert A.GRADE not in ticket_page.of(work, no).actions


def test_lowering_needs_a_reason_and_counts_from_dispatch(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    before = seen(office, no).due_at
    office.at(LATER)
    act(office, no, A.GRADE, urgency="CRITICAL")
    with pytest.raises(Invalid) as refused:
        act(office, no, A.GRADE, by=DISPATCH_LEAD, urgency="NORMAL", words="")
    assert "words" in refused.value.fields
    lowered = act(office, no, A.GRADE, by=DISPATCH_LEAD, urgency="NORMAL")
    assert lowered.due_at == before, "as if it had always had that grade"


@pytest.mark.parametrize("urgency", ["", "NORMAL", "VERY"])
def test_no_grade_the_same_grade_and_an_unknown_one_are_refused_by_field(office: SetOffice, urgency: str) -> None:
    with pytest.raises(Invalid) as refused:
        act(office, a_ticket(office, State.PROCESSING), A.GRADE, urgency=urgency)
    assert "urgency" in refused.value.fields


def test_a_unit_does_not_grade_what_it_does_not_handle(office: SetOffice) -> None:
    with pytest.raises(NotFound):
        act(office, a_ticket(office, State.PROCESSING), A.GRADE, by=OTHER)


def test_accepted_tickets_are_not_lowered_by_dispatching_them(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH, urgency="URGENT")
    with pytest.raises(Invalid) as refused:
        act(office, no, A.DISPATCH, urgency="NORMAL")
    assert refused.value.rule == "§5 Grade"
    assert act(office, no, A.DISPATCH, urgency="CRITICAL").urgency == "CRITICAL"


def test_units_below_stay_within_the_leads_new_time(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, unit="350102-HOT", co_units=[CO_UNIT])
    from tests.factories.actors import COUNTY

    act(office, no, A.SIGN, by=COUNTY)
    act(office, no, A.SUB_DISPATCH, units=[SUB_UNIT])
    act(office, no, A.GRADE)
    assert all(task.due_at <= lead_of(office, no).due_at for task in assignments(office, no))
    act(office, no, A.GRADE, by=DISPATCH_LEAD, urgency="NORMAL")
    lead, co, sub = assignments(office, no)
    assert (lead.due_at, co.due_at, sub.due_at) == (
        local("2026-03-25 17:30"),
        local("2026-03-25 17:30"),
        local("2026-03-24 17:30"),
    )


def test_a_rework_raised_keeps_to_the_limit_of_a_rework(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.RATE, solved="U", score=1)
    act(office, no, A.REWORK)
    office.at(LATER)
    assert act(office, no, A.GRADE).due_at == local("2026-03-14 10:00")


# 认定复杂


def test_a_supervisor_gives_fifteen_working_days_from_dispatch_and_the_promise_stays(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    promise = seen(office, no).promise_due_at
    office.at(LATER)
    ticket = act(office, no, A.COMPLEX)
    assert (ticket.complex, ticket.due_at) == (True, local("2026-04-01 17:30"))
    assert ticket.promise_due_at == promise


def test_complexity_is_approved_within_two_working_days_of_dispatch(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-13 17:30")
    act(office, no, A.COMPLEX)
    late = a_ticket(office, State.PROCESSING)
    office.at("2026-03-17 17:31")
    with pytest.raises(NotNow) as refused:
        act(office, late, A.COMPLEX)
    assert refused.value.rule == "§5 Complex"
    with office.begin(SUPERVISOR) as work:
        assert A.COMPLEX not in ticket_page.of(work, late).actions


def test_an_urgent_a_reworked_and_a_complex_ticket_are_not_declared_complex(office: SetOffice) -> None:
    urgent = a_ticket(office, State.PROCESSING, urgency="URGENT")
    again = a_ticket(office, State.CALLBACK)
    act(office, again, A.RATE, solved="U", score=1)
    act(office, again, A.REWORK)
    twice = a_ticket(office, State.PROCESSING)
    act(office, twice, A.COMPLEX)
    for no in (urgent, again, twice):
        with pytest.raises(NotNow):
            act(office, no, A.COMPLEX)


def test_complexity_needs_a_reason(office: SetOffice) -> None:
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.PROCESSING), A.COMPLEX, words=" ")
