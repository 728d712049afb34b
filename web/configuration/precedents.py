"""Precedents: what co-ordination decided, changed like every rule: looked at first, saved with a reason, undone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.domain.errors import Invalid, NotNow, Stale
from hotline.domain.permissions import Permission
from hotline.domain.tables import changes
from hotline.store.precedent import Precedent, every
from hotline.store.work import Work
from hotline.usecases import effects, precedents
from hotline.usecases.precedents import Wanted
from web import replies
from web.configuration.blueprint import bp, page
from web.configuration.forms import SaveForm
from web.configuration.labels import value_of
from web.configuration.proposal import Line, table_in
from web.forms import Form, stripped
from web.guard import actor, needs, office

P = Permission
HERE = "precedents"
LABELS = {"keywords": "关键词", "auto": "自动派单", "active": "在用", "lead": "主办", "co_units": "协办"}


class PrecedentForm(Form):
    """What of a precedent may be changed."""

    keywords = StringField("关键词", [Length(max=300)], filters=[stripped])
    auto = BooleanField("把握足够时自动派单，不经派单员确认")

    def wanted(self, active: bool) -> Wanted:
        """What was typed."""
        words = [word for word in re.split(r"[、，,;；\s]+", self.keywords.data or "") if word]
        return Wanted(tuple(words), bool(self.auto.data), active)


@bp.get("/precedents")
@needs(P.CONFIGURE)
def precedent_list() -> Response:
    """What co-ordination decided, used or not used any more."""
    with office().begin(by=actor()) as work:
        found = every(work.session)
        return page("precedents.html", here=HERE, found=found, city=work.rules.city)


@bp.get("/precedents/<int:number>")
@needs(P.CONFIGURE)
def precedent(number: int) -> Response:
    """One precedent and its form."""
    with office().begin(by=actor()) as work:
        found = precedents.found(work, number)
        form = PrecedentForm(formdata=None, data={"keywords": "、".join(found.keywords), "auto": found.auto})
        return _shown(work, found, form, str(precedents.seen(work, number)))


@bp.post("/precedents/<int:number>")
@needs(P.CONFIGURE)
def precedent_sent(number: int) -> Response:
    """A filled-in form (``close``: use it no more, ``open``: again): on to its effect, or back with what is wrong."""
    form = PrecedentForm()
    valid = form.validate()
    with office().begin(by=actor()) as work:
        found = precedents.found(work, number)
        active = "close" not in request.form and ("open" in request.form or found.ended_at is None)
        try:
            wanted = precedents.checked(work, found, form.wanted(active))
        except Invalid as refused:
            form.keywords.errors = [*form.keywords.errors, *refused.fields.values()]
            valid = False
        except NotNow as refused:
            form.keywords.errors, valid = [refused.message], False
        if not valid:
            return _shown(work, found, form, request.form.get("seen", ""), status=422)
        return _change(work, found, wanted, _save(wanted, request.form.get("seen", "")))


@bp.post("/precedents/<int:number>/save")
@needs(P.CONFIGURE)
def precedent_save(number: int) -> Response:
    """Put the change that was looked at into force."""
    form = SaveForm()
    wanted = Wanted.of({"keywords": [], "auto": False, "active": True} | table_in(form.body.data))
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
    clash: Stale | None = None
    if form.validate():
        # As for every rule: what was typed stays, and a second administrator sees what is there now.
        try:
            with office().begin(by=actor()) as work:
                precedents.change(work, number, wanted, words=form.words.data or "", seen=seen)
            return replies.to("configuration.precedent_history", told="已保存", number=number)
        except Stale as stale:
            clash = stale
        except Invalid as refused:
            form.words.errors = list(refused.fields.values())
        except NotNow as refused:
            form.words.errors = [refused.message]
    with office().begin(by=actor()) as work:
        if clash is not None:
            form.seen.data = str(precedents.seen(work, number))
        found = precedents.found(work, number)
        return _change(work, found, wanted, form, clash=clash, status=409 if clash else 422)


@bp.get("/precedents/history")
@needs(P.CONFIGURE)
def precedent_history() -> Response:
    """What was changed of one (``?number=``) or of all, by whom and why."""
    number = request.args.get("number", type=int)
    with office().begin(by=actor()) as work:
        found = precedents.history(work, number)
        city = work.rules.city
        known = {each.id: each for each in every(work.session)}
        rows = [(each, known.get(int(each.code)), _lines(city, each.before, each.after)) for each in found]
        return page("precedent_history.html", here=HERE, rows=rows, number=number, city=city)


@bp.post("/precedents/changes/<int:change>/revert")
@needs(P.CONFIGURE)
def precedent_revert(change: int) -> Response:
    """Look at going back to what a change replaced."""
    with office().begin(by=actor()) as work:
        number, wanted = precedents.before(work, change)
        found = precedents.found(work, number)
        wanted = precedents.checked(work, found, wanted)
        return _change(work, found, wanted, _save(wanted, str(precedents.seen(work, number)), words="恢复以前的内容"))


def _save(wanted: Wanted, seen: str, words: str = "") -> SaveForm:
    body = json.dumps({"keywords": wanted.keywords, "auto": wanted.auto, "active": wanted.active})
    return SaveForm(formdata=None, data={"body": body, "seen": seen, "words": words})


def _shown(work: Work, found: Precedent, form: PrecedentForm, seen: str, status: int = 200) -> Response:
    city = work.rules.city
    return page("precedent.html", here=HERE, precedent=found, form=form, seen=seen, city=city, status=status)


def _change(
    work: Work, found: Precedent, wanted: Wanted, form: SaveForm, *, clash: Stale | None = None, status: int = 200
) -> Response:
    after = precedents.kept(found) | {"keywords": list(wanted.keywords), "auto": wanted.auto, "active": wanted.active}
    return page(
        "precedent_change.html",
        here=HERE,
        precedent=found,
        form=form,
        lines=_lines(work.rules.city, precedents.kept(found), after),
        effect=effects.of_precedent(work, found, wanted),
        clash=clash,
        status=status,
    )


def _lines(city: City, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    def words(value: Any) -> str:
        if isinstance(value, list):
            return "、".join(words(each) for each in value) or "—"
        unit = city.units.get(value) if isinstance(value, str) else None
        return unit.short_name if unit else value_of(value)

    return [Line(LABELS.get(c.path[0], c.path[0]), words(c.before), words(c.after)) for c in changes(before, after)]
