"""``hotline verify-journal``: tickets' journals and the audit log follow from their own hashes and anchors."""

import argparse
import sys

from hotline.cli.office import data_argument, office
from hotline.store import witness
from hotline.usecases import audit


def arguments(parser: argparse.ArgumentParser) -> None:
    """Of which data folder."""
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when nothing was changed, removed or inserted; else 1, and each place is named."""
    with office(args.data) as opened, opened.begin(isolation="REPEATABLE READ") as work:
        proof = audit.prove(work, witness.told(opened.settings.data))
    for fault in proof.faults[:50]:
        print(fault, file=sys.stdout)
    verdict = f"{len(proof.faults)} 处不一致。" if proof.faults else "全部完整。"
    print(
        f"已核对 {proof.entries} 条工单记录、{proof.lines} 条审计日志、{proof.anchors} 个锚点，{verdict}",
        file=sys.stdout,
    )
    return 1 if proof.faults else 0
