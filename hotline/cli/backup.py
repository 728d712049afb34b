"""``hotline backup DIR``: everything but the key, at one moment, while the house goes on."""

import argparse
from pathlib import Path

from hotline import settings
from hotline.stack import backup, standby


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and from which data folder."""
    parser.add_argument("target", type=Path, metavar="DIR", help="存放备份的新目录")
    parser.add_argument("--data", type=Path, help="数据目录（默认 var）", metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """Writes a backup that ``hotline restore`` accepts."""
    deployment = settings.load(data_dir=args.data)
    with standby.database(deployment) as url:
        written = backup.write(deployment, url, args.target)
    print(f"已备份到 {written.folder}({written.size / 1e6:.1f} MB)。密钥 secret.key 不在其中，请另行妥善保存。")
    return 0
