"""What a group of texts is called: its places and its matter, taken from the words that the texts share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from classifier.evidence import Said, Tokens, is_name_end, is_name_part

LONGEST = 6
"""Words of one name or phrase."""
EVERYDAY = 2
"""Everyday words that a name may have (快乐时光花园)."""
PLACES = 3
"""Places that are told of one event."""
SHARE = 0.3
"""Share of the texts in which a name or phrase stands that the event is called by."""


@dataclass(frozen=True, slots=True)
class Called:
    """The names of a group of texts."""

    places: tuple[str, ...]
    """The most telling first; empty where no name is shared."""
    title: str
    """The first place and the matter; either may be missing."""
    focus: float
    """How much the first place is theirs alone, 0…1: 1 when half of all titles with it are in the group (a place may
    have two troubles), 0 without a place."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Knows how common each run of words is among all texts."""

    titles: Counter[Tokens]

    def of(self, texts: Sequence[Said]) -> "Called":
        """What these texts are called."""
        counts = Counter(span for text in texts for span in set(_spans(text.head)))
        least = max(2, SHARE * len(texts))
        telling = {
            span: n * n / max(self.titles[span], n) * (len("".join(span)) - 1) * (1 if is_name_end(span[-1]) else 0.5)
            for span, n in counts.items()
            if n >= least and len("".join(span)) > 1
        }
        places = _chosen((span for span in telling if _is_name(span)), telling, PLACES)
        found = tuple("".join(span) for span in places)
        rest = [span for span in telling if not any(is_name_part(w) or any(w in name for name in found) for w in span)]
        matters = _chosen(rest, telling, 2)
        order = {word: at for text in reversed(texts) for at, word in enumerate(w for run in text.head for w in run)}
        matters.sort(key=lambda span: order.get(span[0], 0))
        spoken = " ".join("".join(span) for span in matters)
        focus = min(1.0, 2 * counts[places[0]] / self.titles[places[0]]) if places else 0.0
        return Called(found, "：".join(part for part in (found[0] if found else "", spoken) if part), focus)


def wording(texts: Iterable[Said]) -> Wording:
    """What all texts have in common, to tell what only some share."""
    return Wording(Counter(span for text in texts for span in set(_spans(text.head))))


def _spans(runs: Iterable[Tokens]) -> Iterator[Tokens]:
    for run in runs:
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                yield run[start:end]


def _is_name(span: Tokens) -> bool:
    """Whether the words make a name: three characters or more, ending as a name does, hardly any everyday words."""
    everyday = sum(not is_name_part(word) for word in span)
    return len("".join(span)) >= 3 and is_name_part(span[-1]) and not span[-1].isdigit() and everyday <= EVERYDAY


def _chosen(spans: Iterable[Tokens], telling: dict[Tokens, float], most: int) -> list[Tokens]:
    """The most telling ones, none of which shares a word with another."""
    chosen: list[Tokens] = []
    for span in sorted(spans, key=lambda span: (-telling[span], span)):
        if len(chosen) < most and all(set(span).isdisjoint(other) for other in chosen):
            chosen.append(span)
    return chosen
