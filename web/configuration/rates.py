"""Rates one by one: what is usually changed of a formula on a form, from a day on; the rest stays text for experts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, request
from wtforms import DateField, DecimalField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as Empty

from hotline.domain.calendar import local
from hotline.domain.conditions import CONDITIONS
from hotline.domain.errors import NotFound
from hotline.domain.permissions import Permission
from hotline.domain.rates import Aim, Audience, Window
from hotline.usecases import editions
from web import replies
from web.configuration.blueprint import bp, page
from web.configuration.proposal import kind_of, proposed, table_in
from web.configuration.views import carried
from web.forms import Form, stripped
from web.guard import actor, needs, now, office

P = Permission
NAME = "rates"
Entry = dict[str, Any]
LEFT_OUT = (
    "withdrawn_unanswered",
    "withdrawn_before_sign",
    "recalled",
    "excluded",
    "follower",
    "stopped",
    "extended",
    "direct",
    "repeated",
)
"""Conditions offered as exclusions. ``outside`` (handbook §10: left out everywhere) and those that only keep a count
from counting twice stay as they are."""
PLACED_BY = {
    Window.CREATED: "created_at",
    Window.ACCEPTED: "taken_in_at",
    Window.DISPATCHED: "sent_at",
    Window.CONTACT_DUE: "contact_due_at",
    Window.DUE: "due_at",
    Window.RATED: "rated_at",
    Window.CLOSED: "closed_at",
    Window.DECIDED: "return_decided_at",
}
OF_TICKET = (Window.CREATED, Window.ACCEPTED, Window.RATED, Window.CLOSED)
"""Windows that place a ticket, too; the others need a unit's task."""
AIMS = {"at_least": Aim.AT_LEAST.value, "at_most": Aim.AT_MOST.value}
JUDGES = {"unit": Audience.UNIT.value, "centre": Audience.CENTRE.value}


class RateForm(Form):
    """What of one rate is usually changed."""

    since = DateField("自哪一天起", [InputRequired("请填写从哪一天起按新口径")])
    target = DecimalField("目标（%）", [Empty(), NumberRange(0, 100, "应为 0 到 100 的数")], places=None)
    aim = SelectField("达标方向", choices=AIMS)
    window = SelectField("按哪一天计入")
    unless = SelectMultipleField("剔除", choices={name: CONDITIONS[name].words for name in LEFT_OUT})
    partial_weight = DecimalField("“部分解决”折算", [Empty(), NumberRange(0, 1, "应为 0 到 1 的数")], places=None)
    satisfied_min = IntegerField("几分起算满意", [Empty(), NumberRange(1, 5, "应为 1 到 5")])
    numerator = StringField("分子（页面上的说明）", [InputRequired("请填写"), Length(max=100)], filters=[stripped])
    denominator = StringField("分母（页面上的说明）", [InputRequired("请填写"), Length(max=100)], filters=[stripped])

    def fit(self, entry: Entry) -> RateForm:
        """The form without what this rate has nothing of."""
        tickets_only = all(count["each"] == "ticket" for count in entry["count"])
        self.window.choices = {each.value: each.value for each in (OF_TICKET if tickets_only else Window)}
        self.window.choices.setdefault(entry["window"], entry["window"])
        if not any(count.get("partly") for count in entry["count"]):
            del self.partial_weight
        if not any("satisfied" in count["hits"] for count in entry["count"]):
            del self.satisfied_min
        return self

    @classmethod
    def of(cls, entry: Entry, since: date) -> RateForm:
        """The form filled with a version of a rate."""
        words = {name for count in entry["count"] for name in count.get("unless", ())}
        data = {**entry, "aim": entry.get("aim", "at_least"), "since": since, "unless": sorted(words)}
        data |= {"partial_weight": entry.get("partial_weight", "0.5"), "satisfied_min": entry.get("satisfied_min", 3)}
        return cls(formdata=None, data=data).fit(entry)

    def entry(self, old: Entry) -> Entry:
        """The version that the form says, beginning with an older one."""
        made = {**old, "since": self.since.data.isoformat() if self.since.data else old["since"]}
        for name in ("numerator", "denominator", "window"):
            made[name] = self[name].data
        made["aim"] = self.aim.data
        if made["aim"] == old.get("aim", "at_least"):
            made = {key: value for key, value in made.items() if key != "aim" or key in old}
        for name in ("target", "partial_weight", "satisfied_min"):
            if name in self and not _same(self[name].data, old.get(name)):
                made[name] = None if self[name].data is None else _plain(name, self[name].data)
        made = {key: value for key, value in made.items() if value is not None}
        chosen, moved = set(self.unless.data or ()), made["window"] != old["window"]
        made["count"] = [
            _count(count, old, chosen, Window(made["window"]) if moved else None) for count in old["count"]
        ]
        return made


def _same(typed: Any, kept: Any) -> bool:
    one, other = (None if each is None else Decimal(str(each)) for each in (typed, kept))
    return one == other


def _plain(name: str, value: Any) -> Any:
    """A number as the file has it: a weight in quotes, so that no digit is lost."""
    if name == "partial_weight":
        return str(value)
    return int(value) if value == int(value) else float(value)


def _count(count: Mapping[str, Any], old: Entry, chosen: set[str], window: Window | None) -> Entry:
    had = {name for each in old["count"] for name in each.get("unless", ())}
    kept = [name for name in count.get("unless", ()) if name in chosen or name not in LEFT_OUT]
    made = {**count, "unless": [*kept, *(name for name in LEFT_OUT if name in chosen - had)]}
    if window is not None and (count["each"] != "ticket" or window in OF_TICKET):
        made["at"] = PLACED_BY[window]
    return made


@bp.get("/rates")
@needs(P.CONFIGURE)
def rates() -> Response:
    """Every rate in its newest version, and how it counts in words."""
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
    newest = {each["key"]: each for each in _inorder(table)}
    rows = [(each, _left_out(each), _versions(table, each["key"])) for each in newest.values()]
    return page(
        "rates.html", here=NAME, kind=kind_of(NAME), rows=rows, aims=AIMS, judges=JUDGES, today=local(now()).date()
    )


@bp.get("/rates/rate")
@needs(P.CONFIGURE)
def rate() -> Response:
    """One rate (``?key=``), to be changed from today on unless another day is typed."""
    key = request.args.get("key", "")
    with office().begin(by=actor()) as work:
        versions, with_it = _versions(editions.table(work, NAME), key), carried(work, NAME)
    today = local(now()).date()
    return _shown(RateForm.of(versions[-1], max(today, date.fromisoformat(versions[-1]["since"]))), versions, with_it)


@bp.post("/rates/rate")
@needs(P.CONFIGURE)
def rate_sent() -> Response:
    """A rate as typed: on to last month by the new formula, or back with what is wrong."""
    with office().begin(by=actor()) as work:
        table = editions.table(work, NAME)
        versions = _versions(table, request.form.get("key", ""))
        newest, form = versions[-1], RateForm().fit(versions[-1])
        valid = form.validate()
        if valid and form.since.data and form.since.data.isoformat() < newest["since"]:
            form.since.errors = [f"现行口径自 {newest['since']} 起；请填那一天（改写它）或以后的日子（另立一版）"]
            valid = False
        if valid:
            made = form.entry(newest)
            if made["since"] != newest["since"]:
                made["version"] = _next(versions)
            table["rate"] = _put(table["rate"], made)
            if faults := editions.faults_of(work, NAME, table):
                form.since.errors, valid = faults[:3], False
    if not valid:
        return _shown(form, versions, carried(), status=422)
    base = request.form.get("base")
    return proposed(NAME, table, seen=int(carried()["seen"] or -1), base=table_in(base) if base else None)


@bp.post("/rates/edit")
@needs(P.CONFIGURE)
def rate_again() -> Response:
    """Back from looking at a change to the rate that it changes."""
    body, base = table_in(request.form.get("body")), table_in(request.form.get("base"))
    before = {(each["key"], each["since"]): each for each in base.get("rate", ())}
    changed = [each for each in body.get("rate", ()) if before.get((each["key"], each["since"])) != each]
    if not changed:
        return replies.to("configuration.rates")
    with office().begin(by=actor()) as work:
        versions = _versions(editions.table(work, NAME), changed[0]["key"])
    return _shown(RateForm.of(changed[0], date.fromisoformat(changed[0]["since"])), versions, carried())


def _shown(form: RateForm, versions: list[Entry], with_it: Mapping[str, str], status: int = 200) -> Response:
    newest = versions[-1]
    return page(
        "rate.html",
        here=NAME,
        kind=kind_of(NAME),
        form=form,
        rate=newest,
        versions=versions,
        conditions={name: each.words for name, each in CONDITIONS.items()},
        with_it=with_it,
        status=status,
    )


def _inorder(table: Mapping[str, Any]) -> list[Entry]:
    """All versions of all rates; of each rate the newest last, in the order of the table."""
    places = {each["key"]: n for n, each in reversed(list(enumerate(table.get("rate", ()))))}
    return sorted(table.get("rate", ()), key=lambda each: (places[each["key"]], str(each.get("since", ""))))


def _versions(table: Mapping[str, Any], key: str) -> list[Entry]:
    found = [dict(each) for each in _inorder(table) if each["key"] == key]
    if not found:
        raise NotFound("没有这个指标，可能刚被删去；请回到列表")
    return found


def _next(versions: Iterable[Entry]) -> str:
    numbers = [int(each["version"]) for each in versions if str(each.get("version", "")).isdecimal()]
    return str(max(numbers, default=len(list(versions))) + 1)


def _put(entries: list[Entry], made: Entry) -> list[Entry]:
    """The list with a version in the place of the one of the same day, or after the last of its rate."""
    same = [n for n, each in enumerate(entries) if (each["key"], each["since"]) == (made["key"], made["since"])]
    if same:
        return [*entries[: same[0]], made, *entries[same[0] + 1 :]]
    last = max(n for n, each in enumerate(entries) if each["key"] == made["key"])
    return [*entries[: last + 1], made, *entries[last + 1 :]]


def _left_out(entry: Entry) -> list[str]:
    named = dict.fromkeys(name for count in entry["count"] for name in count.get("unless", ()))
    return [CONDITIONS[name].words for name in named if name in LEFT_OUT]
