"""``hotline retention``: let go of what has been kept long enough; the timetable does the same every day."""

import argparse
import sys

from hotline.cli.office import data_argument, office
from hotline.jobs import files
from hotline.store import witness
from hotline.usecases import retention


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether only to look, and which data folder."""
    parser.add_argument("--dry-run", action="store_true", help="只列出到期的数据，不作改动")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Says what is due and, without ``--dry-run``, does it."""
    with office(args.data) as house:
        with house.begin() as work:
            found, kept = retention.due(work), work.rules.privacy
        for words, n, keep in (
            ("发出的短信（清除内容和号码）", found.sms, kept.keep_sms),
            ("收到的短信（清除内容和号码）", found.messages, kept.keep_sms),
            ("来电（清除号码）", found.calls, kept.keep_recording),
            ("工单（匿名化）", found.tickets, kept.keep_ticket),
            ("审计日志（删除）", found.audit, kept.keep_audit),
        ):
            print(f"{words}：保存 {keep.days} 天，到期 {n} 条", file=sys.stdout)
        if args.dry_run or found.nothing:
            print("没有改动任何数据。", file=sys.stdout)
            return 0
        with house.begin() as work:
            retention.forget_texts(work)
        while True:
            with house.begin() as work:
                if retention.anonymise(work) < retention.BATCH:
                    break
        files.sweep_bytes(house)
        with house.begin() as work:
            cut = retention.cut_audit(work)
        witness.tell(house.settings.data, [cut] if cut else [])
    print("到期数据已处理，记入审计日志。", file=sys.stdout)
    return 0
