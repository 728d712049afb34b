"""Where gateways post short messages and calls; each dialect is read by its module in ``hotline/channels``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from hotline.channels import generic_cti, generic_sms
from hotline.domain.errors import Invalid
from hotline.domain.permissions import citizen
from hotline.usecases import calls, telephony, texting
from web.api import bodies
from web.api.answers import answer
from web.gateway import secret
from web.guard import now, office, public

bp = Blueprint("gateway", __name__, url_prefix="/gateway")

SMS: Mapping[str, Callable[[Mapping[str, Any]], generic_sms.Part]] = {"generic": generic_sms.read}
CTI: Mapping[str, Callable[[Mapping[str, Any], datetime], generic_cti.Happening | generic_cti.AtSeat]] = {
    "generic": generic_cti.read
}
"""Dialects by the name in the address; a name without one of its own speaks the generic dialect."""


@bp.post("/sms/<name>")
@public
def sms(name: str) -> Response:
    """One short message, or one part of a long one. The same id again changes nothing."""
    secret.check("sms", name)
    part = SMS.get(name, generic_sms.read)(_plain(bodies.whole()))
    with office().begin(by=citizen(request.remote_addr or "")) as work:
        message = texting.receive(work, name, part)
        return answer({"id": message.external_id, "outcome": message.outcome})


@bp.post("/cti/<name>")
@public
def cti(name: str) -> Response:
    """One event of a call. The same event again changes nothing."""
    secret.check("cti", name)
    happening = CTI.get(name, generic_cti.read)(_plain(bodies.whole()), now())
    with office().begin(by=citizen(request.remote_addr or "")) as work:
        if isinstance(happening, generic_cti.AtSeat):
            telephony.note_seat(work, happening.agent, happening.event, happening.at)
            return answer({"agent": happening.agent, "event": happening.event})
        call = calls.note(work, name, happening)
        return answer({"call_id": call.call_id, "event": happening.event})


def _plain(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, if its values are texts and numbers."""
    wrong = {name: "应为文字或数字" for name, value in given.items() if isinstance(value, dict | list)}
    if wrong:
        raise Invalid(wrong)
    return given
