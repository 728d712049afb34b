"""Everything that is read from one appeal at once: its classes, its kind and its urgency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from classifier import kind, urgency
from classifier.features import Text
from classifier.kind import Kind
from classifier.model import Classifier, Prediction
from classifier.urgency import NORMAL, Urgency

_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
_USUAL: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """What an appeal is about, what its author wants, and how urgent it is; each with the words that say so."""

    prediction: Prediction
    kind: Kind
    urgency: Urgency


def read(
    text: Text,
    classifier: Classifier,
    *,
    kinds: Mapping[str, Sequence[str]] = _NONE,
    usual: Mapping[str, str] = _USUAL,
) -> Reading:
    """Read a text. `kinds` gives the kind codes a category allows (its usual one first), `usual` its urgency.

    The category's urgency counts only where the category is likelier right than wrong; phrases always count.
    """
    (prediction,) = classifier.predict([text])
    first = prediction.labels[0].code
    sure = prediction.confidence >= 0.5
    return Reading(
        prediction,
        kind.read(text, kinds.get(first, ()) if sure else ()),
        urgency.read(text, usual.get(first, NORMAL) if sure else NORMAL),
    )
