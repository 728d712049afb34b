"""A span of days in the address of a page: its first and its last day, as people name them."""

from __future__ import annotations

from typing import Any

from flask import request

from hotline.domain.rates import Period
from hotline.read import board
from web.guard import now


def asked() -> Period | None:
    """The span that this page's address names; None when it names none.

    Raises:
        Invalid: no such date, or the last day lies before the first.
    """
    return board.days(request.args.get("from"), request.args.get("to"), now())


def named(period: Period | None) -> dict[str, Any]:
    """The same span in the address of another page; nothing without one."""
    return {"from": period.since.isoformat(), "to": period.last.isoformat()} if period else {}
