"""Sending SMS: which gateway, by its name in the settings."""

from __future__ import annotations

from collections.abc import Callable

Send = Callable[[str, str, str], str]
"""(phone, words, key) → the gateway's receipt; the same key twice is one message."""


class NotSent(Exception):  # noqa: N818 - an outcome of sending
    """The gateway did not take the message."""


def null(phone: str, words: str, key: str) -> str:
    """Keep the message in the system and send nothing (demonstration, development, tests)."""
    return f"null-{key}"


GATEWAYS: dict[str, Send] = {"null": null}


def gateway(name: str) -> Send:
    """The gateway of this name; the settings were checked at the start."""
    return GATEWAYS[name]
