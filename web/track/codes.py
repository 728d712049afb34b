"""Query codes this browser has given, in its signed cookie: never in an address."""

from __future__ import annotations

from flask import session

from hotline.domain.number import normal

KEPT = 5
"""How many tickets one browser remembers."""


def known(no: str) -> str:
    """The code of this number, if this browser gave it."""
    kept: dict[str, str] = session.get("codes", {})
    return kept.get(normal(no), "")


def remember(no: str, code: str) -> None:
    """Keep it for later pages."""
    kept = {name: given for name, given in session.get("codes", {}).items() if name != normal(no)}
    kept[normal(no)] = normal(code)
    session["codes"] = dict(list(kept.items())[-KEPT:])


def forget(no: str) -> None:
    """Let it go."""
    kept = dict(session.get("codes", {}))
    kept.pop(normal(no), None)
    session["codes"] = kept


def forget_all() -> None:
    """Let all of them go."""
    session.pop("codes", None)
