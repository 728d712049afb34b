"""Tables that people bring as files: CSV in the usual encodings, and Excel; read row by row, however long they are.

A row that can't be read costs only itself: it comes out with what is wrong with it, and the rows after it are read.
"""

from __future__ import annotations

import csv
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from hotline.domain.errors import Refused

LONGEST_LINE = 200_000
"""Characters of one line; what is longer is no table."""
LONGEST_RECORD = 400
"""Lines that one quoted cell may span; an opening quote without an end must not swallow the rest of the file."""
LOOKED_AT = 4_000_000
"""Bytes by which the encoding is judged."""


class NoTable(Refused):
    """The file as a whole can't be read as a table; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the head."""

    line: int
    """Line of the file (row of the sheet) on which it begins; the head is usually line 1."""
    cells: tuple[str, ...]
    fault: str = ""
    """Why it can't be used, in words; then ``cells`` holds what could be read of it."""
    done: float = 0.0
    """How much of the file had been read by then, 0 to 1."""


class Sheet:
    """An open table: its head, and its rows one after the other."""

    def __init__(self, head: tuple[str, ...], rows: Iterator[Row], close: Callable[[], None]) -> None:
        self.head = head
        self._rows = rows
        self._close = close

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            yield row if row.fault else self._checked(row)

    def _checked(self, row: Row) -> Row:
        cells, width = row.cells, len(self.head)
        fault = ""
        if not any(cell.strip() for cell in cells):
            fault = "整行为空；请填写或删去这一行"
        elif len(cells) != width and (len(cells) < width or any(cells[width:])):
            fault = f"列数不符：表头有 {width} 列，这一行有 {len(cells)} 列；含逗号的内容请加英文双引号"
        elif any("\ufffd" in cell for cell in cells):
            fault = "有无法识别的字符（编码不符）；请把文件另存为 UTF-8 编码的 CSV 后重新导入这一行"
        return Row(row.line, cells if fault else cells[:width], fault, row.done)


def opened(path: Path) -> Sheet:
    """The table in the file, by its ending.

    Raises:
        NoTable: the file is missing, of another kind, or without a head.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise NoTable(f"只能导入 .csv 或 .xlsx 文件，现为 {path.name}")
    try:
        return _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except FileNotFoundError:
        raise NoTable(f"没有找到文件 {path}") from None
    except IsADirectoryError:
        raise NoTable(f"{path} 是文件夹，请指定其中的文件") from None
    except PermissionError:
        raise NoTable(f"没有权限读取文件 {path}") from None


# -- CSV -----------------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Sheet:
    text = path.open(encoding=encoding_of(path), errors="replace", newline="")
    size = max(path.stat().st_size, 1)
    number, head_line = 1, text.readline(LONGEST_LINE)
    while head_line and not head_line.strip():
        number, head_line = number + 1, text.readline(LONGEST_LINE)
    delimiter = max(",\t;", key=head_line.count)
    try:
        head = tuple(cell.strip() for cell in next(csv.reader([head_line], delimiter=delimiter, strict=True), []))
    except csv.Error:
        head = ()
    if not any(head) or "\x00" in head_line:
        text.close()
        raise NoTable(f"{path.name} 没有表头；请在第一行写上列名")
    return Sheet(head, _records(text, delimiter, size, number), text.close)


def encoding_of(path: Path) -> str:
    """How the text is written: by its mark, else UTF-8 if most lines are, else GB18030 as Chinese Excel writes it."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(b"\xef\xbb\xbf"):
            return "utf-8-sig"
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        file.seek(0)
        return "utf-8" if _mostly_utf8(file) else "gb18030"


def _mostly_utf8(file: BinaryIO) -> bool:
    right = wrong = 0
    while file.tell() < LOOKED_AT and (line := file.readline(LONGEST_LINE)):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            right += 1
        except UnicodeDecodeError:
            wrong += 1
    return right >= wrong


def _records(text: TextIO, delimiter: str, size: int, number: int) -> Iterator[Row]:
    """The records of a CSV text. After a broken one, reading goes on with the very next line."""
    ahead: deque[tuple[int, str]] = deque()

    def following() -> tuple[int, str] | None:
        nonlocal number
        if ahead:
            return ahead.popleft()
        line = text.readline(LONGEST_LINE)
        if not line:
            return None
        number += 1
        return number, line

    while (first := following()) is not None:
        if not first[1].strip("\r\n"):
            continue
        done = min(1.0, _told(text) / size)
        taken = [first]
        cells = _parsed([first[1]], delimiter)
        while cells is None and len(taken) < LONGEST_RECORD and first[1].count('"') % 2:
            more = following()
            if more is None:
                break
            taken.append(more)
            if more[1].count('"') % 2:
                cells = _parsed([line for _, line in taken], delimiter)
                break
        if cells is None:
            ahead.extendleft(reversed(taken[1:]))
            fault = "不是正确的 CSV（引号不成对）；请检查这一行的英文双引号"
            yield Row(first[0], tuple(first[1].rstrip("\r\n").split(delimiter)), fault, done)
        else:
            yield Row(first[0], tuple(cells), "", done)


def _told(text: TextIO) -> int:
    """Bytes read so far; the text's own ``tell`` would be slow and the buffer runs a little ahead, which is no harm."""
    return text.buffer.tell()


def _parsed(lines: list[str], delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


# -- Excel ---------------------------------------------------------------------------------------------------------


def _workbook(path: Path) -> Sheet:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        head: tuple[str, ...] = ()
        line = 0
        for line, values in enumerate(rows, 1):  # noqa: B007 - the line of the head is used below
            head = _trimmed(values)
            if head:
                break
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, EOFError, OSError) as fault:
        if isinstance(fault, FileNotFoundError | IsADirectoryError | PermissionError):
            raise
        raise NoTable(f"{path.name} 不是正确的 Excel 文件；请用 Excel 另存为 .xlsx 或 CSV 后再导入") from None
    if not head:
        book.close()
        raise NoTable(f"{path.name} 没有表头；请在第一行写上列名")
    return Sheet(head, _sheet_rows(rows, line, max(sheet.max_row or 1, 1), len(head)), book.close)


def _sheet_rows(rows: Iterator[tuple[Any, ...]], line: int, count: int, width: int) -> Iterator[Row]:
    for number, values in enumerate(rows, line + 1):
        cells = _trimmed(values)
        if cells:
            yield Row(number, cells + ("",) * (width - len(cells)), "", min(1.0, number / count))


def _trimmed(values: tuple[Any, ...]) -> tuple[str, ...]:
    cells = [_cell(value) for value in values]
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)


def _cell(value: Any) -> str:
    """A cell as people see it: a phone that Excel keeps as a number has no ``.0``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


# -- names of columns ----------------------------------------------------------------------------------------------


def places(head: tuple[str, ...], names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where each known column stands, by its own name or another, in whatever case and with whatever blanks."""
    known = {_plain(each): name for name, others in names.items() for each in (name, *others)}
    found: dict[str, int] = {}
    for at, title in enumerate(head):
        name = known.get(_plain(title))
        if name is not None:
            found.setdefault(name, at)
    return found


def _plain(title: str) -> str:
    return "".join(c for c in title.lower() if c.isalnum())
