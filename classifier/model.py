"""A trained model in a folder, and what it says about texts.

The folder holds `model.json` (labels, calibration, recipe, fingerprint), word lists as text and arrays as `.npy`
that are mapped, not read: several processes share one copy. Nothing in it is code. Weights are eight-bit numbers
with one scale per feature, and explanations are exact for these very weights.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier import explain, words
from classifier.calibrate import Calibration, signs
from classifier.calibrate import Floats as Reals
from classifier.features import Cuttings, Features, Floats, Recipe, Text, read
from classifier.words import Cutter

FORMAT = 2
BATCH = 256


class NoModel(Exception):  # noqa: N818 - an outcome that the person is told in words
    """There is no usable model in that folder."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text and how much it spoke for the label (below zero: against)."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Label:
    """A suggested class, its calibrated probability, and the words that spoke."""

    code: str
    score: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model suggests for one text, likeliest first, at most three labels."""

    labels: tuple[Label, ...]
    confidence: float
    """The calibrated chance that the first label is right."""
    doubt: str = ""
    """Why the text can hardly be classified, in Chinese for people; empty if nothing stands against it."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that spoke for the first label."""
        return self.labels[0].words


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a model consists of, as it lies in its folder."""

    labels: tuple[str, ...]
    features: Features
    cutter: Cutter
    weights: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats
    calibration: Calibration
    fingerprint: dict[str, Any] = field(default_factory=dict)


class Classifier:
    """Says which class a text belongs to, how sure that is, and why. Safe to share between threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.labels = parts.labels
        self.fingerprint = parts.fingerprint

    @classmethod
    def load(cls, folder: Path | str) -> "Classifier":
        """The model in that folder. Raises `NoModel` if there is none or it is of another format."""
        return cls(load_parts(Path(folder)))

    def predict(self, texts: Sequence[Text], *, top: int = 3, why: bool = True) -> list[Prediction]:
        """One prediction per text, in order. Never raises for what a text contains."""
        found: list[Prediction] = []
        for start in range(0, len(texts), BATCH):
            found += self._batch([read(text, self._parts.cutter) for text in texts[start : start + BATCH]], top, why)
        return found

    def cut(self, text: str) -> list[str]:
        """The text's words as the model sees them, for a full-text index."""
        return [word for word in self._parts.cutter.cut(words.clean(text)) if word.strip()]

    def chances(self, texts: Sequence[Text]) -> Floats:
        """The calibrated probability of every label (columns as in `labels`), one row per text; for adding up
        over what several labels have in common, for instance the unit that answers for them."""
        found = [np.zeros((0, len(self.labels)), dtype=np.float32)]
        for start in range(0, len(texts), BATCH):
            cuttings = [read(text, self._parts.cutter) for text in texts[start : start + BATCH]]
            chances, sure, capped, _ = self._judged(cuttings, self._parts.features.transform(cuttings))
            found.append(chances * (capped / sure)[:, None].astype(np.float32))
        return np.concatenate(found)

    def scores(self, rows: csr_matrix) -> Floats:
        """Raw scores, one column per label."""
        parts = self._parts
        out = np.tile(parts.bias, (rows.shape[0], 1))
        for row in range(rows.shape[0]):
            span = slice(rows.indptr[row], rows.indptr[row + 1])
            at = rows.indices[span]
            out[row] += (rows.data[span] * parts.scale[at]) @ parts.weights[at].astype(np.float32)
        return out

    def _batch(self, texts: list[Cuttings], top: int, why: bool) -> list[Prediction]:
        parts = self._parts
        rows = parts.features.transform(texts)
        chances, sure, capped, reasons = self._judged(texts, rows)
        best = np.argsort(-chances, axis=1, kind="stable")[:, :top]
        found = []
        for row, text in enumerate(texts):
            # What is taken from the first is the chance that the text belongs to none of the classes.
            share = float(capped[row] / sure[row])
            span = slice(rows.indptr[row], rows.indptr[row + 1])
            spoke = explain.words(parts, text, rows.indices[span], rows.data[span], best[row]) if why else None
            labels = [
                Label(
                    self.labels[column],
                    round(float(chances[row, column]) * share, 4),
                    tuple(Word(word, round(weight, 4)) for word, weight in spoke[place]) if spoke else (),
                )
                for place, column in enumerate(best[row])
            ]
            found.append(Prediction(tuple(labels), round(float(capped[row]), 4), reasons[row]))
        return found

    def _judged(self, texts: list[Cuttings], rows: csr_matrix) -> tuple[Floats, Reals, Reals, list[str]]:
        """Probabilities; confidence as calibrated and as allowed where something stands against it; and what does."""
        calibration = self._parts.calibration
        scores = self.scores(rows)
        known = np.diff(rows.indptr).astype(np.int64)
        sure = calibration.confidence(signs(scores, calibration.probabilities(scores), known))
        stands_against = [doubts(text, int(count)) for text, count in zip(texts, known, strict=True)]
        capped = np.minimum(sure, [most for _, most in stands_against])
        return calibration.probabilities_where(scores, sure), sure, capped, [reason for reason, _ in stands_against]


def doubts(text: Cuttings, known: int) -> tuple[str, float]:
    """A reason why hardly anything can be said about this text, and the confidence it may have at most."""
    letters = sum(char.isalpha() for char in text.text)
    chinese = sum("\u3400" <= char <= "\u9fff" for char in text.text)
    if letters == 0:
        return "没有可读的文字", 0.01
    if chinese < 2:
        return "几乎没有汉字", 0.02
    if known == 0:
        return "没有一个词语是见过的", 0.02
    if chinese < 0.2 * letters:
        return "多半不是中文", 0.2
    return "", 1.0


def save(parts: Parts, folder: Path) -> None:
    """Write the model into an existing empty folder."""
    features, recipe = parts.features, parts.features.recipe
    told = {
        "format": FORMAT,
        "labels": parts.labels,
        "recipe": asdict(recipe),
        "calibration": {
            "temperature": parts.calibration.temperature,
            "coefficients": parts.calibration.coefficients,
            "intercept": parts.calibration.intercept,
        },
        "fingerprint": parts.fingerprint,
    }
    (folder / "model.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    for name, lines in _lists(parts).items():
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    arrays: dict[str, npt.NDArray[Any]] = {
        "grams": features.grams,
        "idf": features.idf,
        "weights": parts.weights,
        "scale": parts.scale,
        "bias": parts.bias,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def _lists(parts: Parts) -> dict[str, list[str]]:
    features = parts.features
    return {"words.txt": [*features.words], "title.txt": [*features.title], "own_words.txt": [*parts.cutter.own_words]}


def load_parts(folder: Path) -> Parts:
    """The parts of the model in that folder, arrays mapped."""
    try:
        told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if told.get("format") != FORMAT:
            raise NoModel(f"{folder} 中的模型是另一种格式，请重新训练。")
        words, title, own = (
            (folder / name).read_text(encoding="utf-8").split("\n")
            for name in ("words.txt", "title.txt", "own_words.txt")
        )
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("grams", "idf", "weights", "scale", "bias")
        }
    except (OSError, ValueError, AttributeError):
        raise NoModel(f"{folder} 中没有可用的模型，请先训练。") from None
    kept = told["recipe"]
    recipe = Recipe(**{**kept, "grams": tuple(kept["grams"]), "weights": tuple(kept["weights"])})
    numbered = [{item: place for place, item in enumerate(items) if item} for items in (words, title)]
    features = Features(numbered[0], np.asarray(arrays["grams"]), numbered[1], np.asarray(arrays["idf"]), recipe)
    learnt = told["calibration"]
    calibration = Calibration(learnt["temperature"], tuple(learnt["coefficients"]), learnt["intercept"])
    return Parts(
        tuple(told["labels"]),
        features,
        Cutter(word for word in own if word),
        np.asarray(arrays["weights"]),
        np.asarray(arrays["scale"]),
        np.asarray(arrays["bias"]),
        calibration,
        told["fingerprint"],
    )
