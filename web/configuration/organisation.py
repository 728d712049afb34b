"""Units and categories: the tree, a form for each, its effect before it is saved, its changes after."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import Category, City, Level, Unit
from hotline.domain.errors import Invalid, NotFound, NotNow, Stale
from hotline.domain.permissions import Permission
from hotline.domain.tables import changes
from hotline.read import succession
from hotline.settings.city import APPEAL_TYPES, CATEGORY_COLUMNS, UNIT_COLUMNS, URGENCIES
from hotline.store.work import Work
from hotline.usecases import organisation
from hotline.usecases.organisation import What, columns_of
from web import replies
from web.configuration.blueprint import bp, page
from web.configuration.forms import SaveForm
from web.configuration.labels import value_of
from web.configuration.proposal import Line, table_in
from web.forms import Form, stripped
from web.guard import actor, needs, office
from web.tickets.form_base import Picker

P = Permission
SHORT = [Length(max=200)]
_YES = ("dispatchable", "fallback", "quick_list", "grassroots_ok", "sensitive")
_LISTS = ("service_regions", "duties", "keywords", "appeal_types")
_LEVELS = {level.value: level.value for level in Level}


class ThingForm(Form):
    """A row as typed; ``row`` says it as its file would."""

    def row(self) -> dict[str, str]:
        """Column by column, as in the CSV file."""
        said: dict[str, str] = {}
        for field in self:
            if field.name == "csrf_token":
                continue
            if field.name in _YES:
                said[field.name] = "Y" if field.data else "N"
            elif field.name in _LISTS:
                said[field.name] = "|".join(part for part in re.split(r"[、，,;；|\s]+", field.data or "") if part)
            else:
                said[field.name] = field.data or ""
        return said


class UnitForm(ThingForm):
    """One row of ``departments.csv``."""

    code = StringField("编码", [Length(max=20)], filters=[stripped])
    name = StringField("名称", SHORT, filters=[stripped])
    short_name = StringField("简称", SHORT, filters=[stripped])
    parent_code = Picker("上级单位", "units")
    level = SelectField("层级", choices={k: v for k, v in _LEVELS.items() if k != Level.COMPANY})
    region_code = StringField("区划代码", SHORT, filters=[stripped])
    region_name = StringField("区划名称", SHORT, filters=[stripped])
    line = StringField("条线", SHORT, filters=[stripped])
    kind = StringField("单位类型", SHORT, filters=[stripped])
    dispatchable = BooleanField("可派单")
    fallback = BooleanField("县级（市级）兜底单位")
    service_regions = StringField("服务区划", [Length(max=1000)], filters=[stripped])
    duties = TextAreaField("职责", [Length(max=2000)], filters=[stripped])


class CategoryForm(ThingForm):
    """One row of ``taxonomy.csv``."""

    code = StringField("编码", [Length(max=6)], filters=[stripped])
    level1 = StringField("一级", SHORT, filters=[stripped])
    level2 = StringField("二级", SHORT, filters=[stripped])
    level3 = StringField("三级", SHORT, filters=[stripped])
    department = StringField("市级主管部门", SHORT, filters=[stripped])
    line = StringField("条线", SHORT, filters=[stripped])
    handling_level = SelectField("办理层级", choices=_LEVELS)
    appeal_types = StringField("诉求类型", SHORT, filters=[stripped])
    urgency = SelectField("紧急程度", choices={name: name for name in URGENCIES})
    quick_list = BooleanField("便民事项（投诉按短时限办理）")
    grassroots_ok = BooleanField("可由街道（乡镇）主办")
    sensitive = BooleanField("敏感：默认保密，限制查看")
    keywords = TextAreaField("关键词", [Length(max=2000)], filters=[stripped])


FORMS: dict[What, type[ThingForm]] = {What.UNIT: UnitForm, What.CATEGORY: CategoryForm}
LISTED_AT = {What.UNIT: "configuration.units", What.CATEGORY: "configuration.taxonomy"}
HERE = {What.UNIT: "units", What.CATEGORY: "taxonomy"}


@bp.get("/units")
@needs(P.CONFIGURE)
def units() -> Response:
    """The tree of units, or those that ``?q=`` finds."""
    q = request.args.get("q", "").strip()
    with office().begin(by=actor()) as work:
        city, latest = work.rules.city, organisation.history(work, What.UNIT, most=20)
    found = [u for u in city.units.values() if q and q in f"{u.name} {u.short_name} {u.code} {u.line}"]
    return page("units.html", here="units", city=city, groups=_groups(city), q=q, found=found[:200], latest=latest)


@bp.get("/taxonomy")
@needs(P.CONFIGURE)
def taxonomy() -> Response:
    """The categories under each other, or those that ``?q=`` finds."""
    q = request.args.get("q", "").strip()
    with office().begin(by=actor()) as work:
        city, latest = work.rules.city, organisation.history(work, What.CATEGORY, most=20)
    found = [c for c in city.categories.values() if q and q in f"{c.path} {c.code} {c.line} {' '.join(c.keywords)}"]
    retired = [c for c in city.categories.values() if not c.active]
    return page("taxonomy.html", here="taxonomy", city=city, q=q, found=found[:200], retired=retired, latest=latest)


@bp.get("/organisation/<what>")
@needs(P.CONFIGURE)
def thing(what: str) -> Response:
    """One unit or category (``?code=``), or an empty form for a new one; ``?like=`` begins with another's."""
    kind, code, like = _what(what), request.args.get("code", ""), request.args.get("like", "")
    with office().begin(by=actor()) as work:
        found = _known(work.rules.city, kind, code or like)
        if code and found is None:
            raise NotFound(f"没有这个{kind.label}，请回到列表")
        return _shown(work, kind, _filled(kind, found, fresh=not code), code)


@bp.post("/organisation/<what>")
@needs(P.CONFIGURE)
def thing_sent(what: str) -> Response:
    """A filled-in form (``close`` dissolves or retires): on to its effect, or back with what is wrong."""
    kind, old, form = _what(what), request.form.get("old", ""), FORMS[_what(what)]()
    valid = form.validate()
    with office().begin(by=actor()) as work:
        try:
            made = _made(work, kind, form.row(), old)
            organisation.check(work, made, fresh=not old)
        except Invalid as refused:
            for name, words in refused.fields.items():
                form[name if name in form else "code"].errors = [words]
            valid = False
        except NotNow as refused:
            return _shown(work, kind, form, old, told=refused.message, status=409)
        if not valid:
            return _shown(work, kind, form, old, status=422)
        row = form.row() | {"active": "Y" if made.active else ""}
        seen = request.form.get("seen", "") if old else str(organisation.seen(work, kind, made.code))
        save = SaveForm(formdata=None, data={"body": json.dumps(row), "seen": seen})
        return _change(work, kind, made, old, save)


@bp.post("/organisation/<what>/save")
@needs(P.CONFIGURE)
def thing_save(what: str) -> Response:
    """Put the change that was looked at into force, or plan it."""
    kind, old, form = _what(what), request.form.get("old", ""), SaveForm()
    row = {str(key): str(value) for key, value in table_in(form.body.data).items()}
    valid = form.validate()
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
    clash: Stale | None = None
    try:
        with office().begin(by=actor()) as work:
            made = _made(work, kind, row, old)
            if valid:
                change = organisation.save(
                    work, made, fresh=not old, words=form.words.data or "", seen=seen, since=form.begins
                )
                told = "已保存" if change.applied_at else "已排定，到时自动生效"
        if valid:
            office().look_again()
            return replies.to("configuration.thing_history", told=told, what=what, code=made.code)
    except Stale as stale:
        clash = stale
    except Invalid as refused:
        for name, words in refused.fields.items():
            if name not in form:
                raise
            form[name].errors = [words]
    except NotNow as refused:
        form.words.errors = [refused.message]
    office().look_again()
    with office().begin(by=actor()) as work:
        if clash is not None:
            form.seen.data = str(organisation.seen(work, kind, row["code"]))
        made = _made(work, kind, row, old)
        return _change(work, kind, made, old, form, clash=clash, status=409 if clash else 422)


@bp.get("/organisation/<what>/history")
@needs(P.CONFIGURE)
def thing_history(what: str) -> Response:
    """What was changed of one (``?code=``) or of all, by whom and why."""
    kind, code = _what(what), request.args.get("code", "")
    with office().begin(by=actor()) as work:
        found = organisation.history(work, kind, code)
        lines = {each.id: _lines(kind, each.before, each.after) for each in found}
        known = _known(work.rules.city, kind, code)
    return page("thing_history.html", here=HERE[kind], what=kind, code=code, known=known, found=found, lines=lines)


@bp.post("/organisation/changes/<int:number>/revert")
@needs(P.CONFIGURE)
def thing_revert(number: int) -> Response:
    """Look at going back to what a change replaced."""
    with office().begin(by=actor()) as work:
        before = organisation.thing_before(work, number)
        kind = What.UNIT if isinstance(before, Unit) else What.CATEGORY
        organisation.check(work, before, fresh=False)
        row = _filled(kind, before).row() | {"active": "Y" if before.active else ""}
        seen = str(organisation.seen(work, kind, before.code))
        save = SaveForm(formdata=None, data={"body": json.dumps(row), "seen": seen, "words": "恢复以前的内容"})
        return _change(work, kind, before, before.code, save)


@bp.post("/organisation/changes/<int:number>/withdraw")
@needs(P.CONFIGURE)
def thing_withdraw(number: int) -> Response:
    """Take back a planned change."""
    with office().begin(by=actor()) as work:
        change = organisation.withdraw(work, number)
    return replies.to("configuration.thing_history", told="已撤销", what=change.what, code=change.code)


def _what(typed: str) -> What:
    if typed not in set(What):
        raise NotFound("没有这一页，请从左侧选择")
    return What(typed)


def _known(city: City, kind: What, code: str) -> Unit | Category | None:
    return city.units.get(code) if kind is What.UNIT else city.categories.get(code)


def _groups(city: City) -> list[tuple[str, list[tuple[int, Unit]]]]:
    """Units by county with their depth; first what belongs to the city and above."""
    groups: dict[str, list[tuple[int, Unit]]] = {"": []}
    groups |= {county: [] for county in city.counties}
    for unit in sorted(city.units.values(), key=lambda u: tuple(reversed(city.ancestors(u.code)))):
        county = city.county_of(unit.region_code) or ""
        groups[county].append((len(city.ancestors(unit.code)) - 1, unit))
    return [(city.region_name(county) or "省、市级和企业", members) for county, members in groups.items() if members]


def _filled(kind: What, found: Unit | Category | None, *, fresh: bool = False) -> ThingForm:
    if found is None:
        return FORMS[kind](formdata=None)
    data: dict[str, Any] = columns_of(found)
    if isinstance(found, Category):
        names = {code: name for name, code in APPEAL_TYPES.items()}
        data["appeal_types"] = "、".join(names[code] for code in found.appeal_types)
        data["urgency"] = next(name for name, code in URGENCIES.items() if code == found.urgency)
    data |= {key: "、".join(data[key]) for key in _LISTS if key in data and key != "appeal_types"}
    return FORMS[kind](formdata=None, data=data | ({"code": ""} if fresh else {}))


def _made(work: Work, kind: What, row: Mapping[str, str], old: str) -> Unit | Category:
    """The unit or category that a row says; its code stays, and so does its being closed unless a page says other."""
    known = _known(work.rules.city, kind, old)
    row = dict(row) | ({"code": old} if old else {})
    if kind is What.UNIT:
        parent = work.rules.city.unit_named(row.get("parent_code", ""))
        row["parent_code"] = parent.code if parent else row.get("parent_code", "")
    read = organisation.read_unit(row) if kind is What.UNIT else organisation.read_category(row)
    if "close" in request.form:
        return replace(read, active=False)
    if "active" in row:
        return replace(read, active=bool(row["active"]))
    return replace(read, active="open" in request.form or known is None or known.active)


def _lines(kind: What, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    labels = {field.name: field.label.text for field in FORMS[kind](formdata=None)} | {"active": "在用"}
    found = changes(json.loads(json.dumps(before)), json.loads(json.dumps(after)))
    return [Line(labels.get(c.path[0], c.path[0]), value_of(c.before), value_of(c.after)) for c in found]


def _shown(work: Work, kind: What, form: ThingForm, old: str, *, told: str = "", status: int = 200) -> Response:
    known = _known(work.rules.city, kind, old)
    return page(
        "thing.html",
        here=HERE[kind],
        what=kind,
        form=form,
        old=old,
        known=known,
        load=organisation.load_of(work, known) if known else None,
        merged=succession.of(work, old) if isinstance(known, Unit) else None,
        seen=request.form.get("seen") or organisation.seen(work, kind, old),
        columns=UNIT_COLUMNS if kind is What.UNIT else CATEGORY_COLUMNS,
        told=told,
        back=LISTED_AT[kind],
        status=status,
    )


def _change(
    work: Work,
    kind: What,
    made: Unit | Category,
    old: str,
    form: SaveForm,
    *,
    clash: Stale | None = None,
    status: int = 200,
) -> Response:
    known = _known(work.rules.city, kind, old)
    before = columns_of(known) | {"active": known.active} if known else {}
    return page(
        "thing_change.html",
        here=HERE[kind],
        what=kind,
        made=made,
        old=old,
        form=form,
        lines=_lines(kind, before, columns_of(made) | {"active": made.active}),
        effect=organisation.effect(work, made),
        clash=clash,
        status=status,
    )
