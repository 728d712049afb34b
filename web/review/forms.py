"""What a reviewer fills in."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, ValidationError

from hotline.domain.city import City
from hotline.domain.lifecycle import Action
from hotline.read.ticket_page import TicketPage
from hotline.usecases.review import CHECKLIST
from web.tickets.form_base import StepForm


class PassForm(StepForm):
    """Every item of the list is looked at; what does not hold is sent back instead."""

    HELP: ClassVar = {"public": "诉求人看到的是这里的文字，可以修改"}
    queue = HiddenField()
    checked = SelectMultipleField("逐项检查", choices=CHECKLIST)
    public = TextAreaField("公开答复", [Length(max=5000)])
    publish = BooleanField("选入公开案例")

    def begin(self, ticket: TicketPage, city: City) -> None:
        self.public.data = ticket.public_reply

    def validate_checked(self, field: Any) -> None:
        """All or none passes."""
        missing = [words for code, words in CHECKLIST.items() if code not in (field.data or [])]
        if missing:
            raise ValidationError(f"还没有确认“{'”“'.join(missing)}”，确认后再通过，不符合的请退回")


class FailForm(StepForm):
    """What is wrong with the reply."""

    HELP: ClassVar = {"opinion": "写明缺什么、要补什么，承办单位按此补正"}
    queue = HiddenField()
    opinion = TextAreaField("退回意见", [Length(max=2000)])


class KeepForm(FailForm):
    """Why the result stands."""

    HELP: ClassVar = {"opinion": "为什么维持，写明依据"}
    opinion = TextAreaField("维持办结的理由", [Length(max=2000)])


class ReworkForm(StepForm):
    """Why it is done again."""

    HELP: ClassVar = {"ground": "写明还有什么没有解决，承办单位和诉求人会知道已重办"}
    queue = HiddenField()
    ground = TextAreaField("重办理由", [Length(max=2000)])


class ReopenForm(ReworkForm):
    """Why it goes back to dispatch."""

    HELP: ClassVar = {"ground": "工单回到待派单，可改由其他单位办理；诉求人会知道结果"}
    ground = TextAreaField("恢复办理的理由", [Length(max=2000)])


FORMS: dict[Action, type[StepForm]] = {
    Action.PASS: PassForm,
    Action.FAIL: FailForm,
    Action.KEEP: KeepForm,
    Action.REWORK: ReworkForm,
    Action.REOPEN: ReopenForm,
}
"""The reviewer's decisions."""
