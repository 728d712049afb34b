"""What a person says on the phone: two questions, never mixed (handbook §9)."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import Length, Optional, ValidationError

from hotline.domain.callback import REASONS, RESULT_LABELS, SCORE_LABELS
from web.forms import stripped
from web.tickets.form_base import StepForm


class AnswerForm(StepForm):
    """Solved or not, satisfied or not; who is not satisfied says why."""

    solved = RadioField(
        "您反映的问题解决了吗？",
        choices={c.value: words for c, words in RESULT_LABELS.items()},
        validators=[Optional()],
    )
    score = RadioField(
        "您对办理满意吗？", choices={str(n): words for n, words in SCORE_LABELS.items()}, validators=[Optional()]
    )
    reason = RadioField("不满意的原因是什么？", choices=REASONS, validators=[Optional()])
    words = StringField("诉求人的话", [Length(max=500)], filters=[stripped])

    def validate_score(self, field: Any) -> None:
        """A rating of 2 or less needs its reason (handbook §9)."""
        if field.data in ("1", "2") and not self.reason.data:
            raise ValidationError("不满意的请再问一句原因，并在下面选择")


class TryForm(StepForm):
    """Nobody answered."""
