"""What a person says on the phone: two questions, never mixed (handbook §9)."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, StringField
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
    half = HiddenField()
    """Set once somebody was told that the second question is open: whoever sends it again means it."""

    @property
    def open_question(self) -> bool:
        """Solved or not is said, satisfied or not is not."""
        return bool(self.solved.data) and not self.score.data

    @property
    def spoken(self) -> str:
        """What was answered, in words: a slip of the finger is seen while the next number is dialled."""
        said = {c.value: words for c, words in RESULT_LABELS.items()} | {str(n): w for n, w in SCORE_LABELS.items()}
        return "，".join(said[one] for one in (self.solved.data, self.score.data) if one in said)

    def validate_half(self, field: Any) -> None:
        """One Enter too early would close the ticket with the second question never asked."""
        if self.open_question and not field.data:
            raise ValidationError("还没有问是否满意；对方不肯回答的，再按一次“记录评价”")

    def validate_score(self, field: Any) -> None:
        """A rating of 2 or less needs its reason (handbook §9)."""
        if field.data in ("1", "2") and not self.reason.data:
            raise ValidationError("不满意的请再问一句原因，并在下面选择")


class TryForm(StepForm):
    """Nobody answered."""
