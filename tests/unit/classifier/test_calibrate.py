"""Calibration learns from held-out scores alone."""

import numpy as np
import pytest

from classifier import calibrate

DRAWN = np.random.default_rng(7)
TRUTH = DRAWN.integers(0, 3, 600)
LEANING = np.asarray([[1.0, 0.9, 0.0], [0.0, 0.6, 0.8], [0.0, 0.0, 0.5]], dtype=np.float32)
"""Texts of the second class score more for the third one than for their own."""
SCORES = (LEANING[TRUTH] + DRAWN.normal(0, 0.05, (600, 3))).astype(np.float32)


def test_classes_that_are_taken_for_each_other_correct_each_other() -> None:
    mixture = calibrate.mixture(SCORES, TRUTH)
    assert mixture is not None
    before, after = (np.mean(scores.argmax(axis=1) == TRUTH) for scores in (SCORES, mixture.of(SCORES)))
    assert before < 0.7
    assert after > 0.99


def test_a_mixture_laid_into_the_weights_gives_the_very_scores() -> None:
    mixture = calibrate.mixture(SCORES, TRUTH)
    assert mixture is not None
    rows, weights = DRAWN.normal(size=(20, 5)).astype(np.float32), DRAWN.normal(size=(5, 3)).astype(np.float32)
    bias = np.asarray([0.3, -0.1, 0.2], dtype=np.float32)
    laid_in = rows @ mixture.turned(weights) + mixture.of(bias)
    assert laid_in == pytest.approx(mixture.of(rows @ weights + bias), abs=1e-4)


@pytest.mark.parametrize("texts", [10, calibrate.PER_NUMBER * 9 - 1])
def test_few_texts_leave_the_scores_as_they_are(texts: int) -> None:
    assert calibrate.mixture(SCORES[:texts], TRUTH[:texts]) is None


def test_two_classes_have_nothing_to_mix() -> None:
    two = TRUTH < 2
    assert calibrate.mixture(SCORES[two][:, :2], TRUTH[two]) is None
