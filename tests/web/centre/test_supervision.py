"""The supervisor's list: what is late stands first, unit by unit, and is urged in one press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from tests.factories.actors import AGENT, OTHER_UNIT, REVIEWER, SUPERVISOR
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]


def late(office: SetOffice, most: int = 1) -> list[str]:
    found = [a_ticket(office, State.PENDING_SIGN) for _ in range(most)]
    office.later(days=60)
    return found


def test_who_may_not_supervise_does_not_enter(as_: Browser) -> None:
    for who in (AGENT, REVIEWER):
        assert as_(who).get("/supervision/").status_code == 403


@pytest.mark.parametrize("light", ["red", "yellow"])
def test_an_empty_list_says_what_will_appear_there(as_: Browser, light: str) -> None:
    assert "会自动出现在这里" in as_(SUPERVISOR).get(f"/supervision/?light={light}").text


def test_late_tickets_stand_by_unit(office: SetOffice, as_: Browser) -> None:
    mine = a_ticket(office, State.PENDING_SIGN)
    other = a_ticket(office, State.PENDING_DISPATCH)
    act(office, other, Action.DISPATCH, unit=OTHER_UNIT)
    office.later(days=60)
    page = as_(SUPERVISOR).get("/supervision/?light=red").text
    assert page.count('class="urge-group"') == 2
    one = as_(SUPERVISOR).get(f"/supervision/?light=red&unit={OTHER_UNIT}").text
    assert other in one
    assert mine not in one


def test_a_unit_is_urged_of_everything_ticked(office: SetOffice, as_: Browser) -> None:
    first, second = late(office, 2)
    picks = [f"{no}:{seen(office, no).version}" for no in (first, second)]
    act(office, second, Action.SUPPLEMENT)
    answer = as_(SUPERVISOR).post("/supervision/urge", data={"pick": picks, "light": "red"}, follow_redirects=True)
    assert "已催办 1 件，另有 1 件刚有新进展" in answer.text
    assert (seen(office, first).urged, seen(office, second).urged) == (1, 0)


def test_urging_nothing_says_what_to_do(as_: Browser) -> None:
    assert "请先勾选要催办的工单" in as_(SUPERVISOR).post("/supervision/urge", follow_redirects=True).text


def test_the_list_says_what_is_supervised_and_urged_already(office: SetOffice, as_: Browser) -> None:
    (no,) = late(office)
    before = as_(SUPERVISOR).get("/supervision/?light=red").text
    assert "中心督办" not in before
    act(office, no, Action.SUPERVISE)
    act(office, no, Action.URGE, by=SUPERVISOR)
    after = as_(SUPERVISOR).get("/supervision/?light=red").text
    assert "中心督办" in after
    assert "已催办 1 次" in after


@pytest.mark.parametrize("state", list(State))
def test_a_ticket_in_any_state_can_be_looked_at(office: SetOffice, as_: Browser, state: State) -> None:
    answer = as_(SUPERVISOR).get(f"/supervision/{a_ticket(office, state)}")
    assert answer.status_code == 200
    assert "None" not in answer.text


def test_fifty_late_tickets_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    late(office, 50)
    desk = as_(SUPERVISOR)
    desk.get("/supervision/?light=red")
    with counted() as asked:
        assert desk.get("/supervision/?light=red").text.count("data-row") == 50
    assert len(asked) <= 9, asked
