"""Tables that people upload: read once, and their rows carried by the page from looking to taking."""

from __future__ import annotations

import base64
import json
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from flask import request

from hotline.channels import sheet
from hotline.channels.sheet import NoTable
from hotline.usecases.organisation_table import Bad, Names, Row, rows_of
from web.input import Unreadable

UNPACKED_AT_MOST = 8_000_000
"""Bytes of the rows that a page carries, unpacked."""


def uploaded(names: Names, needed: Iterable[str]) -> tuple[list[tuple[int, Row]], list[Bad]]:
    """The rows of the uploaded ``file`` by our names of the columns, and those that can't be read. Raises NoTable."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoTable("请选择一个 .csv 或 .xlsx 文件")
    with tempfile.TemporaryDirectory(prefix="hotline-import-") as folder:
        path = Path(folder) / f"table{Path(file.filename).suffix.lower()}"
        file.save(path)
        with sheet.opened(path) as table:
            return rows_of(names, needed, table)


def packed(rows: tuple[Row, ...]) -> str:
    """Rows as a page carries them."""
    return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode())).decode()


def unpacked(text: str) -> list[Row]:
    """The rows that a page carries. Raises Unreadable."""
    try:
        reading = zlib.decompressobj()
        raw = reading.decompress(base64.b64decode(text, validate=True), UNPACKED_AT_MOST)
        rows = json.loads(raw) if reading.eof else None
    except (ValueError, zlib.error):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("提交的内容不完整，请重新上传文件")
    return [{str(key): str(value) for key, value in row.items()} for row in rows]
