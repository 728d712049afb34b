"""The questions, one form each; what is said is checked again, whole, when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from hotline.domain.appeal import ADDRESS_MAX, LETTER_MAX, NAME_MAX, clean, is_phone, normal_phone
from hotline.domain.calendar import local
from hotline.domain.city import City
from web.files.field import FilesField
from web.forms import Form, stripped


class What(Form):
    """什么事."""

    content = TextAreaField("您要反映什么事？", [DataRequired("请写下是什么事")], filters=[stripped])
    files = FilesField("照片和其他附件", outside=True)

    def validate_content(self, field: Any) -> None:
        """At least one word, at most a long letter."""
        text = clean(field.data)
        if not any(c.isalnum() for c in text):
            raise ValidationError("请用文字说明是什么事")
        if len(text) > LETTER_MAX:
            raise ValidationError(f"最多 {LETTER_MAX} 字，现有 {len(text)} 字，请删减或分次提交")


class Where(Form):
    """在哪里，什么时候."""

    region = SelectField("区县", [Optional()], validate_choice=False)
    address = StringField("具体地点", [Length(max=ADDRESS_MAX)], filters=[stripped])
    occurred_at = DateField("什么时候发生的", [Optional()])

    def among(self, city: City) -> Where:
        """The form with the city's counties to choose from."""
        counties = {code: city.region_name(code) for code in city.counties}
        self.region.choices = list({"": "不清楚，或不在某个区县"}.items()) + list(counties.items())
        return self

    def checked(self, city: City, now: datetime) -> bool:
        """Whether all is well; else the sentences stand at their fields."""
        well = self.validate()
        if self.region.data and not city.region_name(self.region.data):
            self.region.errors = ["没有这个区划，请从列表中选择"]
            well = False
        if self.occurred_at.data and self.occurred_at.data > local(now).date():
            self.occurred_at.errors = ["发生日期不能晚于今天"]
            well = False
        return bool(well)


class Who(Form):
    """怎么联系您."""

    phone = StringField("手机号", [Length(max=40)], filters=[stripped])
    name = StringField("怎么称呼您", [Length(max=NAME_MAX)], filters=[stripped])
    confidential = BooleanField("为我保密：不让承办单位看到我的姓名和电话")
    anonymous = BooleanField("匿名反映：不留姓名和电话，不回访")
    publish_consent = BooleanField("同意隐去个人信息后公开这件事和答复")

    def validate_phone(self, field: Any) -> None:
        """A phone is needed unless the person stays anonymous."""
        if field.data and not is_phone(normal_phone(field.data)):
            raise ValidationError("手机号应为 11 位，固定电话请带区号")
        if not field.data and not self.anonymous.data:
            raise ValidationError("请填写手机号，我们用它告诉您办理结果；不想留电话可选匿名")


FORMS: dict[str, Callable[..., Form]] = {"what": What, "where": Where, "who": Who}
"""The questions in their order."""
