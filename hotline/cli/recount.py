"""``hotline recount``: counts every figure afresh from the tickets and compares."""

import argparse
import sys

from hotline.cli.office import data_argument, office
from hotline.usecases import board


def arguments(parser: argparse.ArgumentParser) -> None:
    """``--repair`` puts the counted values in place of the shown ones."""
    parser.add_argument("--repair", action="store_true", help="用重新统计的数值更正看板")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when every figure equals its tickets (or was repaired), 1 when some do not."""
    with office(args.data) as opened:
        tickets, drifts = board.recount(opened.begin, repair=args.repair)
    for drift in drifts[:50]:
        day = drift.on.isoformat() if drift.on else "当前"
        shown, counted = (f"{hits:g}/{total:g}" for hits, total in (drift.shown, drift.counted))
        print(f"{drift.key} {day} {drift.unit}:看板 {shown}，工单 {counted}", file=sys.stdout)
    if not drifts:
        print(f"已核对 {tickets} 件工单，看板数字与工单一致。", file=sys.stdout)
        return 0
    done = "已更正" if args.repair else "请用 hotline recount --repair 更正"
    print(f"已核对 {tickets} 件工单，{len(drifts)} 个数字与工单不一致，{done}。", file=sys.stdout)
    return 0 if args.repair else 1
