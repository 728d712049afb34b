"""Searching tickets.

What is looked for may be a phone or a name: it is sent by POST and kept sealed, and the page's address names only the
search's number.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from hotline.domain import finding
from hotline.domain.errors import Invalid, Refused
from hotline.domain.finding import What
from hotline.domain.permissions import Permission
from hotline.domain.privacy import redact
from hotline.read import search
from hotline.store.work import Work
from hotline.usecases import searches
from web import replies
from web.guard import actor, needs, now, office
from web.refusals import problem_of
from web.search.forms import SearchForm, wanted, words_of

bp = Blueprint("search", __name__, template_folder="templates")


@bp.get("/search")
@needs(Permission.TICKET_VIEW)
def index() -> Response:
    """An empty form, and what this person has looked for before."""
    form = SearchForm(formdata=None)
    with office().begin(by=actor()) as work:
        return _page(work, form)


@bp.post("/search")
@needs(Permission.TICKET_VIEW)
def seek() -> Response:
    """Look for it: a whole number leads to its ticket, everything else to a page of its own."""
    form = SearchForm()
    if not form.validate():
        with office().begin(by=actor()) as work:
            return _page(work, form, status=422)
    with office().begin(by=actor()) as work:
        kept = form.criteria(work.rules.city)
        if not wanted(kept):
            return _page(work, form)
        if set(kept) == {"q"} and (no := _whole_number(work, kept)):
            return replies.to("tickets.show", no=no)
        number = searches.remember(work, kept)
    return replies.to("search.found", number=number)


@bp.get("/search/<int:number>")
@needs(Permission.TICKET_VIEW)
def found(number: int) -> Response:
    """One page of what was found. What can't be looked for is said beside the form."""
    cursor = request.args.get("cursor", "")
    try:
        with office().begin(by=actor()) as work:
            kept = searches.one(work, number)
            page = search.found(work, wanted(kept.criteria), cursor=cursor)
            return _page(work, SearchForm.showing(work.rules.city, kept.criteria), kept=kept, page=page, cursor=cursor)
    except Refused as refused:
        if isinstance(refused, Invalid) or number < 1:
            raise
        with office().begin(by=actor()) as work:
            kept = searches.one(work, number)
            form = SearchForm.showing(work.rules.city, kept.criteria)
            problem = problem_of(refused)
            return _page(work, form, problem=problem, status=problem.status)


@bp.post("/search/<int:number>/name")
@needs(Permission.TICKET_VIEW)
def name(number: int) -> Response:
    """Keep it under a name."""
    with office().begin(by=actor()) as work:
        searches.name(work, number, request.form.get("name", ""))
    return replies.to("search.found", number=number, told="已保存，在搜索页和右上角菜单里都能找到")


@bp.post("/search/<int:number>/forget")
@needs(Permission.TICKET_VIEW)
def forget(number: int) -> Response:
    """Take it off the list."""
    with office().begin(by=actor()) as work:
        searches.forget(work, number)
    return replies.to("search.index", told="已从列表中删去")


@bp.get("/search/saved")
@needs(Permission.TICKET_VIEW)
def saved() -> Response:
    """The saved ones alone, for the header's menu."""
    with office().begin(by=actor()) as work:
        named = [each for each in searches.mine(work) if each.name]
    return replies.fragment("search/_saved.html", named=named)


def _whole_number(work: Work, kept: dict[str, Any]) -> str:
    if finding.read(kept["q"], ["x"]).what is not What.NUMBER:
        return ""
    hits = search.found(work, wanted(kept)).hits
    return hits[0].row.no if hits else ""


def _page(work: Work, form: SearchForm, *, status: int = 200, **values: Any) -> Response:
    city = work.rules.city
    listed = searches.mine(work)
    told = {each.id: redact(words_of(city, each.criteria)) for each in listed}
    kept = values.get("kept")
    following = values["page"].next if values.get("page") else None
    return replies.page(
        "search/index.html",
        form=form,
        named=[each for each in listed if each.name],
        recent=[each for each in listed if not each.name],
        told=told,
        following=url_for("search.found", number=kept.id, cursor=following) if kept and following else "",
        first=url_for("search.found", number=kept.id) if kept and values.get("cursor") else "",
        What=What,
        now=now(),
        status=status,
        **values,
    )
