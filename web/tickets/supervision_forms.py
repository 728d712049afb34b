"""The forms of supervision 督办 and of a leader's instruction 批示."""

from __future__ import annotations

from typing import ClassVar

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.domain.supervision import Stage
from hotline.read.ticket_page import TicketPage
from web.forms import stripped
from web.tickets.form_base import LONG, FilesForm, StepForm


class SuperviseForm(StepForm):
    """What is demanded."""

    NEEDED = frozenset({"words"})
    HELP: ClassVar = {"words": "承办单位会看到这段话，须在督办时限内答复"}
    words = TextAreaField("督办要求", LONG)


class InstructForm(StepForm):
    """A leader's words; they open supervision of level 3."""

    NEEDED = frozenset({"words"})
    HELP: ClassVar = {"words": "提交后即为领导督办，承办单位须在督办时限内答复"}
    words = TextAreaField("批示内容", LONG)


class SupervisionAnswerForm(FilesForm):
    """The unit's answer, and who signed it."""

    NEEDED = frozenset({"text"})
    HELP: ClassVar = {"signer": "由上一级签发：填签发领导的姓名和职务；上级单位的审核人提交时不必填"}
    text = TextAreaField("督办事项办理情况", LONG)
    signer = StringField("签发领导", [Length(max=60)], filters=[stripped])


class SendSupervisionBackForm(StepForm):
    """What is missing in the unit's answer."""

    NEEDED = frozenset({"opinion"})
    opinion = TextAreaField("退回的原因，需要补正什么", LONG)


class EndSupervisionForm(StepForm):
    """The answer is accepted; or the supervision is lifted before there is one, and why."""

    opinion = TextAreaField("意见", LONG)

    def offer(self, ticket: TicketPage, city: City) -> None:
        """Lifting needs a reason."""
        if not any(order.stage == Stage.ANSWERED for order in ticket.orders):
            self.NEEDED = frozenset({"opinion"})
            self.opinion.label.text = "单位还没有答复，为什么解除督办"
