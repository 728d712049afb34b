"""``hotline restore DIR``: the house as the backup has it."""

import argparse
from pathlib import Path

from hotline import settings
from hotline.stack import backup, standby


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where from, and into which data folder."""
    parser.add_argument("source", type=Path, metavar="DIR", help="hotline backup 写出的目录")
    parser.add_argument("--data", type=Path, help="数据目录（默认 var）", metavar="DIR")
    parser.add_argument("--force", action="store_true", help="覆盖已有内容")


def run(args: argparse.Namespace) -> int:
    """Checks the backup before it touches anything."""
    backup.verify(args.source)
    deployment = settings.load(data_dir=args.data)
    with standby.database(deployment, alone=True) as url:
        backup.restore(deployment, url, args.source, replace=args.force)
    print("已恢复。现在可以执行 hotline up。")
    return 0
