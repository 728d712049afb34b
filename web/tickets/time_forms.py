"""The forms of asking for time and giving it: 延期, 挂起, 恢复."""

from __future__ import annotations

from typing import ClassVar

from wtforms import DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import NumberRange, Optional

from hotline.domain.appeal import Urgency
from hotline.domain.city import City
from hotline.domain.lifecycle import Action
from hotline.read.ticket_page import TicketPage
from hotline.usecases import extensions, suspensions
from web.tickets.form_base import LONG, FilesForm, StepForm

_POSITIVE = [Optional(), NumberRange(1, 999, "请填写正整数")]


class ExtendForm(FilesForm):
    """More time."""

    NEEDED = frozenset({"reason", "days", "hours"})
    HELP: ClassVar = {
        "reason": "会用短信告诉诉求人",
        "days": "从原到期日起计算的工作日数",
        "hours": "从原到期时间起计算的小时数",
        "words": "只有工作人员看得到",
    }
    reason = SelectField(
        "延期理由", choices={"": "请选择"} | {code.value: words for code, words in extensions.REASONS.items()}
    )
    days = IntegerField("延长几个工作日", _POSITIVE)
    hours = IntegerField("延长几小时", _POSITIVE)
    words = TextAreaField("说明", LONG)

    def offer(self, ticket: TicketPage, city: City) -> None:
        # Only 紧急 tickets count in hours.
        del self[("days" if ticket.urgency is Urgency.URGENT else "hours")]


class GrantExtensionForm(StepForm):
    """More time is given: all that was asked, or less."""

    HELP: ClassVar = {"days": "不填就是同意申请的全部"}
    days = IntegerField("只同意几个工作日", _POSITIVE)
    opinion = TextAreaField("意见", LONG)

    def offer(self, ticket: TicketPage, city: City) -> None:
        if ticket.urgency is Urgency.URGENT:
            del self["days"]


class SuspensionForm(StepForm):
    """Let the clock stand still."""

    NEEDED = frozenset({"reason", "until", "words"})
    HELP: ClassVar = {
        "reason": "等待诉求人请用“要求补充”",
        "until": "到这一天自动恢复计时，可以提前恢复",
        "words": "文书编号、停工通知、计划安排等",
    }
    reason = SelectField(
        "挂起理由", choices={"": "请选择"} | {code.value: words for code, words in suspensions.REASONS.items()}
    )
    until = DateField("计划恢复日期", [Optional()], format=["%Y-%m-%d", "%Y/%m/%d"])
    words = TextAreaField("依据", LONG)


class SuspendRequestForm(FilesForm, SuspensionForm):
    """The unit's request, with what shows the reason."""


class SuspendForm(SuspensionForm):
    """The supervisor lets it stand still; as the unit asked, where it did."""

    NEEDED = frozenset({"reason", "until"})

    def begin(self, ticket: TicketPage, city: City) -> None:
        for asked in ticket.asked:
            if asked.until_on is not None:
                self.reason.data, self.until.data = asked.reason, asked.until_on


class ProlongForm(StepForm):
    """Looked at again; it stays suspended."""

    NEEDED = frozenset({"until", "words"})
    HELP: ClassVar = {"until": "到这一天自动恢复计时"}
    until = DateField("计划恢复日期", [Optional()], format=["%Y-%m-%d", "%Y/%m/%d"])
    words = TextAreaField("复核意见", LONG)


class ResumeForm(StepForm):
    """It goes on."""

    why = TextAreaField("恢复的原因", LONG)


class RefuseForm(StepForm):
    """A request is refused."""

    NEEDED = frozenset({"opinion"})
    opinion = TextAreaField("驳回理由", LONG)


FORMS: dict[Action, type[StepForm]] = {
    Action.REQ_EXTEND: ExtendForm,
    Action.OK_EXTEND: GrantExtensionForm,
    Action.NO_EXTEND: RefuseForm,
    Action.REQ_SUSPEND: SuspendRequestForm,
    Action.SUSPEND: SuspendForm,
    Action.NO_SUSPEND: RefuseForm,
    Action.PROLONG: ProlongForm,
    Action.RESUME: ResumeForm,
}
