"""The small language in which conditions of rates are written, so that people, programs and proofs read the same words.

A formula is a sum of products: ``replied_at <= due_at and reviewed_at >= replied_at or rounds > round``. A term is a
fact (``suspended``), its negation (``not replied_at``), a comparison (``=``, ``<``, ``<=``, ``>``, ``>=``) of a fact
with another fact or a literal, or ``state in CLOSED|MERGED``. What is missing is not true, and compares with nothing.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

Facts = Mapping[str, Any]
"""Values by name; None when there is none."""
Test = Callable[[Facts], bool]
"""Whether it is so."""
_COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TERM = re.compile(r"(?P<not>not )?(?P<left>[a-z_]+)(?: (?P<op>=|<=?|>=?|in) (?P<right>[A-Za-z_|]+))?")


class Term(NamedTuple):
    """One comparison."""

    left: str
    op: str
    """Empty: the fact is there and not false."""
    right: str
    negated: bool
    pair: bool
    """``right`` is a fact, too."""

    @property
    def names(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.left, self.right) if self.pair else (self.left,)


class Formula(NamedTuple):
    """A formula, read."""

    text: str
    clauses: tuple[tuple[Term, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        """The facts it reads."""
        return frozenset(name for clause in self.clauses for term in clause for name in term.names)

    def test(self) -> Test:
        """A function that says whether it is true of a set of facts."""
        clauses = tuple(tuple(map(_test, clause)) for clause in self.clauses)
        if len(clauses) == 1 and len(clauses[0]) == 1:
            return clauses[0][0]
        return lambda facts: any(all(test(facts) for test in clause) for clause in clauses)


def _test(term: Term) -> Test:
    left, right, compare = term.left, term.right, _COMPARES.get(term.op)
    if compare is None and not term.op:
        return (lambda facts: not facts[left]) if term.negated else (lambda facts: bool(facts[left]))
    if compare is None or not term.pair:
        among = frozenset(right.split("|"))
        return lambda facts: facts[left] in among

    def compared(facts: Facts) -> bool:
        a, b = facts[left], facts[right]
        return a is not None and b is not None and compare(a, b)

    return compared


def read(text: str) -> Formula:
    """The formula that ``text`` says.

    Raises:
        ValueError: it is none; names the part that is wrong.
    """
    return Formula(text, tuple(tuple(_terms(clause)) for clause in text.split(" or ")))


def _terms(clause: str) -> Iterator[Term]:
    for part in clause.split(" and "):
        found = _TERM.fullmatch(part)
        if found is None or (found["not"] and found["op"]):
            raise ValueError(part)
        op, right = found["op"] or "", found["right"] or ""
        pair = op not in ("", "in") and right.islower()
        if op not in ("", "in", "=") and not pair:
            raise ValueError(part)
        yield Term(found["left"], op, right, bool(found["not"]), pair)
