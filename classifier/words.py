"""From raw text to clean text and words.

`clean` makes one alphabet out of what arrives (full width, traditional characters, mark-up, control characters);
`neutral` takes away what must not teach a class (numbers, anonymous place names, addresses of the net);
`Cutter` cuts words as jieba does, with the words of the taxonomy added to its dictionary.

jieba is the reference. Where the compiled `rjieba` is installed it does the cutting: it carries jieba's own
dictionary, agrees with it nearly everywhere and loads in a tenth of a second without writing a cache.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

LIMIT = 8_000
"""Characters that are read of one text; nothing said after that changes where an appeal belongs."""

_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]{1,300}>", re.IGNORECASE | re.DOTALL)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff\ufff0-\uffff]"
)
_BEYOND = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_CODE = re.compile(r"[a-z0-9+/=_%\-.]{30,}")
_SPACE = re.compile(r"\s+")

_NET = re.compile(r"(?:https?://|www\.)[\w./?&=%#:~+-]+|[\w.+-]+@[\w-]+\.[\w.]+")
_MASKED_PLACE = re.compile(r"[a-z]\d{0,2}(?=[市区县])")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]\d+)*")


def clean(text: str) -> str:
    """The text in one alphabet: simplified, half width, lower case, no mark-up, at most `LIMIT` characters."""
    text = unicodedata.normalize("NFKC", text[: 2 * LIMIT])
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    text = _CODE.sub(" ", _INVISIBLE.sub("", text.lower()))
    text = _SPACE.sub(" ", text).strip()[:LIMIT]
    # Last, because entities and rare characters turn up late: the features count in 16-bit units.
    return _BEYOND.sub(" ", simplified(text))


def neutral(text: str) -> str:
    """A clean text without the numbers and masked names that belong to one case only."""
    text = _NET.sub(" ", text)
    text = _MASKED_PLACE.sub("某", text)
    return _NUMBER.sub("0", text)


def simplified(text: str) -> str:
    """Traditional characters as simplified ones. Texts without any are returned at the cost of a look."""
    if _traditional().isdisjoint(text):
        return text
    return str(_converter().convert(text))


@cache
def _traditional() -> frozenset[str]:
    """The characters that only occur in traditional writing."""
    import opencc

    table = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    pairs = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return frozenset(old for old, new in pairs if old not in new.split())


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    from opencc import OpenCC

    made: _Converter = OpenCC("t2s")
    return made


class Cutter:
    """Cuts clean text into words; the words joined are the text again."""

    def __init__(self, own_words: Iterable[str] = ()) -> None:
        self.own_words = tuple(own_words)
        self.engine, self._cut, self._cut_known, self._cut_all = _engine(self.own_words)

    def cut(self, text: str) -> list[str]:
        return self._cut(text)

    def cut_known(self, text: str) -> list[str]:
        """Only words of the dictionary, and single characters; nothing is guessed."""
        return self._cut_known(text)

    def cut_all(self, text: str) -> list[str]:
        """Every word of the dictionary that stands in the text, however they overlap."""
        return self._cut_all(text)


class _Cut(Protocol):
    def __call__(self, text: str) -> list[str]: ...


def _engine(own_words: tuple[str, ...]) -> tuple[str, _Cut, _Cut, _Cut]:
    try:
        import rjieba
    except ImportError:  # no wheel for this processor: the reference is slower, its words are the same
        return "jieba", *_reference(own_words)
    compiled = rjieba.Jieba()
    for word in own_words:
        compiled.add_word(word, None, None)
    return "rjieba", compiled.cut, lambda text: compiled.cut(text, False), compiled.cut_all


def _reference(own_words: tuple[str, ...]) -> tuple[_Cut, _Cut, _Cut]:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for word in own_words:
        tokenizer.add_word(word)
    return (
        lambda text: list(tokenizer.cut(text)),
        lambda text: list(tokenizer.cut(text, HMM=False)),
        lambda text: list(tokenizer.cut(text, cut_all=True)),
    )


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what an appeal is about."""
    lines = (Path(__file__).parent / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
