"""What a reviewer fills in."""

from __future__ import annotations

from typing import Any, ClassVar

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from hotline.domain.city import City
from hotline.domain.lifecycle import Action
from web.tickets import review_forms
from web.tickets.form_base import FilesForm, StepForm


class PassForm(review_forms.PassForm):
    """The reply goes on, the reviewer to the next one."""

    queue = HiddenField()


class FailForm(FilesForm):
    """What is wrong with the reply."""

    HELP: ClassVar = {"opinion": "写明缺什么、要补什么，承办单位按此补正"}
    queue = HiddenField()
    opinion = TextAreaField("退回意见", [Length(max=2000)])


class ConcludeForm(StepForm):
    """Done again, handed to another unit, or left as it is: one text for whichever is chosen."""

    HELP: ClassVar = {"words": "先写理由，再选下面的一项"}
    queue = HiddenField()
    words = TextAreaField("意见", [Length(max=2000)])

    def fields(self, city: City) -> dict[str, Any]:
        """The text under the name that each of the steps has for it."""
        said = super().fields(city)
        return said | {"ground": said["words"], "opinion": said["words"]}


CHECKS: dict[Action, type[StepForm]] = {Action.PASS: PassForm, Action.FAIL: FailForm}
"""Of a reply that waits."""
CONCLUSIONS = (Action.REWORK, Action.REOPEN, Action.KEEP)
"""Of a result that did not satisfy or is contested."""
