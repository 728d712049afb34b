"""What waits at each of the person's desks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app

from hotline.domain.lifecycle import State
from hotline.read import home
from web import replies
from web.guard import actor, needs, office
from web.nav import desks_of

bp = Blueprint("home", __name__, template_folder="templates")


def _queues(*states: State) -> tuple[str, ...]:
    return tuple(f"queue.{state}" for state in states)


WAITING: dict[str, tuple[str, ...]] = {
    "operator": ("intake", "direct"),
    "dispatch": _queues(State.SUBMITTED, State.PENDING_DISPATCH, State.RETURN_REVIEW, State.COORDINATING),
    "review": _queues(State.REPLY_REVIEW),
    "callback": _queues(State.CALLBACK),
    "coordination": _queues(State.COORDINATING),
    "supervision": ("severe", "sign_late", "contact_late", "centre_late"),
    "board": ("open", "yellow", "red", "centre_late"),
}
"""Desk → the queues and figures that say what waits there."""
OF_UNIT = ("sign", "work", "mend", "ordered")
"""The queues of a unit's own desk."""
DAILY = frozenset({"intake", "direct"})
"""Figures of the day, not of the moment."""


@bp.get("/home")
@needs()
def index() -> Response:
    """Every desk of the person with what waits there."""
    return replies.page("home/index.html", **_seen())


@bp.get("/home/desks")
@needs()
def waiting() -> Response:
    """The same without the frame, to be fetched anew."""
    return replies.fragment("home/_desks.html", **_seen())


def _seen() -> dict[str, Any]:
    mine = desks_of(actor(), set(current_app.view_functions))
    names = {desk: desk.endpoint.partition(".")[0] for desk in mine}
    keys = {key for name in names.values() for key in WAITING.get(name, ())}
    with office().begin(by=actor()) as work:
        found = home.of(work, sorted(keys))
        own = home.of_unit(work, OF_UNIT) if "department" in names.values() else []
    waiting = [
        (desk, own if name == "department" else [found[key] for key in WAITING.get(name, ()) if key in found])
        for desk, name in names.items()
    ]
    return {
        "waiting": sorted(waiting, key=lambda each: not each[1]),  # what waits stands before what is only looked up
        "listening": " ".join(sorted(names.values())),
        "daily": DAILY,
    }
