"""What is typed about a surge, and the quick form of three fields."""

from __future__ import annotations

from wtforms import DateTimeLocalField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from web.forms import Form, stripped

SHORT = [Length(max=200, message="最多 200 字")]


class OnForm(Form):
    """Until when, why, and what callers hear first."""

    until = DateTimeLocalField("结束时间", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    why = TextAreaField("启动原因", SHORT, filters=[stripped])
    announcement = TextAreaField("开场语音", SHORT, filters=[stripped])


class WhyForm(Form):
    """Why it ends, or is not begun."""

    why = TextAreaField("原因", SHORT, filters=[stripped])


class QuickCall(Form):
    """What, where, phone: nothing else while the lines are full."""

    key = HiddenField()
    content = TextAreaField("什么事", filters=[stripped])
    address = StringField("在哪里", filters=[stripped])
    phone = StringField("电话", filters=[stripped])
