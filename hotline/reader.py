"""Reads an appeal with the classifier and the gazetteer, and gives the house its own values."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path

import classifier
from classifier import finding, words
from classifier.places import Gazetteer
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.city import City
from hotline.domain.reading import Guess, Reading

log = logging.getLogger(__name__)

_URGENCY: Mapping[str, str] = {member.label: member.value for member in Urgency}
_LABEL: Mapping[str, str] = {member.value: member.label for member in Urgency}
LONGEST = 10_000
"""Characters that are read; what an appeal is about stands before."""


class WordFinder:
    """Cuts texts for search; knows no model and no city."""

    def words(self, text: str) -> list[str]:
        """The words of what somebody looks for, once each; traditional writing as simplified."""
        return finding.cut(text)

    def spread(self, text: str) -> list[str]:
        """The words under which a text is filed, in order; long ones with the words inside them."""
        return finding.spread(text)

    def plain(self, text: str) -> str:
        """The text in the writing of the words: simplified, lower case."""
        return words.simplified(text).lower()

    def sounds(self, text: str) -> list[list[str]]:
        """The pinyin syllables of each word of a short text, without tones."""
        return finding.sounds(text)


class TextReader:
    """Loads the model when it is first needed, once per process, and keeps it."""

    def __init__(self, model: Path, gazetteer: Gazetteer, city: City) -> None:
        self._folder = model
        self._gazetteer = gazetteer
        self._lock = threading.Lock()
        self._model: classifier.Classifier | None = None
        self._missing = False
        self._kinds = {c.code: c.appeal_types for c in city.categories.values()}
        self._usual = {c.code: _LABEL.get(c.urgency, "一般") for c in city.categories.values()}
        self._known = frozenset(code for code, each in city.categories.items() if each.active)

    def __call__(self, title: str, content: str, address: str = "") -> Reading:
        """What the text says; without a model only the place, and why."""
        title, content = words.simplified(title[:200]), words.simplified(content[:LONGEST])
        place = self._gazetteer.find(words.simplified(f"{address}\n{title}\n{content}"))
        model = self._loaded()
        if model is None:
            return Reading(
                region=place.region,
                place_certain=place.certain,
                outside=place.outside,
                doubt="分类模型尚未就绪，请人工判断类别",
            )
        read = classifier.read(classifier.Text(title, content), model, kinds=self._kinds, usual=self._usual)
        labels = [label for label in read.prediction.labels if label.code in self._known]
        return Reading(
            guesses=tuple(
                Guess(each.code, each.score, tuple(w.word for w in each.words if w.weight > 0)) for each in labels
            ),
            confidence=read.prediction.confidence if labels and labels[0] is read.prediction.labels[0] else 0.0,
            type=read.kind.code if read.kind.code in AppealType.__members__ else AppealType.COMPLAINT,
            urgency=_URGENCY.get(read.urgency.degree, Urgency.NORMAL),
            urgency_words=tuple(read.urgency.phrases),
            region=place.region,
            place_certain=place.certain,
            outside=place.outside,
            doubt=read.prediction.doubt,
        )

    def _loaded(self) -> classifier.Classifier | None:
        if self._model is None and not self._missing:
            with self._lock:
                if self._model is None and not self._missing:
                    try:
                        self._model = classifier.Classifier.load(self._folder)
                    except classifier.NoModel as error:
                        self._missing = True
                        log.warning("no classifier model: %s", error)
        return self._model
