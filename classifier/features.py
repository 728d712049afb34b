"""What the model sees of an appeal: words, runs of two to four characters, and the title once more.

Three blocks side by side, each of length one before it is weighed:

* words of title and body, cut by `words.Cutter`, without stop words;
* character n-grams of title and body. A gram of up to four characters is packed into one 64-bit number, so that
  vocabulary and look-up are plain sorted arrays: exact, no hashing, no strings, mapped from the file;
* words and bigrams of the title alone: what somebody puts in the subject line weighs more.

Numbers and masked places are neutralised before, and nothing that occurs in fewer than `MIN_DF` texts is kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier.words import Cutter, clean, neutral, stop_words

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Text:
    """An appeal as it came in: raw title and body, either may be empty."""

    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Cuttings:
    """One text, cleaned and cut. `words` joined are `text`; the first `title_words` of them are the title's."""

    text: str
    words: tuple[str, ...]
    title_words: int


def read(text: Text, cutter: Cutter) -> Cuttings:
    """The text in the form in which features are taken from it."""
    title = cutter.cut(neutral(clean(text.title))) if text.title else []
    body = cutter.cut(neutral(clean(text.body)))
    words = (*title, "\n", *body) if title else tuple(body)
    return Cuttings("".join(words), words, len(title))


class Features:
    """A fitted vocabulary with its weights: turns cut texts into rows of numbers."""

    def __init__(
        self, words: dict[str, int], grams: Keys, title: dict[str, int], idf: Floats, recipe: "Recipe"
    ) -> None:
        self.words, self.grams, self.title, self.idf, self.recipe = words, grams, title, idf, recipe

    @property
    def width(self) -> int:
        return len(self.words) + len(self.grams) + len(self.title)

    @classmethod
    def fit(cls, texts: Sequence[Cuttings], labels: Sequence[str], recipe: "Recipe") -> "Features":
        """The vocabulary of these texts; common features weigh less, and so do those that tell no labels apart."""
        df_words = Counter(word for text in texts for word in set(spoken(text.words)))
        df_title = Counter(item for text in texts for item in {item for item, _ in title_items(text)})
        words = sorted(word for word, n in df_words.items() if n >= recipe.min_df)
        title = sorted(item for item, n in df_title.items() if n >= recipe.min_df)
        doc, key, _ = gram_occurrences([text.text for text in texts], recipe.grams)
        order = np.lexsort((doc, key))
        key, doc = key[order], doc[order]
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = (key[1:] != key[:-1]) | (doc[1:] != doc[:-1])
        grams, df_grams = np.unique(key[fresh], return_counts=True)
        room = max(recipe.room - len(words) - len(title), 0)
        commonest = np.argsort(-df_grams, kind="stable")[:room]
        kept = np.sort(commonest[df_grams[commonest] >= recipe.min_df])
        df = [df_words[word] for word in words] + df_grams[kept].tolist() + [df_title[item] for item in title]
        idf = np.log((1.0 + len(texts)) / (1.0 + np.asarray(df, dtype=np.float64))) + 1.0
        fitted = cls(_numbered(words), grams[kept], _numbered(title), idf.astype(np.float32), recipe)
        if recipe.telling:
            fitted.idf = (fitted.idf * fitted.telling(texts, labels) ** recipe.telling).astype(np.float32)
        return fitted

    def telling(self, texts: Sequence[Cuttings], labels: Sequence[str]) -> Floats:
        """How much each feature tells about the label: the divergence of the labels of the texts that have it from
        those of all texts, drawn towards none where it is rare."""
        has = self.transform(texts)
        has.data[:] = 1.0
        names, place = np.unique(np.asarray(labels), return_inverse=True)
        belongs = np.eye(len(names), dtype=np.float32)[place]
        usual = belongs.mean(axis=0)
        share = np.asarray(has.T @ belongs) + 3.0 * usual
        share /= share.sum(axis=1, keepdims=True)
        return np.asarray((share * np.log(share / usual)).sum(axis=1) + 0.02, dtype=np.float32)

    def transform(self, texts: Sequence[Cuttings]) -> csr_matrix:
        """One row per text: dampened counts times idf, each block of length one times its weight."""
        rows: list[int] = []
        columns: list[int] = []
        words, title, offset = self.words, self.title, len(self.words) + len(self.grams)
        for row, text in enumerate(texts):
            found = [words[word] for word in text.words if word in words]
            found += [offset + title[item] for item, _ in title_items(text) if item in title]
            columns += found
            rows += [row] * len(found)
        doc, key, _ = gram_occurrences([text.text for text in texts], self.recipe.grams)
        hit, where = self.look_up(key)
        row_ids = np.concatenate([np.asarray(rows, dtype=np.int64), doc[hit]])
        column_ids = np.concatenate([np.asarray(columns, dtype=np.int64), where + len(words)])
        counts = csr_matrix(
            (np.ones(len(row_ids), dtype=np.float32), (row_ids, column_ids)), shape=(len(texts), self.width)
        )
        counts.sum_duplicates()
        counts.data = (1.0 + np.log(counts.data)) * self.idf[counts.indices]
        return self._scaled(counts)

    def look_up(self, key: Keys) -> tuple[Ints, Ints]:
        """Which of these grams are known, and their places among the grams."""
        where = np.searchsorted(self.grams, key)
        where[where == len(self.grams)] = 0
        hit = np.flatnonzero(self.grams[where] == key) if len(self.grams) else np.zeros(0, dtype=np.int64)
        return hit, where[hit]

    def _scaled(self, counts: csr_matrix) -> csr_matrix:
        edges = (len(self.words), len(self.words) + len(self.grams))
        block = (counts.indices >= edges[0]).astype(np.int64) + (counts.indices >= edges[1])
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        cell = row * 3 + block
        length = np.sqrt(np.bincount(cell, weights=counts.data.astype(np.float64) ** 2, minlength=counts.shape[0] * 3))
        counts.data = (counts.data * np.asarray(self.recipe.weights)[block] / length[cell]).astype(np.float32)
        return counts


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is taken as a feature, and how the three blocks (words, grams, title) are weighed."""

    grams: tuple[int, ...] = (1, 2)
    min_df: int = 2
    room: int = 400_000
    """Features at most: the rarest grams are left out first."""
    weights: tuple[float, float, float] = (0.6, 1.0, 0.7)
    telling: float = 0.5
    """How strongly features are weighed by what they tell about the labels; 0 for not at all."""


def spoken(words: Sequence[str]) -> list[str]:
    """The words that may say something: letters or characters, and no stop words."""
    stop = stop_words()
    return [word for word in words if word not in stop and word[0].isalpha()]


def title_items(text: Cuttings) -> list[tuple[str, int]]:
    """Words and pairs of letters of the title, with their places in the text."""
    items: list[tuple[str, int]] = []
    start = 0
    for word in text.words[: text.title_words]:
        if word not in stop_words() and word[0].isalpha():
            items.append((word, start))
        start += len(word)
    line = text.text[:start]
    items += [(line[at : at + 2], at) for at in range(len(line) - 1) if line[at : at + 2].isalpha()]
    return items


def _numbered(items: Sequence[str]) -> dict[str, int]:
    return {item: place for place, item in enumerate(items)}


def gram_occurrences(texts: Sequence[str], sizes: Sequence[int]) -> tuple[Ints, Keys, Ints]:
    """Every run of `sizes` letters in these texts: text number, packed gram, and place in the text."""
    joined = "\0".join(texts)
    codes = np.frombuffer(joined.encode("utf-16-le", "replace"), dtype=np.uint16)
    letters = _LETTERS[codes]
    lengths = np.asarray([len(text) + 1 for text in texts], dtype=np.int64)
    doc_of = np.repeat(np.arange(len(texts)), lengths)
    start_of = np.repeat(np.cumsum(lengths) - lengths, lengths)
    docs, keys, places = [], [], []
    packed, run = codes.astype(np.uint64), letters
    wide = packed
    for size in range(1, max(sizes) + 1):
        if size > 1:
            wide = (wide[:-1] << np.uint64(16)) | packed[size - 1 :]
            run = run[:-1] & letters[size - 1 :]
        if size in sizes:
            at = np.flatnonzero(run)
            docs.append(doc_of[at])
            keys.append(wide[at])
            places.append(at - start_of[at])
    return np.concatenate(docs), np.concatenate(keys), np.concatenate(places)


def _letter_table() -> npt.NDArray[np.bool_]:
    table = np.zeros(65536, dtype=bool)
    for first, last in ((0x30, 0x39), (0x61, 0x7A), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)):
        table[first : last + 1] = True
    return table


_LETTERS = _letter_table()
