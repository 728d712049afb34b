"""How good a model is on labelled texts: the figures of the public interface."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np

from classifier.calibrate import coverage, coverage_at, expected_error
from classifier.features import Text
from classifier.model import Classifier

THRESHOLDS = (*(round(0.5 + 0.02 * step, 2) for step in range(25)), 0.99)


def evaluate(classifier: Classifier, texts: Sequence[Text], labels: Sequence[str]) -> dict[str, Any]:
    """Accuracy, macro-F1, top 3, per class, coverage curve, calibration and speed of one core."""
    from sklearn.metrics import precision_recall_fscore_support

    classifier.predict(texts[:8], why=False)  # the first call maps the arrays
    begun = perf_counter()
    found = classifier.predict(texts, why=False)
    taken = perf_counter() - begun
    first = [prediction.labels[0].code for prediction in found]
    right = np.asarray([code == label for code, label in zip(first, labels, strict=True)])
    top3 = [label in {one.code for one in prediction.labels} for prediction, label in zip(found, labels, strict=True)]
    sure = np.asarray([prediction.confidence for prediction in found])
    names = sorted({*labels, *first})
    precision, recall, f1, n = precision_recall_fscore_support(labels, first, labels=names, zero_division=0.0)
    met = [place for place, name in enumerate(names) if n[place]]
    return {
        "n": len(texts),
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(float(np.mean([f1[place] for place in met])), 4),
        "top3_accuracy": round(float(np.mean(top3)), 4),
        "per_class": {
            names[k]: {
                "precision": round(float(precision[k]), 4),
                "recall": round(float(recall[k]), 4),
                "f1": round(float(f1[k]), 4),
                "n": int(n[k]),
            }
            for k in met
        },
        "coverage": coverage(sure, right, THRESHOLDS),
        "coverage_at_98": round(coverage_at(sure, right, 0.98), 4),
        "ece": round(expected_error(sure, right), 4),
        "texts_per_second": round(len(texts) / taken, 1),
    }
