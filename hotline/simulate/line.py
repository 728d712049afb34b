"""One person's or program's connection to the house: patient when it is away, and never doubling what it sends."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx

GONE = (502, 503, 504)
"""Answers that mean: not now, ask again."""


class Silent(Exception):  # noqa: N818 - an outcome
    """The house did not answer for as long as anybody would wait."""


class Line:
    """Requests to one house; repeats what got no answer, with the same key, until it is answered."""

    def __init__(self, url: str, *, patience: float = 120.0, stop: threading.Event | None = None) -> None:
        self._client = httpx.Client(base_url=url, timeout=30.0, trust_env=False, follow_redirects=False)
        self._patience = patience
        self._stop = stop or threading.Event()
        self.repeated = 0
        """How often something had to be sent again."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """The house's answer, whatever it is, except that it is away.

        Raises:
            Silent: no answer within the patience.
        """
        until = time.monotonic() + self._patience
        pause = 0.1
        while True:
            try:
                answer = self._client.request(method, path, json=json, headers=headers, params=params)
                if answer.status_code not in GONE:
                    return answer
                fault = f"HTTP {answer.status_code}"
            except httpx.TransportError as error:
                fault = type(error).__name__
            if time.monotonic() > until:
                raise Silent(f"{method} {path}: {fault}")
            self.repeated += 1
            self._stop.wait(pause)
            pause = min(pause * 2, 2.0)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Seat:
    """A member of staff at a desk: signs in when needed, and again when the session is over."""

    def __init__(self, line: Line, username: str, password: str) -> None:
        self._line, self._username, self._password = line, username, password
        self._token = ""

    def ask(self, method: str, path: str, **wanted: Any) -> httpx.Response:
        """As :meth:`Line.ask`, signed in."""
        headers = dict(wanted.pop("headers", None) or {})
        for _ in range(2):
            if not self._token:
                self._sign_in()
            answer = self._line.ask(
                method, path, headers=headers | {"Authorization": f"Bearer {self._token}"}, **wanted
            )
            if answer.status_code != 401:
                return answer
            self._token = ""
        return answer

    def _sign_in(self) -> None:
        answer = self._line.ask("POST", "/api/v1/tokens", json={"username": self._username, "password": self._password})
        if answer.status_code != 201:
            raise Silent(f"{self._username} can't sign in: HTTP {answer.status_code}")
        self._token = answer.json()["token"]
