"""What was read from an appeal's text: category, type, urgency and place, each with what spoke for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hotline.domain.appeal import AppealType, Urgency


@dataclass(frozen=True, slots=True)
class Guess:
    """One category the text may belong to."""

    code: str
    score: float
    """Calibrated probability, 0…1."""
    words: tuple[str, ...] = ()
    """The words of the text that spoke for it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the classifier and the gazetteer say about one text; values only."""

    guesses: tuple[Guess, ...] = ()
    confidence: float = 0.0
    type: str = AppealType.COMPLAINT.value
    urgency: str = Urgency.NORMAL.value
    urgency_words: tuple[str, ...] = ()
    region: str | None = None
    place_certain: bool = False
    outside: str = ""
    """Another city or province that the text names as the place."""
    doubt: str = ""
    """Why nothing could be read, in words; empty otherwise."""

    @property
    def category(self) -> str | None:
        """The likeliest category."""
        return self.guesses[0].code if self.guesses else None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Reading:
        """The reading that was kept with a ticket."""
        guesses = tuple(Guess(g["code"], g["score"], tuple(g.get("words", ()))) for g in kept.get("categories", ()))
        known = {name: kept[name] for name in _KEPT if name in kept}
        return cls(guesses, **known | {"urgency_words": tuple(kept.get("urgency_words", ()))})

    def kept(self) -> dict[str, Any]:
        """As it is kept with the ticket (JSON values)."""
        return {
            "categories": [{"code": g.code, "score": round(g.score, 4), "words": list(g.words)} for g in self.guesses],
            "confidence": round(self.confidence, 4),
            "type": self.type,
            "urgency": self.urgency,
            "urgency_words": list(self.urgency_words),
            "region": self.region,
            "place_certain": self.place_certain,
            "outside": self.outside,
            "doubt": self.doubt,
        }


class Finder(Protocol):
    """Cuts texts into words, for finding them again."""

    def words(self, text: str) -> list[str]:
        """The words of what somebody looks for, once each."""

    def spread(self, text: str) -> list[str]:
        """The words under which a text is filed, in order."""

    def plain(self, text: str) -> str:
        """The text in the writing of the words: simplified, lower case."""

    def sounds(self, text: str) -> list[list[str]]:
        """The pinyin syllables of each word of a short text."""


Reader = Callable[[str, str, str], Reading]
"""(title, content, address) → what they say."""

_KEPT = ("confidence", "type", "urgency", "region", "place_certain", "outside", "doubt")
