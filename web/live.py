"""The line to open pages: Socket.IO namespaces ``/board`` and ``/desk``.

Pages only listen. Who may hear what is decided here from the session (a cookie, or a token in ``auth``), never from
what the page says; the page may name the unit whose board it shows, and is refused when that is out of its person's
scope.
Only the relay speaks, through Redis; without Redis pages connect all the same and hear nothing.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_socketio import Namespace, SocketIO, join_room
from gevent.monkey import is_module_patched
from redis.exceptions import RedisError
from socketio import RedisManager
from socketio.exceptions import ConnectionRefusedError as Refusal
from sqlalchemy.exc import SQLAlchemyError

from hotline.domain.errors import Refused
from hotline.domain.permissions import Actor, Permission, Scope, citizen
from hotline.live import CHANNEL, OPTIONS, WATCHED, WATCHED_FOR, room_of
from hotline.office import Office
from hotline.read import watching
from hotline.usecases import people
from web.guard import SEAT, Door
from web.nav import DESKS

log = logging.getLogger("hotline.web")

REFRESH = 20.0
"""Seconds after which the watched rooms are said again, and who has signed out meanwhile is cut off."""
LONGEST_WORD = 10_000
"""Bytes a page may send at once; it has nothing to say."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One listener."""

    namespace: str
    secret: str
    room: str = ""
    """Of a board."""


class Line:
    """Who listens to this process."""

    def __init__(self, app: Flask, office: Office, door: Door) -> None:
        redis_url = getattr(office, "redis_url", "")
        options = {"client_manager": RedisManager(redis_url, channel=CHANNEL, redis_options=dict(OPTIONS))}
        self.socketio = SocketIO(
            app,
            # Chosen here: left to itself the library takes gevent wherever it is installed, patched or not.
            async_mode="gevent" if is_module_patched("socket") else "threading",
            transports=["websocket"],
            manage_session=False,
            max_http_buffer_size=LONGEST_WORD,
            **(options if redis_url else {}),
        )
        self._office, self._door = office, door
        self._seats: dict[str, Seat] = {}
        self._lock = threading.Lock()
        self._tending = False
        self.socketio.on_namespace(BoardLine("/board", self))
        self.socketio.on_namespace(DeskLine("/desk", self))

    def who(self, auth: Any) -> tuple[Actor, str]:
        """The person at the other end, and the secret that says so.

        Raises:
            Refusal: nobody is signed in, or nobody can say so now.
        """
        given = auth.get("token") if isinstance(auth, dict) else None
        secret = str(given) if given else request.cookies.get(SEAT, "")
        try:
            if given:
                with self._office.begin(by=citizen(request.remote_addr or "")) as work:
                    found = people.who(work, secret, request.remote_addr or "")
            else:
                found = self._door.who(request)
        except SQLAlchemyError:
            raise Refusal("系统暂时不能使用，请稍后重试") from None
        if found is None:
            raise Refusal("请先登录")
        return found, secret

    def board_of(self, who: Actor, unit: str) -> str:
        """The unit whose board this person hears: the one named, if it is theirs to see."""
        try:
            with self._office.begin(by=who) as work:
                return watching.chosen(work, unit or None)
        except Refused as refusal:
            raise Refusal(refusal.message) from None
        except SQLAlchemyError:
            raise Refusal("系统暂时不能使用，请稍后重试") from None

    def region_of(self, who: Actor) -> str:
        """The digits that the regions in this person's scope begin with."""
        unit = self._office.rules.city.units.get(who.unit)
        region = unit.region_code if unit else ""
        return region[:4] if region.endswith("00") else region[:6]

    def sit(self, sid: str, seat: Seat) -> None:
        """Somebody listens."""
        with self._lock:
            self._seats[sid] = seat
            start, self._tending = not self._tending, True
        if seat.room:
            self._say([seat.room])
        if start:
            self.socketio.start_background_task(self._tend)

    def rise(self, sid: str) -> None:
        """Somebody has gone."""
        with self._lock:
            self._seats.pop(sid, None)

    def _tend(self) -> None:
        while True:
            self.socketio.sleep(REFRESH)
            with self._lock:
                seats = dict(self._seats)
                if not seats:
                    self._tending = False
                    return
            self._say({seat.room for seat in seats.values() if seat.room})
            self._cut_off(seats)

    def _say(self, rooms: Any) -> None:
        at = self._office.now().timestamp()
        try:
            if rooms:
                self._office.redis.zadd(WATCHED, dict.fromkeys(rooms, at))
            self._office.redis.zremrangebyscore(WATCHED, "-inf", at - WATCHED_FOR)
        except RedisError:
            log.debug("redis is away; pages hear nothing until it is back")

    def _cut_off(self, seats: dict[str, Seat]) -> None:
        try:
            with self._office.begin(by=citizen()) as work:
                good = people.still_in(work, {seat.secret for seat in seats.values()})
        except SQLAlchemyError:
            return  # nobody is cut off because the database is away
        for sid, seat in seats.items():
            if seat.secret not in good:
                self.socketio.server.disconnect(sid, namespace=seat.namespace)


class BoardLine(Namespace):  # type: ignore[misc]
    """``figure``, ``figures`` and ``ticket`` for one unit's board."""

    def __init__(self, namespace: str, line: Line) -> None:
        super().__init__(namespace)
        self._line = line

    def on_connect(self, auth: Any = None) -> None:
        """Let in who may see the board; ``auth`` may hold ``token``, ``unit`` and ``batched``."""
        who, secret = self._line.who(auth)
        said = auth if isinstance(auth, dict) else {}
        unit = self._line.board_of(who, str(said.get("unit") or "")[:40])
        room = room_of(unit, batched=bool(said.get("batched")))
        join_room(room)
        self._line.sit(request.sid, Seat("/board", secret, room))  # type: ignore[attr-defined]

    def on_disconnect(self, _reason: object = None) -> None:
        """Forget the listener."""
        self._line.rise(request.sid)  # type: ignore[attr-defined]


class DeskLine(Namespace):  # type: ignore[misc]
    """``changed`` and ``notice`` for the person's desks and unit."""

    def __init__(self, namespace: str, line: Line) -> None:
        super().__init__(namespace)
        self._line = line

    def on_connect(self, auth: Any = None) -> None:
        """Let in who is signed in, into the rooms of their roles and unit."""
        who, secret = self._line.who(auth)
        for room in rooms_of(who, self._line.region_of(who)):
            join_room(room)
        self._line.sit(request.sid, Seat("/desk", secret))  # type: ignore[attr-defined]

    def on_disconnect(self, _reason: object = None) -> None:
        """Forget the listener."""
        self._line.rise(request.sid)  # type: ignore[attr-defined]


def rooms_of(who: Actor, region: str) -> list[str]:
    """The rooms of the desk namespace that this person's roles and unit open."""
    rooms = [f"person:{who.id}"]
    if not who.may(Permission.TICKET_VIEW):
        return rooms
    if who.scope is Scope.ALL:
        rooms += [f"queue:{desk.endpoint.partition('.')[0]}" for desk in DESKS if desk.open_to(who)]
    elif who.scope is Scope.REGION and region:
        rooms.append(f"region:{region}")
    if who.unit and who.scope in (Scope.UNIT, Scope.REGION):
        rooms.append(f"unit:{who.unit}")
    return rooms


def install(app: Flask) -> None:
    """Open the line of this application."""
    app.extensions["line"] = Line(app, app.extensions["office"], app.extensions["door"])
