"""A year whose days off nobody has loaded: nothing is refused, it is marked, and somebody is told (handbook §5)."""

from __future__ import annotations

import sqlalchemy as sa

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.read import ticket_page
from hotline.store.memo import Memo
from hotline.store.person import Person
from hotline.usecases import people, provisional
from tests.factories.actors import UNIT
from tests.factories.offices import SetOffice, local
from tests.factories.tickets import A, a_ticket, act, seen


def an_administrator(office: SetOffice) -> None:
    with office.begin() as work:
        people.add(
            work, username="gly", name="林管理", password="a long pass phrase", roles=[Role.CENTER_ADMIN], unit=""
        )


def test_across_the_years_end_a_ticket_is_taken_and_its_due_time_is_marked(office: SetOffice) -> None:
    office.at("2026-12-28 09:00")
    no = a_ticket(office, State.PROCESSING)
    assert seen(office, no).due_at == local("2027-01-12 17:30"), "1 January off, else Monday to Friday"
    with office.begin(UNIT) as work:
        page = ticket_page.of(work, no)
    (handling,) = [clock for clock in page.clocks if clock.kind == "handling"]
    assert handling.lamp.provisional
    assert handling.explain[-2] == "相关年份的放假通知尚未发布，到期时间暂定，发布后重新计算"
    assert page.lamp is not None
    assert page.lamp.provisional
    office.at("2027-01-04 09:00")
    assert act(office, no, A.CONTACT).at is State.PROCESSING


def test_the_administrators_are_reminded_once_a_week_and_not_when_all_is_known(office: SetOffice) -> None:
    an_administrator(office)
    with office.begin() as work:
        assert provisional.remind(work) == 0, "in March nobody misses the next year"
    office.at("2026-11-20 09:00")
    with office.begin() as work:
        assert provisional.remind(work) == 1
    office.later(days=6)
    with office.begin() as work:
        assert provisional.remind(work) == 0
    office.later(days=2)
    with office.begin() as work:
        assert provisional.remind(work) == 1
        memo = work.session.scalars(sa.select(Memo).order_by(Memo.id)).first()
        (person,) = work.session.scalars(sa.select(Person))
    assert memo is not None
    assert (memo.person_id, memo.topic) == (person.id, "calendar")
    assert memo.text.startswith("2027 年的放假安排还没有录入；请在")


def test_it_says_how_many_due_times_wait_for_the_list(office: SetOffice) -> None:
    office.at("2026-12-28 09:00")
    a_ticket(office, State.PROCESSING)
    with office.begin() as work:
        assert provisional.missing_years(work) == [2027]
        assert "1 个在办时限暂定" in provisional.words([2027], provisional.waiting(work))
