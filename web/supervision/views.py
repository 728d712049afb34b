"""``/supervision``: what is late and what soon will be, unit by unit, and a reminder to whoever has it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.errors import Invalid, Refused
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.read import queues, ticket_page
from hotline.read import supervision as orders
from hotline.read.queues import Row, Wanted
from hotline.store.work import Work
from hotline.usecases import access, steps
from web import replies
from web.guard import actor, needs, office

bp = Blueprint("supervision", __name__, template_folder="templates", url_prefix="/supervision")

LIGHTS = ("red", "yellow")
MOST_AT_ONCE = 100

P = Permission
LOOK = (P.TICKET_SUPERVISE, P.SUPERVISION, P.INSTRUCT)
"""Supervisors, the efficiency office, and leaders; only the first urge."""


@bp.get("/")
@needs(*LOOK)
def index() -> Response:
    """Red first; yellow when nothing is red."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("supervision/index.html", **shown)


@bp.get("/list")
@needs(*LOOK)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("supervision/_list.html", **shown)


@bp.get("/<no>")
@needs(*LOOK)
def ticket(no: str) -> Response:
    """One ticket: who has had it for how long, and what can be done about it."""
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        shown = _desk(work, current=no)
    query = {"light": shown["light"], "unit": shown["unit"] or None}
    return replies.page(
        "supervision/ticket.html",
        ticket=page,
        with_detail=True,
        back=url_for("supervision.index", **query),
        after=url_for("supervision.ticket", no=no, **query),
        **shown,
    )


@bp.post("/urge")
@needs(P.TICKET_SUPERVISE)
def urge() -> Response:
    """Remind a unit of everything ticked, each ticket in its own transaction."""
    words = request.form.get("words", "").strip()
    if len(words) > 200:
        raise Invalid({"words": f"最多 200 个字，现有 {len(words)} 个"})
    done = failed = 0
    for picked in dict.fromkeys(request.form.getlist("pick")[:MOST_AT_ONCE]):
        no, _, version = picked.partition(":")
        try:
            with office().begin(by=actor()) as work:
                found = access.staff(work, no, seen=int(version) if version.isdecimal() else 0)
                steps.take(work, found, Action.URGE, {"words": words})
            done += 1
        except Refused:
            failed += 1
    if not done + failed:
        flash("请先勾选要催办的工单", "error")
        return replies.to("supervision.index", light=_light(), unit=request.form.get("unit") or None)
    told = f"已催办 {done} 件"
    flash(f"{told}，另有 {failed} 件刚有新进展，没有催办" if failed else told, "done" if done else "error")
    return replies.to("supervision.index", light=_light(), unit=request.form.get("unit") or None)


def _light() -> str:
    asked = request.values.get("light", "")
    return asked if asked in LIGHTS else ""


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    around = queue_counts(work)
    counted = around["counts"]
    light = _light() or next((each for each in LIGHTS if counted[each]), "red")
    unit, cursor = request.values.get("unit", ""), request.values.get("cursor", "")
    city = work.rules.city
    page = queues.page(work, Wanted(light=light, unit=unit or None), cursor=cursor or None, limit=100)
    by_unit = [(code, city.unit(code).short_name, n) for code, n in queues.by_unit(work, Wanted(light=light)) if code]
    return {
        **around,
        "light": light,
        "unit": unit,
        "units": by_unit,
        "groups": _grouped(page.rows),
        "rows": page,
        "ordered": orders.levels(work, [row.no for row in page.rows]),
        "cursor": cursor,
        "current": current,
        "now": work.now,
    }


def queue_counts(work: Work) -> dict[str, Any]:
    """What the left pane of the desk shows."""
    return {
        "counts": {light: queues.count(work, Wanted(light=light)) for light in LIGHTS},
        "waiting": orders.counts(work),
        "queue_names": orders.QUEUES,
        "may_supervise": work.by.may(P.TICKET_SUPERVISE),
    }


def _grouped(rows: tuple[Row, ...]) -> list[tuple[str, list[Row]]]:
    """The rows by unit; the unit with the most first, the centre's own at the end."""
    groups = [(name, list(found)) for name, found in groupby(sorted(rows, key=lambda r: r.unit), key=lambda r: r.unit)]
    return sorted(groups, key=lambda group: (not group[0], -len(group[1])))
