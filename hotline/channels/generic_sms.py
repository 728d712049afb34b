"""The generic SMS dialect: one JSON object or form per part that came in.

Fields: ``id`` (the gateway's own), ``from`` (phone), ``text``, and for a long message ``ref``, ``part``, ``parts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.domain.appeal import clean, normal_phone
from hotline.domain.errors import Invalid

_NAMES = {
    "id": ("id", "message_id", "msg_id", "msgid"),
    "from": ("from", "phone", "mobile", "sender"),
    "text": ("text", "content", "message", "body"),
    "ref": ("ref", "reference", "concat_ref"),
    "part": ("part", "seq", "index"),
    "parts": ("parts", "total", "count"),
}
"""What gateways call these fields."""
MOST_PARTS = 40


@dataclass(frozen=True, slots=True)
class Part:
    """One SMS, or one part of a long one."""

    id: str
    phone: str
    text: str
    ref: str = ""
    part: int = 1
    parts: int = 1


def read(post: Mapping[str, Any]) -> Part:
    """The message of a gateway's post.

    Raises:
        Invalid: no id, no sender, or part numbers that make no sense. The words themselves are never refused.
    """
    found = {name: _first(post, names) for name, names in _NAMES.items()}
    faults: dict[str, str] = {}
    if not found["id"] or len(found["id"]) > 200:
        faults["id"] = "缺少短信编号 id（最长 200 个字符）"
    phone = normal_phone(found["from"])
    if not phone or len(phone) > 40:
        faults["from"] = "缺少发送号码 from"
    part, parts = _whole(found["part"]), _whole(found["parts"])
    if part is None or parts is None or not 1 <= part <= parts <= MOST_PARTS:
        faults["part"] = f"分段序号 part/parts 应为 1 到 {MOST_PARTS} 的整数"
    if faults:
        raise Invalid(faults)
    assert part is not None, "checked above"
    assert parts is not None, "checked above"
    return Part(found["id"], phone, clean(found["text"]), found["ref"][:40], part, parts)


def _first(post: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if post.get(name) not in (None, ""):
            return clean(post[name])
    return ""


def _whole(typed: str) -> int | None:
    if not typed:
        return 1
    return int(typed) if typed.isascii() and typed.isdigit() else None
