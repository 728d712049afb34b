"""Forms of co-ordination: bringing a ticket before the supervision desk, and fixing its lead."""

from __future__ import annotations

from typing import ClassVar

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.read.ticket_page import TicketPage
from web.forms import stripped
from web.tickets.choices import choices
from web.tickets.form_base import LONG, FilesForm, Picker, StepForm


class CoordinateForm(StepForm):
    """Whose it is must be decided above the units."""

    NEEDED = frozenset({"why"})
    HELP: ClassVar = {"why": "各单位怎么说、分歧在哪里；办理时限暂停", "invited": "请哪些单位参加，可选多个"}
    why = TextAreaField("提交协调的原因", LONG)
    invited = Picker("参加单位", "units", several=True)


class DesignateForm(FilesForm):
    """The decision."""

    NEEDED = frozenset({"category", "unit", "minutes_no", "minutes"})
    HELP: ClassVar = {
        "unit": "协调结果不能退单",
        "co_units": "可选多个",
        "minutes_no": "会议纪要或协调单的编号",
        "minutes": "结论和依据，各单位都看得到",
        "keywords": "填了就立为派单先例，今后同类诉求照此派单；用逗号分开，至少一个要出现在本工单里",
    }
    category = Picker("诉求类别", "categories")
    unit = Picker("主办单位", "units")
    co_units = Picker("协办单位", "units", several=True)
    minutes_no = StringField("纪要编号", [Length(max=60)], filters=[stripped])
    minutes = TextAreaField("协调结论", LONG)
    keywords = StringField("先例关键词", [Length(max=200)], filters=[stripped])

    def begin(self, ticket: TicketPage, city: City) -> None:
        guesses = ticket.suggested.get("categories") or [{}]
        self.category.data = choices(city, "categories").words(ticket.category or guesses[0].get("code"))
        wanted = [task.return_suggested for task in ticket.assignments if task.return_suggested]
        if wanted and wanted[-1] in city.units and city.unit(wanted[-1]).dispatchable:
            self.unit.data = choices(city, "units").words(wanted[-1])
