"""The board and the list behind each of its figures."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from hotline.domain.audit import Kind
from hotline.domain.permissions import Permission
from hotline.read import board, board_picture, drill, proof, watching
from hotline.usecases import audit_log
from web import period, replies
from web.board.drawing import HELPERS, Drawing, formula, spans, window_words
from web.guard import actor, needs, now, office

bp = Blueprint("board", __name__, template_folder="templates")


@bp.get("/board")
@needs(Permission.BOARD_VIEW)
def index() -> Response:
    """The board of the person's unit, or of one below it."""
    return replies.page("board/index.html", **_seen())


@bp.get("/board/fresh")
@needs(Permission.BOARD_VIEW)
def fresh() -> Response:
    """The same board without its frame: what a page fetches when it comes back, and at midnight."""
    return replies.fragment("board/_panels.html", **_seen())


def _seen() -> dict[str, Any]:
    asked = period.asked()
    who = actor()
    with office().begin(by=who) as work:
        city = work.rules.city
        unit = watching.chosen(work, request.args.get("unit"))
        shown = board.of(work, unit, *((asked.since, asked.until) if asked else ()))
        picture = board_picture.of(work, shown)
        choices = watching.choices(city, who)
    rates = work.rules.counting.rates
    drawing = Drawing(shown, picture, rates, live=asked is None, opens=who.may(Permission.FIGURE_OPEN))
    return {
        "board": shown,
        "picture": picture,
        "draw": drawing,
        "unit_words": watching.words(city, unit),
        "place": city.unit(city.root).region_name if unit == city.root else watching.words(city, unit),
        "choices": [
            (group.name, [(each.code, watching.words(city, each.code)) for each in group.units]) for group in choices
        ],
        "spans": [
            (
                span.name,
                url_for("board.index", unit=unit, **period.named(span.period)),
                span.period == asked,
            )
            for span in spans(now())
        ],
        "fresh_from": url_for("board.fresh", unit=unit, **period.named(asked)),
        "watching": bool(asked is None),
        "as_of": shown.as_of,
        "now": now(),
        **HELPERS,
    }


@bp.get("/figures/<key>")
@needs(Permission.FIGURE_OPEN)
def figure(key: str) -> Response:
    """The tickets behind a figure or a rate."""
    asked = period.asked()
    with office().begin(by=actor()) as work:
        unit = watching.chosen(work, request.args.get("unit"))
        behind = drill.of(
            work,
            key,
            unit,
            since=asked.since if asked else None,
            until=asked.until if asked else None,
            part=request.args.get("part") or drill.Part.TOTAL,
            cursor=request.args.get("cursor") or None,
        )
        words = watching.words(work.rules.city, unit)
    window = period.named(asked)
    here: dict[str, Any] = {"key": key, "unit": unit, **window}
    return replies.page(
        "board/figure.html",
        behind=behind,
        is_rate=bool(behind.declared),
        unit_words=words,
        window=window_words(behind.period, now()) if behind.period else "",
        how=[formula(each) for each in behind.declared],
        proof=url_for("board.proof_file", **here) if behind.period else "",
        tabs=[
            (part.words, url_for("board.figure", part=part.value, **here), part is behind.part) for part in drill.Part
        ],
        following=url_for("board.figure", part=behind.part.value, cursor=behind.next, **here) if behind.next else "",
        first=url_for("board.figure", part=behind.part.value, **here) if request.args.get("cursor") else "",
        back=url_for("board.index", unit=unit, **window),
        now=now(),
    )


@bp.get("/figures/<key>/proof.json")
@needs(Permission.FIGURE_OPEN)
def proof_file(key: str) -> Response:
    """Everything by which anybody can compute the figure again (``hotline figures check FILE``)."""
    asked = period.asked() or board.this_month(now())
    with office().begin(by=actor(), isolation="REPEATABLE READ") as work:
        unit = watching.chosen(work, request.args.get("unit"))
        found = proof.prove(work, key, unit, asked)
    with office().begin(by=actor()) as work:
        audit_log.write(work, Kind.EXPORT, about=f"证明 {key} {asked.words}", rows=len(found["objects"]))
    response = make_response(json.dumps(found, ensure_ascii=False, indent=1))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    name = f"{key}-{unit}-{asked.since}-{asked.last}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
