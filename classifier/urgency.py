"""How urgent an appeal sounds, and the phrases that say so.

Three degrees, as in the taxonomy: 特急 danger to life or property now, 紧急 supply cut off, public hazard or a crowd,
一般 the rest. Rules, not a model: nobody may die of a probability. To miss danger is worse than to call too often, so
a phrase of danger that is only feared, warned of or past still makes 紧急, and words of self-harm and violence count
however they are meant. What may fall or flood is 紧急, and 特急 once people are said to be under it or in it.
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


def _sections() -> dict[str, list[str]]:
    """The lines of `urgency.txt` by section, each name in braces replaced by the words it stands for."""
    sections: dict[str, list[str]] = {}
    stands_for: dict[str, str] = {}
    for line in (Path(__file__).parent / "urgency.txt").read_text(encoding="utf-8").splitlines():
        heading = re.match(r"\[([a-z]+)\]", line)
        if heading:
            name = heading[1]
            section = sections.setdefault(name, [])
            continue
        if not line or line.startswith("#"):
            continue
        for word, expression in stands_for.items():
            line = line.replace(f"{{{word}}}", expression)
        if name == "words":
            word, expression = line.split(" ", 1)
            stands_for[word] = expression
        else:
            section.append(line)
    return sections


def _patterns(sections: dict[str, list[str]]) -> dict[str, re.Pattern[str]]:
    """The sections of `urgency.txt`, each as one expression."""
    joined = {name: "|".join(lines) for name, lines in sections.items() if name not in ("words", "slips")}
    joined["feared"] = f"(?:{joined['feared']})[^。!?;,]{{0,6}}$"
    return {name: re.compile(expression) for name, expression in joined.items()}


_SECTIONS = _sections()
_SLIPS = [(re.compile(wrong), right) for wrong, right in (line.split(" ") for line in _SECTIONS["slips"])]
_PATTERNS = _patterns(_SECTIONS)


def read(text: Text, usual: str = NORMAL) -> Urgency:
    """The urgency of a text, never below `usual` (what its category has anyway)."""
    said = clean(f"{text.title}。{text.body}" if text.title else text.body)
    for wrong, right in _SLIPS:
        said = wrong.sub(right, said)
    heard = _PATTERNS["harmless"].sub(lambda harmless: "某" * len(harmless.group()), said)
    critical = [found.group() for found in _PATTERNS["meant"].finditer(heard)]
    now = _PATTERNS["now"].search(heard) is not None
    over = not now and _PATTERNS["over"].search(heard) is not None
    pressing: list[str] = []
    for section in ("danger", "hazard") if _PATTERNS["exposed"].search(heard) else ("danger",):
        for found in _PATTERNS[section].finditer(heard):
            mild = over or _feared(heard, found.start()) or (not now and _spoken_of(heard, found.start(), found.end()))
            (pressing if mild else critical).append(found.group())
    if critical:
        return Urgency(CRITICAL, _first(critical), danger=True)
    pressing += [found.group() for found in _PATTERNS["urgent"].finditer(heard)]
    if pressing and usual != CRITICAL:
        return Urgency(URGENT, _first(pressing))
    return Urgency(usual, _first(pressing))


def _feared(heard: str, start: int) -> bool:
    """Whether the phrase that begins there is only feared or warned of, by what stands right before it."""
    return _PATTERNS["feared"].search(heard[max(0, start - 14) : start]) is not None


def _spoken_of(heard: str, start: int, end: int) -> bool:
    """Whether the phrase is past or a tale (said in the same sentence before it), or a matter of papers (after it)."""
    before = re.split("[。!?;]", heard[max(0, start - 30) : end])[-1]
    return _PATTERNS["told"].search(before) is not None or _PATTERNS["asked"].search(heard[end : end + 20]) is not None


def _first(phrases: list[str], most: int = 5) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrases))[:most]
