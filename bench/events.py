"""Hot events measured: found, whole, alone; how much hangs on the threshold; time and memory.

`python -m bench.events` prints one line per figure. It reads real messages and a list of events read by hand that lie
beside the repository, if they are there; they are for measuring only. Without them it says "no data".
"""

import argparse
import csv
import gzip
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from time import perf_counter

from bench.classifier import tell
from classifier.events import ALIKE, FEWEST, Pairs, compared, grouped
from classifier.evidence import said
from classifier.features import Text

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
THRESHOLDS = (0.28, 0.30, 0.32, 0.34, 0.36, 0.38, 0.40, 0.42, 0.44)


@dataclass(frozen=True, slots=True)
class Truth:
    """One event read by hand: rows that are of it, may be of it, and must not be in it."""

    core: set[int]
    related: set[int]
    negative: set[int]


@dataclass(frozen=True, slots=True)
class Score:
    """Rows of an event that were found in its best group, that do not belong there, and that are missing."""

    right: int
    wrong: int
    missing: int
    look_alikes: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missing)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.events", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA / "tipdm2020_a3.csv.gz")
    parser.add_argument("--truth", type=Path, default=DATA / "hot_events_dev.csv")
    given = parser.parse_args()
    if not given.data.is_file() or not given.truth.is_file():
        print("no data")
        return 0
    csv.field_size_limit(10**8)
    with gzip.open(given.data, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = read_truth(given.truth, {row["msg_id"]: at for at, row in enumerate(rows)})
    pairs = compared([said(Text(row["title"], row["body"])) for row in rows])
    scores = {alike: scored(pairs, alike, truth) for alike in (*THRESHOLDS, ALIKE)}
    told("as shipped", scores[ALIKE])
    for alike in THRESHOLDS:
        told(f"threshold {alike:.2f}", scores[alike])
    told("leave one event out, threshold by the others", left_out(scores))
    speed(given.data, len(rows))
    return 0


def read_truth(path: Path, at: dict[str, int]) -> list[Truth]:
    roles: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            roles[row["event_id"]][row["role"]].add(at[row["msg_id"]])
    return [Truth(one["core"], one["related"], one["negative"]) for one in roles.values()]


def scored(pairs: Pairs, alike: float, truth: Iterable[Truth]) -> list[Score]:
    groups = [set(rows) for rows in grouped(pairs, alike) if len(rows) >= FEWEST]
    return [best(groups, one) for one in truth]


def best(groups: list[set[int]], truth: Truth) -> Score:
    """The group that fits the event best; rows that may be of it count neither way."""
    found = [Score(0, 0, len(truth.core), 0)]
    for group in groups:
        told = group - truth.related
        right = len(told & truth.core)
        if right:
            found.append(Score(right, len(told) - right, len(truth.core) - right, len(told & truth.negative)))
    return max(found, key=lambda score: score.f1)


def left_out(scores: dict[float, list[Score]]) -> list[Score]:
    """For each event its score at the threshold that is best for the others (of equal ones the middle)."""
    events = range(len(scores[ALIKE]))
    chosen = []
    for out in events:
        rest = {alike: mean(scores[alike][n].f1 for n in events if n != out) for alike in THRESHOLDS}
        top = [alike for alike in THRESHOLDS if rest[alike] >= max(rest.values()) - 1e-9]
        chosen.append(scores[top[len(top) // 2]][out])
    return chosen


def told(name: str, scores: list[Score]) -> None:
    """F1 over the messages of all events together, mean of F1 by event, and what was merged wrongly."""
    right, wrong, missing = (sum(getattr(one, part) for one in scores) for part in ("right", "wrong", "missing"))
    found = sum(one.f1 >= 0.5 for one in scores)
    tell(
        f"events: {name}",
        f"found {found} of {len(scores)}, F1 {2 * right / (2 * right + wrong + missing):.4f}, "
        f"mean by event {mean(one.f1 for one in scores):.4f}, look-alikes merged {sum(s.look_alikes for s in scores)}",
    )


def speed(data: Path, rows: int) -> None:
    """The whole command in a process of its own."""
    columns = ["--id", "msg_id", "--text", "body", "--title", "title", "--time", "time", "--person", "user", "--json"]
    begun = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "classifier", "events", str(data), *columns],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    tell(f"events: the command on {rows} texts, s", f"{perf_counter() - begun:.1f}")
    tell("events: CPU, s", f"{used.ru_utime + used.ru_stime:.1f}")
    tell("events: peak memory, MB", round(used.ru_maxrss / 1024))


if __name__ == "__main__":
    sys.exit(main())
