"""Texts with what was looked for marked in them, and the piece of a long text where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

AROUND = 24
"""Characters shown before the first word that was found."""
LONG = 90
"""Characters of an excerpt."""


class Piece(NamedTuple):
    """A run of characters, and whether it is what was looked for."""

    text: str
    hit: bool = False


def marked(text: str, words: Sequence[str], plain: Callable[[str], str]) -> tuple[Piece, ...]:
    """The text in pieces; ``plain`` gives it in the writing of the words (simplified, lower case)."""
    seen = _spans(text, words, plain)
    pieces, at = [], 0
    for start, end in seen:
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def excerpt(text: str, words: Sequence[str], plain: Callable[[str], str]) -> tuple[Piece, ...]:
    """Where the words stand in a long text, marked; the beginning if they don't."""
    line = " ".join(text.split())
    seen = _spans(line, words, plain)
    start = max(0, seen[0][0] - AROUND) if seen else 0
    cut = line[start : start + LONG]
    shown = ("…" if start else "") + cut + ("…" if start + LONG < len(line) else "")
    return marked(shown, words, plain)


def _spans(text: str, words: Sequence[str], plain: Callable[[str], str]) -> list[tuple[int, int]]:
    read = plain(text)
    if len(read) != len(text):  # a writing that changes the length can't be pointed into
        read = text.lower()
        if len(read) != len(text):
            return []
    found: list[tuple[int, int]] = []
    for word in words:
        at = read.find(word)
        while at >= 0 and len(found) < 50:
            found.append((at, at + len(word)))
            at = read.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
