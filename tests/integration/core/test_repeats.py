"""The same matter after closing: taken up again, linked, supervised; and what a timed call-back answers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.relay import Relay
from hotline.store.figure import FigureRow
from hotline.store.notice import Notice
from hotline.store.supervision import open_on
from hotline.usecases import repeats, routing
from tests.factories.actors import AGENT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, clocks, seen, take

A = Action


def again(office: SetOffice, days: float = 0, **given: object) -> str:
    """The same person with the same matter, so many days later; looked at by the rules."""
    office.later(days=days)
    no = take(office, **{"content": "门口的垃圾又堆起来了，请来清走"} | given)
    with office.begin() as work:
        routing.route_batch(work)
    return no


def rate(office: SetOffice, key: str) -> tuple[int, int]:
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        rows = work.session.scalars(sa.select(FigureRow).where(FigureRow.key == key, FigureRow.unit == "350102-CGW"))
        found = [(int(row.hits), int(row.total)) for row in rows]
    return sum(hits for hits, _ in found), sum(total for _, total in found)


def test_within_fifteen_days_a_reviewer_decides_whether_the_old_one_is_taken_up_again(office: SetOffice) -> None:
    old = a_ticket(office, State.CLOSED)
    assert rate(office, "first_time") == (1, 1)
    new = again(office, 15)
    assert seen(office, new).repeat_of == old
    assert repeats.REPEATED in seen(office, old).tags
    assert "已请审核员决定" in seen(office, new).why_waiting
    assert [clock.stopped_at for clock in clocks(office, old, ClockKind.REVIEW_REQUEST)] == [None]
    assert rate(office, "first_time") == (0, 1)


def test_done_again_the_new_one_joins_it(office: SetOffice) -> None:
    old = a_ticket(office, State.CLOSED)
    new = again(office, 3)
    act(office, old, A.REWORK)
    assert (seen(office, old).at, seen(office, old).round) == (State.PENDING_SIGN, 2)
    assert (seen(office, new).at, seen(office, new).master_no) == (State.MERGED, old)


def test_kept_the_new_one_goes_its_own_way(office: SetOffice) -> None:
    old = a_ticket(office, State.CLOSED)
    new = again(office, 3)
    act(office, old, A.KEEP)
    assert seen(office, old).tags == []
    assert seen(office, new).at is State.SUBMITTED


def test_after_that_it_is_only_linked_and_first_time_stays_right(office: SetOffice) -> None:
    old = a_ticket(office, State.CLOSED)
    new = again(office, 15.01)
    assert seen(office, new).repeat_of == old
    assert (seen(office, old).tags, seen(office, old).repeated_at) == ([], None)
    assert rate(office, "first_time") == (1, 1)


@pytest.mark.parametrize(
    ("days", "given"),
    [
        pytest.param(91, {}, id="after ninety days"),
        pytest.param(1, {"phone": "13900001111"}, id="another person"),
        pytest.param(1, {"address": "鼓楼区朱紫坊88号"}, id="another place"),
        pytest.param(1, {"category": "010602"}, id="another matter"),
    ],
)
def test_it_is_no_repeat(office: SetOffice, days: float, given: dict[str, object]) -> None:
    a_ticket(office, State.CLOSED)
    assert seen(office, again(office, days, **given)).repeat_of is None


def test_the_third_time_is_supervised(office: SetOffice) -> None:
    a_ticket(office, State.CLOSED)
    office.later(days=20)
    a_ticket(office, State.CLOSED)
    third = again(office, 20)
    assert repeats.MANY in seen(office, third).tags
    with office.begin() as work:
        held = open_on(work.session, seen(office, third).id)
        assert held is not None
        assert held.ground == "REPEAT"


def test_danger_is_never_held_back_for_being_a_repeat(office: SetOffice) -> None:
    a_ticket(office, State.CLOSED)
    no = again(office, 2, content="门口的装修垃圾又堆起来了，还漏电了", category=None)
    assert seen(office, no).urgency == "CRITICAL"
    assert "重复反映" not in seen(office, no).why_waiting


def test_a_promised_answer_is_the_centres_own_for_one_working_day(office: SetOffice) -> None:
    no = a_ticket(office, State.DRAFT)
    promised = act(office, no, A.TIMED_CALLBACK)
    assert promised.at is State.SUBMITTED
    assert f"{promised.due_at:%m-%d}" == "03-12"
    with office.begin() as work:
        routing.route_batch(work)
    assert seen(office, no).at is State.SUBMITTED
    closed = act(office, no, A.ANSWER)
    assert (closed.at, closed.close_mode) == (State.CLOSED, "DIRECT")
    assert clocks(office, no, ClockKind.TIMED_CALLBACK)[0].stopped_at is not None


def test_its_appellant_is_told_number_and_day_at_once(office: SetOffice) -> None:
    no = a_ticket(office, State.DRAFT)
    act(office, no, A.TIMED_CALLBACK)
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        told = work.session.scalars(sa.select(Notice.text).where(Notice.way == "sms")).all()
    assert len(told) == 1
    assert no in told[0]
    assert "3月12日" in told[0]


def test_it_goes_to_a_unit_after_all_when_somebody_accepts_it(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED)
    act(office, no, A.TIMED_CALLBACK)
    accepted = act(office, no, A.ACCEPT)
    assert (accepted.at, accepted.tags, accepted.routed_at) == (State.PENDING_DISPATCH, [], None)
    assert clocks(office, no, ClockKind.TIMED_CALLBACK)[0].stopped_at is not None


def test_nobody_is_promised_a_call_who_left_no_phone_or_has_the_promise(office: SetOffice) -> None:
    silent = take(office, phone="", draft=True, channel="phone", by=AGENT)
    with pytest.raises(NotNow, match="没有留电话"):
        act(office, silent, A.TIMED_CALLBACK)
    no = a_ticket(office, State.DRAFT)
    with pytest.raises(Invalid):
        act(office, no, A.TIMED_CALLBACK, question=" ")
    act(office, no, A.TIMED_CALLBACK)
    with pytest.raises(NotNow, match="已经约定"):
        act(office, no, A.TIMED_CALLBACK)
