"""What lets a reply go to the appellant: the public text, and every item of the checklist."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, SelectMultipleField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.read.ticket_page import TicketPage
from web.tickets.form_base import ShownFiles


class PassForm(ShownFiles):
    """Every item of the list is looked at; what does not hold is sent back instead."""

    NEEDED = frozenset({"public", "checked"})
    HELP: ClassVar = {
        "public": "可以修改文字；诉求人看到的是这里的版本",
        "checked": "不符合的请退回",
        "publish": "诉求人已同意公开",
        "files_public": "选中的随答复给诉求人看，请先打开看过",
    }
    public = TextAreaField("公开答复", [Length(max=5000)])
    # Which items there are is the use case's to say: the list may have changed since the page was drawn.
    checked = SelectMultipleField("逐项检查", validate_choice=False)
    publish = BooleanField("选入公开案例")

    def begin(self, ticket: TicketPage, city: City) -> None:
        self.public.data = ticket.public_reply
        self.publish.data = False
        self.mark(ticket)
