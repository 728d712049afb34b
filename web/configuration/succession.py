"""Merging a unit into another one: what hangs on it, who takes over, one press, and how far it has come."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from hotline.domain.errors import Invalid, NotFound, NotNow, Stale
from hotline.domain.permissions import Permission
from hotline.jobs.queue import nudge
from hotline.read import succession
from hotline.usecases import organisation, unit_rules, units
from hotline.usecases.organisation import What
from web import replies
from web.configuration.blueprint import bp, page
from web.forms import Form, stripped
from web.guard import actor, needs, office
from web.tickets.choices import choices
from web.tickets.form_base import Picker

P = Permission


class MergeForm(Form):
    """Into which unit, and on what ground."""

    into = Picker("并入", "units")
    words = TextAreaField("依据", [Length(max=200)], filters=[stripped])
    seen = HiddenField()


@bp.get("/organisation/merge")
@needs(P.CONFIGURE)
def merge() -> Response:
    """What would move with the unit of ``?code=``; the usual successor is filled in."""
    code, city = request.args.get("code", ""), office().rules.city
    heir = units.usual_heir(city, code) if code in city.units else ""
    return _shown(code, MergeForm(formdata=None, data={"into": choices(city, "units").words(heir)}))


@bp.post("/organisation/merge")
@needs(P.CONFIGURE)
def merge_sent() -> Response:
    """Merge it: precedents and accounts go along at once, the unit is closed, and its tickets follow."""
    code, form = request.form.get("code", ""), MergeForm()
    refused: Stale | NotNow | None = None
    if form.validate():
        into = choices(office().rules.city, "units").code(form.into.data or "")
        try:
            with office().begin(by=actor()) as work:
                seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
                waiting = units.merge_into(work, code, into, words=form.words.data or "", seen=seen)
                unit_rules.follow(work, code, into, words=form.words.data or "")
                name = work.rules.city.unit(into).short_name
            office().look_again()
            nudge(office().redis, "hand_over")
            flash(f"已并入{name}" + (f"，{waiting} 件在办工单正在移转" if waiting else ""), "done")
            return replies.to_path(url_for("configuration.thing", what=What.UNIT, code=code))
        except Invalid as invalid:
            for field, words in invalid.fields.items():
                form[field].errors = [words]
        except (Stale, NotNow) as why:
            refused = why
    return _shown(code, form, told=refused.message if refused else "", status=409 if refused else 422)


@bp.get("/organisation/merged")
@needs(P.CONFIGURE)
def merged() -> Response:
    """How far the tickets of the unit of ``?code=`` have moved."""
    code = request.args.get("code", "")
    with office().begin(by=actor()) as work:
        found = succession.of(work, code)
    if found is None:
        raise NotFound("这个单位没有并入其他单位，请回到列表")
    return replies.fragment("configuration/_merged.html", merged=found, code=code)


def _shown(code: str, form: MergeForm, *, told: str = "", status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        unit = work.rules.city.units.get(code)
        if unit is None:
            raise NotFound("没有这个单位，请回到列表")
        load = organisation.load_of(work, unit)
        if not form.seen.data:
            form.seen.data = str(organisation.seen(work, What.UNIT, code))
    return page("merge.html", here="units", unit=unit, load=load, form=form, told=told, status=status)
