"""What somebody wants with an appeal: ask, be helped, complain, report, suggest or praise; read from phrasing.

The category says which kinds are possible (its first is the usual one); the wording chooses among them. What is
asked for at the end counts more than how the story began, and a polite 谢谢 is no praise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.features import Text
from classifier.words import clean

NAMES = {"CONSULT": "咨询", "HELP": "求助", "COMPLAINT": "投诉", "REPORT": "举报", "SUGGEST": "建议", "PRAISE": "表扬"}


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind's code (CONSULT, HELP, COMPLAINT, REPORT, SUGGEST, PRAISE) and the phrases that said so."""

    code: str
    phrases: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return NAMES[self.code]


def _signs() -> dict[str, list[tuple[float, re.Pattern[str]]]]:
    """The sections of `kind.txt`: weight and expression of each sign."""
    signs: dict[str, list[tuple[float, re.Pattern[str]]]] = {code: [] for code in NAMES}
    for line in (Path(__file__).parent / "kind.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = signs[line[1:-1]]
        elif line and not line.startswith("#"):
            weight, expression = line.split(" ", 1)
            section.append((float(weight), re.compile(expression)))
    return signs


_SIGNS = _signs()
_NEGATED = re.compile(r"(?:不是|不想|不敢|没有|并非|不用|不值得|无法)$")


def read(text: Text, allowed: Sequence[str] = ()) -> Kind:
    """The kind of this appeal, among `allowed` codes if given; without any sign the first of them, else HELP."""
    said = clean(f"{text.title}。{text.body}" if text.title else text.body)
    heard = {code: _heard(said, code) for code in (allowed or NAMES)}
    best = max(heard, key=lambda code: heard[code][0])  # the first of equals: the category's own order
    if heard[best][0] <= 0.0:
        return Kind(allowed[0] if allowed else "HELP")
    return Kind(best, heard[best][1])


def _heard(said: str, code: str) -> tuple[float, tuple[str, ...]]:
    """How strongly the text speaks for a kind: each sign once, more towards the end, and its phrases."""
    total = 0.0
    phrases: list[str] = []
    for weight, pattern in _SIGNS[code]:
        strongest = 0.0
        for found in pattern.finditer(said):
            if _NEGATED.search(said[max(0, found.start() - 3) : found.start()]):
                continue
            strongest = max(strongest, weight * (1.0 + 0.5 * found.end() / len(said)))
            phrases.append(found.group())
        total += strongest
    return total, tuple(dict.fromkeys(phrases))[:5]
