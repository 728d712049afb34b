"""``hotline figures prove|check``: the proof of a figure, and its independent recomputation."""

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path

from hotline.cli.export import day
from hotline.cli.import_ import private
from hotline.cli.office import data_argument, office
from hotline.domain import proof_check
from hotline.domain.audit import Kind
from hotline.domain.errors import Refused
from hotline.domain.rates import Period
from hotline.read import proof
from hotline.usecases import audit_log


def arguments(parser: argparse.ArgumentParser) -> None:
    """``prove KEY …`` or ``check FILE``."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="prove|check")
    prove = verbs.add_parser("prove", help="生成一个数字的证明文件")
    prove.add_argument("key", metavar="KEY", help="数字或比率的代码，见 docs/rates.md")
    prove.add_argument("--unit", help="单位编码，含其下级；不填为全市")
    prove.add_argument("--from", dest="first", type=day, required=True, metavar="DATE", help="起始日期，含当日")
    prove.add_argument("--to", dest="last", type=day, required=True, metavar="DATE", help="截止日期，含当日")
    prove.add_argument("--out", type=Path, required=True, metavar="FILE", help="输出文件（.json）")
    data_argument(prove)
    check = verbs.add_parser("check", help="只凭证明文件重新计算")
    check.add_argument("file", type=Path, metavar="FILE", help="证明文件")


def run(args: argparse.Namespace) -> int:
    """0 when it was written, or holds."""
    return _prove(args) if args.verb == "prove" else _check(args)


def _prove(args: argparse.Namespace) -> int:
    if args.first > args.last:
        raise Refused("--from 不能晚于 --to，请改正日期")
    period = Period(args.first, args.last + timedelta(days=1))
    with office(args.data) as house:
        city = house.rules.city
        unit = args.unit or city.root
        if unit not in city.units:
            raise Refused(f"没有编码为 {unit} 的单位，请核对 --unit")
        with house.begin(isolation="REPEATABLE READ") as work:
            found = proof.prove(work, args.key, unit, period)
        with house.begin() as work:
            audit_log.write(work, Kind.EXPORT, about=f"证明 {args.key} {period.words}", rows=len(found["objects"]))
    part = args.out.with_name(args.out.name + ".part")
    try:
        with private(part, "w", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=1)
        part.replace(args.out)
    except OSError as fault:
        raise Refused(f"不能写入 {args.out}（{fault.strerror}）：请检查目录、权限和剩余空间") from None
    finally:
        part.unlink(missing_ok=True)
    print(f"已写入 {args.out}：{found['words']}", file=sys.stdout)
    return 0


def _check(args: argparse.Namespace) -> int:
    try:
        found = json.loads(args.file.read_text(encoding="utf-8"))
        faults = proof_check.check(found)
    except OSError as fault:
        raise Refused(f"不能读取 {args.file}（{fault.strerror}）") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Refused(f"{args.file} 不是证明文件，请用 hotline figures prove 生成") from None
    print("\n".join(faults[:50]) or proof_check.said(found), file=sys.stderr if faults else sys.stdout)
    return 1 if faults else 0
