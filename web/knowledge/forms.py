"""What one writes in the knowledge base. The house checks the words (hotline/domain/knowledge.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from hotline.domain import knowledge
from hotline.domain.city import City
from hotline.domain.knowledge import KIND_LABELS, Content, Report
from web.forms import Form, stripped
from web.tickets.choices import choices
from web.tickets.form_base import Picker

KINDS = {kind.value: label for kind, label in KIND_LABELS.items()}
STANDINGS = {
    "": "已发布",
    "usable": "有效",
    "expiring": "即将到期",
    "expired": "已过期",
    "retired": "已下架",
}


class ItemForm(Form):
    """An item, as a unit hands it in or an editor writes it."""

    title = StringField("标题", filters=[stripped])
    kind = RadioField("种类", choices=KINDS, default="FAQ", validate_choice=False)
    category = Picker("类别", "categories")
    body = TextAreaField("正文", filters=[stripped])
    keywords = StringField("关键词", filters=[stripped])
    unit = Picker("发布单位", "units")
    region = Picker("适用区域", "regions")
    source = StringField("来源", filters=[stripped])
    valid_from = DateField("有效期起", [Optional()])
    valid_to = DateField("有效期止", [Optional()])
    policy_from = DateField("政策施行日期", [Optional()])
    words = StringField("修改说明", filters=[stripped])
    question = HiddenField()
    version = HiddenField()

    def raw(self, city: City) -> dict[str, Any]:
        """As ``knowledge.read`` takes it: codes in place of names."""
        given = {name: self[name].data or "" for name in ("title", "kind", "body", "keywords", "source")}
        lists = (("category", "categories"), ("unit", "units"), ("region", "regions"))
        given |= {name: choices(city, source).code(self[name].data or "") for name, source in lists}
        return given | {name: self[name].data for name in ("valid_from", "valid_to", "policy_from")}

    @classmethod
    def showing(cls, city: City, content: Content, **also: Any) -> ItemForm:
        """The form with what is known."""
        data = {
            "title": content.title,
            "kind": content.kind.value,
            "category": category_words(city, content.category),
            "body": content.body,
            "keywords": "、".join(content.keywords),
            "unit": choices(city, "units").words(content.unit),
            "region": choices(city, "regions").words(content.region) if content.region else "",
            "source": content.source,
            "valid_from": content.valid_from,
            "valid_to": content.valid_to,
            "policy_from": content.policy_from,
        }
        return cls(formdata=None, data=data | also)

    def say(self, fields: Mapping[str, str]) -> None:
        """Put each sentence of a refusal at its field."""
        for name, sentence in fields.items():
            field = self._fields.get(name, self.title)
            field.errors = [*field.errors, sentence]


class ReportForm(Form):
    """What is wrong with an item."""

    kind = RadioField("哪里不对", choices={each.value: each.label for each in Report}, validate_choice=False)
    words = TextAreaField("说明", filters=[stripped])


class AskForm(Form):
    """A question to a unit."""

    text = TextAreaField("想知道什么", filters=[stripped])
    category = Picker("类别", "categories")
    unit = Picker("由哪个单位答复", "units")


class PolicyForm(Form):
    """A new policy that must become an item."""

    text = StringField("什么政策", filters=[stripped])
    unit = Picker("由哪个单位提供", "units")
    policy_from = DateField("施行日期", [Optional()])


class FindForm(Form):
    """Looking something up; sent by GET, so that an address can be kept."""

    class Meta(Form.Meta):
        """Nothing is changed by it."""

        csrf = False

    q = StringField("查什么", filters=[stripped])
    kind = SelectField("种类", choices={"": "全部种类"} | KINDS, validate_choice=False)
    standing = SelectField("状态", choices=STANDINGS, validate_choice=False)
    category = HiddenField()
    unit = Picker("单位", "units")


def category_words(city: City, code: str) -> str:
    """A category in the words of the list, or as its path where it is no level 3."""
    return choices(city, "categories").words(code) if code in city.categories else knowledge.path(city, code)
