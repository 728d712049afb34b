"""How a text is filed to be found again, and how what somebody types is looked for.

Filed are words, marked by what they are, as *lexemes* of PostgreSQL's full-text search: plain words of title, text and
public answer; ``@`` words of the exact place, for those who may see it; ``~`` how a title sounds, from each syllable
on; ``#`` numbers. What is looked for becomes a condition on lexemes. No text is ever read as a query: every lexeme is
quoted, so that ``& | ! : *`` and quotes are only characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.appeal import clean, is_identity, is_phone, normal_phone
from hotline.domain.number import is_number, normal

PLACE, SOUND, NUMBER = "@", "~", "#"
INITIALS = 6
"""Letters of a run of initials that are filed; a longer run is looked for by its first ones."""
SPOKEN = 12
"""Letters of a run of full pinyin that are filed: three or four syllables tell titles apart, more fill the index."""
TYPED = 200
"""Characters of what is typed that are looked at."""
WORDS = 12
"""Words of it that are looked for; more never make a result better."""
PART = 4
"""Digits from which a part of a ticket number is looked for."""
_POSITIONS = 16_000


class What(StrEnum):
    """What somebody typed."""

    NOTHING = "nothing"
    NUMBER = "number"
    PHONE = "phone"
    IDENTITY = "identity"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for."""

    what: What
    value: str = ""
    """The number, phone or identity number, as it is kept."""
    words: tuple[str, ...] = ()
    shortened: bool = False
    """More was typed than is looked for."""
    perhaps_phone: str = ""
    """Seven or eight digits: a landline without its area code as well as a part of a number."""


def read(typed: str, words: Sequence[str]) -> Sought:
    """What was typed: a number, a phone, an identity number, else its ``words``."""
    text = clean(typed)
    plain = normal(text[:40])
    if is_number(plain):
        return Sought(What.NUMBER, plain)
    if is_identity(plain):
        return Sought(What.IDENTITY, plain)
    phone = normal_phone(text[:40])
    if is_phone(phone) and (len(phone) > 9 or phone.startswith("0")):
        return Sought(What.PHONE, phone)
    kept = tuple(words[:WORDS])
    if not kept:
        return Sought(What.NOTHING)
    return Sought(
        What.WORDS,
        words=kept,
        shortened=len(text) > TYPED or len(words) > WORDS,
        perhaps_phone=phone if is_phone(phone) else "",
    )


def quoted(lexeme: str) -> str:
    """The lexeme as a literal of ``tsquery`` and ``tsvector``."""
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def any_of(terms: Iterable[str]) -> str:
    """One of these terms."""
    listed = list(dict.fromkeys(terms))
    return listed[0] if len(listed) == 1 else f"({' | '.join(listed)})"


def all_of(terms: Iterable[str]) -> str:
    """All of these terms."""
    return " & ".join(terms)


def of_ticket(words: Sequence[str], *, places: bool) -> str:
    """The ``tsquery`` for tickets that hold all these words.

    Args:
        places: the words may also stand in the exact place, which not everybody may see.
    """
    return all_of(any_of([*_ways(word, places=places), *_sounding(word)]) for word in words)


def of_place(words: Sequence[str], *, places: bool) -> str:
    """The ``tsquery`` for tickets whose place holds all these words; without ``places`` as far as the street."""
    return all_of(quoted(f"{PLACE if places else ''}{word}") for word in words)


def of_knowledge(words: Sequence[str], *, every: bool) -> str:
    """The ``tsquery`` for knowledge items with all these words, or with any."""
    terms = [any_of([*_ways(word, places=False), *_sounding(word)]) for word in words]
    return all_of(terms) if every else any_of(terms)


def _ways(word: str, *, places: bool) -> list[str]:
    """The lexemes under which a written word may be filed; a single character stands for the words it begins."""
    short = len(word) == 1 and not word.isascii()
    ways = [f"{quoted(word)}:*" if short else quoted(word)]
    if places:
        ways.append(quoted(PLACE + word))
    if word.isascii() and word.isdigit() and len(word) >= PART:
        ways.append(f"{quoted(NUMBER + word)}:*")
    return ways


def _sounding(word: str) -> list[str]:
    """The letters as pinyin, written out or by initials."""
    if not (word.isascii() and word.isalpha() and len(word) > 1):
        return []
    written_out = f"{quoted(SOUND + word[:SPOKEN])}:*"
    return [written_out, quoted(SOUND + word[:INITIALS])] if len(word) > INITIALS else [written_out]


def initials(sounds: Iterable[Sequence[str]]) -> list[str]:
    """The initials of a title from each syllable on: 路灯不亮 → ``ldbl dbl bl``."""
    first = "".join(syllable[0] for word in sounds for syllable in word if syllable[0].isalpha())
    return [SOUND + first[at : at + INITIALS] for at in range(len(first) - 1)]


def spoken(sounds: Iterable[Sequence[str]]) -> list[str]:
    """The full pinyin from each syllable on: 路灯 → ``ludeng deng``."""
    syllables = [syllable for word in sounds for syllable in word if syllable.isalpha()]
    return [SOUND + "".join(syllables[at : at + SPOKEN])[:SPOKEN] for at in range(len(syllables))]


def numbers(no: str) -> list[str]:
    """A ticket's number as it is asked for in parts: its digits, and the day's serial with its check digit."""
    digits = no[2:]
    return [NUMBER + digits, NUMBER + digits[6:], NUMBER + digits[6:].lstrip("0")]


def filed(*parts: tuple[str, Iterable[str]]) -> str:
    """The ``tsvector`` of these (weight, lexemes) parts, in order; weights A (most) to D."""
    places: dict[str, list[str]] = {}
    at = 0
    for weight, lexemes in parts:
        for lexeme in lexemes:
            at = min(at + 1, _POSITIONS)
            stands = places.setdefault(lexeme, [])
            if len(stands) < 4:  # ranking hears no more from the fifth time
                stands.append(f"{at}{weight}")
    return " ".join(f"{quoted(lexeme)}:{','.join(stands)}" for lexeme, stands in places.items())
