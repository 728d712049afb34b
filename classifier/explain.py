"""Which words spoke for a label and which against it.

A linear score is a sum over features, so nothing is estimated here: a word gets its own share, its share as a word
of the title, and for each run of characters that touches it the part that lies within it. All words together give
the score again (less the bias). Weights count against the mean of all labels: what speaks for every label alike
says nothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifier.features import Cuttings, gram_occurrences, title_items
from classifier.words import stop_words

if TYPE_CHECKING:
    from classifier.model import Parts

Floats = npt.NDArray[np.float32]

FOR, AGAINST = 6, 2
"""Words told per label at most."""


def words(
    parts: "Parts", text: Cuttings, columns: npt.NDArray[np.int32], values: Floats, labels: npt.NDArray[np.int64]
) -> list[list[tuple[str, float]]]:
    """For each of these labels the words that spoke most, with their exact shares."""
    shares = word_shares(parts, text, columns, values, labels)
    return [_strongest(text, shares[:, place]) for place in range(len(labels))]


def word_shares(
    parts: "Parts", text: Cuttings, columns: npt.NDArray[np.int32], values: Floats, labels: npt.NDArray[np.int64]
) -> Floats:
    """One row per word of the text, one column per label; a column's sum is the score less the bias."""
    rows = parts.weights[columns].astype(np.float32)
    part = (rows[:, labels] - rows.mean(axis=1, keepdims=True)) * (values * parts.scale[columns])[:, None]
    per_char = _by_character(parts, text, columns, part)
    ends = np.cumsum([len(word) for word in text.words])
    return np.add.reduceat(per_char, np.concatenate([[0], ends[:-1]])) if len(ends) else per_char[:0]


def _by_character(parts: "Parts", text: Cuttings, columns: npt.NDArray[np.int32], part: Floats) -> Floats:
    """The shares of all features spread over the characters in which they occur."""
    features = parts.features
    place_of = {int(column): place for place, column in enumerate(columns)}
    spans: list[tuple[int, int, int]] = []  # start, length, place among the columns
    start = 0
    for word in text.words:
        place = place_of.get(features.words.get(word, -1))
        if place is not None:
            spans.append((start, len(word), place))
        start += len(word)
    offset = len(features.words)
    _, keys, starts = gram_occurrences([text.text], features.recipe.grams)
    hit, where = features.look_up(keys)
    sizes = 1 + (keys[hit] >= 1 << 16).astype(int) + (keys[hit] >= 1 << 32) + (keys[hit] >= 1 << 48)
    spans += [
        (int(begin), int(size), place_of[offset + int(column)])
        for begin, size, column in zip(starts[hit], sizes, where, strict=True)
    ]
    offset += len(features.grams)
    for item, begin in title_items(text):
        if item in features.title:
            spans.append((begin, len(item), place_of[offset + features.title[item]]))
    out = np.zeros((len(text.text), part.shape[1]), dtype=np.float32)
    if not spans:
        return out
    begins, lengths, places = (np.asarray(column) for column in zip(*spans, strict=True))
    times = np.bincount(places, minlength=len(columns))
    each = part[places] / (times[places] * lengths)[:, None]
    within = np.concatenate([np.arange(begin, begin + size) for begin, size in zip(begins, lengths, strict=True)])
    np.add.at(out, within, np.repeat(each, lengths, axis=0))
    return out


def _strongest(text: Cuttings, shares: Floats) -> list[tuple[str, float]]:
    stop = stop_words()
    total: dict[str, float] = {}
    for word, share in zip(text.words, shares, strict=True):
        if word[0].isalpha() and word not in stop:
            total[word] = total.get(word, 0.0) + float(share)
    ordered = sorted(total.items(), key=lambda item: -item[1])
    speaking: Sequence[tuple[str, float]] = [item for item in ordered if item[1] > 0][:FOR]
    contrary = [item for item in reversed(ordered) if item[1] < 0][:AGAINST]
    return [*speaking, *contrary]
