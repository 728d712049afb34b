"""Does this reply belong to this appeal?

Two witnesses. The lexical one is the cosine of character bigrams, judged against the other appeals and replies of
the batch: a reply that fits every appeal a little fits none. The learnt one finds, within the batch alone, which
directions of appeals go with which of replies (ridge canonical correlation on a truncated decomposition); it is
cross-fitted by groups of near-equal appeals, so no pair is judged by a fit that saw it, and pairs of little lexical
fit count little as teachers. No label and no shipped model is needed. In a batch below `LEARNABLE` the lexical
witness stands alone, with our own written pairs (`pairs.csv`) as company.
"""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

LEARNABLE = 300
"""Pairs a batch needs before anything is learnt from it."""
COMPANY = 1500
"""Most appeals and replies a pair is compared with; more make no better mean."""
TEACHERS = 4000
"""Most pairs that are learnt from."""
DIRECTIONS, KEPT, RIDGE, FOLDS = 300, 150, 3.0, 5
NEAR = 0.45
"""Cosine from which two appeals are held to be of one complaint."""
MIDDLE = 1.0
"""Standard deviations above the company at which a pair is as likely right as wrong (score 0.5)."""
_BLOCK = 500

Array = np.ndarray[Any, Any]


def scores(appeals: Sequence[str], replies: Sequence[str]) -> Array:
    """How well each reply fits its appeal, 0…1; 0 where either is empty. Texts are clean (`words.clean`).

    The same batch gives the same scores; a pair's score depends on its batch.
    """
    found = np.zeros(len(appeals))
    full = np.flatnonzero([bool(a.strip()) and bool(r.strip()) for a, r in zip(appeals, replies, strict=True)])
    if not len(full):
        return found
    asked, told = [appeals[int(k)] for k in full], [replies[int(k)] for k in full]
    small = len(full) < LEARNABLE
    own_asked, own_told = own_pairs()
    bigrams = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 2) if small else (2, 2), min_df=1 if small else 2, sublinear_tf=True
    )
    bigrams.fit([*asked, *told, *own_asked, *own_told])
    if small:
        asked, told = [*asked, *own_asked], [*told, *own_told]
    left, right = bigrams.transform(asked), bigrams.transform(told)
    fit = _against(left, right, len(full), root=True)
    if not small:
        learnt = _learnt(left, right, 1 / (1 + np.exp(-1.5 * (fit - 1.5))))
        fit = (fit + 2 * learnt) / 3
    found[full] = 1 / (1 + np.exp(-2 * (fit - MIDDLE)))
    return found


@cache
def own_pairs() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Appeals and good replies written by us, in the places of `pairs.csv`."""
    with (Path(__file__).parent / "pairs.csv").open(encoding="utf-8", newline="") as file:
        good = [row for row in csv.DictReader(file) if row["kind"] == "good"]
    return tuple(row["appeal"] for row in good), tuple(row["reply"] for row in good)


def _against(left: Any, right: Any, count: int, *, root: bool) -> Array:
    """Each of the first `count` pairs in standard deviations above its company, mean of both sides."""
    few = _drawn(left.shape[0], COMPANY)
    own = np.concatenate([_own(left[k : k + _BLOCK], right[k : k + _BLOCK]) for k in range(0, count, _BLOCK)])[:count]
    if root:
        own = np.sqrt(np.maximum(own, 0))
    sides = []
    for one, company in ((left, right[few]), (right, left[few])):
        for begin in range(0, count, _BLOCK):
            found = one[begin : min(begin + _BLOCK, count)] @ company.T
            found = np.asarray(found.toarray() if hasattr(found, "toarray") else found)
            found = np.sqrt(np.maximum(found, 0)) if root else found
            mine = own[begin : begin + len(found)]
            sides.append((mine - found.mean(axis=1)) / (found.std(axis=1) + 1e-3))
    both = np.concatenate(sides)
    return np.asarray((both[:count] + both[count:]) / 2)


def _own(left: Any, right: Any) -> Array:
    product = left.multiply(right) if hasattr(left, "multiply") else left * right
    return np.asarray(product.sum(axis=1), dtype=float).ravel()


def _drawn(count: int, most: int) -> Array:
    return np.arange(count) if count <= most else np.random.default_rng(0).permutation(count)[:most]


def _learnt(left: Any, right: Any, trust: Array) -> Array:
    few = _drawn(left.shape[0], TEACHERS)
    size = min(DIRECTIONS, len(few) - 1)
    with np.errstate(invalid="ignore"):  # texts that are all the same explain nothing, 0 / 0, and that is not read
        u = normalize(TruncatedSVD(size, random_state=0).fit(left[few]).transform(left))
        v = normalize(TruncatedSVD(size, random_state=0).fit(right[few]).transform(right))
    fold = _groups(left) % FOLDS
    found = np.zeros(len(u))
    for number in range(FOLDS):
        judged, taught = np.flatnonzero(fold == number), few[fold[few] != number]
        if not len(judged) or len(taught) < LEARNABLE // 2:
            continue
        a, b = _matched(u[taught], v[taught], trust[taught])
        found[judged] = _against(normalize(a(u)), normalize(b(v)), len(u), root=False)[judged]
    return found


def _matched(u: Array, v: Array, trust: Array) -> tuple[Any, Any]:
    """Ridge canonical correlation of two sides; two maps into the space where their cosine is the match."""
    mean_u, mean_v = u.mean(axis=0), v.mean(axis=0)
    u, v, size = u - mean_u, v - mean_v, u.shape[1]
    ways = [side.T @ side for side in (u, v)]
    roots = [np.linalg.cholesky(way + (RIDGE * np.trace(way) / size + 1e-9) * np.eye(size)) for way in ways]
    cross = (u * (trust / trust.mean())[:, None]).T @ v
    p, strength, q = np.linalg.svd(np.linalg.solve(roots[0], np.linalg.solve(roots[1], cross.T).T))
    a = (np.linalg.solve(roots[0].T, p) * np.sqrt(strength))[:, :KEPT]
    b = (np.linalg.solve(roots[1].T, q.T) * np.sqrt(strength))[:, :KEPT]
    return lambda side: (side - mean_u) @ a, lambda side: (side - mean_v) @ b


def _groups(texts: Any) -> Array:
    """A number per text, the same for near-equal ones, and those they are near to."""
    return np.asarray(connected_components(near(texts, NEAR), directed=False)[1])


def near(texts: Any, least: float) -> Any:
    """Which rows of a normed sparse matrix are at least so near to which (cosine), as a sparse matrix of ones."""
    rows, columns = [], []
    for begin in range(0, texts.shape[0], _BLOCK):
        found = (texts[begin : begin + _BLOCK] @ texts.T).tocoo()
        kept = found.data >= least
        rows.append(found.row[kept] + begin)
        columns.append(found.col[kept])
    at, to = np.concatenate(rows), np.concatenate(columns)
    return csr_matrix((np.ones(len(at)), (at, to)), shape=(texts.shape[0], texts.shape[0]))
