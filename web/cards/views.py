"""``/cards``: yellow and red cards of one's units, or of the whole city."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from hotline.domain.calendar import ZONE, day_of, local, start_of
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import supervision as reading
from web import replies
from web.guard import actor, needs, now, office

bp = Blueprint("cards", __name__, template_folder="templates")

SPAN = timedelta(days=30)
SPANS = {"1": "今天", "7": "近 7 天", "30": "近 30 天", "90": "近 90 天"}


@bp.get("/cards")
@needs(Permission.TICKET_VIEW)
def index() -> Response:
    """The newest first; narrowed by colour, clock, unit and span."""
    light, unit, kind = (request.args.get(name, "") for name in ("light", "unit", "kind"))
    before = request.args.get("before", "")
    with office().begin(by=actor()) as work:
        found = reading.cards(
            work,
            since=_since(work.now),
            light=light,
            unit=unit,
            kind=kind,
            before=int(before) if before.isdecimal() and len(before) < 19 else None,
        )
        city = work.rules.city
    known = {name: value for name, value in request.args.items() if value and name not in ("before", "light")}
    return replies.page(
        "cards/index.html",
        cards=found,
        light=light,
        unit=unit,
        unit_name=city.units[unit].short_name if unit in city.units else "",
        kind=kind,
        kinds=reading.kinds(),
        spans=SPANS,
        days=request.args.get("days", ""),
        since=local(_since(now())),
        known=known,
        before=before,
        now=now(),
    )


def _since(at: datetime) -> datetime:
    days, exact = request.args.get("days", ""), request.args.get("since", "")
    if days:
        if days not in SPANS:
            raise Invalid({"days": "请从列表里选择时间"})
        return start_of(day_of(at)) - timedelta(days=int(days) - 1)
    if exact:
        try:
            return datetime.fromisoformat(exact).replace(tzinfo=ZONE)
        except ValueError:
            raise Invalid({"since": "时间应写成 2026-03-11T09:30"}) from None
    return at - SPAN
