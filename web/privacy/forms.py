"""What is typed to see more, and what an appellant answered."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from hotline.usecases.relaying import MOST
from web.forms import Form, stripped


class Carried(Form):
    """How a call on behalf of a unit went."""

    reached = RadioField(
        "接通了吗", choices={"yes": "已接通", "no": "未接通"}, validators=[InputRequired("请选择是否接通")]
    )
    answer = TextAreaField("诉求人的回复", [Length(max=MOST, message=f"最多 {MOST} 字")], filters=[stripped])
