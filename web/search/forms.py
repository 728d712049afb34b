"""What one looks for, as a form; what is kept of it is plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from hotline.domain.appeal import TYPE_LABELS
from hotline.domain.city import City
from hotline.domain.lifecycle import ENDED, State
from hotline.read.search import SORTS, Criteria
from web.forms import Form, stripped
from web.tickets.choices import choices
from web.tickets.form_base import Picker

STATES = {"": "全部", "open": "未办结", "ended": "已结束"} | {state.value: state.label for state in State}
_GROUPS = {"open": tuple(s for s in State if s not in ENDED), "ended": tuple(s for s in State if s in ENDED)}


class SearchForm(Form):
    """Everything that narrows a search; empty fields do not."""

    q = StringField("查什么", filters=[stripped])
    place = StringField("地点", filters=[stripped])
    unit = Picker("单位", "units")
    category = Picker("类别", "categories")
    state = SelectField("状态", choices=STATES, validate_choice=False)
    type = SelectField("诉求类型", choices={"": "全部"} | TYPE_LABELS, validate_choice=False)
    since = DateField("登记日期从", [Optional()])
    until = DateField("到", [Optional()])
    sort = RadioField("排序", choices=SORTS, default="best", validate_choice=False)

    def criteria(self, city: City) -> dict[str, Any]:
        """As it is kept: only what was filled in."""
        typed = {
            "q": self.q.data,
            "place": self.place.data,
            "unit": choices(city, "units").code(self.unit.data or ""),
            "category": choices(city, "categories").code(self.category.data or ""),
            "state": self.state.data if self.state.data in STATES else "",
            "type": self.type.data,
            "since": self.since.data.isoformat() if self.since.data else "",
            "until": self.until.data.isoformat() if self.until.data else "",
            "sort": self.sort.data if self.sort.data in SORTS and self.sort.data != "best" else "",
        }
        return {name: value for name, value in typed.items() if value}

    @classmethod
    def showing(cls, city: City, kept: Mapping[str, Any]) -> SearchForm:
        """The form as it was filled in."""
        days = {name: date.fromisoformat(kept[name]) for name in ("since", "until") if kept.get(name)}
        named = {
            "unit": choices(city, "units").words(kept.get("unit", "")),
            "category": choices(city, "categories").words(kept.get("category", "")),
        }
        return cls(formdata=None, data={"sort": "best", **kept, **days, **named})


def wanted(kept: Mapping[str, Any]) -> Criteria:
    """What the search reads."""
    state = kept.get("state", "")
    return Criteria(
        q=kept.get("q", ""),
        place=kept.get("place", ""),
        unit=kept.get("unit", ""),
        category=kept.get("category", ""),
        states=_GROUPS.get(state) or ((State(state),) if state in State.__members__ else ()),
        type=kept.get("type", ""),
        since=date.fromisoformat(kept["since"]) if kept.get("since") else None,
        until=date.fromisoformat(kept["until"]) if kept.get("until") else None,
        sort=kept.get("sort") or "best",
    )


def words_of(city: City, kept: Mapping[str, Any]) -> str:
    """A search in words, for lists; a phone or identity number is masked by whoever shows it."""
    unit = city.units.get(kept.get("unit", ""))
    category = city.categories.get(kept.get("category", ""))
    dates = [kept.get("since", ""), kept.get("until", "")]
    parts = [
        kept.get("q", ""),
        kept.get("place", ""),
        unit.short_name if unit else "",
        category.name if category else "",
        STATES.get(kept.get("state", ""), "") if kept.get("state") else "",
        TYPE_LABELS.get(kept.get("type", ""), ""),
        " 至 ".join(dates) if any(dates) else "",
    ]
    return " · ".join(part for part in parts if part)
