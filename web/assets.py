"""Addresses of static files that change with their content, so that browsers may keep them for a year.

The hash stands in the path (``/static/v-1f3a…/js/app.mjs``), so an ES module or a stylesheet that imports another by a
relative path gets the same edition of it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

from web.guard import public

_YEAR = 31_536_000


def edition(folder: Path) -> str:
    """A short hash of every file in the folder, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".map")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def install(app: Flask) -> None:
    """Serve ``/static/…`` with and without an edition, and give templates ``asset("css/base.css")``."""
    folder = Path(str(app.static_folder))
    current = edition(folder)

    @app.get("/static/v-<version>/<path:name>", endpoint="asset")
    @public
    def asset(version: str, name: str) -> Response:
        kept = 0 if app.debug or version != current else _YEAR
        response = send_from_directory(folder, name, max_age=kept)
        if kept:
            response.cache_control.public = True
            response.cache_control.immutable = True
        return response

    @app.get("/favicon.ico")
    @public
    def favicon() -> Response:
        return send_from_directory(folder, "img/mark.svg", max_age=86_400)

    public(app.view_functions["static"])
    app.jinja_env.globals["asset"] = lambda name: f"/static/v-{current}/{name}"
    app.jinja_env.globals["asset_edition"] = current


def is_asset() -> bool:
    """Whether the request is for a static file."""
    return request.endpoint in ("static", "asset", "favicon")
