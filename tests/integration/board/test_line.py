"""A real Socket.IO client hears what its person may hear, soon after the relay has counted it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
import websocket

from hotline import settings
from hotline.domain.permissions import Actor, Role
from hotline.live import WATCHED
from hotline.relay import Relay
from hotline.usecases import people
from tests.factories.live import served
from tests.integration.board.conftest import CENTRE, COUNTY, ROADS, WATER, House, of_unit, settle
from web.app import create_app

CITY = "350100-GOV"
PATIENCE = 10.0


class Brisk(websocket.WebSocket):
    """Does not wait three seconds for a server that has hung up already."""

    def close(self, status: int = 1000, reason: bytes = b"", timeout: float = 0.05) -> None:
        super().close(status, reason, 0.05)


class Listener:
    """A page or a program on the line."""

    def __init__(self, url: str, namespace: str, **auth: Any) -> None:
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.left = threading.Event()
        self._client = socketio.Client(reconnection=False, websocket_extra_options={"class_": Brisk})
        for event in ("figure", "figures", "ticket", "changed", "notice"):
            self._client.on(event, self._keep(event), namespace=namespace)
        self._client.on("disconnect", lambda *_: self.left.set(), namespace=namespace)
        self._client.connect(url, namespaces=[namespace], transports=["websocket"], auth=auth, wait_timeout=PATIENCE)

    def _keep(self, event: str) -> Callable[[Any], None]:
        return lambda data: self.heard.put((event, data))

    def until(self, event: str, wanted: Callable[[Any], bool]) -> Any:
        """The first such event; a failed test when none comes."""
        while True:
            found, data = self.heard.get(timeout=PATIENCE)
            if found == event and wanted(data):
                return data

    def close(self) -> None:
        self._client.disconnect()


@pytest.fixture(scope="module")
def house(new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(settings.load({}, data_dir=tmp_path_factory.mktemp("line")), new_database(), redis_url)
    made.redis.delete(WATCHED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with served(create_app(house)) as url:
        yield url


@pytest.fixture(scope="module")
def tokens(house: House) -> dict[str, str]:
    accounts = {"leader": (Role.LEADER, CITY), "roads": (Role.UNIT_COORD, ROADS), "agent": (Role.AGENT, CENTRE)}
    return {name: house.seat(name, role, unit=unit) for name, (role, unit) in accounts.items()}


@pytest.fixture
def listen(site: str, house: House) -> Iterator[Callable[..., Listener]]:
    made: list[Listener] = []

    def listener(namespace: str, **auth: Any) -> Listener:
        made.append(Listener(site, namespace, **auth))
        return made[-1]

    yield listener
    for each in made:
        each.close()


def test_a_figure_comes_with_its_absolute_value_after_a_ticket_moved(
    house: House, listen: Callable[..., Listener], tokens: dict[str, str]
) -> None:
    relay = Relay(house)
    settle(house, relay)
    line = listen("/board", token=tokens["leader"])
    no = house.dispatched(ROADS)
    house.later(minutes=1)
    settle(house, relay)
    relay.live.flush()
    told = line.until("figure", lambda data: data["key"] == "queue.PENDING_SIGN" and data["unit"] == CITY)
    assert set(told) == {"key", "unit", "value", "revision"}
    assert told["value"] >= 1
    said = line.until("ticket", lambda data: data["no"] == no)
    assert said["region"] == "鼓楼区"
    assert set(said) == {"no", "at", "time", "region", "category", "type", "unit", "state"}


def test_our_own_page_takes_all_figures_in_one_event_and_rates_as_pairs(
    house: House, listen: Callable[..., Listener], tokens: dict[str, str]
) -> None:
    relay = Relay(house)
    settle(house, relay)
    line = listen("/board", token=tokens["leader"], batched=True)
    house.dispatched(WATER)
    house.later(minutes=1)
    settle(house, relay)
    figures: dict[tuple[str, str], Any] = {}
    while ("reply", CITY) not in figures:
        for each in line.until("figures", lambda _: True):
            figures[each["key"], each["unit"]] = each["value"]
    assert figures["reply", CITY]["total"] >= 1
    assert figures["reply", CITY]["percent"] == 0.0
    assert figures["open", WATER] == 1  # the list of units on the city's board is kept fresh, too


def test_a_unit_hears_nothing_of_another(house: House, listen: Callable[..., Listener], tokens: dict[str, str]) -> None:
    relay = Relay(house)
    settle(house, relay)
    line = listen("/board", token=tokens["roads"])
    house.dispatched(WATER)
    house.dispatched(ROADS)
    house.later(minutes=1)
    settle(house, relay)
    relay.live.flush()
    line.until("figure", lambda data: data["key"] == "dispatched")
    rest = [line.heard.get_nowait() for _ in range(line.heard.qsize())]
    assert {data["unit"] for event, data in rest if event == "figure"} <= {ROADS}


def test_a_figure_watched_by_nobody_is_not_sent(house: House) -> None:
    house.redis.delete(WATCHED)
    heard = house.redis.pubsub(ignore_subscribe_messages=True)
    heard.subscribe("flask-socketio")
    heard.get_message(timeout=1)
    house.dispatched(ROADS)
    settle(house, Relay(house))
    said = b""
    while message := heard.get_message(timeout=0.2):
        said += message["data"]
    heard.close()
    assert b"changed" in said
    assert b"figure" not in said


@pytest.mark.parametrize(
    ("namespace", "auth"),
    [
        ("/board", {}),
        ("/board", {"token": "invented"}),
        ("/board", {"who": "agent"}),
        ("/board", {"who": "roads", "unit": COUNTY}),
        ("/board", {"who": "leader", "unit": "nowhere"}),
        ("/desk", {}),
    ],
)
def test_who_may_not_hear_is_not_connected(
    listen: Callable[..., Listener], tokens: dict[str, str], namespace: str, auth: dict[str, str]
) -> None:
    given = {**auth, "token": tokens[auth["who"]]} if "who" in auth else auth
    with pytest.raises(socketio.exceptions.ConnectionError):
        listen(namespace, **given)


def test_a_unit_is_told_that_its_queue_has_changed_and_what_came(
    house: House, listen: Callable[..., Listener], tokens: dict[str, str]
) -> None:
    relay = Relay(house)
    settle(house, relay)
    line = listen("/desk", token=tokens["roads"])
    no = house.dispatched(ROADS)
    house.do(no, "SIGN", of_unit(ROADS))
    settle(house, relay)
    heard: dict[str, Any] = {}
    while heard.keys() < {"changed", "notice"}:
        event, data = line.heard.get(timeout=PATIENCE)
        heard[event] = data
    assert heard["changed"] == {"queue": "department"}
    assert no in heard["notice"]["words"]


def test_leaving_cuts_the_line(
    house: House, site: str, listen: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.live.REFRESH", 0.05)
    token = house.seat("gone", Role.LEADER, unit=CITY)
    with served(create_app(house)) as url:
        line = Listener(url, "/board", token=token)
        with house.begin(by=Actor(None, "系统", frozenset())) as work:
            people.close_session(work, token)
        assert line.left.wait(PATIENCE)
        line.close()


def test_pages_connect_although_redis_is_away(
    new_database: Callable[[], str], tmp_path: Path, unused_port: int
) -> None:
    made = House(settings.load({}, data_dir=tmp_path), new_database(), f"redis://127.0.0.1:{unused_port}/0")
    token = made.seat("a", Role.LEADER, unit=CITY)
    with served(create_app(made)) as url:
        Listener(url, "/board", token=token).close()
    made.close()
