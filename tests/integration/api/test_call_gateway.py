"""Calls as the exchange tells of them: each event once, in any order, and the seat knows what rings there."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.store.call import Call
from hotline.store.person import Person
from hotline.usecases import calls, people
from tests.factories.offices import MORNING, SetOffice
from tests.factories.tickets import a_ticket, act, seen, take

CALLER = "13800003333"
Tell = Callable[..., TestResponse]


@pytest.fixture
def tell(client: FlaskClient, office: SetOffice) -> Tell:
    secret = office.settings.secrets.gateways["cti/generic"]

    def post(call_id: str, event: str, minutes: float = 0, **more: Any) -> TestResponse:
        at = (MORNING + timedelta(minutes=minutes)).isoformat()
        body = {"call_id": call_id, "event": event, "from": CALLER, "agent": "agent", "at": at} | more
        return client.post("/gateway/cti/generic", json=body, headers={"X-Gateway-Secret": secret})

    return post


@pytest.fixture
def at_the_seat(office: SetOffice) -> Callable[[], calls.CurrentCall | None]:
    def current() -> calls.CurrentCall | None:
        with office.begin() as work:
            person = work.session.scalars(select(Person).where(Person.username == "agent")).one()
            seat: Actor = people.actor_of(person)
            return calls.current_call(work, seat)

    return current


def test_the_seat_knows_what_rings_until_it_is_over(
    tell: Tell, at_the_seat: Callable[[], calls.CurrentCall | None]
) -> None:
    assert tell("c-1", "ringing").status_code == 200
    ringing = at_the_seat()
    assert ringing is not None
    assert (ringing.phone, ringing.masked, ringing.answered) == (CALLER, "138****3333", False)
    tell("c-1", "answered", 0.2)
    talking = at_the_seat()
    assert talking is not None
    assert talking.answered
    tell("c-1", "ended", 3)
    assert at_the_seat() is None


@pytest.mark.parametrize("order", list(itertools.permutations([("ringing", 0), ("answered", 1), ("ended", 2)])))
def test_events_in_any_order_and_twice_tell_the_same_call(
    tell: Tell, office: SetOffice, order: tuple[tuple[str, float], ...]
) -> None:
    name = "o-" + "".join(event[0] for event, _ in order)
    for event, minutes in (*order, *order):
        assert tell(name, event, minutes).status_code == 200
    with office.begin() as work:
        call = work.session.scalars(select(Call).where(Call.call_id == name)).one()
        times = [call.rang_at, call.answered_at, call.ended_at]
        assert times == [MORNING + timedelta(minutes=n) for n in range(3)]
        assert call.first_at == MORNING


def test_a_call_put_through_rings_at_the_other_seat(
    tell: Tell, at_the_seat: Callable[[], calls.CurrentCall | None]
) -> None:
    tell("t-1", "ringing", agent="dispatcher")
    tell("t-1", "answered", 1, agent="dispatcher")
    assert at_the_seat() is None
    tell("t-1", "ringing", 2)
    assert at_the_seat() is not None
    tell("t-1", "ended", 3)


def test_the_number_is_kept_sealed(tell: Tell, office: SetOffice) -> None:
    tell("s-1", "ringing")
    with office.begin() as work:
        call = work.session.scalars(select(Call).where(Call.call_id == "s-1")).one()
        assert CALLER.encode() not in call.phone
        assert work.sealer.open(call.phone) == CALLER
    tell("s-1", "ended")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"call_id": ""}, "call_id"),
        ({"call_id": "x" * 81}, "call_id"),
        ({"event": "boiling"}, "event"),
        ({"at": "yesterday"}, "at"),
        ({"at": "9" * 30}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"agent": "x" * 41}, "agent"),
        ({"from": ["1"]}, "from"),
        ({"from": "1" * 41}, "from"),
    ],
)
def test_an_event_that_makes_no_sense_is_told_where(tell: Tell, fields: dict[str, Any], wrong: str) -> None:
    answer = tell(**{"call_id": "w-1", "event": "ringing"} | fields)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [wrong]


@pytest.mark.parametrize("at", ["1773192600", "1773192600.25", 1773192600, "2026-03-11 09:30", ""])
def test_moments_are_read_as_exchanges_write_them(tell: Tell, at: object) -> None:
    assert tell(f"m-{at}", "ended", at=at).status_code == 200


def test_a_wrong_secret_leaves_nothing(client: FlaskClient, office: SetOffice) -> None:
    body = {"call_id": "no-1", "event": "ringing"}
    answer = client.post("/gateway/cti/generic", json=body, headers={"X-Gateway-Secret": "x"})
    assert answer.status_code == 403
    assert office.value(select(Call.id).where(Call.call_id == "no-1")) is None


def test_a_key_after_the_talk_rates_what_was_answered_in_it_once(tell: Tell, office: SetOffice) -> None:
    tell("k1", "answered")
    no = take(office, channel="phone", call_id="k1", draft=True)
    act(office, no, Action.ANSWER)
    dispatched = a_ticket(office, State.CALLBACK, call_id="k1")
    assert tell("k1", "rated", key="4").status_code == 200
    assert tell("k1", "rated", key="1").status_code == 200
    assert (seen(office, no).score, seen(office, dispatched).score) == (4, None)
    assert tell("k1", "rated", key="9").status_code == 422
