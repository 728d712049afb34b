"""A house with a clock one can set, its organisation, and one relay."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline import settings
from hotline.domain import appeal
from hotline.domain.calendar import ZONE
from hotline.domain.permissions import HOUSE, Actor, Role
from hotline.office import Office
from hotline.relay import Relay
from hotline.usecases import access, intake, people, steps

CENTRE = "350100-HOT"
ROADS, WATER, COUNTY = "350100-CGW", "350100-SLJ", "350102-GOV"
LAMP = "路灯不亮了，晚上走路看不清，请派人来修"


def person(*roles: Role, unit: str = CENTRE, id: int = 1) -> Actor:
    """Somebody of the staff."""
    return Actor(id=id, name="陈新", roles=frozenset(roles), unit=unit)


DISPATCHER = person(Role.DISPATCHER)
AGENT = person(Role.AGENT)
REVIEWER = person(Role.REVIEWER, Role.SUPERVISOR)
CALLER = person(Role.CALLBACK)


class House(Office):
    """An office whose clock is set by the test."""

    at: datetime = datetime(2026, 3, 10, 9, 0, tzinfo=ZONE)

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def take(self, **given: object) -> str:
        """An appeal by web (or as given); returns its number."""
        raw = {"content": LAMP, "region": "350102", "phone": "13805910001"} | given
        channel = str(raw.pop("channel", "web"))
        by = AGENT if channel == "phone" else HOUSE
        with self.begin(by=by) as work:
            said = appeal.read(raw, channel=channel, city=work.rules.city, now=work.now)
            return intake.take(work, said).ticket.no

    def seat(self, username: str, *roles: Role, unit: str) -> str:
        """The token of a new person who has signed in."""
        with self.begin() as work:
            someone = people.add(
                work, username=username, name="陈新", password="paper-and-pen-1", roles=list(roles), unit=unit
            )
            work.session.flush()
            return people.open_session(work, someone).token

    def do(self, no: str, action: str, by: Actor, **fields: object) -> None:
        """One step by one person."""
        with self.begin(by=by) as work:
            steps.take(work, access.staff(work, no), action, fields)

    def dispatched(self, unit: str = ROADS, **given: object) -> str:
        """An appeal that has been accepted and sent to a unit."""
        no = self.take(**given)
        if given.get("channel") != "phone":
            self.do(no, "ACCEPT", DISPATCHER, category=str(given.get("category", "010304")))
        self.do(no, "DISPATCH", DISPATCHER, unit=unit)
        return no


def of_unit(unit: str) -> Actor:
    """The whole staff of a unit in one person."""
    return person(Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, unit=unit, id=7)


def settle(house: Office, *relays: Relay) -> None:
    """Let time and the relay do everything that is waiting."""
    from hotline.usecases import board

    for _ in range(50):
        with house.begin() as work:
            board.tick(work)
        if not sum(relay.round() for relay in relays):
            break
    else:
        raise AssertionError("the relay never comes to rest")
    # Hints to one room are told a few times a second at most: the relay comes back for those it holds.
    until = time.monotonic() + 5
    while any(relay.live.wait() is not None for relay in relays) and time.monotonic() < until:
        for relay in relays:
            relay.live.flush()


@pytest.fixture
def house(new_database: Callable[[], str], redis_url: str, tmp_path: Path) -> Iterator[House]:
    made = House(settings.load({}, data_dir=tmp_path), new_database(), redis_url)
    yield made
    made.close()


@pytest.fixture
def relay(house: House) -> Relay:
    return Relay(house)


@pytest.fixture
def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
