"""From labelled texts to a model folder, whole or not at all."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
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

WEIGHTS = 28_000_000
"""Weights at most, a byte each: features times labels. Keeps the model well under 40 MB."""

PENALTY = 0.3


def train(
    texts: Sequence[Text],
    labels: Sequence[str],
    out: Path,
    *,
    own_words: Sequence[str] = (),
    recipe: Recipe | None = None,
    weights: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Learn and write the model to `out` (an older model there is replaced at the end, at once); what was found."""
    if out.exists() and any(out.iterdir()) and not (out / "model.json").is_file():
        raise BadData(f"{out} 不是空文件夹，也不是模型文件夹，请换一个位置。")
    parts, report = learn(texts, labels, own_words=own_words, recipe=recipe, weights=weights)
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


def learn(
    texts: Sequence[Text],
    labels: Sequence[str],
    *,
    own_words: Sequence[str] = (),
    recipe: Recipe | None = None,
    weights: Sequence[float] | None = None,
) -> tuple[Parts, dict[str, Any]]:
    """The parts of a model, and what its held-out scores say about it."""
    names = sorted(set(labels))
    if len(names) < 2:
        raise BadData("可用的数据中不足两个类别，无法训练，请检查标签列。")
    recipe = recipe or Recipe()
    recipe = replace(recipe, room=min(recipe.room, WEIGHTS // len(names)))
    cutter = Cutter(own_words)
    cuttings = [read(text, cutter) for text in texts]
    features = Features.fit(cuttings, recipe)
    rows = features.transform(cuttings)
    number = {name: place for place, name in enumerate(names)}
    truth = np.asarray([number[label] for label in labels], dtype=np.int64)
    targets = np.full((len(texts), len(names)), -1.0, dtype=np.float32)
    targets[np.arange(len(texts)), truth] = 1.0
    counts = None if weights is None else np.asarray(weights, dtype=np.float32)
    fit = ridge.fit(rows, targets, PENALTY, counts)
    known = np.diff(rows.indptr).astype(np.int64)[fit.held_rows]
    held_truth = truth[fit.held_rows]
    calibration = calibrate.fit(fit.held_out, held_truth, known)
    small, scale = _small(fit.weights)
    fingerprint = {
        "data": fingerprint_of(texts, labels),
        "code": code_version(),
        "texts": len(texts),
        "cutter": cutter.engine,
    }
    parts = Parts(tuple(names), features, cutter, small, scale, fit.bias.astype(np.float32), calibration, fingerprint)

    sure = calibration.confidence(calibrate.signs(fit.held_out, calibration.probabilities(fit.held_out), known))
    right = fit.held_out.argmax(axis=1) == held_truth
    report = {
        "n": len(texts),
        "labels": len(names),
        "features": features.width,
        "held_out_accuracy": round(float(right.mean()), 4),
        "held_out_ece": round(expected_error(sure, right), 4),
        "held_out_coverage_at_98": round(coverage_at(sure, right, 0.98), 4),
        "fingerprint": fingerprint,
    }
    return parts, report


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
