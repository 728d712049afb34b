"""What is typed about a message."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from hotline.domain.appeal import LETTER_MAX
from web.forms import Form, stripped


class Register(Form):
    """The words of the appeal."""

    content = TextAreaField(
        "诉求内容",
        filters=[stripped],
        validators=[DataRequired("请填写诉求内容"), Length(max=LETTER_MAX, message=f"最多 {LETTER_MAX} 字")],
    )
