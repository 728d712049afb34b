"""Hot events: many people, one place or body, one matter. Texts in, groups of them out, hottest first.

Two texts speak for one event by three kinds of evidence (`classifier.evidence`): names, words of the matter, topics.
Only texts that share two rare names or words, or one name in both titles, are compared, so the work grows with what is
shared, not with the square of the texts. Where both titles name something and neither text speaks of what the other's
title names, the likeness counts little: the same complaint, word for word, from another estate or county is another
event. Groups grow while the *mean* likeness of all pairs between two groups is high enough; one text that resembles
both does not join them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix

from classifier.evidence import Evidence, Said, gathered, said
from classifier.features import Text
from classifier.wording import Called, Wording, wording

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NAMES, MATTER, TOPIC = 2 / 7, 2 / 7, 3 / 7
"""Weights of the three kinds of evidence; without topics the matter gets their share."""
ALIKE = 0.36
"""Mean likeness of two groups from which they are one event: the middle of the range in which the answer hardly
changes (docs/classifier.md)."""
FAINT = 0.15
"""Pairs less alike than this count as not alike at all."""
SPOKEN = 0.1
"""Share of a title's names that the other text must speak of for the two not to contradict each other."""
ELSEWHERE = 0.3
"""What is left of the likeness where the named places contradict each other entirely."""
OTHER_TOWN = 0.3
"""What is left where the titles name different cities, or different counties."""
WORD_LIMIT = 100
"""Texts that a word may stand in and still be a reason to compare two of them."""
NAME_LIMIT = (500, 2_000)
"""The same for names: a tenth of all texts, between these two; an event of more texts than that is not seen whole."""
FEWEST = 3
"""Texts that make an event (handbook §7: three of one matter)."""
BUSY = timedelta(days=7)
"""The span whose share of the texts tells how dense an event is in time."""
REPEAT = 0.2
"""What a further text of one person adds to the heat; the first adds 1."""

_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A text with what is known about it."""

    id: str
    text: Text
    at: datetime | None = None
    person: str = ""
    """Who told it; empty means somebody not told before."""


@dataclass(frozen=True, slots=True)
class Event:
    """Texts of one place and matter."""

    ids: tuple[str, ...]
    """In the order of time; those without a time last."""
    title: str
    """Place and matter, in the texts' own words."""
    places: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    days: dict[date, int] = field(default_factory=dict)
    """Life line: how many texts came on each day that had any."""
    heat: float = 0.0


def find(texts: Sequence[Told], fewest: int = FEWEST) -> list[Event]:
    """The events in these texts, hottest first; a text is in one event at most. No text is too short or too odd."""
    if len(texts) < max(fewest, 2):
        return []
    heard = [said(one.text) for one in texts]
    groups = grouped(compared(heard), ALIKE)
    words = wording(heard)
    events = [_event([texts[row] for row in rows], [heard[row] for row in rows], words)
              for rows in groups if len(rows) >= fewest]  # fmt: skip
    return sorted(events, key=lambda event: (-event.heat, event.ids))


@dataclass(frozen=True, slots=True)
class Pairs:
    """How alike two texts are, 0…1, for those pairs that share more than next to nothing."""

    texts: int
    one: Ints
    other: Ints
    value: Floats


def compared(heard: Sequence[Said]) -> Pairs:
    """The likeness of the texts that share rare evidence."""
    evidence = gathered(heard, min(max(len(heard) // 10, NAME_LIMIT[0]), NAME_LIMIT[1]), WORD_LIMIT)
    firsts, seconds, values = [], [], []
    rare_columns = evidence.rare.T.tocsr()
    for start in range(0, evidence.rare.shape[0], _BLOCK):
        shared = (evidence.rare[start : start + _BLOCK] @ rare_columns).tocoo()
        one, other = shared.row + start, shared.col
        pairs = (other > one) & (shared.data >= 2)
        one, other = one[pairs].astype(np.int64), other[pairs].astype(np.int64)
        value = _alike(evidence, one, other)
        kept = value >= FAINT
        one, other, value = one[kept], other[kept], value[kept] * _agreement(evidence, one[kept], other[kept])
        firsts.append(one)
        seconds.append(other)
        values.append(value)
    return Pairs(len(heard), np.concatenate(firsts), np.concatenate(seconds), np.concatenate(values))


def _alike(evidence: Evidence, one: Ints, other: Ints) -> Floats:
    matter, value = MATTER, np.zeros(len(one))
    if evidence.topics is None:
        matter = MATTER + TOPIC
    else:
        topic = np.einsum("ij,ij->i", evidence.topics[one], evidence.topics[other])
        value += TOPIC * np.clip(topic, 0, 1)
    value += matter * _dots(evidence.matter, evidence.matter, one, other)
    return value + NAMES * _dots(evidence.names, evidence.names, one, other)


def _agreement(evidence: Evidence, one: Ints, other: Ints) -> Floats:
    """1 where the named places may be the same, less where they are not."""
    covered = np.maximum(
        _dots(evidence.head_names, evidence.spoken, one, other), _dots(evidence.head_names, evidence.spoken, other, one)
    )
    named = np.asarray(evidence.head_names.sum(axis=1)).ravel() > 0
    agreement: Floats = np.where(named[one] & named[other], np.clip(covered / SPOKEN, ELSEWHERE, 1), 1.0)
    for towns in evidence.towns:
        told = np.asarray(towns.sum(axis=1)).ravel() > 0
        agreement[told[one] & told[other] & (_dots(towns, towns, one, other) == 0)] *= OTHER_TOWN
    return agreement


def _dots(left: object, right: object, one: Ints, other: Ints) -> Floats:
    """Products of rows, pair by pair."""
    return np.asarray(left[one].multiply(right[other]).sum(axis=1), dtype=np.float64).ravel()  # type: ignore[index]


def grouped(pairs: Pairs, alike: float) -> list[list[int]]:
    """Rows of the texts by group, joined from a mean likeness of `alike` on; pairs that are not given count as 0.

    All pairs of groups that are each other's nearest are joined at once. With average linkage no join brings a third
    group nearer than it was, so the result is that of joining one pair at a time.
    """
    group: Ints = np.arange(pairs.texts)
    size: Floats = np.ones(pairs.texts)
    one, other, value = pairs.one, pairs.other, pairs.value
    while True:
        mean = value / (size[one] * size[other])
        best = np.zeros(len(size))
        np.maximum.at(best, one, mean)
        np.maximum.at(best, other, mean)
        nearest = (mean >= alike) & (mean >= best[one]) & (mean >= best[other])
        if not nearest.any():
            break
        into = np.arange(len(size))
        taken = np.zeros(len(size), dtype=bool)
        for a, b in zip(one[nearest], other[nearest], strict=True):
            if not taken[a] and not taken[b]:
                taken[a] = taken[b] = True
                into[b] = a
        number = np.unique(into, return_inverse=True)[1].ravel()
        group, size = number[group], np.bincount(number, weights=size).astype(np.float64)
        one, other = number[one], number[other]
        apart = one != other
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        summed = coo_matrix((value[apart], (low, high)), shape=(len(size), len(size))).tocsr().tocoo()
        one, other, value = summed.row.astype(np.int64), summed.col.astype(np.int64), summed.data
    rows: dict[int, list[int]] = {}
    for row, number_of in enumerate(group.tolist()):
        rows.setdefault(number_of, []).append(row)
    return list(rows.values())


def _event(told: list[Told], heard: list[Said], words: Wording) -> Event:
    called = words.of(heard)
    times = sorted(one.at for one in told if one.at)
    ordered = sorted((one for one in told if one.at), key=lambda one: (one.at or times[0], one.id))
    ordered += [one for one in told if one.at is None]
    return Event(
        ids=tuple(one.id for one in ordered),
        title=called.title or next((one.text.title.strip() for one in ordered if one.text.title.strip()), ""),
        places=called.places,
        first=times[0] if times else None,
        last=times[-1] if times else None,
        days=dict(sorted(Counter(time.date() for time in times).items())),
        heat=heat([one.person for one in told], times, called),
    )


def heat(people: Sequence[str], times: Sequence[datetime], called: Called) -> float:
    """How hot an event is: voices, times how dense they come, times how far it reaches, times how much it is one thing.

    A person's first text is one voice, further ones `REPEAT` each. Density is 1 + the share of the texts in the busiest
    `BUSY`; without times 1. Reach is a tenth more for each further place named. Oneness is half for texts that share no
    name, and 1 when nobody else speaks of theirs: many who write of pensions are a topic, not an event. A measure to
    sort by, of our making, without a unit. `times` are in order.
    """
    known = Counter(person for person in people if person)
    voices = len(known) + REPEAT * (known.total() - len(known)) + sum(not person for person in people)
    density = 1 + (_busiest(times) / len(times) if times else 0)
    reach = 1 + 0.1 * max(len(called.places) - 1, 0)
    return round(voices * density * reach * (1 + called.focus) / 2, 2)


def _busiest(times: Sequence[datetime]) -> int:
    """How many of the ordered times lie within one span of `BUSY`, at most."""
    most = start = 0
    for end, time in enumerate(times, start=1):
        while time - times[start] >= BUSY:
            start += 1
        most = max(most, end - start)
    return most
