"""``/foresight``: 热点预警, with what is handed to a unit and what is let be."""

from __future__ import annotations

from flask import Blueprint, Response, request
from wtforms import TextAreaField

from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import foresight as reading
from hotline.usecases import foresight
from web import replies
from web.forms import Form, stripped
from web.guard import actor, needs, now, office
from web.tickets.choices import choices
from web.tickets.form_base import LONG, Picker

bp = Blueprint("foresight", __name__, template_folder="templates", url_prefix="/foresight")

P = Permission


class Decision(Form):
    """To which unit, and in what words; or why not."""

    unit = Picker("交给", "units")
    words = TextAreaField("要做什么，或不采纳的理由", LONG, filters=[stripped])


@bp.get("/")
@needs(P.TICKET_SUPERVISE, P.SURGE, P.INSTRUCT)
def index() -> Response:
    """The week, what waits for a decision, what was decided."""
    return _page()


@bp.get("/<int:number>")
@needs(P.TICKET_SUPERVISE)
def one(number: int) -> Response:
    """The same with one proposal open for its decision."""
    return _page(number)


@bp.post("/<int:number>/<any(accept, dismiss):deed>")
@needs(P.TICKET_SUPERVISE)
def decide(number: int, deed: str) -> Response:
    """Hand it to a unit, or let it be."""
    form = Decision(formdata=request.form)
    try:
        with office().begin(by=actor()) as work:
            words = form.words.data or ""
            if deed == "accept":
                unit = choices(work.rules.city, "units").code(form.unit.data or "")
                foresight.accept(work, number, unit=unit or "", words=words)
            else:
                foresight.dismiss(work, number, words=words)
    except Invalid as invalid:
        for name, said in invalid.fields.items():
            form[name].errors = [said]
        return _page(number, form, status=422)
    return replies.to("foresight.index", told="已交办，单位会收到消息" if deed == "accept" else "已记为不采纳")


def _page(number: int = 0, form: Decision | None = None, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        shown = reading.page(work)
        city = work.rules.city
    chosen = next((each for each in shown.proposed if each.id == number), None)
    if chosen is not None and form is None:
        unit = choices(city, "units").words(chosen.unit_code) if chosen.unit_code else ""
        form = Decision(formdata=None, data={"unit": unit, "words": chosen.words})
    may = actor().may(P.TICKET_SUPERVISE)
    return replies.page(
        "foresight/index.html", shown=shown, chosen=chosen, form=form, may=may, now=now(), status=status
    )
