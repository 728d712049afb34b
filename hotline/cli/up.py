"""``hotline up``: the whole house on this machine."""

import argparse
import os
import sys
from pathlib import Path

from hotline.cli import first, whole
from hotline.stack import house
from hotline.stack.folder import DataFolder


def arguments(parser: argparse.ArgumentParser) -> None:
    """What ``up`` takes; what is left out comes from the settings."""
    parser.add_argument("--demo", action="store_true", help="演示：福州示例单位与演示账户")
    parser.add_argument("--host", help="监听地址（默认 127.0.0.1）")
    parser.add_argument("--port", type=whole, help="端口（默认 12345）")
    parser.add_argument("--data", type=Path, help="数据目录（默认 var）", metavar="DIR")
    parser.add_argument("--web", type=whole, help="网页进程数", metavar="N")
    parser.add_argument("--workers", type=whole, help="后台进程数", metavar="N")


def run(args: argparse.Namespace) -> int:
    """Returns when the house was told to stop and has stopped."""
    environ = dict(os.environ)
    for name in ("host", "port", "web", "workers"):
        if (given := getattr(args, name)) is not None:
            environ[f"HOTLINE__SERVER__{name.upper()}"] = str(given)
    folder = args.data or Path(environ.get("HOTLINE_DATA", "var"))
    demo = args.demo or environ.get("HOTLINE_DEMO") == "1"
    house.up(environ, data=DataFolder(folder), demo=demo, say=_say, newcomer=first.administrators)
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)
