"""Forms of several units at one ticket: passing on, asking for help, letting go, who handles it; and its grade."""

from __future__ import annotations

from typing import ClassVar

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.read.ticket_page import TicketPage
from web.tickets.form_base import Picker, StepForm

SAID = [Length(max=500)]


class SubDispatchForm(StepForm):
    """Down to units below."""

    NEEDED = frozenset({"units"})
    HELP: ClassVar = {"units": "可选多个；各自签收、各自答复，本单位负总责", "words": "要做什么、注意什么"}
    units = Picker("下派给", "units", several=True)
    words = TextAreaField("要求", SAID)


class AddUnitForm(StepForm):
    """Other units are asked to help."""

    NEEDED = frozenset({"units", "words"})
    HELP: ClassVar = {"units": "可选多个；各自签收、各自答复，仍由主办单位答复诉求人"}
    units = Picker("协办单位", "units", several=True)
    words = TextAreaField("需要协办什么", SAID)


class DropUnitForm(StepForm):
    """A unit is let go."""

    NEEDED = frozenset({"unit", "cause"})
    HELP: ClassVar = {"cause": "该单位会看到；取消后办结不再等它"}
    unit = SelectField("取消哪个单位", choices={}, validate_choice=False)
    cause = TextAreaField("取消的原因", SAID)

    def offer(self, ticket: TicketPage, city: City) -> None:
        self.unit.choices = {
            task.unit: f"{task.unit_name}（{task.kind}，{task.stage_words}）"
            for task in ticket.assignments
            if task.droppable
        }


class ReleaseForm(StepForm):
    """Given back to whoever asked for it."""

    NEEDED = frozenset({"why"})
    HELP: ClassVar = {"why": "没有获得同意之前，时限照常计算", "suggested": "知道应当由谁办理的，请写明"}
    why = TextAreaField("交回的理由", SAID)
    suggested = Picker("建议单位", "units")

    def offer(self, ticket: TicketPage, city: City) -> None:
        self.why.label.text = f"交回的理由（由{ticket.replies_to}决定）"


class GrantReleaseForm(StepForm):
    """The work comes back."""

    NEEDED = frozenset({"unit"})
    HELP: ClassVar = {"unit": "同意后该单位不再办理，请自行办理或另行交办"}
    unit = SelectField("哪个单位的申请", choices={}, validate_choice=False)
    opinion = TextAreaField("意见", SAID)

    def offer(self, ticket: TicketPage, city: City) -> None:
        self.unit.choices = {task.unit: task.unit_name for task in ticket.assignments if task.releasable}


class RefuseReleaseForm(GrantReleaseForm):
    """The work stays with the unit."""

    NEEDED = frozenset({"unit", "opinion"})
    HELP: ClassVar = {"opinion": "该单位会看到；它不能再次申请"}


class GradeForm(StepForm):
    """Up by whoever handles it, down by the dispatch lead."""

    NEEDED = frozenset({"urgency"})
    HELP: ClassVar = {"urgency": "提高后从现在起按新时限计；降低后从派单时起计", "words": "降低时必填"}
    urgency = RadioField("改为", choices={}, validate_choice=False)
    words = TextAreaField("理由", SAID)

    def offer(self, ticket: TicketPage, city: City) -> None:
        self.urgency.choices = {each.value: each.label for each in ticket.grades}


class ComplexForm(StepForm):
    """A longer limit."""

    NEEDED = frozenset({"words"})
    HELP: ClassVar = {"words": "办理时限改为复杂工单的时限；对诉求人的承诺期限不变"}
    words = TextAreaField("认定复杂的理由", SAID)


class AssignForm(StepForm):
    """A person of the unit."""

    NEEDED = frozenset({"handler"})
    handler = SelectField("承办人", choices={}, validate_choice=False)

    def offer(self, ticket: TicketPage, city: City) -> None:
        self.handler.choices = {"": "请选择"} | dict(ticket.handlers)
