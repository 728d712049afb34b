"""The classifier measured: cold start, cross-validation by group, calibration, speed and size.

`python -m bench.classifier [--seeds N]` prints one line per figure. It reads real messages that lie beside the
repository, if they are there; they are for measuring only. Without them it says "no data".
"""

import argparse
import csv
import gzip
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median, pstdev
from time import perf_counter

import jieba
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from classifier import Classifier, Text, seed
from classifier.calibrate import coverage_at, expected_error
from classifier.train import Lesson, learn, train

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data" / "tipdm2020_a2_dev.csv.gz"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.classifier", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=1, help="how often the folds are drawn")
    given = parser.parse_args()
    if not given.data.is_file():
        print("no data")
        return 0
    csv.field_size_limit(10**8)
    with gzip.open(given.data, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [Text(row["title"], row["body"]) for row in rows]
    labels = np.asarray([row["label"] for row in rows])
    groups = np.asarray([row["group"] for row in rows])
    cold_start(texts, labels)
    cross_validation(texts, labels, groups, given.seeds)
    speed(texts, labels)
    return 0


def tell(name: str, value: object) -> None:
    print(f"{name:44}{value}", flush=True)


def level_one() -> Callable[[str], str]:
    """From a category code to the label of the measured data, by the longest prefix of `level1.csv`."""
    with (HERE / "level1.csv").open(encoding="utf-8", newline="") as file:
        table = {row["prefix"]: row["label"] for row in csv.DictReader(file)}
    return lambda code: next((table[code[:n]] for n in (6, 4, 2) if code[:n] in table), "")


def cold_start(texts: list[Text], labels: np.ndarray) -> None:
    """The model of the first day on messages it has nothing of, its codes added up to the labels of the data."""
    begun = perf_counter()
    lesson = seed.lesson(seed.taxonomy(), seed.corpus())
    parts, report = learn(lesson)
    tell("seed: build, s", round(perf_counter() - begun, 1))
    tell("seed: appeals, categories", f"{sum(lesson.proof or [])}, {report['labels']}")
    tell("seed: own corpus, top 1 (leave-group-out)", report["held_out_accuracy"])
    tell("seed: own corpus, calibration error", report["held_out_ece"])
    chances = Classifier(parts).chances(texts)
    label_of = np.asarray([level_one()(code) for code in parts.labels])
    names = sorted(set(labels))
    summed = np.column_stack([chances[:, label_of == name].sum(axis=1) for name in names])
    told = np.asarray(names)[summed.argmax(axis=1)]
    tell("cold start: macro-F1, 7 labels", f"{f1_score(labels, told, average='macro'):.4f}")
    tell("cold start: accuracy", f"{(told == labels).mean():.4f}")
    tell("cold start: calibration error", f"{expected_error(summed.max(axis=1), told == labels):.4f}")


def cross_validation(texts: list[Text], labels: np.ndarray, groups: np.ndarray, seeds: int) -> None:
    """Five folds by group: what the model learns from labelled messages, against the plain way in the same folds."""
    ours, plain, errors, covered = [], [], [], []
    for number in range(seeds):
        sure, right = np.zeros(len(texts)), np.zeros(len(texts), dtype=bool)
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=number)
        for known, asked in folds.split(labels, labels, groups):
            parts, _ = learn(Lesson([texts[k] for k in known], labels[known].tolist()))
            found = Classifier(parts).predict([texts[k] for k in asked], why=False)
            told = np.asarray([one.labels[0].code for one in found])
            sure[asked], right[asked] = [one.confidence for one in found], told == labels[asked]
            ours.append(f1_score(labels[asked], told, average="macro"))
            if number == 0:
                usual = plain_way().fit(joined(texts, known), labels[known])
                plain.append(f1_score(labels[asked], usual.predict(joined(texts, asked)), average="macro"))
        errors.append(expected_error(sure, right))
        covered.append(coverage_at(sure, right, 0.98))
    tell("5-fold by group: macro-F1", f"{mean(ours):.4f} ± {pstdev(ours):.4f} over folds")
    tell("5-fold by group: plain jieba + LinearSVC", f"{mean(plain):.4f} ± {pstdev(plain):.4f} over folds")
    tell("5-fold by group: calibration error", f"{mean(errors):.4f}")
    tell("5-fold by group: coverage at 98 % precision", f"{mean(covered):.4f}")


def joined(texts: list[Text], places: np.ndarray) -> list[str]:
    return [f"{texts[k].title} {texts[k].body}" for k in places]


def plain_way() -> Pipeline:
    """What one writes in ten minutes."""
    jieba.setLogLevel(60)
    return make_pipeline(
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, lowercase=False, sublinear_tf=True), LinearSVC()
    )


def speed(texts: list[Text], labels: np.ndarray) -> None:
    """Training, load, single texts and batches, on one core."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "model"
        begun = perf_counter()
        report = train(Lesson(texts, labels.tolist()), folder)
        tell(f"training on {len(texts)} texts, s", round(perf_counter() - begun, 1))
        tell("model, MB", report["megabytes"])
        tell("load in a fresh process, s", f"{fresh_load(folder):.2f}")
        model = Classifier.load(folder)
        model.predict(texts[:8])
        for why, name in ((False, "without reasons"), (True, "with reasons")):
            tell(f"single text {name}, p50 ms", f"{median(timed(model, text, why) for text in texts[:500]) * 1000:.2f}")
        rate = per_second(lambda: model.predict(texts[:2000], why=False), 2000)
        shuffled = np.random.default_rng(0).permutation(len(texts))[:2000]
        usual = plain_way().fit(joined(texts, shuffled), labels[shuffled])
        plain = per_second(lambda: usual.predict(joined(texts, np.arange(2000))), 2000)
        tell("batch, texts per second", round(rate))
        tell("plain jieba + LinearSVC, texts per second", round(plain))
        tell("ratio", f"{rate / plain:.1f}")


def fresh_load(folder: Path) -> float:
    """Seconds from an interpreter that has imported nothing to the first answer, the bare interpreter taken off."""
    answer = (
        f"from classifier import Classifier, Text; Classifier.load({str(folder)!r}).predict([Text('', '路灯坏了')])"
    )
    bare = per_second(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 1)
    whole = per_second(lambda: subprocess.run([sys.executable, "-c", answer], check=True, cwd=HERE.parent), 1)
    return 1 / whole - 1 / bare


def timed(model: Classifier, text: Text, why: bool) -> float:
    begun = perf_counter()
    model.predict([text], why=why)
    return perf_counter() - begun


def per_second(work: Callable[[], object], count: int) -> float:
    begun = perf_counter()
    work()
    return count / (perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
