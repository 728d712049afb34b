"""Hints to open pages over Socket.IO: absolute figures with their revision, newest tickets, queues that changed.

Only what somebody watches is sent, and a room is painted a few times a second at most: the last value wins. A hint that
is lost does no harm: pages fetch anew when they come back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from redis.exceptions import RedisError
from socketio import RedisManager
from sqlalchemy.exc import SQLAlchemyError

from hotline.domain.calendar import local
from hotline.office import Office
from hotline.read import board, ticker
from hotline.usecases.board import Changed
from hotline.usecases.staff import Told

log = logging.getLogger(__name__)

CHANNEL = "flask-socketio"
"""Flask-SocketIO's own channel name; python-socketio's default differs and nothing would warn."""
OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
WATCHED = "hotline:watched"
"""Redis sorted set of the board's rooms that somebody is in, by the moment at which that was last said."""
WATCHED_FOR = 60.0
"""Seconds for which a room counts as watched after that was said."""
PAUSE = 0.33
"""Seconds between two paintings of a room."""
RANKED = frozenset({"open", "yellow", "red"})
"""Figures of single units that the boards above them list."""
NEWEST = 8
"""Lines of the ticker that are sent at once."""


def room_of(unit: str, *, batched: bool) -> str:
    """The room of a unit's board: pages of ours take all new figures in one event, programs one event each."""
    return f"{'all' if batched else 'each'}:{unit}"


Slot = tuple[str, str]
"""Key and unit of a figure."""


@dataclass(slots=True)
class Waiting:
    """What one room has not been told yet."""

    figures: dict[Slot, dict[str, Any] | None] = field(default_factory=dict)
    """None: a rate, which is summed when it is sent."""
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By number; the newest last."""


class Rooms:
    """Keeps the newest values for each room until it may be painted again."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._waiting: dict[str, Waiting] = {}
        self._painted: dict[str, float] = {}

    def figure(self, room: str, slot: Slot, value: dict[str, Any] | None) -> None:
        """Keep a value in place of the one before; an older revision never replaces a newer one."""
        held = self._waiting.setdefault(room, Waiting()).figures
        before = held.get(slot)
        if value is None or before is None or value["revision"] >= before["revision"]:
            held[slot] = value

    def ticket(self, room: str, line: dict[str, Any]) -> None:
        """Keep a line of the ticker; of one ticket only the newest, and not more than a page shows."""
        held = self._waiting.setdefault(room, Waiting()).tickets
        held.pop(line["no"], None)
        held[line["no"]] = line
        while len(held) > NEWEST:
            del held[next(iter(held))]

    def due(self, at: float) -> dict[str, Waiting]:
        """What may be painted now; it is no longer kept here."""
        ready = [room for room in self._waiting if at - self._painted.get(room, float("-inf")) >= self._pause]
        self._painted = {room: since for room, since in self._painted.items() if at - since < self._pause}
        self._painted |= dict.fromkeys(ready, at)
        return {room: self._waiting.pop(room) for room in ready}

    def wait(self, at: float) -> float | None:
        """Seconds until something may be painted; None when nothing waits."""
        if not self._waiting:
            return None
        return max(0.0, min(self._painted.get(room, at - self._pause) + self._pause - at for room in self._waiting))


class Live:
    """Writes to the web processes' message queue; never reads from it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._manager = RedisManager(office.redis_url, channel=CHANNEL, write_only=True, redis_options=dict(OPTIONS))
        self._rooms = Rooms()

    # -- the board

    def board(self, changed: Sequence[Changed], entries: Sequence[int]) -> None:
        """Note for the board's watchers the new values of figures, and the tickets that moved."""
        watched = self._watched() if changed or entries else set()
        if not watched:
            return
        now = self._office.now()
        today, month = board.today(now), board.this_month(now)
        ancestors, rates = self._office.rules.city.ancestors, self._office.rules.counting.rates
        for each in changed:
            value: dict[str, Any] | None = None
            if each.key in rates:
                if each.on not in month:
                    continue
            elif each.on is None or each.on in today:
                value = _figure(each.key, each.unit, int(each.total), each.revision)
            else:
                continue
            above = ancestors(each.unit) if each.key in RANKED else (each.unit,)
            for room in _rooms(above, watched):
                self._rooms.figure(room, (each.key, each.unit), value)
        if entries:
            self._ticker(entries, watched)
        self.flush()

    def flush(self) -> None:
        """Send what may be sent now."""
        due = self._rooms.due(time.monotonic())
        if not due:
            return
        rates = self._rates({slot for waiting in due.values() for slot, value in waiting.figures.items() if not value})
        for room, waiting in due.items():
            said = [value or rates.get(slot) for slot, value in waiting.figures.items()]
            figures = [each for each in said if each]
            if room.startswith("all:"):
                if figures:
                    self._emit("figures", figures, "/board", room)
            else:
                for figure in figures:
                    self._emit("figure", figure, "/board", room)
            for line in waiting.tickets.values():
                self._emit("ticket", line, "/board", room)

    def wait(self) -> float | None:
        """Seconds until :meth:`flush` has something to do; None when nothing waits."""
        return self._rooms.wait(time.monotonic())

    def _rates(self, slots: Collection[Slot]) -> dict[Slot, dict[str, Any]]:
        """This month's rates, in one query for all rooms."""
        if not slots:
            return {}
        now = self._office.now()
        try:
            with self._office.begin() as work:
                sums = board.summed(
                    work,
                    sorted({unit for _, unit in slots}),
                    flows=board.today(now),
                    span=board.this_month(now),
                    keys=sorted({key for key, _ in slots}),
                )
        except SQLAlchemyError:
            log.debug("the rates were not read; pages will fetch them")
            return {}
        return {
            (each.key, each.unit): _figure(
                each.key,
                each.unit,
                {
                    "hits": float(each.rate.hits),
                    "total": float(each.rate.total),
                    "percent": None if each.rate.percent is None else float(each.rate.percent),
                },
                each.revision,
            )
            for each in sums
        }

    def _ticker(self, entries: Sequence[int], watched: Collection[str]) -> None:
        try:
            with self._office.begin() as work:
                for line in ticker.of_entries(work, entries, NEWEST):
                    for room in _rooms(line.units, watched):
                        self._rooms.ticket(room, line.values())
        except SQLAlchemyError:
            log.debug("the ticker was not read; pages will fetch it")

    def _watched(self) -> set[str]:
        try:
            since = self._office.now().timestamp() - WATCHED_FOR
            rooms = self._office.redis.zrangebyscore(WATCHED, since, "+inf")
        except RedisError:
            return set()
        return {room.decode() for room in rooms if isinstance(room, bytes)}

    # -- the desks

    def desks(self, entries: Sequence[int]) -> None:
        """Tell the desks which of their queues have changed."""
        if not entries:
            return
        try:
            with self._office.begin() as work:
                touched = ticker.touched(work, entries)
        except SQLAlchemyError:
            log.debug("the desks were not told; they will look")
            return
        for room, queue in sorted(touched):
            self._emit("changed", {"queue": queue}, "/desk", room)

    def notices(self, entries: Sequence[int]) -> None:
        """Tell the people of a unit, and persons, that something has come for them."""
        if not entries:
            return
        try:
            with self._office.begin() as work:
                told = ticker.notices(work, entries)
        except SQLAlchemyError:
            return
        for room, notice in told:
            self._emit("notice", notice, "/desk", room)

    def people(self, told: Sequence[Told]) -> None:
        """Tell the persons signed in of their own messages."""
        for each in told:
            notice = {"id": each.id, "words": each.text, "at": local(each.at).isoformat()}
            self._emit("notice", notice, "/desk", f"person:{each.person_id}")

    def units(self, lines: Sequence[tuple[str, str]], at: datetime) -> None:
        """Tell the people of units of lines that belong to no single ticket."""
        for unit, words in lines:
            notice = {"id": 0, "unit": unit, "words": words, "at": local(at).isoformat()}
            self._emit("notice", notice, "/desk", f"unit:{unit}")

    def _emit(self, event: str, data: object, namespace: str, room: str) -> None:
        try:
            self._manager.emit(event, data, namespace=namespace, room=room)
        except RedisError:
            log.debug("nobody heard %s", event)


def _figure(key: str, unit: str, value: object, revision: int) -> dict[str, Any]:
    return {"key": key, "unit": unit, "value": value, "revision": revision}


def _rooms(units: Iterable[str], watched: Collection[str]) -> list[str]:
    rooms = (room_of(unit, batched=batched) for unit in units for batched in (True, False))
    return [room for room in rooms if room in watched]
