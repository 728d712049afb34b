"""Lets people in and recognises them: cookies for pages, bearer tokens for programs, both kept only as hashes."""

from __future__ import annotations

from flask import Request

from hotline.domain.permissions import Actor, citizen
from hotline.office import Office
from hotline.usecases import people
from web.guard import SEAT

BY_TOKEN = ("/api/", "/metrics")
"""Paths where a program shows its token; a cookie opens nothing there."""


class SessionDoor:
    """The door of a real office: sessions are rows, so that every web process knows them and leaving is final."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def who(self, request: Request) -> Actor | None:
        """The person behind the cookie; under ``/api/`` the person behind the token, never the cookie.

        A cookie travels by itself, also from another site's page; what programs may do must not hang on it.
        """
        secret = _bearer(request) if request.path.startswith(BY_TOKEN) else request.cookies.get(SEAT, "")
        if not secret:
            return None
        source = request.remote_addr or ""
        with self._office.begin(by=citizen(source)) as work:
            return people.who(work, secret, source)

    def enter(self, username: str, password: str, otp: str, *, source: str, agent: str = "") -> str:
        """A new session's secret.

        Raises:
            WrongPassword: in words; the failure is counted, so it is told only after the transaction.
        """
        with self._office.begin(by=citizen(source)) as work:
            found = people.check(work, username, password, otp)
            if not isinstance(found, str):
                return people.open_session(work, found, agent=agent).token
        raise people.WrongPassword(found)

    def leave(self, secret: str) -> None:
        """Forget the session."""
        if secret:
            with self._office.begin(by=citizen()) as work:
                people.close_session(work, secret)


def _bearer(request: Request) -> str:
    given = request.headers.get("Authorization", "")
    kind, _, secret = given.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""
