"""``/coordination``: what waits for a decision about its lead, and what has been decided before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.read import precedents, queues, ticket_page
from hotline.read.queues import Wanted
from hotline.store.work import Work
from web import replies
from web.guard import actor, needs, office

bp = Blueprint("coordination", __name__, template_folder="templates", url_prefix="/coordination")

WANTED = Wanted(states=(State.COORDINATING,))
P = Permission


@bp.get("/")
@needs(P.TICKET_SUPERVISE)
def index() -> Response:
    """What is due first comes first."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("coordination/index.html", **shown)


@bp.get("/list")
@needs(P.TICKET_SUPERVISE)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("coordination/_list.html", **shown)


@bp.get("/<no>")
@needs(P.TICKET_SUPERVISE)
def ticket(no: str) -> Response:
    """One ticket: who says what, what was decided in such cases before, and the decision."""
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        like = precedents.like(work, page.category)
        shown = _desk(work, current=no)
    return replies.page(
        "coordination/ticket.html",
        ticket=page,
        precedents=like,
        asked=next((line for line in reversed(page.journal) if line.action is Action.COORDINATE), None),
        with_detail=True,
        back=url_for("coordination.index"),
        after=url_for("coordination.index"),
        **shown,
    )


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    cursor = request.args.get("cursor", "")
    page = queues.page(work, WANTED, cursor=cursor or None)
    return {"rows": page, "count": queues.count(work, WANTED), "cursor": cursor, "current": current, "now": work.now}
