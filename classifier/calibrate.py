"""From scores to honest numbers: probabilities of classes, and the chance that the first suggestion is right.

Learnt only from held-out scores. A temperature turns scores into probabilities; a small logistic model turns
what is known about the text (how far the first is ahead, how much of the text is known at all) into confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS = 15

PER_NUMBER = 20
"""Texts for each number that is learnt by `mixture`."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learnt from held-out scores."""

    temperature: float
    coefficients: tuple[float, ...]
    intercept: float

    def probabilities(self, scores: Matrix) -> Matrix:
        """A probability per class; every row adds up to one."""
        shifted = (scores - scores.max(axis=1, keepdims=True)) * np.float32(self.temperature)
        raised = np.exp(shifted)
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

    def probabilities_where(self, scores: Matrix, sure: Floats) -> Matrix:
        """A probability per class, each text at the temperature at which its first class is as likely as `sure`."""
        behind = (scores - scores.max(axis=1, keepdims=True)).astype(np.float64)
        low, high = np.full(len(scores), -7.0), np.full(len(scores), 7.0)
        for _ in range(24):
            middle = (low + high) / 2
            first = 1.0 / np.exp(behind * (self.temperature * np.exp(middle))[:, None]).sum(axis=1)
            low, high = np.where(first < sure, middle, low), np.where(first < sure, high, middle)
        raised = np.exp(behind * (self.temperature * np.exp(low))[:, None])
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

    def confidence(self, signs: Floats) -> Floats:
        """The chance that the first class is the right one, from `signs` of the same texts."""
        return np.asarray(1.0 / (1.0 + np.exp(-(signs @ np.asarray(self.coefficients) + self.intercept))))


@dataclass(frozen=True, slots=True)
class Mixture:
    """A linear map of scores, so that it can be laid into the weights themselves: explanations stay exact."""

    matrix: Matrix
    shift: Matrix

    def of(self, scores: Matrix) -> Matrix:
        """The scores after the map."""
        return np.asarray(scores @ self.matrix + self.shift, dtype=np.float32)

    def turned(self, weights: Matrix) -> Matrix:
        """The weights that give such scores, one row per feature; the shift belongs to the bias."""
        return np.asarray(weights @ self.matrix, dtype=np.float32)


def mixture(scores: Matrix, truth: npt.NDArray[np.int64]) -> Mixture | None:
    """What the scores of all classes together say about each: a multinomial logistic regression on held-out scores.

    Classes that are taken for each other correct each other. None where there are fewer than `PER_NUMBER` texts for
    each of its numbers (one for each pair of classes).
    """
    count = scores.shape[1]
    if len(truth) < PER_NUMBER * count**2 or len(np.unique(truth)) < max(count, 3):
        return None
    from sklearn.linear_model import LogisticRegression

    middle, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-6
    learner = LogisticRegression(C=0.1, max_iter=2000).fit((scores - middle) / spread, truth)
    matrix = learner.coef_.T / spread[:, None]
    return Mixture(matrix.astype(np.float32), (learner.intercept_ - middle @ matrix).astype(np.float32))


def signs(scores: Matrix, probabilities: Matrix, known: npt.NDArray[np.int64]) -> Floats:
    """What confidence is read from: odds of the first, its lead over the second, its bare score, and how many
    features of the text the model knows."""
    first, second = _top_two(scores)
    best = np.clip(probabilities.max(axis=1).astype(np.float64), 1e-9, 1 - 1e-6)
    return np.column_stack([np.log(best / (1 - best)), first - second, first, np.log1p(known)])


def fit(scores: Matrix, truth: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> Calibration:
    """The calibration under which these held-out scores tell the truth."""
    from sklearn.linear_model import LogisticRegression

    temperature = _temperature(scores, truth)
    bare = Calibration(temperature, (1.0, 0.0, 0.0, 0.0), 0.0)
    right = scores.argmax(axis=1) == truth
    if right.all() or not right.any():  # nothing to learn from: stay with the probabilities
        return bare
    learner = LogisticRegression(C=10.0, max_iter=1000)
    learner.fit(signs(scores, bare.probabilities(scores), known), right)
    return Calibration(temperature, tuple(float(c) for c in learner.coef_[0]), float(learner.intercept_[0]))


def _temperature(scores: Matrix, truth: npt.NDArray[np.int64]) -> float:
    """The factor that makes the truth likeliest, by golden section on its logarithm."""
    rows = np.arange(len(truth))

    def loss(log_factor: float) -> float:
        scaled = scores.astype(np.float64) * np.exp(log_factor)
        peak = scaled.max(axis=1)
        total = peak + np.log(np.exp(scaled - peak[:, None]).sum(axis=1))
        return float(np.mean(total - scaled[rows, truth]))

    low, high, ratio = -2.0, 5.0, 0.618
    while high - low > 0.01:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def _top_two(scores: Matrix) -> tuple[Floats, Floats]:
    if scores.shape[1] == 1:
        return scores[:, 0].astype(np.float64), np.zeros(len(scores))
    two = np.partition(scores, -2, axis=1)[:, -2:].astype(np.float64)
    return two[:, 1], two[:, 0]


def expected_error(confidence: Floats, right: Bools, bins: int = BINS) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy over equally wide bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[place == b].mean() - right[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def coverage(confidence: Floats, right: Bools, thresholds: Sequence[float]) -> list[dict[str, float | None]]:
    """For each threshold: which share of texts would go by itself, and how many of those rightly."""
    curve: list[dict[str, float | None]] = []
    for threshold in thresholds:
        sure = confidence >= threshold
        precision = round(float(right[sure].mean()), 4) if sure.any() else None
        curve.append({"threshold": threshold, "coverage": round(float(sure.mean()), 4), "precision": precision})
    return curve


def coverage_at(confidence: Floats, right: Bools, precision: float) -> float:
    """The largest share of texts, surest first, that is right at least this often. Ties go together."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    sure, hits = confidence[order], right[order].cumsum()
    whole = np.append(sure[1:] < sure[:-1], True)
    enough = whole & (hits / np.arange(1, len(order) + 1) >= precision)
    return float((np.flatnonzero(enough)[-1] + 1) / len(order)) if enough.any() else 0.0
