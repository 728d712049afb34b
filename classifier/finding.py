"""Words as a full-text index keeps them, and how they sound: for finding a text again by words, pinyin or initials.

Knows nothing of hotlines. What one types is cut into words of jieba's dictionary. A text is filed under every word of
the dictionary that stands in it, however they overlap, and under every pair of neighbouring characters: so a word is
found wherever it stands, also where the text was cut at another place (路|灯不亮) or the word is a name that no
dictionary has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from classifier.words import Cutter, clean, stop_words

PARTICLES = frozenset("的了吗呢吧啊呀嘛我你您他她它")
"""Characters that join words and stand for nothing themselves."""
ASKING = frozenset("谁哪找请问想要说归")
"""Characters that a question is put with."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:[.\-][^\W_\u3400-\u9fff]+)*")


@cache
def _cutter() -> Cutter:
    return Cutter()


def cut(text: str) -> list[str]:
    """The words of what somebody looks for, in order, once each; without what says nothing, unless all is such.

    A single character is kept only when there is nothing else.
    """
    found: list[str] = []
    for run in _RUN.findall(clean(text)):
        found += _asked(run) if _is_chinese(run) else [run]
    words = list(dict.fromkeys(found))
    longer = [word for word in words if len(word) > 1 or word.isascii()]
    telling = [word for word in longer if word not in stop_words()]
    return telling or longer or words


def spread(text: str) -> list[str]:
    """The words under which a text is filed, in order."""
    found: list[str] = []
    for run in _RUN.findall(clean(text)):
        if not _is_chinese(run) or len(run) == 1:
            found.append(run)
        else:
            known = [word for word in _cutter().cut_all(run) if len(word) > 1]
            pairs = [_filed(pair) for pair in _pairs(run)] + [run[-1]]
            found += [*known, *(pair for pair in pairs if pair and pair not in set(known))]
    return found


def sounds(text: str) -> list[list[str]]:
    """The pinyin syllables of each run of a short text, without tones; Latin letters and digits as they stand."""
    from pypinyin import lazy_pinyin

    runs = _RUN.findall(clean(text))
    return [lazy_pinyin(run, errors="ignore") if _is_chinese(run) else [run] for run in runs]


def _asked(run: str) -> Iterator[str]:
    """The words of a run of characters; neighbours that make no word are looked for as pairs."""
    alone = ""
    for word in [*_cutter().cut_known(run), ""]:
        if len(word) == 1 and word not in PARTICLES | ASKING:
            alone += word
            continue
        if len(alone) == 1 and word and (pair := alone + word[0]) in _cutter().cut_all(pair):
            yield pair  # 路|灯不亮: the word that the cut went through
        yield from _pairs(alone) if len(alone) > 1 else alone
        alone = ""
        if len(word) > 1:
            yield word


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _filed(pair: str) -> str:
    """What is filed of two neighbours: of a character and a particle only the character, as the begin of a word."""
    if pair[0] in PARTICLES:
        return ""
    return pair[0] if pair[1] in PARTICLES else pair


def _is_chinese(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff"
