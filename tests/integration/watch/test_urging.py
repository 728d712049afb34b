"""Urging: the appellant once in 24 hours, the centre at any time, and neither takes from the other."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.relay import Relay
from hotline.store.memo import Memo
from hotline.usecases import people
from tests.factories.actors import LEAD_UNIT, SUPERVISOR
from tests.factories.offices import SetOffice
from tests.factories.texts import inbox
from tests.factories.tickets import A, a_ticket, act, seen


def test_the_centre_takes_nothing_from_the_appellants_right(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    for _ in range(2):
        act(office, no, A.URGE, by=SUPERVISOR)
    act(office, no, A.URGE)
    with pytest.raises(NotNow, match="24 小时内"):
        act(office, no, A.URGE)
    act(office, no, A.URGE, by=SUPERVISOR)
    office.later(hours=24)
    act(office, no, A.URGE)
    assert seen(office, no).urged == 5


def test_what_the_centre_holds_is_urged_at_the_centre_and_not_at_the_unit(office: SetOffice) -> None:
    with office.begin() as work:
        made = [
            people.add(work, username=name, name=name, password="a-long-password", roles=[role], unit="350100-HOT")
            for name, role in (("dispatcher9", Role.DISPATCHER), ("reviewer9", Role.REVIEWER))
        ]
        work.session.flush()
        dispatcher, reviewer = (person.id for person in made)
    nos = [a_ticket(office, state) for state in (State.PENDING_DISPATCH, State.REPLY_REVIEW)]
    for no in nos:
        act(office, no, A.URGE, by=SUPERVISOR)
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        told = work.session.execute(select(Memo.person_id, Memo.text).where(Memo.topic == "urge").order_by(Memo.id))
        assert [tuple(row) for row in told] == [
            (dispatcher, f"工单 {nos[0]}（待派单）被催办：请快一点"),
            (reviewer, f"工单 {nos[1]}（待审核）被催办：请快一点"),
        ]
    assert not [each for each in inbox(office, LEAD_UNIT) if "催办" in each.text]
