"""What the API answers with: JSON values made of the house's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, make_response

from hotline.domain.calendar import ZONE


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response; moments are told in the local zone, with its offset."""
    response = make_response(json.dumps(value, ensure_ascii=False, default=_plain), status)
    response.mimetype = "application/json"
    response.headers.update(headers or {})
    return response


def moment(at: datetime | None) -> str | None:
    """The moment in the local zone, to the second."""
    return at.astimezone(ZONE).isoformat(timespec="seconds") if at else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)
