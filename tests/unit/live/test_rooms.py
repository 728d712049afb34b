"""A room is painted a few times a second at most, and then with the last value of each figure."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.live import NEWEST, Rooms, room_of

ROOM = room_of("350100-GOV", batched=True)
OPEN = ("open", "350100-GOV")


def value(n: int, revision: int) -> dict[str, Any]:
    return {"key": "open", "unit": "350100-GOV", "value": n, "revision": revision}


def test_the_first_value_is_sent_at_once() -> None:
    rooms = Rooms(0.3)
    rooms.figure(ROOM, OPEN, value(1, 1))
    assert rooms.wait(10.0) == 0.0
    assert rooms.due(10.0)[ROOM].figures == {OPEN: value(1, 1)}


def test_a_burst_becomes_one_painting_with_the_last_values() -> None:
    rooms = Rooms(0.3)
    painted: list[Any] = []
    for step in range(1000):  # one second of a thousand changes
        at = 10.0 + step / 1000
        rooms.figure(ROOM, OPEN, value(step, step))
        painted += [waiting.figures[OPEN] for waiting in rooms.due(at).values()]
    assert len(painted) <= 4
    rest = rooms.due(11.5)[ROOM].figures[OPEN]
    assert rest == value(999, 999)


def test_what_was_sent_is_not_sent_again() -> None:
    rooms = Rooms(0.3)
    rooms.figure(ROOM, OPEN, value(1, 1))
    rooms.due(10.0)
    assert rooms.due(11.0) == {}
    assert rooms.wait(11.0) is None


def test_an_older_revision_never_replaces_a_newer_one() -> None:
    rooms = Rooms(0.3)
    rooms.figure(ROOM, OPEN, value(5, 9))
    rooms.figure(ROOM, OPEN, value(4, 8))
    assert rooms.due(10.0)[ROOM].figures[OPEN] == value(5, 9)


def test_one_busy_room_does_not_hold_up_another() -> None:
    rooms = Rooms(0.3)
    other = room_of("350102-GOV", batched=True)
    rooms.figure(ROOM, OPEN, value(1, 1))
    rooms.due(10.0)
    rooms.figure(ROOM, OPEN, value(2, 2))
    rooms.figure(other, OPEN, value(2, 2))
    assert list(rooms.due(10.1)) == [other]
    assert rooms.wait(10.1) == pytest.approx(0.2)
    assert list(rooms.due(10.4)) == [ROOM]


def test_a_ticket_that_moved_twice_is_one_line_and_lines_do_not_pile_up() -> None:
    rooms = Rooms(0.3)
    for n in range(NEWEST + 5):
        rooms.ticket(ROOM, {"no": f"FZ{n}", "state": "待签收"})
    rooms.ticket(ROOM, {"no": f"FZ{NEWEST}", "state": "办理中"})
    lines = list(rooms.due(10.0)[ROOM].tickets.values())
    assert len(lines) == NEWEST
    assert lines[-1] == {"no": f"FZ{NEWEST}", "state": "办理中"}
