"""What a dispatcher fills in: where a ticket goes, and what becomes of one that a unit gives back."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from hotline.domain.appeal import TYPE_LABELS, URGENCY_LABELS
from hotline.domain.city import City
from hotline.read.dispatching import Proposed
from hotline.read.ticket_page import TicketPage
from web.tickets.choices import choices
from web.tickets.form_base import Picker, StepForm


class SendForm(StepForm):
    """Category, place and unit; what is searched for goes before what was proposed."""

    queue = HiddenField()
    category = StringField("诉求类别")
    other_category = Picker("其他类别", "categories")
    type = RadioField("诉求类型", choices=TYPE_LABELS, validate_choice=False)
    urgency = RadioField("紧急程度", choices=URGENCY_LABELS, validate_choice=False)
    region = Picker("所在区划", "regions")
    unit = StringField("建议单位")
    other_unit = Picker("另选单位", "units")
    co_units = Picker("协办单位", "units", several=True)
    complained_unit = Picker("被反映的单位", "units")

    def begin(self, ticket: TicketPage, city: City) -> None:
        guesses = [guess["code"] for guess in ticket.suggested.get("categories", [])[:3]]
        chosen = ticket.category or (guesses[0] if guesses else "")
        self.category.data = chosen
        if chosen and chosen not in guesses:
            self.other_category.data = choices(city, "categories").words(chosen)
        self.type.data = ticket.type or ticket.suggested.get("type")
        self.urgency.data = ticket.urgency.value
        self.region.data = choices(city, "regions").words(ticket.region or ticket.suggested.get("region"))

    def propose(self, proposed: Proposed) -> None:
        """The first proposal is chosen until the dispatcher says otherwise."""
        if proposed.options:
            self.unit.data = proposed.options[0].unit
            self.co_units.data = proposed.options[0].co_units

    @property
    def about(self) -> str:
        """What the proposals are for: they change with it, and a press in between must not send the old ones."""
        what = self.other_category.data or self.category.data
        return f"{what}·{self.region.data}·{self.urgency.data}·{self.complained_unit.data or ''}"

    def fields(self, city: City) -> dict[str, Any]:
        filled = super().fields(city)
        other_category, other_unit = filled.pop("other_category"), filled.pop("other_unit")
        filled.pop("queue")
        return filled | {"category": other_category or filled["category"], "unit": other_unit or filled["unit"]}


class ReturnForm(StepForm):
    """Whether the ticket may be given back, and where it goes then."""

    HELP: ClassVar = {"opinion": "驳回时必填；承办单位会看到"}
    queue = HiddenField()
    unit = StringField("同意后派给")
    other_unit = Picker("另选单位", "units")
    opinion = TextAreaField("意见", [Length(max=2000)])

    def propose(self, proposed: Proposed) -> None:
        """Whoever the unit names comes first."""
        if proposed.options:
            self.unit.data = proposed.options[0].unit

    def fields(self, city: City) -> dict[str, Any]:
        filled = super().fields(city)
        return {"opinion": filled["opinion"], "unit": filled["other_unit"] or filled["unit"]}
