"""What is typed about the own account."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from web.forms import Form, stripped


class NewPassword(Form):
    """The old one and, twice, the new one."""

    old = PasswordField("原密码", [InputRequired("请填写原密码"), Length(max=256)])
    new = PasswordField("新密码", [InputRequired("请填写新密码"), Length(max=256)])
    again = PasswordField("再输入一次新密码", [InputRequired("请再输入一次新密码"), Length(max=256)])


class Code(Form):
    """Six digits from the phone."""

    code = StringField("动态码", [InputRequired("请填写手机上的 6 位数字"), Length(max=12)], filters=[stripped])
