"""Fields of a step as they come from a form or a program, read into values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.domain.appeal import clean
from hotline.domain.calendar import ZONE
from hotline.domain.errors import Invalid

Fields = Mapping[str, Any]


def text(fields: Fields, name: str) -> str:
    """A cleaned text; empty when the field is missing."""
    value = fields.get(name)
    return "" if value is None else clean(value)


def yes(fields: Fields, name: str, default: bool) -> bool:
    """Whether a box is ticked; ``default`` when the field is missing."""
    value = fields.get(name)
    if value is None or value == "":
        return default
    return str(value).strip().lower() not in ("false", "0", "no", "off", "否")


def units(fields: Fields, name: str) -> list[str]:
    """A list of codes, given as a list or as one text with commas."""
    value = fields.get(name)
    if value is None:
        return []
    parts = value.replace("，", ",").split(",") if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts if str(part).strip()]


def moment(fields: Fields, name: str) -> datetime | None:
    """A moment, local when it names no zone; None when the field is empty.

    Raises:
        Invalid: it is not written as a moment.
    """
    typed = text(fields, name)
    if not typed:
        return None
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise Invalid({name: "时间写法应如 2026-03-11 14:30"}) from None
    return at if at.tzinfo else at.replace(tzinfo=ZONE)
