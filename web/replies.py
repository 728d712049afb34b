"""What a view answers with: a page, a fragment, a way on. One line each, so that views stay plain."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """A whole page."""
    response = make_response(render_template(template, **values), status)
    response.vary.add("HX-Request")
    return response


def fragment(template: str, *, status: int = 200, **values: Any) -> Response:
    """A part of a page; with 422 it is the same form with what was typed and what is wrong."""
    return page(template, status=status, **values)


def to(endpoint: str, *, told: str = "", **values: Any) -> Response:
    """On to another page after something was done; ``told`` is said there once."""
    if told:
        flash(told, "done")
    return to_path(url_for(endpoint, **values))


def to_path(path: str) -> Response:
    """On to a path of ours. htmx is told by header, since it would follow a redirect inside the fragment."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = path
        return response
    return make_response(redirect(path, 303))


def telling(response: Response, words: str, kind: str = "done") -> Response:
    """The same response, with a toast on the page that takes it."""
    response.headers["HX-Trigger"] = json.dumps({"told": {"target": "body", "words": words, "kind": kind}})
    return response


def local_path(given: str, otherwise: str) -> str:
    """``given`` if it is a path of ours, else ``otherwise``: nobody is sent to another host."""
    plain = given.startswith("/") and not given.startswith(("//", "/\\")) and given.isprintable()
    return given if plain and "\\" not in given else otherwise
