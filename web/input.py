"""What can't be taken as text is refused before any view sees it: broken UTF-8, null bytes, lone surrogates.

A database column takes none of them, so the fault would else appear deep inside as a 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, request

from hotline.domain.errors import Invalid

_DEEP = 32


class Unreadable(Invalid):
    """The bytes sent are no text; 400 rather than 422, since no field is at fault."""

    def __init__(self, message: str) -> None:
        super().__init__({}, message)


def watch(app: Flask) -> None:
    """Check path, query and body of every request."""

    @app.before_request
    def check() -> None:
        raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
        _readable(unquote_to_bytes(raw.replace("+", " ")) if isinstance(raw, str) else raw)
        _readable(unquote_to_bytes(request.query_string.replace(b"+", b" ")))
        _readable(request.environ.get("PATH_INFO", "").encode("latin-1", "replace"))
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if request.is_json:
            _whole(request.get_json(silent=False))
        elif request.mimetype == "application/x-www-form-urlencoded":
            _readable(unquote_to_bytes(request.get_data(cache=True)))
        elif request.mimetype == "multipart/form-data":
            _whole([list(request.form.items(multi=True)), [f.filename or "" for f in request.files.values()]])


def _readable(data: bytes) -> None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise Unreadable("文字的编码无法识别，请用 UTF-8 编码重新提交") from broken
    if "\0" in text:
        raise Unreadable("内容里有无法保存的空字符，请删去后重新提交")


def _whole(value: Any) -> None:
    for text in _texts(value, 0):
        try:
            _readable(text.encode("utf-8"))
        except UnicodeEncodeError as broken:
            raise Unreadable("内容里有不完整的字符，请删去后重新提交") from broken


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEP:
        raise Unreadable("内容嵌套得太深，无法读取")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(name, depth + 1)
            yield from _texts(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, depth + 1)
