"""``hotline simulate``: a city's worth of appeals and desks for a running house, from outside."""

import argparse
import os
import random
import sys
from pathlib import Path

from hotline.cli import whole
from hotline.simulate import voices
from hotline.simulate.run import Plan, progress
from hotline.simulate.run import run as simulate


def arguments(parser: argparse.ArgumentParser) -> None:
    """How much, how fast, with whose words."""
    parser.add_argument(
        "--rate", type=float, help="每分钟诉求数（默认：给定 --count 时 300,否则 60）", metavar="PER_MINUTE"
    )
    parser.add_argument("--minutes", type=float, help="持续分钟数（默认 5）", metavar="M")
    parser.add_argument("--count", type=whole, help="诉求总数", metavar="N")
    parser.add_argument("--from", dest="file", type=Path, help="用文件中的文字", metavar="FILE.csv[.gz]")
    parser.add_argument("--text", help="正文列名", metavar="COL")
    parser.add_argument("--title", help="标题列名", metavar="COL")
    parser.add_argument("--seed", type=whole, default=1, help="随机种子（默认 1）", metavar="N")
    parser.add_argument("--url", default="http://127.0.0.1:12345", help="系统地址（默认 http://127.0.0.1:12345）")
    parser.add_argument("--data", type=Path, help="系统的数据目录（默认 var）", metavar="DIR")
    parser.add_argument("--after", type=float, default=15, help="最后一件之后各岗位继续工作的秒数", metavar="SECONDS")


def run(args: argparse.Namespace) -> int:
    """0 when every appeal was accepted, 1 when some were not."""
    rng = random.Random(args.seed)
    texts = voices.from_file(args.file, args.text, args.title, rng) if args.file else voices.invented(rng)
    minutes = args.minutes if args.minutes or args.count else 5.0
    plan = Plan(
        url=args.url,
        data=args.data or Path(os.environ.get("HOTLINE_DATA", "var")),
        per_minute=args.rate or (300 if args.count else 60),
        minutes=minutes,
        count=args.count,
        seed=args.seed,
        afterwards=args.after,
    )
    tally = simulate(plan, texts, _say)
    _say(progress(tally))
    for refused in tally.refused[:20]:
        print(refused, file=sys.stderr)
    return 1 if tally["refused"] or tally["silent"] else 0


def _say(text: str) -> None:
    print(text, flush=True)
