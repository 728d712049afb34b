"""Does the reply answer: own replies told from others', flags on our own pairs, people's marks.

`python -m bench.replies` prints one line per figure. The real messages lie beside the repository, for measuring only;
without them it says "no data" and measures our own pairs alone.
"""

import csv
import gzip
import sys
from collections import Counter
from pathlib import Path
from statistics import mean, median
from time import perf_counter

import numpy as np
from sklearn.metrics import roc_auc_score

from bench.classifier import tell
from classifier import pairing, replies
from classifier.words import clean

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data" / "tipdm2020_a4_dev.csv.gz"
PAIRS = HERE.parent / "classifier" / "pairs.csv"


def main() -> int:
    own_pairs()
    if not DATA.is_file():
        print("no data")
        return 0
    csv.field_size_limit(10**8)
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    belongs(rows)
    marks(rows)
    return 0


def own_pairs() -> None:
    """Flags on each half of our own pairs: found rightly, found wrongly, missed."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for hand in ("a", "b"):
        half = [row for row in rows if row["hand"] == hand]
        judged = replies.judge([row["appeal"] for row in half], [row["reply"] for row in half])
        right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
        for row, one in zip(half, judged, strict=True):
            got, want = {flag.kind for flag in one.flags}, set(row["flags"].split())
            right.update(got & want)
            wrong.update(got - want)
            missed.update(want - got)
        for kind in replies.KINDS:
            if right[kind] + wrong[kind] + missed[kind]:
                tell(f"own pairs {hand}: {kind}: right, wrong, missed", f"{right[kind]}, {wrong[kind]}, {missed[kind]}")
    spans = []
    for row in rows[:50]:
        begun = perf_counter()
        replies.judge([row["appeal"]], [row["reply"]])
        spans.append(perf_counter() - begun)
    tell("one pair, p50 ms", f"{median(spans) * 1000:.1f}")


def belongs(rows: list[dict[str, str]]) -> None:
    """Half of each batch wrong: every appeal once with its own reply, once with that of another message."""
    answers = [clean(row["reply"]) for row in rows]
    truth = np.r_[np.ones(len(rows)), np.zeros(len(rows))]
    groups = np.asarray([row["group"] for row in rows])
    for name in ("title and body", "body"):
        asked = [clean((row["title"] + "\n" if name != "body" else "") + row["body"]) for row in rows]
        found = pairing.scores(asked * 2, answers + [answers[k] for k in others(groups, 0)])
        tell(f"half wrong, {name}: AUC", f"{roc_auc_score(truth, found):.4f}")
        said = found >= 0.5
        tell(f"half wrong, {name}: precision, recall", f"{truth[said].mean():.3f}, {said[truth == 1].mean():.3f}")
    few, small = np.random.default_rng(0).permutation(len(rows))[:600], []
    for begin in range(0, 600, 100):
        part = few[begin : begin + 100]
        swapped = np.roll(part, 1)
        texts = [clean(rows[k]["title"] + "\n" + rows[k]["body"]) for k in part]
        found = pairing.scores(texts * 2, [answers[k] for k in (*part, *swapped)])
        small.append(roc_auc_score(np.r_[np.ones(100), np.zeros(100)], found))
    tell("small batches of 200: AUC", f"{mean(small):.4f}")


def others(groups: np.ndarray, seed: int) -> np.ndarray:
    """Another message's place for each, never one of the same complaint."""
    draw = np.random.default_rng(seed)
    found = draw.permutation(len(groups))
    while len(same := np.flatnonzero(groups[found] == groups)):
        for k in same:
            j = draw.integers(len(groups))
            found[k], found[j] = found[j], found[k]
    return found


def marks(rows: list[dict[str, str]]) -> None:
    """People's marks against ours and against mere length; never tuned on."""
    begun = perf_counter()
    judged = replies.judge([row["title"] + "\n" + row["body"] for row in rows], [row["reply"] for row in rows])
    tell("batch of true pairs, pairs per second", round(len(rows) / (perf_counter() - begun)))
    tell("batch of true pairs, called relevant", f"{mean(one.relevant for one in judged):.3f}")
    counted = Counter(flag.kind for one in judged for flag in {flag.kind: flag for flag in one.flags}.values())
    tell("batch of true pairs, share flagged", {kind: round(n / len(rows), 3) for kind, n in counted.most_common()})
    for name in ("complete_01", "explain_01", "explain_all_01"):
        marked = [k for k, row in enumerate(rows) if row[name] in ("0", "1")]
        truth = [int(rows[k][name]) for k in marked]
        ours = [judged[k].complete - 0.1 * len(judged[k].flags) for k in marked]
        length = [len(rows[k]["reply"]) for k in marked]
        tell(f"{name}: AUC of ours, of length", f"{roc_auc_score(truth, ours):.3f}, {roc_auc_score(truth, length):.3f}")


if __name__ == "__main__":
    sys.exit(main())
