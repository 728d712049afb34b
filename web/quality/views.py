"""``/quality``: QA decides what is taken out of the score (质检)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.read import exclusions, ticket_page
from web import replies
from web.guard import actor, needs, now, office

bp = Blueprint("quality", __name__, template_folder="templates", url_prefix="/quality")

P = Permission


@bp.get("/")
@needs(P.EXCLUSION_DECIDE)
def index() -> Response:
    """The requests that wait for a decision, or the last decided ones."""
    decided = request.args.get("decided") == "1"
    with office().begin(by=actor()) as work:
        rows = exclusions.queue(work, decided=decided)
        waiting = len(rows) if not decided else len(exclusions.queue(work))
    return replies.page("quality/index.html", rows=rows, decided=decided, waiting=waiting, now=now())


@bp.get("/<no>")
@needs(P.EXCLUSION_DECIDE)
def ticket(no: str) -> Response:
    """One request beside its ticket."""
    decided = request.args.get("decided") == "1"
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        asked = exclusions.of(work, page.no)
        rows = exclusions.queue(work, decided=decided)
        waiting = len(rows) if not decided else len(exclusions.queue(work))
    return replies.page(
        "quality/ticket.html",
        ticket=page,
        asked=asked,
        rows=rows,
        decided=decided,
        waiting=waiting,
        current=page.no,
        with_detail=True,
        back=url_for(".index", decided=request.args.get("decided")),
        after=url_for(".index"),
        only=(Action.OK_EXCLUDE.value, Action.NO_EXCLUDE.value),
        now=now(),
    )
