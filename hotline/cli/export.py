"""``hotline export tickets|figures|journal``: a table of some days, without personal data unless there is a reason."""

import argparse
import csv
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hotline.cli.import_ import private
from hotline.cli.office import data_argument, office
from hotline.cli.progress import Progress
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.calendar import local
from hotline.domain.errors import Refused
from hotline.read import export
from hotline.read.export import Table, Value
from hotline.usecases import audit_log

WHAT = {"tickets": "工单", "figures": "数字", "journal": "工单记录"}
FORMATS = (".csv", ".xlsx", ".jsonl")
MOST_IN_A_SHEET = 1_000_000
"""Rows after which a workbook goes on with a new sheet; Excel takes 1,048,576."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What, of which days, and where to."""
    parser.add_argument("what", choices=list(WHAT), help="tickets:工单；figures:数字；journal:工单记录")
    parser.add_argument("--from", dest="first", type=day, required=True, metavar="DATE", help="起始日期，含当日")
    parser.add_argument("--to", dest="last", type=day, required=True, metavar="DATE", help="截止日期，含当日")
    parser.add_argument("--out", type=_out, required=True, metavar="FILE", help=f"输出文件（{'、'.join(FORMATS)}）")
    parser.add_argument("--personal", type=_reason, metavar="REASON", help="包含个人信息，须写明用途，用途记入审计日志")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Writes the file whole or not at all."""
    if args.first > args.last:
        raise Refused("--from 不能晚于 --to,请改正日期")
    personal = args.personal is not None
    with office(args.data) as house:
        days = f"{args.what} {args.first}..{args.last}"
        with house.begin() as work:
            audit_log.write(work, AuditKind.EXPORT, about=f"{days} 含个人信息：{args.personal}" if personal else days)
        with house.begin(isolation="REPEATABLE READ") as work:
            table = export.TABLES[args.what](work, args.first, args.last, personal=personal)
            stamp = stamp_of(getpass.getuser(), work.now)
            count = write(stamped(table, stamp) if personal else table, args.out, stamp)
    print(f"已导出 {count} 行{WHAT[args.what]}到 {args.out}", file=sys.stdout)
    return 0


def stamp_of(who: str, at: datetime) -> str:
    """The watermark: who took it away and when (handbook §12)."""
    return f"{who} {local(at):%Y-%m-%d %H:%M} 导出"


def stamped(table: Table, stamp: str) -> Table:
    """The table with the watermark in every row: a line that is cut out or copied on still says where it is from."""
    return Table((*table.keys, "exported"), (*table.heads, "导出标记"), ((*row, stamp) for row in table.rows))


Put = Callable[[tuple[Value, ...]], object]
"""Writes one row."""


def write(table: Table, path: Path, stamp: str = "") -> int:
    """The table as a file that only its owner can read; the number of rows.

    Args:
        stamp: the watermark of a workbook: in its properties and at the foot of every printed page.
    """
    part = path.with_name(path.name + ".part")
    progress, count = Progress("导出"), 0
    try:
        with {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl}[path.suffix.lower()](table, part, stamp) as put:
            for values in table.rows:
                put(values)
                count += 1
                progress.tell(0.0, count)
        part.replace(path)
    except OSError as fault:
        raise Refused(f"不能写入 {path}({fault.strerror}):请检查目录、权限和剩余空间") from None
    finally:
        progress.clear()
        part.unlink(missing_ok=True)
    return count


def harmless(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" \n")[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"):
        return f"'{value}"
    return value


@contextmanager
def _csv(table: Table, path: Path, _stamp: str) -> Iterator[Put]:
    with private(path, "w", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(table.heads)
        yield lambda values: rows.writerow([harmless(value) for value in values])


@contextmanager
def _jsonl(table: Table, path: Path, _stamp: str) -> Iterator[Put]:
    with private(path, "w") as file:
        yield lambda values: file.write(
            json.dumps(dict(zip(table.keys, values, strict=True)), ensure_ascii=False) + "\n"
        )


@contextmanager
def _xlsx(table: Table, path: Path, stamp: str) -> Iterator[Put]:
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.description = stamp
    sheets = [_sheet(book, table, stamp)]
    written = 0

    def put(values: tuple[Value, ...]) -> None:
        nonlocal written
        if written and written % MOST_IN_A_SHEET == 0:
            sheets.append(_sheet(book, table, stamp))
        written += 1
        sheets[-1].append([_printable(harmless(value)) for value in values])

    yield put
    private(path, "w").close()
    book.save(path)


def _sheet(book: Workbook, table: Table, stamp: str) -> Any:
    sheet = book.create_sheet()
    sheet.oddFooter.center.text = stamp
    sheet.append(table.heads)
    return sheet


def _printable(value: Value) -> Value:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000] if isinstance(value, str) else value


def day(typed: str) -> date:
    """A date, as the type of an option."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期写法应如 2026-03-11,现为 {typed}") from None


def _out(typed: str) -> Path:
    path = Path(typed)
    if path.suffix.lower() not in FORMATS:
        raise argparse.ArgumentTypeError(f"应以 {'、'.join(FORMATS)} 结尾，现为 {path.name}")
    return path


def _reason(typed: str) -> str:
    if len(typed.strip()) < 4:
        raise argparse.ArgumentTypeError("请写明用途，至少 4 个字")
    return typed.strip()[:120]
