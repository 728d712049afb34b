"""What is typed at the door."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from web.forms import Form, stripped


class SignIn(Form):
    """Name, password and, where a person has set it up, a one-time code."""

    username = StringField("用户名", [InputRequired("请填写用户名"), Length(max=64)], filters=[stripped])
    password = PasswordField("密码", [InputRequired("请填写密码"), Length(max=256)])
    otp = StringField("动态口令", [Length(max=12)], filters=[stripped])
    next = HiddenField()
