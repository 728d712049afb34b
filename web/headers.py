"""Headers of every response: what a page may load, who may frame it, and the request's number for the log."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from web.assets import is_asset

log = logging.getLogger("hotline.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
"""Nothing from another host, no script and no style written into the page."""

_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")


class FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, without ``Vary: Cookie`` on a page that its own browser may keep.

    Such a page is reached again by the back button. Had it varied by a cookie that a later page changed, the browser
    could not show it, and would ask the citizen to confirm a form's resubmission instead.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie as Flask does."""
        super().save_session(app, session, response)
        if response.cache_control.private and not response.cache_control.no_store:
            response.vary.discard("cookie")


def install(app: Flask) -> None:
    """Number each request, and put the headers on each response."""
    app.session_interface = FormCookie()

    @app.before_request
    def number() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _NUMBER.fullmatch(given) else secrets.token_hex(8)
        g.began = perf_counter()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=(), payment=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not is_asset():
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.after_request
    def line(response: Response) -> Response:
        if not is_asset():
            # The rule, never the path: a path may hold a ticket's number, a query what a person typed.
            rule = request.url_rule.rule if request.url_rule else "-"
            spent = (perf_counter() - g.began) * 1000 if "began" in g else 0.0
            log.info("%s %s %s %.0f ms %s", request.method, rule, response.status_code, spent, g.get("request_id"))
        return response
