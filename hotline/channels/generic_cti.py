"""The generic telephony dialect: one JSON object or form per event of a call.

Fields: ``call_id``, ``event`` (``ringing``, ``answered`` or ``ended``), ``from`` (the caller's number, may be
withheld), ``agent`` (the user name at the seat), ``at`` (when it happened: ISO 8601, or seconds since 1970; now if left
out).
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

_NAMES = {
    "call_id": ("call_id", "callid", "id", "uuid"),
    "event": ("event", "state", "status", "type"),
    "from": ("from", "caller", "phone", "ani"),
    "agent": ("agent", "operator", "seat"),
    "at": ("at", "time", "timestamp"),
}
"""What gateways call these fields."""
AHEAD = timedelta(minutes=5)
"""How far a gateway's clock may run before ours; what is later counts as now."""


class CallEvent(StrEnum):
    """What happens to a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


_WORDS = {
    "ring": CallEvent.RINGING,
    "alerting": CallEvent.RINGING,
    "answer": CallEvent.ANSWERED,
    "connected": CallEvent.ANSWERED,
    "end": CallEvent.ENDED,
    "hangup": CallEvent.ENDED,
    "released": CallEvent.ENDED,
} | {event.value: event for event in CallEvent}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of one call."""

    call_id: str
    event: CallEvent
    phone: str
    agent: str
    at: datetime


def read(post: Mapping[str, Any], now: datetime) -> Happening:
    """The event of a gateway's post.

    Raises:
        Invalid: no call, an event that is none of the three, or a moment that is none.
    """
    found = {name: _first(post, names) for name, names in _NAMES.items()}
    faults: dict[str, str] = {}
    if not found["call_id"] or len(found["call_id"]) > 80:
        faults["call_id"] = "缺少来电编号 call_id（最长 80 个字符）"
    event = _WORDS.get(found["event"].lower())
    if event is None:
        faults["event"] = "事件应为 ringing、answered 或 ended"
    agent = clean(found["agent"])
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
    assert event is not None, "checked above"
    assert at is not None, "checked above"
    return Happening(found["call_id"], event, phone, agent, at if at <= now + AHEAD else now)


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
