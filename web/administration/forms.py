"""What the administrators fill in."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from hotline.domain.appeal import CHANNEL_LABELS
from web.forms import Form, stripped


class NewAccount(Form):
    """An account without roles."""

    username = StringField("用户名", [InputRequired("请填写用户名"), Length(max=40)], filters=[stripped])
    name = StringField("姓名", [InputRequired("请填写姓名"), Length(max=40)], filters=[stripped])
    unit = StringField("单位", [InputRequired("请选择单位"), Length(max=60)], filters=[stripped])


class Move(Form):
    """To another unit."""

    unit = StringField("调到", [InputRequired("请选择单位"), Length(max=60)], filters=[stripped])


class NewClient(Form):
    """A program that submits appeals."""

    name = StringField("接口名称", [InputRequired("请填写接口名称"), Length(max=40)], filters=[stripped])
    channel = SelectField("计入的来源", choices=dict(CHANNEL_LABELS))
