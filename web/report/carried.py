"""What a citizen has said so far, carried from screen to screen inside the form itself, signed.

Nothing of it is kept on the server before it is sent, so nothing is lost by the back button, and nothing is left behind
by who gives up.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

Said = dict[str, str]

KEY = "key"
"""Names this one delivery: sent twice, it is taken once."""
WHOLE = "whole"
"""Says that the last page has been seen: a changed answer leads straight back to it."""


def fresh() -> Said:
    """Nothing said yet."""
    return {KEY: str(uuid4())}


def sealed(said: Mapping[str, str]) -> str:
    """As the hidden field holds it."""
    return _serializer().dumps(dict(said))


def opened(given: str) -> Said | None:
    """What the hidden field says; None when it is too old or not ours."""
    try:
        found = _serializer().loads(given, max_age=current_app.config["WTF_CSRF_TIME_LIMIT"])
    except BadSignature:
        return None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="report")
