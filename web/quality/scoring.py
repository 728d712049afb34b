"""``/quality/scoring``: QA scores how callers were served, drawn by lot (质检评分)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from hotline.domain.errors import Invalid, Refused, Stale
from hotline.domain.permissions import Permission
from hotline.read import exclusions, quality, ticket_page
from hotline.store.work import Work
from hotline.usecases import access
from hotline.usecases import quality as scoring
from web import replies
from web.guard import actor, needs, now, office

bp = Blueprint("scoring", __name__, template_folder="templates", url_prefix="/quality/scoring")

P = Permission
POINTS = "points-"
"""Begins the name of an item's field."""


@bp.get("/")
@needs(P.QUALITY_SCORE)
def index() -> Response:
    """Today's sample."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("quality/sample.html", **shown)


@bp.get("/month")
@needs(P.QUALITY_SCORE)
def month() -> Response:
    """What was scored this month, and everybody's mean."""
    with office().begin(by=actor()) as work:
        scored, means = quality.month(work)
    return replies.page("quality/month.html", scored=scored, means=means, now=now())


@bp.get("/<no>")
@needs(P.QUALITY_SCORE)
def ticket(no: str) -> Response:
    """One ticket with its call, and the points."""
    return _shown(no)


@bp.post("/<no>")
@needs(P.QUALITY_SCORE)
def score(no: str) -> Response:
    """Record the points and go on to the next of the sample."""
    given = {name.removeprefix(POINTS): said for name, said in request.form.items() if name.startswith(POINTS)}
    seen = request.form.get("seen", "")
    try:
        with office().begin(by=actor()) as work:
            made = scoring.score(
                work,
                access.staff(work, no),
                given,
                words=request.form.get("words", ""),
                seen=int(seen) if seen.isdecimal() else 0,
            )
            total, following = made.total, [row.no for row in quality.sample(work) if row.no != no]
    except (Invalid, Stale) as refused:
        return _shown(no, given, refused)
    told = f"已评 {total} 分"
    if following:
        return replies.to("scoring.ticket", told=told, no=following[0])
    return replies.to("scoring.index", told=told)


def _shown(no: str, given: dict[str, str] | None = None, refused: Refused | None = None) -> Response:
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        case, items = quality.of(work, no), work.rules.quality.items
        shown = _desk(work, current=page.no)
    before = {point["code"]: str(point["got"]) for point in case.last.points} if case.last else {}
    return replies.page(
        "quality/score.html",
        with_detail=True,
        back=url_for(".index"),
        ticket=page,
        case=case,
        items=[(item, (given or before).get(item.code, "" if given else str(item.points))) for item in items],
        words=request.form.get("words", "") if given is not None else case.last.words if case.last else "",
        faults=refused.fields if isinstance(refused, Invalid) else {},
        refused=refused.message if isinstance(refused, Stale) else "",
        status=422 if isinstance(refused, Invalid) else 409 if refused else 200,
        **shown,
    )


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    waiting = len(exclusions.queue(work)) if work.by.may(P.EXCLUSION_DECIDE) else None
    rows = quality.sample(work)
    return {"rows": rows, "waiting": waiting, "drawn": len(rows), "current": current, "here": "sample", "now": work.now}
