"""The form of a message that the centre carries to an appellant whom the unit may not know."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, TextAreaField

from web.tickets.form_base import LONG, StepForm


class RelayForm(StepForm):
    """What is to be said, and whether the centre rings."""

    HELP: ClassVar = {"words": "诉求人查询进度时可以看到；请勿询问姓名、电话和住址"}
    NEEDED = frozenset({"words"})
    words = TextAreaField("转达的内容", LONG)
    call = BooleanField("请中心致电转达", default=True)
