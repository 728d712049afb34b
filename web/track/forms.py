"""What a citizen fills in to see a ticket and to act on it."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from hotline.domain.callback import REASONS, REASONS_MOST, RESULT_LABELS, SCORE_LABELS
from hotline.domain.number import normal
from web.files.field import FilesField
from web.forms import Form, stripped

WORDS_MAX = 500
SUPPLEMENT_MAX = 2000


class Find(Form):
    """Number and code."""

    no = StringField("工单号", [DataRequired("请填写工单号，短信里以字母开头的那一串")], filters=[stripped])
    code = StringField("查询码", [DataRequired("请填写 6 位查询码")], filters=[stripped])

    def validate_code(self, field: Any) -> None:
        """Six digits, however they were spaced."""
        if not (normal(field.data).isdigit() and len(normal(field.data)) == 6):
            raise ValidationError("查询码是 6 位数字")


class Supplement(Form):
    """补充."""

    text = TextAreaField("补充什么", [Length(max=SUPPLEMENT_MAX)], filters=[stripped])
    files = FilesField("附件", outside=True)

    def validate_text(self, field: Any) -> None:
        """Something is said, or shown."""
        if not field.data and not self.files.data:
            raise ValidationError("请填写要补充的内容，或添加附件")


class Rate(Form):
    """评价: two questions, never mixed."""

    solved = RadioField("问题解决了吗？", [DataRequired("请选择问题是否解决")])
    score = RadioField("对办理的过程和态度满意吗？", [DataRequired("请选择是否满意")])
    reason = SelectMultipleField("哪里不满意", [Optional()], validate_choice=False)
    words = TextAreaField("还想说什么", [Length(max=WORDS_MAX)], filters=[stripped])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.solved.choices = {result.value: label for result, label in RESULT_LABELS.items()}
        self.score.choices = {str(score): label for score, label in SCORE_LABELS.items()}
        self.reason.choices = REASONS

    def validate_reason(self, field: Any) -> None:
        """Two at most."""
        if len(field.data or ()) > REASONS_MOST:
            raise ValidationError(f"最多选 {REASONS_MOST} 项")


class Review(Form):
    """申请复核."""

    words = TextAreaField(
        "对办理结果有什么异议",
        [DataRequired("请写明对办理结果有什么异议"), Length(max=WORDS_MAX)],
        filters=[stripped],
        id="review-words",
    )
    files = FilesField("附件", outside=True)


class Publish(Form):
    """公开意愿."""

    agreed = HiddenField()


FORMS: dict[str, type[Form]] = {
    "supplement": Supplement,
    "rate": Rate,
    "review": Review,
    "publish": Publish,
    "urge": Form,
    "withdraw": Form,
}
"""What each step asks for; ``urge`` and ``withdraw`` ask for nothing."""
