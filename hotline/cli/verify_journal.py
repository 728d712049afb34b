"""``hotline verify-journal``: every ticket's journal follows from its own hashes."""

import argparse
import sys

from hotline.cli.office import data_argument, office
from hotline.usecases import audit


def arguments(parser: argparse.ArgumentParser) -> None:
    """Of which data folder."""
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when nothing was changed, removed or inserted; else 1, and each place is named."""
    with office(args.data) as opened, opened.begin() as work:
        entries, faults = audit.verify_journal(work)
    for fault in faults[:50]:
        print(fault, file=sys.stdout)
    verdict = f"{len(faults)} 处不一致。" if faults else "全部完整。"
    print(f"已核对 {entries} 条记录，{verdict}", file=sys.stdout)
    return 1 if faults else 0
