"""``hotline doctor``: what keeps the house from running, one line per check, each with what to do."""

import argparse
import os
import sys
from pathlib import Path

from hotline.cli import whole
from hotline.stack import checks


def arguments(parser: argparse.ArgumentParser) -> None:
    """The same places as ``up``."""
    parser.add_argument("--host", help="监听地址")
    parser.add_argument("--port", type=whole, help="端口")
    parser.add_argument("--data", type=Path, help="数据目录（默认 var）", metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong."""
    environ = dict(os.environ)
    for name in ("host", "port"):
        if (given := getattr(args, name)) is not None:
            environ[f"HOTLINE__SERVER__{name.upper()}"] = str(given)
    findings = checks.examine(environ, args.data or Path(environ.get("HOTLINE_DATA", "var")))
    for finding in findings:
        mark = "✓" if finding.fine else "✗"
        print(f"{mark} {finding.subject}:{finding.text}", file=sys.stdout)
    wrong = sum(not finding.fine for finding in findings)
    print("\n一切正常。" if not wrong else f"\n有 {wrong} 项需要处理。", file=sys.stdout)
    return 1 if wrong else 0
