"""What an agent writes down during a call, in the order people speak in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from hotline.domain.appeal import REPLY_WAYS, TYPE_LABELS, URGENCY_LABELS
from hotline.domain.city import City
from web.files.field import FilesField
from web.forms import Form, stripped
from web.tickets.choices import choices
from web.tickets.form_base import Picker


class Call(Form):
    """One call. The house checks the words (hotline/domain/appeal.py); here they only travel."""

    key = HiddenField()
    draft = HiddenField()
    linked = HiddenField()
    """Number of the ticket taken down before in the same call."""
    question = TextAreaField("要查清什么", filters=[stripped])
    phone = StringField("来电号码", filters=[stripped])
    content = TextAreaField("诉求内容", filters=[stripped])
    address = StringField("何处", filters=[stripped])
    region = Picker("区划", "regions")
    occurred_at = DateTimeLocalField("何时", [Optional()])
    name = StringField("诉求人", filters=[stripped])
    reply_by = RadioField("回复方式", choices=REPLY_WAYS, default="sms", validate_choice=False)
    confidential = BooleanField("保密")
    anonymous = BooleanField("匿名")
    category = Picker("其他类别", "categories")
    type = SelectField("类型", choices={"": "按内容判断"} | TYPE_LABELS, validate_choice=False)
    urgency = SelectField("紧急程度", choices={"": "按内容判断"} | URGENCY_LABELS, validate_choice=False)
    answer = TextAreaField("答复内容", filters=[stripped])
    knowledge = HiddenField()
    target = RadioField("移交给", [Optional()], validate_choice=False)
    their_no = StringField("对方编号", filters=[stripped])
    files = FilesField("附件")

    def among(self, city: City) -> Call:
        """The form with the city's hand-over units to choose from, the emergency lines first."""
        units = sorted((u for u in city.units.values() if u.is_handover), key=lambda u: (len(u.short_name), u.code))
        self.target.choices = {u.code: u.short_name for u in units}
        return self

    def raw(self, city: City, typed: Mapping[str, str]) -> dict[str, Any]:
        """The call as ``appeal.read`` takes it; a category that was typed goes before one picked by key."""
        names = ("phone", "content", "address", "name", "reply_by", "type", "urgency")
        given: dict[str, Any] = {name: self[name].data or "" for name in names}
        given["region"] = choices(city, "regions").code(self.region.data or "")
        written = choices(city, "categories").code(self.category.data or "")
        given["category"] = written or typed.get("picked", "")
        given["occurred_at"] = typed.get("occurred_at", "").strip()
        given["confidential"], given["anonymous"] = bool(self.confidential.data), bool(self.anonymous.data)
        given["files"] = self.files.data
        return given

    def say(self, fields: Mapping[str, str], *, text: str = "answer") -> None:
        """Put each sentence of a refusal at its field, ``text`` where it was typed; without a field at the content."""
        names = {"text": text, "knowledge": "answer"}
        for name, sentence in fields.items():
            at = names.get(name, name)
            field = getattr(self, at) if at in self._fields else self.content
            field.errors = [*field.errors, sentence]
