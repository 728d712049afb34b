"""Reading what a program sent: a JSON object or a form, each field of the kind that was declared for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from hotline.domain.errors import Invalid
from web.api.declaration import Field, Kind
from web.input import Unreadable

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def taken(declared: Sequence[Field]) -> dict[str, Any]:
    """The declared fields of the body, those that were given; others are not looked at.

    Raises:
        Unreadable: the body is no JSON object.
        UnsupportedMediaType: it is neither JSON nor a form.
        Invalid: a value is of another kind than declared.
    """
    return checked(whole(), declared)


def whole() -> Mapping[str, Any]:
    """The body as it was sent."""
    if request.is_json:
        body = request.get_json()
        if not isinstance(body, dict):
            raise Unreadable('提交的内容应是一个 JSON 对象，例如 {"content": "……"}')
        return body
    if request.mimetype in FORMS:
        return {name: values if len(values) > 1 else values[0] for name, values in request.form.lists()}
    if request.content_length:
        raise UnsupportedMediaType
    return {}


def checked(given: Mapping[str, Any], declared: Sequence[Field]) -> dict[str, Any]:
    """The declared ones of these fields, without those that were left empty."""
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in declared:
        value = given.get(field.name)
        if value is None:
            continue
        fault = _KINDS[field.kind](value)
        if not fault and isinstance(value, str) and len(value) > field.most:
            fault = f"最多 {field.most} 字，现有 {len(value)} 字"
        if fault:
            faults[field.name] = fault
        else:
            found[field.name] = value
    if faults:
        raise Invalid(faults)
    return found


def version(given: Mapping[str, Any]) -> int | None:
    """The version of the ticket that the caller has seen; None when it was not said."""
    value = given.get("version")
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise Invalid({"version": "version 应是查看工单时得到的整数"})


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "应为文字（加引号）"


def _number(value: Any) -> str:
    right = isinstance(value, int | float | str) and not isinstance(value, bool)
    return "" if right else "应为数字"


YES, NO = ("1", "true", "yes", "on", "y", "是"), ("", "0", "false", "no", "off", "n", "否")
"""How a flag may be written."""


def _flag(value: Any) -> str:
    said = isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in YES + NO)
    return "" if said or (isinstance(value, int) and value in (0, 1)) else "应为 true 或 false"


def _answer(value: Any) -> str:
    return "" if isinstance(value, bool | str | int) else "请选择：已解决、部分解决或未解决"


def _texts(value: Any) -> str:
    right = isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    if right and len(value) > (1000 if isinstance(value, str) else 50):
        return "最多 50 项"
    return "" if right else "应为文字的列表"


_KINDS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.MOMENT: _text,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.ANSWER: _answer,
    Kind.TEXTS: _texts,
    Kind.FILE: lambda value: "请用 multipart/form-data 上传",
}
