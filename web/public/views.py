"""The public side's first page and its settings."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from web import replies
from web.guard import public

bp = Blueprint("public", __name__, template_folder="templates")

_YEAR = 31_536_000


@bp.get("/")
@public
def index() -> Response:
    """Two ways in: say something, or see how it stands."""
    return replies.page("public/index.html")


@bp.post("/appearance")
@public
def appearance() -> Response:
    """Keep the chosen look (``elder`` is 适老版) in a cookie, and go back to where one was."""
    chosen = request.form.get("theme", "")
    response = replies.to_path(replies.local_path(request.form.get("back", ""), url_for("public.index")))
    if chosen in ("light", "dark", "elder"):
        response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure)
    else:
        response.delete_cookie("theme")
    return response
