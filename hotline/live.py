"""Hints to open pages over Socket.IO: absolute figures with their revision, newest tickets, queues that changed.

Only what somebody watches is sent. A hint that is lost does no harm: pages fetch anew when they come back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from redis.exceptions import RedisError
from socketio import RedisManager

from hotline.office import Office
from hotline.usecases.board import Changed

log = logging.getLogger(__name__)

CHANNEL = "flask-socketio"
"""Flask-SocketIO's own channel name; python-socketio's default differs and nothing would warn."""


class Live:
    """Writes to the web processes' message queue; never reads from it."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._manager = RedisManager(office.redis_url, channel=CHANNEL, write_only=True)

    def board(self, changed: Sequence[Changed], entries: Sequence[int]) -> None:
        """Tell the board's watchers the new values of figures, and the newest tickets."""
        for figure in changed:
            if figure.on is None:
                self._emit(
                    "figure",
                    {"key": figure.key, "unit": figure.unit, "value": float(figure.total), "revision": figure.revision},
                    namespace="/board",
                    room=f"unit:{figure.unit}",
                )

    def desks(self, entries: Sequence[int]) -> None:
        """Tell the desks that a queue has changed."""
        if entries:
            self._emit("changed", {"queue": "all"}, namespace="/desk", room=None)

    def _emit(self, event: str, data: dict[str, object], *, namespace: str, room: str | None) -> None:
        try:
            self._manager.emit(event, data, namespace=namespace, room=room)
        except RedisError:
            log.debug("nobody heard %s", event)
