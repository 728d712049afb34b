"""Returning a ticket: what a unit must say, what it can not give back, and what comes of asking too often."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.relay import Relay
from hotline.store.memo import Digest, Memo
from hotline.store.person import Person
from hotline.usecases import sweeps
from tests.factories.actors import CITY_UNIT, OTHER_UNIT, at_unit
from tests.factories.appeals import QUICK
from tests.factories.offices import SetOffice
from tests.factories.tickets import A, a_handler, a_ticket, act, seen, walk

CENTRE = "350100-HOT"


def test_who_has_part_of_the_matter_leads_it_to_the_end_and_asks_for_co_units(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REQ_RETURN, partly="yes")
    assert refused.value.rule == "§6.4"
    assert "加派协办" in refused.value.message


def test_after_the_window_the_duty_is_accepted(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-12 17:31")
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REQ_RETURN)
    assert "视为本单位职责" in refused.value.message


def test_what_belongs_to_a_unit_below_is_passed_on_not_returned(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, unit=CITY_UNIT)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.REQ_RETURN, by=at_unit(CITY_UNIT, 30), suggested="350100-GSGS")
    assert "下派" in refused.value.fields["suggested"]


def test_who_says_that_another_should_lead_names_it(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.REQ_RETURN, reason="OTHER_LEAD")
    assert "suggested" in refused.value.fields
    assert act(office, no, A.REQ_RETURN, reason="OTHER_LEAD", suggested=OTHER_UNIT).at is State.RETURN_REVIEW


@pytest.mark.parametrize("urgency", ["URGENT", "CRITICAL"])
def test_an_urgent_ticket_is_returned_by_phone_within_half_an_hour_after_contact(
    office: SetOffice, urgency: str
) -> None:
    no = a_ticket(office, State.PROCESSING, urgency=urgency)
    act(office, no, A.CONTACT)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.REQ_RETURN, phoned="")
    assert "phoned" in refused.value.fields
    office.later(minutes=31)
    with pytest.raises(NotNow):
        act(office, no, A.REQ_RETURN)


def test_a_reworked_ticket_is_not_returned(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.RATE, solved="U", score=1)
    walk(office, no, A.REWORK, A.SIGN)
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REQ_RETURN)
    assert "重办" in refused.value.message


def told(office: SetOffice, person: Person) -> list[str]:
    """What this member of staff was told, or will be with the next digest."""
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        memos = work.session.scalars(sa.select(Memo.text).where(Memo.person_id == person.id).order_by(Memo.id))
        waiting = work.session.scalars(sa.select(Digest.words).where(Digest.person_id == person.id, Digest.red > 0))
        return [*memos, *waiting]


def test_silence_never_approves_a_return_but_tells_the_dispatch_lead(office: SetOffice) -> None:
    head = a_handler(office, "head", unit=CENTRE, roles=[Role.LEAD.value, Role.DISPATCHER.value])
    no = a_ticket(office, State.RETURN_REVIEW)
    office.later(days=10)
    with office.begin() as work:
        sweeps.sweep(work)
    assert seen(office, no).at is State.RETURN_REVIEW
    assert any(no in words for words in told(office, head))
    assert act(office, no, A.NO_RETURN).at is State.PROCESSING, "it can still be decided"


def refused_once(office: SetOffice, **given: object) -> str:
    no = a_ticket(office, State.RETURN_REVIEW, **given)
    act(office, no, A.NO_RETURN)
    return no


def test_a_unit_refused_twice_in_a_month_on_one_category_is_named_to_the_supervisors(office: SetOffice) -> None:
    supervisor = a_handler(office, "supervisor", unit=CENTRE, roles=[Role.SUPERVISOR.value])
    refused_once(office)
    assert not told(office, supervisor)
    no = refused_once(office)
    (said,) = told(office, supervisor)
    assert "退单已被驳回 2 次" in said
    assert no in said


def test_another_month_or_another_category_begins_anew(office: SetOffice) -> None:
    supervisor = a_handler(office, "supervisor", unit=CENTRE, roles=[Role.SUPERVISOR.value])
    refused_once(office)
    refused_once(office, category=QUICK)
    office.at("2026-04-01 09:00")
    refused_once(office)
    assert not told(office, supervisor)
