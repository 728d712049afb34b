"""The generic telephony dialect: one JSON object or form per event of a call.

Fields: ``call_id``, ``event``, ``from`` (the caller's number, may be withheld), ``agent`` (the user name at the seat),
``at`` (when it happened: ISO 8601, or seconds since 1970; now if left out), ``direction`` (``out`` for a call that
a seat makes). Events of a call: ``ivr`` (self-service), ``queued`` (offered to the human queue), ``ringing``,
``answered``, ``hold``, ``resume``, ``ended`` (or ``abandoned``), ``ready`` (after-call work
done). Events of a seat, without a call:
``sign_in``, ``sign_out``, ``break``, ``break_end``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.appeal import clean, normal_phone
from hotline.domain.calendar import ZONE
from hotline.domain.errors import Invalid
from hotline.domain.telephony import Seat

_NAMES = {
    "call_id": ("call_id", "callid", "id", "uuid"),
    "event": ("event", "state", "status", "type"),
    "from": ("from", "caller", "phone", "ani"),
    "agent": ("agent", "operator", "seat"),
    "key": ("key", "digit", "dtmf", "score"),
    "at": ("at", "time", "timestamp"),
    "direction": ("direction", "dir"),
}
"""What gateways call these fields."""
AHEAD = timedelta(minutes=5)
"""How far a gateway's clock may run before ours; what is later counts as now."""


class CallEvent(StrEnum):
    """What happens to a call."""

    IVR = "ivr"
    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"
    HOLD = "hold"
    RESUME = "resume"
    ENDED = "ended"
    READY = "ready"
    RATED = "rated"
    """A key from 1 to 5 was pressed after the talk (handbook §9)."""


_WORDS = {
    "ring": CallEvent.RINGING,
    "alerting": CallEvent.RINGING,
    "answer": CallEvent.ANSWERED,
    "connected": CallEvent.ANSWERED,
    "end": CallEvent.ENDED,
    "hangup": CallEvent.ENDED,
    "released": CallEvent.ENDED,
    "abandoned": CallEvent.ENDED,
    "offered": CallEvent.QUEUED,
    "held": CallEvent.HOLD,
    "retrieve": CallEvent.RESUME,
    "after_call_end": CallEvent.READY,
    "wrap_up_end": CallEvent.READY,
    "self_service": CallEvent.IVR,
} | {event.value: event for event in CallEvent}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of one call."""

    call_id: str
    event: CallEvent
    phone: str
    agent: str
    at: datetime
    outward: bool = False
    """A seat makes the call."""
    key: str = ""
    """What was pressed: 5 very satisfied … 1 very dissatisfied."""


@dataclass(frozen=True, slots=True)
class AtSeat:
    """One event of one seat."""

    agent: str
    event: Seat
    at: datetime


_SEATS = {
    "login": Seat.SIGN_IN,
    "logout": Seat.SIGN_OUT,
    "pause": Seat.BREAK,
    "break_start": Seat.BREAK,
    "unpause": Seat.BREAK_END,
} | {event.value: event for event in Seat}


def read(post: Mapping[str, Any], now: datetime) -> Happening | AtSeat:
    """The event of a gateway's post.

    Raises:
        Invalid: no call, an event that is none of ours, or a moment that is none.
    """
    found = {name: _first(post, names) for name, names in _NAMES.items()}
    faults: dict[str, str] = {}
    seat = _SEATS.get(found["event"].lower())
    event = _WORDS.get(found["event"].lower())
    if seat is None and (not found["call_id"] or len(found["call_id"]) > 80):
        faults["call_id"] = "缺少来电编号 call_id（最长 80 个字符）"
    if seat is None and event is None:
        faults["event"] = f"事件应为 {'、'.join([*CallEvent, *Seat])}"
    agent = clean(found["agent"])
    if seat is not None and not agent:
        faults["agent"] = "签入、签出和小休须写明座席用户名 agent"
    key = found["key"]
    if event is CallEvent.RATED and key not in ("1", "2", "3", "4", "5"):
        faults["key"] = "评价按键 key 应为 1 到 5"
    if len(agent) > 40:
        faults["agent"] = "座席用户名最长 40 个字符"
    phone = normal_phone(found["from"])
    if len(phone) > 40:
        faults["from"] = "来电号码最长 40 个字符"
    at = _moment(found["at"]) if found["at"] else now
    if at is None:
        faults["at"] = "时间写法应如 2026-03-11T14:30:00+08:00"
    if faults:
        raise Invalid(faults)
    assert at is not None, "checked above"
    at = at if at <= now + AHEAD else now
    if seat is not None:
        return AtSeat(agent, seat, at)
    assert event is not None, "checked above"
    outward = found["direction"].lower() in ("out", "outbound")
    return Happening(found["call_id"], event, phone, agent, at, outward, key)


def _first(post: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if post.get(name) not in (None, ""):
            return clean(post[name])
    return ""


def _moment(typed: str) -> datetime | None:
    try:
        at = datetime.fromtimestamp(float(typed), UTC) if typed[:1].isdigit() and "-" not in typed else None
        at = at or datetime.fromisoformat(typed)
        return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
