"""The form every desk starts from: Chinese words, no stray blanks, a token that travels with it."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

_WORDS = {
    "This field is required.": "请填写这一项",
    "Not a valid choice.": "请从列出的选项里选择",
    "Not a valid choice": "请从列出的选项里选择",
    "Invalid Choice: could not coerce.": "请从列出的选项里选择",
    "Not a valid integer value.": "请填写整数",
    "Not a valid decimal value.": "请填写数字",
    "Not a valid float value.": "请填写数字",
    "Not a valid datetime value.": "请按 2026-03-18 17:30 的样子填写时间",
    "Not a valid date value.": "请按 2026-03-18 的样子填写日期",
    "Not a valid time value.": "请按 17:30 的样子填写时间",
    "Field must be between %(min)d and %(max)d characters long.": "应为 %(min)d 到 %(max)d 个字",
    "Invalid input.": "请检查这一项",
    "Invalid email address.": "请填写完整的电子邮箱",
}


class _Chinese:
    """What WTForms asks for its own sentences."""

    def gettext(self, words: str) -> str:
        return _WORDS.get(words, words)

    def ngettext(self, one: str, many: str, n: int) -> str:
        if "longer than" in many:
            return "最多 %(max)d 个字"
        if "at least" in many and "between" not in many:
            return "至少 %(min)d 个字"
        return "应为 %(max)d 个字"


def stripped(text: str | None) -> str | None:
    """The text without blanks around it; a form's ``StringField(filters=[stripped])``."""
    return text.strip() if text else text


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms. ``if not form.validate(): return replies.fragment(…, form=form, status=422)``."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Our words instead of the library's."""

        def get_translations(self, form: Any) -> _Chinese:
            return _Chinese()
