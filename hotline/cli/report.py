"""``hotline report month YYYY-MM``: the monthly notice, or one unit's sheet, as a workbook, a letter or a PDF."""

import argparse
import sys
from datetime import date
from pathlib import Path

from hotline.cli.office import data_argument, office
from hotline.documents import letter, printed, workbook
from hotline.domain.audit import Kind
from hotline.domain.errors import Refused
from hotline.domain.permissions import Actor, Role
from hotline.read import report
from hotline.usecases import audit_log

WRITERS = {".xlsx": workbook.write, ".docx": letter.write, ".pdf": printed.write}
READER = Actor(id=None, name="系统", roles=frozenset({Role.CENTER_ADMIN}))
"""The centre itself: whoever may start commands on the machine."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which month, of whom, and where to."""
    parser.add_argument("what", choices=["month"], help="month：月度通报")
    parser.add_argument("month", type=_month, metavar="YYYY-MM", help="月份")
    parser.add_argument("--unit", help="单位编码；不填为全市")
    parser.add_argument("--out", type=_out, required=True, metavar="FILE", help=f"输出文件（{'、'.join(WRITERS)}）")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Writes the file whole or not at all."""
    with office(args.data) as house:
        if args.unit and args.unit not in house.rules.city.units:
            raise Refused(f"没有编码为 {args.unit} 的单位，请核对 --unit")
        with house.begin(READER, isolation="REPEATABLE READ") as work:
            found = report.of(work, args.month, args.unit)
        with house.begin(READER) as work:
            audit_log.write(work, Kind.EXPORT, about=f"月度通报 {args.month:%Y-%m} {args.unit or '全市'}")
    part = args.out.with_name(f".{args.out.name}.part{args.out.suffix}")
    try:
        WRITERS[args.out.suffix.lower()](found, part)
        part.replace(args.out)
    except OSError as fault:
        raise Refused(f"不能写入 {args.out}（{fault.strerror}）：请检查目录、权限和剩余空间") from None
    finally:
        part.unlink(missing_ok=True)
    print(f"已写入 {args.out}：{found.title}（{found.made}）", file=sys.stdout)
    return 0


def _month(typed: str) -> date:
    try:
        if len(typed) != 7:
            raise ValueError
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"月份写法应如 2026-03，现为 {typed}") from None


def _out(typed: str) -> Path:
    path = Path(typed)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(f"应以 {'、'.join(WRITERS)} 结尾，现为 {path.name}")
    return path
