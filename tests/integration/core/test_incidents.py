"""Many tickets about one happening: proposed, joined, handled once, counted once, rated each (handbook §7)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.relay import Relay
from hotline.store.figure import FigureRow
from hotline.store.matter import Incident
from hotline.store.memo import Memo
from hotline.store.person import Person
from hotline.usecases import board, incidents, routing
from tests.factories.actors import DISPATCHER, LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen, take, walk

A = Action


def neighbours(office: SetOffice, n: int, **given: object) -> list[str]:
    """As many people at one address with one complaint."""
    return [take(office, phone=f"1390000{number:04d}", **given) for number in range(n)]


def an_event(office: SetOffice, n: int = 3, **given: object) -> tuple[str, list[str]]:
    nos = neighbours(office, n, **given)
    for no in nos[1:]:
        act(office, no, A.JOIN_EVENT, beside=nos[0])
    with office.begin() as work:
        return work.session.scalars(sa.select(Incident.no)).one(), nos


def figures(office: SetOffice) -> dict[str, tuple[int, int]]:
    relay = Relay(office)
    while relay.round():
        pass
    found: dict[str, tuple[int, int]] = {}
    with office.begin() as work:
        for row in work.session.scalars(sa.select(FigureRow).where(FigureRow.unit == LEAD_UNIT)):
            hits, total = found.get(row.key, (0, 0))
            found[row.key] = (hits + int(row.hits), total + int(row.total))
    return found


def test_three_people_are_proposed_and_become_one_event(office: SetOffice) -> None:
    nos = neighbours(office, 3)
    take(office, phone="13911112222", address="鼓楼区朱紫坊88号")
    with office.begin(DISPATCHER) as work:
        (proposal,) = incidents.propose(work)
        assert [ticket.no for ticket in proposal.tickets] == nos
        incidents.open_with(work, proposal.tickets)
    with office.begin() as work:
        assert incidents.propose(work) == []
        assert work.session.scalars(sa.select(Incident.master_no)).one() == nos[0]


def test_one_person_three_times_is_no_event(office: SetOffice) -> None:
    for _ in range(3):
        take(office)
    with office.begin() as work:
        assert incidents.propose(work) == []


def test_the_masters_dispatch_and_sign_in_are_everybodys(office: SetOffice) -> None:
    _, nos = an_event(office)
    walk(office, nos[0], A.ACCEPT, A.DISPATCH)
    assert {(seen(office, no).at, seen(office, no).lead_unit) for no in nos} == {(State.PENDING_SIGN, LEAD_UNIT)}
    act(office, nos[0], A.SIGN)
    assert {seen(office, no).at for no in nos} == {State.PROCESSING}


def test_who_joins_late_goes_to_the_masters_unit_at_once(office: SetOffice) -> None:
    event, nos = an_event(office)
    walk(office, nos[0], A.ACCEPT, A.DISPATCH)
    late = take(office, phone="13922223333", channel="phone")
    act(office, late, A.JOIN_EVENT, event=event)
    assert (seen(office, late).at, seen(office, late).lead_unit) == (State.PENDING_SIGN, LEAD_UNIT)


def test_the_router_leaves_what_may_belong_to_an_event_to_a_person(office: SetOffice) -> None:
    event, _ = an_event(office)
    new = take(office, phone="13922223333")
    with office.begin() as work:
        routing.route_batch(work)
    assert seen(office, new).at is State.SUBMITTED
    assert event in seen(office, new).why_waiting


def test_each_has_its_own_reply_and_rating_and_timeliness_counts_the_master_once(office: SetOffice) -> None:
    _, nos = an_event(office)
    walk(office, nos[0], A.ACCEPT, A.DISPATCH, A.SIGN)
    for number, no in enumerate(nos):
        act(office, no, A.REPLY, public=f"第{number}户门口已清走")
        walk(office, no, A.PASS)
        act(office, no, A.RATE, solved="S", score=5)
    assert len({seen(office, no).public_reply for no in nos}) == 3
    office.later(days=20)
    with office.begin() as work:
        board.tick(work)
    counted = figures(office)
    assert counted["on_time"] == (1, 1)
    assert counted["sign_on_time"] == (1, 1)
    assert counted["dispatched"] == (0, 1)
    assert counted["satisfied"] == (3, 3)
    assert counted["resolved"] == (3, 3)


def test_a_master_that_leaves_hands_over_to_the_next_oldest(office: SetOffice) -> None:
    event, nos = an_event(office)
    act(office, nos[0], A.LEAVE_EVENT)
    with office.begin() as work:
        assert incidents.by_no(work, event).master_no == nos[1]
    assert seen(office, nos[0]).incident_id is None


def test_another_category_or_a_second_event_is_refused(office: SetOffice) -> None:
    event, nos = an_event(office)
    other = take(office, phone="13922223333", category="010602")
    with pytest.raises(Invalid, match="请检查"):
        act(office, other, A.JOIN_EVENT, event=event)
    with pytest.raises(NotNow, match="已归入事件"):
        act(office, nos[1], A.JOIN_EVENT, event=event)
    with pytest.raises(Invalid):
        act(office, a_ticket(office, State.SUBMITTED), A.JOIN_EVENT, event="", beside="")


def test_five_people_in_a_day_are_a_group_urgent_and_told_to_the_supervisor(office: SetOffice) -> None:
    with office.begin() as work:
        for name, role in (("sup", Role.SUPERVISOR), ("boss", Role.LEADER)):
            person = Person(username=name, name=name, password_hash="x", roles=[role.value], created_at=work.now)
            work.session.add(person)
    event, nos = an_event(office, 4)
    assert incidents.GROUP not in seen(office, nos[0]).tags
    fifth = take(office, phone="13922223333")
    act(office, fifth, A.JOIN_EVENT, event=event)
    assert {seen(office, no).urgency for no in (*nos, fifth)} == {"URGENT"}
    assert all(incidents.GROUP in seen(office, no).tags for no in (*nos, fifth))
    with office.begin() as work:
        (memo,) = work.session.scalars(sa.select(Memo)).all()
        assert "群体诉求" in memo.text
        assert work.session.get_one(Person, memo.person_id).username == "sup"


def test_what_the_handbook_counts_is_the_same_when_counted_afresh(office: SetOffice) -> None:
    _, nos = an_event(office)
    walk(office, nos[0], A.ACCEPT, A.DISPATCH, A.SIGN)
    act(office, nos[0], A.LEAVE_EVENT)
    figures(office)
    assert board.recount(office.begin)[1] == []
