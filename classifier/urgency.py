"""How urgent an appeal sounds, and the phrases that say so.

Three degrees, as in the taxonomy: 特急 danger to life or property now, 紧急 supply cut off, public hazard or a crowd,
一般 the rest. Rules, not a model: nobody may die of a probability. To miss danger is worse than to call too often, so
a phrase of danger that is only feared, warned of or past still makes 紧急, and words of self-harm and violence count
however they are meant.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from classifier.features import Text
from classifier.words import clean

CRITICAL, URGENT, NORMAL = "特急", "紧急", "一般"


@dataclass(frozen=True, slots=True)
class Urgency:
    """The degree (特急, 紧急 or 一般) and the phrases of the text that made it so."""

    degree: str
    phrases: tuple[str, ...] = ()
    danger: bool = False
    """Life or property is at stake now: hand over to 110, 119 or 120 first."""


_STANDS_FOR = {"{gas}": "(?:煤气|燃气|天然气|液化气|瓦斯|沼气)", "{near}": "[^。!?;,]{0,8}"}


def _patterns() -> dict[str, re.Pattern[str]]:
    """The sections of `urgency.txt`, each as one expression."""
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "urgency.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line[1 : line.index("]")]] = section = []
        elif line and not line.startswith("#"):
            for name, expression in _STANDS_FOR.items():
                line = line.replace(name, expression)
            section.append(line)
    joined = {name: "|".join(lines) for name, lines in sections.items()}
    joined["feared"] = f"(?:{joined['feared']})[^。!?;,]{{0,6}}$"
    return {name: re.compile(expression) for name, expression in joined.items()}


_PATTERNS = _patterns()


def read(text: Text, usual: str = NORMAL) -> Urgency:
    """The urgency of a text, never below `usual` (what its category has anyway)."""
    said = clean(f"{text.title}。{text.body}" if text.title else text.body)
    heard = _PATTERNS["harmless"].sub(lambda harmless: "某" * len(harmless.group()), said)
    critical = [found.group() for found in _PATTERNS["meant"].finditer(heard)]
    feared: list[str] = []
    for found in _PATTERNS["danger"].finditer(heard):
        before = heard[max(0, found.start() - 14) : found.start()]
        (feared if _PATTERNS["feared"].search(before) else critical).append(found.group())
    if critical:
        return Urgency(CRITICAL, _first(critical), danger=True)
    pressing = feared + [found.group() for found in _PATTERNS["urgent"].finditer(heard)]
    if pressing and usual != CRITICAL:
        return Urgency(URGENT, _first(pressing))
    return Urgency(usual, _first(pressing))


def _first(phrases: list[str], most: int = 5) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrases))[:most]
