"""Routing rules one by one: the list in the order they are asked, and a form for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.validators import Optional as Empty

from hotline.domain.city import City
from hotline.domain.errors import NotFound
from hotline.domain.permissions import Permission
from hotline.domain.routing_rules import Stage
from hotline.settings.city import URGENCIES
from hotline.usecases import editions
from web import replies
from web.configuration.blueprint import bp, page
from web.configuration.proposal import kind_of, proposed, table_in
from web.configuration.views import carried
from web.forms import Form, stripped
from web.guard import actor, needs, office
from web.tickets.choices import choices
from web.tickets.form_base import Picker

P = Permission
NAME = "routing"
STAGES = {
    Stage.EXPLICIT.value: "普通规则（第三步）",
    Stage.SURGE.value: "事件与应急响应（第二步）",
    Stage.EMERGENCY.value: "险情（第一步）",
}
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):?([0-5][0-9])")


class RuleForm(Form):
    """One rule: where it holds, and where it sends."""

    id = StringField("编号", [Length(max=40)], filters=[stripped])
    reason = StringField("理由", [Length(max=100)], filters=[stripped])
    stage = SelectField("次序", choices=STAGES, default=Stage.EXPLICIT.value)
    priority = IntegerField("优先级", [Empty()], default=0)
    category = Picker("分类", "categories")
    region = Picker("区划", "regions")
    keywords = StringField("关键词", [Length(max=400)], filters=[stripped])
    start = StringField("每天从", [Length(max=5)], filters=[stripped])
    end = StringField("到", [Length(max=5)], filters=[stripped])
    urgencies = SelectMultipleField("紧急程度", choices={code: words for words, code in URGENCIES.items()})
    unit = Picker("主办单位", "units")
    co_units = Picker("协办单位", "units", several=True)
    auto = BooleanField("把握足够时自动派单，不经派单员确认")
    valid_from = StringField("生效", [Length(max=32)], filters=[stripped])
    valid_to = StringField("失效", [Length(max=32)], filters=[stripped])
    seen = StringField()
    base = StringField()

    def entry(self, city: City) -> dict[str, Any]:
        """The rule as its file would say it, without what it leaves open."""
        units = choices(city, "units")
        made: dict[str, Any] = {
            "id": self.id.data or "",
            "stage": self.stage.data,
            "category": _code(self.category.data, choices(city, "categories").code),
            "region": _code(self.region.data, choices(city, "regions").code),
            "keywords": [word for word in re.split(r"[、，,;；\s]+", self.keywords.data or "") if word],
            "hours": [_clock(self.start.data), _clock(self.end.data)] if self.start.data or self.end.data else None,
            "urgencies": list(self.urgencies.data or ()),
            "unit": _code(self.unit.data, units.code),
            "co_units": [
                _code(part, units.code) for part in re.split(r"[、，,;；\n]+", self.co_units.data or "") if part
            ],
            "priority": self.priority.data or 0,
            "auto": bool(self.auto.data),
            "valid_from": self.valid_from.data or None,
            "valid_to": self.valid_to.data or None,
            "reason": self.reason.data or "",
        }
        usual = {"stage": Stage.EXPLICIT.value, "priority": 0, "auto": False}
        return {key: value for key, value in made.items() if value not in (None, "", []) and value != usual.get(key)}

    @classmethod
    def of(cls, entry: Mapping[str, Any], city: City) -> RuleForm:
        """The form filled with a rule."""
        hours = entry.get("hours") or ("", "")
        units, categories = choices(city, "units"), choices(city, "categories")
        return cls(
            formdata=None,
            data={
                **entry,
                "category": categories.words(entry.get("category", "")),
                "region": choices(city, "regions").words(entry.get("region", "")),
                "keywords": "、".join(entry.get("keywords", ())),
                "start": hours[0],
                "end": hours[1],
                "unit": units.words(entry.get("unit", "")),
                "co_units": "、".join(units.words(code) for code in entry.get("co_units", ())),
            },
        )


@bp.get("/routing")
@needs(P.CONFIGURE)
def routing() -> Response:
    """The rules in the order in which they are asked."""
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
        faults, city = work.rules.faults.get(NAME, ()), work.rules.city
        rules = sorted(table.get("rule", ()), key=lambda rule: (rule.get("stage", "c"), -rule.get("priority", 0)))
        return page("routing.html", here=NAME, kind=kind_of(NAME), rules=rules, table=table, faults=faults, city=city)


@bp.get("/routing/rule")
@needs(P.CONFIGURE)
def rule() -> Response:
    """One rule (``?id=``), or an empty form for a new one."""
    asked = request.args.get("id", "")
    with office().begin(by=actor()) as work:
        found = _found(editions.table(work, NAME), asked) if asked else {}
        form = RuleForm.of(found, work.rules.city)
        return _shown(form, asked, carried(work, NAME))


@bp.post("/routing/edit")
@needs(P.CONFIGURE)
def rule_again() -> Response:
    """Back from looking at a change to the rule that it changes."""
    body, base = table_in(request.form.get("body")), table_in(request.form.get("base"))
    before = {each["id"]: each for each in base.get("rule", ())}
    changed = [each for each in body.get("rule", ()) if before.get(each["id"]) != each]
    if not changed:
        return replies.to("configuration.routing")
    with office().begin(by=actor()) as work:
        form = RuleForm.of(changed[0], work.rules.city)
    return _shown(form, changed[0]["id"] if changed[0]["id"] in before else "", carried())


@bp.post("/routing/rule")
@needs(P.CONFIGURE)
def rule_sent() -> Response:
    """A rule as typed (``old`` names the one it replaces; ``drop`` takes that one out): on to the dry run."""
    form, old = RuleForm(), request.form.get("old", "")
    valid = form.validate()
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
        rules = list(table.get("rule", ()))
        at = next((n for n, each in enumerate(rules) if each.get("id") == old), len(rules))
        if "drop" in request.form:
            valid, table["rule"] = True, [each for each in rules if each.get("id") != old]
        else:
            table["rule"] = [*rules[:at], form.entry(work.rules.city), *rules[at + 1 :]]
            faults = editions.faults_of(work, NAME, table)
            for fault in [
                each for each in faults if f"（{form.id.data}）" in each or "（" not in each.partition(":")[0]
            ]:
                field, words = _field_of(fault)
                form[field].errors = [*form[field].errors, words]
            valid = valid and not faults
    if not valid:
        return _shown(form, old, carried(), status=422)
    base = request.form.get("base")
    return proposed(NAME, table, seen=int(carried()["seen"] or -1), base=table_in(base) if base else None)


def _shown(form: RuleForm, old: str, with_it: Mapping[str, str], status: int = 200) -> Response:
    return page("rule.html", here=NAME, kind=kind_of(NAME), form=form, old=old, with_it=with_it, status=status)


def _found(table: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    found = next((each for each in table.get("rule", ()) if each.get("id") == wanted), None)
    if found is None:
        raise NotFound("没有这条规则，可能刚被删去；请回到规则列表")
    return dict(found)


_FIELDS = ("keywords", "hours", "urgencies", "co_units", "category", "region", "priority", "auto", "valid_from")


def _field_of(fault: str) -> tuple[str, str]:
    """The field that a sentence is about, and the sentence without the place in the file."""
    words = fault.split("]]", 1)[-1].partition(":")[2] or fault
    if "不得由街道" in words:
        return "unit", words
    for name in (*_FIELDS, "valid_to", "unit"):
        if words.startswith((name, f"缺少 {name}")):
            return ("start" if name == "hours" else name), words
    return ("id" if "编号" in words or "缺少 id" in words else "unit"), words


def _code(typed: str | None, find: Any) -> str:
    typed = (typed or "").strip()
    return typed if "{" in typed or typed.isdecimal() else find(typed)


def _clock(typed: str | None) -> str:
    match = _CLOCK.fullmatch(typed or "")
    return f"{int(match[1]):02}:{match[2]}" if match else (typed or "")
