"""``/nuisance``: who calls again and again without content, and the limits in force; for the shift lead."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from hotline.domain.appeal import normal_phone
from hotline.domain.errors import Refused
from hotline.domain.permissions import Permission
from hotline.domain.privacy import mask_phone
from hotline.usecases import nuisance
from web import replies
from web.forms import Form, stripped
from web.guard import actor, needs, now, office
from web.refusals import problem_of

bp = Blueprint("nuisance", __name__, template_folder="templates", url_prefix="/nuisance")

P = Permission


class LimitForm(Form):
    """A number, for how long, and why."""

    call = HiddenField()
    """The row of the list: nobody has to see the whole number to limit it."""
    phone = StringField("来电号码", filters=[stripped])
    days = IntegerField("限制几天", [Optional()], default=1)
    ground = TextAreaField("理由", [Length(max=200)], filters=[stripped])


@bp.get("/")
@needs(P.CALLER_LIMIT)
def index() -> Response:
    """Today's numbers and the limits."""
    return _page(LimitForm(formdata=None))


@bp.post("/limit")
@needs(P.CALLER_LIMIT)
def limit() -> Response:
    """Limit a number."""
    form = LimitForm()
    try:
        with office().begin(by=actor()) as work:
            phone = form.phone.data or nuisance.number_of(work, form.call.data or "")
            nuisance.limit(work, phone=phone, days=form.days.data or 0, ground=form.ground.data or "")
    except Refused as refused:
        problem = problem_of(refused)
        for name, said in problem.fields.items():
            if name in form:
                form[name].errors = [said]
        return _page(form, status=problem.status, problem=None if problem.fields else problem)
    return replies.to("nuisance.index", told=f"已限制 {mask_phone(normal_phone(phone))}")


@bp.post("/<int:number>/lift")
@needs(P.CALLER_LIMIT)
def lift(number: int) -> Response:
    """End a limit."""
    with office().begin(by=actor()) as work:
        nuisance.lift(work, number)
    return replies.to("nuisance.index", told="已解除限制")


def _page(form: LimitForm, *, status: int = 200, **values: Any) -> Response:
    with office().begin(by=actor()) as work:
        opened, rules = work.sealer.open, work.rules.matters.nuisance
        limits = [(row, opened(row.phone)) for row in nuisance.limits(work)]
        limited = {phone for _, phone in limits}
        often = [(call, opened(phone), n, at) for call, phone, n, at in nuisance.often_today(work)]
        values["often"] = [(call, mask_phone(phone), n, at, phone in limited) for call, phone, n, at in often]
        values["limits"] = [(row.id, mask_phone(phone), row.until, row.ground, row.by) for row, phone in limits]
        values |= {"calls": rules.calls, "most": rules.limit_most.days}
    return replies.page("nuisance/index.html", form=form, now=now(), status=status, **values)
