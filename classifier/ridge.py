"""Least-squares classification of few texts into many classes, in closed form.

One factorisation serves all classes, and the same inverse gives for every text the scores of a model that has never
seen it nor its near-duplicates (leave-group-out, exact: no folds, no chance). Those held-out scores are what
calibration learns from. In cross-validation by group it is as accurate as a linear SVM on the same features.

Beyond `EXACT` texts the system is solved by conjugate gradients, and the held-out scores come from one fifth of
the texts set aside.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

Matrix = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

EXACT = 9_000
"""Texts up to which the Gram matrix is kept whole (about 1 GB of working memory at the limit)."""

ALIKE = 0.55
"""Two texts whose cosine is above this are one complaint told twice, and are held out together."""


@dataclass(frozen=True, slots=True)
class Fit:
    weights: Matrix
    """One row per feature, one column per class."""
    bias: Matrix
    held_out: Matrix
    """Scores by a model without that text; `held_rows` says which texts these are."""
    held_rows: Ints


def fit(rows: csr_matrix, targets: Matrix, penalty: float, weights: Matrix | None = None) -> Fit:
    """The weights that bring `rows @ weights + bias` nearest to `targets`. `weights` count texts more or less."""
    slack = np.full(rows.shape[0], penalty, dtype=np.float32)
    if weights is not None:
        slack /= weights
    if rows.shape[0] <= EXACT:
        return _closed(rows, targets, slack)
    return _iterated(rows, targets, slack)


def _closed(rows: csr_matrix, targets: Matrix, slack: Matrix) -> Fit:
    gram = _gram(rows)
    groups = alike(gram)
    gram += 1.0  # the bias is a feature that every text has
    gram[np.diag_indices_from(gram)] += slack
    factor, failed = lapack.spotrf(gram, lower=True, clean=False, overwrite_a=True)
    assert failed == 0, "the penalty keeps the matrix positive"
    inverse, failed = lapack.spotri(factor, lower=True, overwrite_c=True)
    assert failed == 0, "a factorised matrix can be inverted"
    upper = np.triu_indices_from(inverse, 1)
    inverse[upper] = inverse.T[upper]
    duals = inverse @ targets
    held = np.empty_like(targets)
    for members in groups:
        block = inverse[np.ix_(members, members)]
        held[members] = targets[members] - np.linalg.solve(block, duals[members])
    everyone = np.arange(rows.shape[0])
    return Fit(np.asarray(rows.T @ duals), duals.sum(axis=0), held, everyone)


def _gram(rows: csr_matrix) -> Matrix:
    gram = np.empty((rows.shape[0], rows.shape[0]), dtype=np.float32, order="F")
    columns = rows.T.tocsr()
    for start in range(0, rows.shape[0], 512):
        gram[start : start + 512] = (rows[start : start + 512] @ columns).toarray()
    return gram


def alike(gram: Matrix) -> list[Ints]:
    """The texts in groups of near-duplicates, each text in exactly one."""
    length = np.sqrt(np.maximum(np.diag(gram), 1e-9))
    near = np.abs(gram) >= ALIKE * length[:, None] * length[None, :]
    count, number = connected_components(csr_matrix(near), directed=False)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1) if count else []


def _iterated(rows: csr_matrix, targets: Matrix, slack: Matrix) -> Fit:
    aside = np.arange(rows.shape[0]) % 5 == 0
    part = _solve(rows[~aside], targets[~aside], slack[~aside])
    held = rows[aside] @ (rows[~aside].T @ part) + part.sum(axis=0)
    duals = _solve(rows, targets, slack)
    return Fit(np.asarray(rows.T @ duals), duals.sum(axis=0), np.asarray(held), np.flatnonzero(aside))


def _solve(rows: csr_matrix, targets: Matrix, slack: Matrix, rounds: int = 60) -> Matrix:
    """Conjugate gradients for all classes at once."""
    answer = np.zeros_like(targets)
    rest = targets.copy()
    step = rest.copy()
    size = np.einsum("nc,nc->c", rest, rest)
    goal = size * 1e-6
    for _ in range(rounds):
        image = rows @ (rows.T @ step) + step.sum(axis=0) + slack[:, None] * step
        pace = size / np.maximum(np.einsum("nc,nc->c", step, image), 1e-12)
        answer += pace * step
        rest -= pace * image
        fresh = np.einsum("nc,nc->c", rest, rest)
        if np.all(fresh <= goal):
            break
        step = rest + (fresh / np.maximum(size, 1e-12)) * step
        size = fresh
    return answer
