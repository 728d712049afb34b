"""The application factory: one place that says what stands around every page."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from hotline.office import Office
from web import assets, desks, guard, headers, input, live, metrics, nav, refusals
from web.components import Components
from web.door import SessionDoor
from web.files import parts
from web.formats import FILTERS

BODY_LIMIT = 1024 * 1024
"""Bytes of a form or a JSON body; a view that takes files raises ``request.max_content_length`` for itself."""

TOKEN_LIFE = 12 * 3600
"""Seconds a form's token holds: a shift, so that nobody loses a text for having gone to lunch."""

THEMES = ("light", "dark", "elder")


def create_app(
    office: Office, *, door: guard.Door | None = None, development: bool = False, body_limit: int = BODY_LIMIT
) -> Flask:
    """The web application of this office.

    ``door`` is the office's own unless a test brings another. ``development``, or Flask's debug mode, adds
    ``/styleguide``.
    """
    settings = office.settings
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=hmac.digest(settings.secrets.key, b"form tokens", sha256),
        MAX_CONTENT_LENGTH=body_limit,
        MAX_FORM_MEMORY_SIZE=body_limit,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.security.secure_cookies,
        WTF_CSRF_TIME_LIMIT=TOKEN_LIFE,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=True,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["office"] = office
    app.extensions["door"] = door or SessionDoor(office)
    if hops := settings.server.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]

    headers.install(app)
    metrics.install(app)
    parts.install(app)
    input.watch(app)
    csrf = CSRFProtect()
    csrf.init_app(app)
    guard.watch(app)
    refusals.install(app)
    _templates(app)
    assets.install(app)
    for blueprint in desks.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in desks.PROGRAM_BLUEPRINTS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    if development or app.debug:
        from web.styleguide.views import bp as styleguide

        app.register_blueprint(styleguide)
    live.install(app)
    return app


def _templates(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(FILTERS)
    env.tests["multiple"] = lambda field: type(field).__name__ == "SelectMultipleField"
    env.globals["ui"] = Components(env)

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        chosen = request.cookies.get("theme", "")
        # A fault page must be drawn even when the database, and with it the door, is out of order.
        who = g.get("visitor")
        return {
            "visitor": who,
            "desks": nav.desks_of(who, set(app.view_functions)) if who else [],
            "theme": chosen if chosen in THEMES else "",
            "has_endpoint": app.view_functions.__contains__,
        }
