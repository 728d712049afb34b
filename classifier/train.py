"""From labelled texts to a model folder, whole or not at all."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from classifier import calibrate, ridge
from classifier.calibrate import coverage_at, expected_error
from classifier.features import Features, Floats, Recipe, Text, read
from classifier.model import Parts, save
from classifier.samples import BadData
from classifier.words import Cutter

WEIGHTS = 36_000_000
"""Weights at most, a byte each: features times labels. Keeps the model under 40 MB."""

KINSHIP = 0.8
"""How much a text counts for a label of the same group, for each level of groups, next to 1 for its own."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learnt, and how."""

    texts: Sequence[Text]
    labels: Sequence[str]
    weights: Sequence[float] | None = None
    """How much each text counts; all alike if left out."""
    proof: Sequence[bool] | None = None
    """The texts that stand for what will be asked: calibration learns from these. All if left out."""
    own_words: Sequence[str] = ()
    """Words that the dictionary may not know."""
    parents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The groups a label belongs to. A label is drawn a little towards the texts of its groups, which helps where
    each has few of its own."""
    recipe: Recipe = field(default_factory=Recipe)
    penalty: float = 0.6


def train(lesson: Lesson, out: Path) -> dict[str, Any]:
    """Learn and write the model to `out` (an older model there is replaced at the end, at once); what was found."""
    if out.exists() and any(out.iterdir()) and not (out / "model.json").is_file():
        raise BadData(f"{out} 不是空文件夹，也不是模型文件夹，请换一个位置。")
    parts, report = learn(lesson)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as room:
        fresh, old = Path(room) / "new", Path(room) / "old"
        fresh.mkdir()
        save(parts, fresh)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
    size = sum(file.stat().st_size for file in out.iterdir())
    return {**report, "megabytes": round(size / 1e6, 1), "out": str(out)}


def learn(lesson: Lesson) -> tuple[Parts, dict[str, Any]]:
    """The parts of a model, and what its held-out scores say about it."""
    texts, labels = lesson.texts, lesson.labels
    names = sorted(set(labels))
    if len(names) < 2:
        raise BadData("可用的数据中不足两个类别，无法训练，请检查标签列。")
    recipe = replace(lesson.recipe, room=min(lesson.recipe.room, WEIGHTS // len(names)))
    cutter = Cutter(lesson.own_words)
    cuttings = [read(text, cutter) for text in texts]
    features = Features.fit(cuttings, [_top(lesson, label) for label in labels], recipe)
    rows = features.transform(cuttings)
    counts = None if lesson.weights is None else np.asarray(lesson.weights, dtype=np.float32)
    fit = ridge.fit(rows, _targets(names, labels, lesson.parents), lesson.penalty, counts)

    proof = np.ones(len(texts), dtype=bool) if lesson.proof is None else np.asarray(lesson.proof)
    judged = proof[fit.held_rows]
    held, held_rows = fit.held_out[judged], fit.held_rows[judged]
    number = {name: place for place, name in enumerate(names)}
    truth = np.asarray([number[labels[row]] for row in held_rows], dtype=np.int64)
    weights, bias = fit.weights, fit.bias
    if mixture := calibrate.mixture(held, truth):
        weights, bias, held = mixture.turned(weights), mixture.of(bias), mixture.of(held)
    small, scale = _small(weights)
    known = np.diff(rows.indptr).astype(np.int64)[held_rows]
    calibration = calibrate.fit(held, truth, known)
    sure = calibration.confidence(calibrate.signs(held, calibration.probabilities(held), known))
    right = held.argmax(axis=1) == truth

    fingerprint = {
        "data": fingerprint_of(texts, labels),
        "code": code_version(),
        "texts": len(texts),
        "cutter": cutter.engine,
    }
    parts = Parts(tuple(names), features, cutter, small, scale, bias.astype(np.float32), calibration, fingerprint)
    return parts, {
        "n": len(texts),
        "labels": len(names),
        "features": features.width,
        "held_out_accuracy": round(float(right.mean()), 4),
        "held_out_ece": round(expected_error(sure, right), 4),
        "held_out_coverage_at_98": round(coverage_at(sure, right, 0.98), 4),
        "fingerprint": fingerprint,
    }


def _top(lesson: Lesson, label: str) -> str:
    """What a feature should tell apart: the widest group of a label, itself where it has none. Few texts of a label
    say little about a feature, all texts of its group say much."""
    return next(iter(lesson.parents.get(label, ())), label)


def _targets(names: Sequence[str], labels: Sequence[str], parents: Mapping[str, Sequence[str]]) -> Floats:
    """What each text should score for each label: 1 for its own, -1 for strangers, a little more for kin."""
    own = np.asarray(names)[None, :] == np.asarray(labels)[:, None]
    targets = np.where(own, 1.0, -1.0).astype(np.float32)
    depth = max((len(groups) for groups in parents.values()), default=0)
    for level in range(depth):
        group_of = {name: (*parents.get(name, ()), *[""] * depth)[level] for name in names}
        kin = np.asarray([group_of[label] for label in labels])[:, None] == np.asarray([*group_of.values()])[None, :]
        targets += 2.0 * KINSHIP * kin
    return targets


def _small(weights: Floats) -> tuple[np.ndarray[Any, np.dtype[np.int8]], Floats]:
    """The weights as whole numbers from -127 to 127, and the scale of each feature."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127.0
    return np.rint(weights / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def fingerprint_of(texts: Sequence[Text], labels: Sequence[str]) -> str:
    """A hash that is the same exactly if the same texts were learnt with the same labels."""
    lines = sorted("\x1f".join((label, text.title, text.body)) for text, label in zip(texts, labels, strict=True))
    return hashlib.sha256("\x1e".join(lines).encode("utf-8", "replace")).hexdigest()[:16]


def code_version() -> dict[str, str]:
    """What made the model: our own sources by hash, and the libraries by version."""
    sources = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    return {
        "classifier": hashlib.sha256(sources).hexdigest()[:16],
        **{name: metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")},
    }
