"""What the API offers, said once: a view is registered and described by the same line.

``/api/v1/openapi.json``, ``/api/v1/docs`` and the checking of bodies read :data:`CALLS`; nothing is described twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint

View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("api", __name__, url_prefix="/api/v1", template_folder="templates")

TEXT_MOST = 5_000
"""Characters of a text whose field says nothing else."""


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TEXTS = "texts"
    """A list of texts; in a form one text with commas."""
    ANSWER = "answer"
    """Whether it was solved: a word, a number or yes and no."""
    MOMENT = "moment"
    FILE = "file"
    """A file, in a form of parts."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or a query."""

    name: str
    words: str
    """What it means, in Chinese."""
    kind: Kind = Kind.TEXT
    required: bool = False
    most: int = TEXT_MOST
    choices: tuple[str, ...] = ()


class Who(StrEnum):
    """Who may call."""

    ANYONE = "anyone"
    CITIZEN = "citizen"
    """Whoever holds the ticket's query code."""
    STAFF = "staff"
    PROGRAM = "program"
    """Anyone, or a program with its own key, or staff: the caller decides the channel."""


@dataclass(frozen=True, slots=True)
class Call:
    """One method on one path."""

    method: str
    path: str
    endpoint: str
    summary: str
    who: Who
    tag: str
    answers: Mapping[int, str]
    """Status → what it says; the first is the answer of a call that succeeds."""
    schema: str = ""
    """Name of the schema of that answer; empty: described by its words only."""
    detail: str = ""
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    media: str = "text/html"
    """Media type of an answer without a schema."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names in the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


CALLS: list[Call] = []
"""Every call, in the order in which it is declared."""


def call(
    method: str,
    path: str,
    summary: str,
    who: Who,
    *,
    tag: str,
    answers: Mapping[int, str],
    schema: str = "",
    detail: str = "",
    query: tuple[Field, ...] = (),
    body: tuple[Field, ...] = (),
    example: Mapping[str, Any] | None = None,
    media: str = "text/html",
) -> Callable[[View], View]:
    """Register and describe a view; ``path`` is written as OpenAPI does: ``/tickets/{no}``."""

    def declare(view: View) -> View:
        CALLS.append(
            Call(
                method,
                path,
                view.__name__,
                summary,
                who,
                tag,
                answers,
                schema,
                detail,
                query,
                body,
                dict(example or {}),
                media,
            )
        )
        rule = re.sub(r"\{(\w+)\}", r"<\1>", path)
        bp.add_url_rule(rule, endpoint=view.__name__, view_func=view, methods=[method])
        return view

    return declare
