"""A region's tickets at once."""

from __future__ import annotations

from typing import ClassVar

from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from web.forms import Form


class RegionForm(Form):
    """Let the ordinary tickets of some counties stand still for force majeure, or go on."""

    HELP: ClassVar = {"words": "如：省防指启动防台风Ⅱ级应急响应", "until": "到这一天自动恢复计时，可以提前恢复"}
    deed = RadioField("做什么", choices={"suspend": "挂起", "resume": "恢复"}, default="suspend")
    region = SelectMultipleField(
        "受影响的区县",
        choices={},
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    until = DateField("计划恢复日期", [Optional()], format=["%Y-%m-%d", "%Y/%m/%d"])
    words = TextAreaField("依据", [Length(max=500)])
