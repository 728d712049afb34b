"""Comparing and joining tables of settings: what changed from one to another, and two changes of the same one.

A table is what a TOML file says, in plain values. Lists of entries (rules, holidays, seasons) are compared entry by
entry, known by their ``id``, ``key``, ``code``, ``from`` or ``name``, whichever tells all of them apart; versions of
one thing (rates) by ``key`` and ``since`` together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMED_BY = ("id", "key", "code", "from", "name")
_NAMES: tuple[tuple[str, ...], ...] = (*((by,) for by in NAMED_BY), ("key", "since"))
_GONE = object()
"""Stands where one of the tables has nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs."""

    path: tuple[str, ...]
    """Keys from the top; an entry of a list by its name."""
    before: Any
    """None where there was nothing."""
    after: Any
    """None where there is nothing any more."""

    @property
    def key(self) -> str:
        """The path with dots."""
        return ".".join(self.path)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every value that differs, in the order of the later table, what is gone at the end."""
    found: list[Change] = []
    _compare((), before, after, found)
    return found


def _compare(path: tuple[str, ...], before: Any, after: Any, found: list[Change]) -> None:
    if before == after:
        return
    if (named := _both_named(before, after)) is None:
        found.append(Change(path, None if before is _GONE else before, None if after is _GONE else after))
        return
    old, new = named
    for key in [*new, *(key for key in old if key not in new)]:
        _compare((*path, key), old.get(key, _GONE), new.get(key, _GONE), found)
    if not any(change.path[: len(path)] == path for change in found):
        found.append(Change(path, before, after))  # the same entries in another order


def _both_named(one: Any, other: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Both as tables by key, if both are tables or lists of entries that can be told apart in the same way."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one, other
    if not (_entries(one) and _entries(other)):
        return None
    by = _name_of_all([*one], [*other])
    if by is None:
        return None
    return _by_name(by, one), _by_name(by, other)


def _by_name(by: tuple[str, ...], entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {" ".join(str(entry.get(key)) for key in by): entry for entry in entries}


def _entries(value: Any) -> bool:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and all(isinstance(entry, Mapping) for entry in value)


def _name_of_all(*lists: list[Mapping[str, Any]]) -> tuple[str, ...] | None:
    """The first of the usual names that tells apart the entries of every list."""
    for by in _NAMES:
        if all(all(by[0] in entry for entry in each) and len(_by_name(by, each)) == len(each) for each in lists):
            return by
    return None


def joined(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Change]]:
    """Both changes of the same table; where both changed the same value mine holds, and is told (theirs → mine)."""
    disputed: list[Change] = []
    both: dict[str, Any] = _join((), base, mine, theirs, disputed)
    return both, disputed


def _join(path: tuple[str, ...], base: Any, mine: Any, theirs: Any, disputed: list[Change]) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    named = _all_named(base, mine, theirs)
    if named is None:
        disputed.append(Change(path, None if theirs is _GONE else theirs, None if mine is _GONE else mine))
        return mine
    old, own, other = named
    keys = [*other, *(key for key in own if key not in other)]
    both = {
        key: _join((*path, key), old.get(key, _GONE), own.get(key, _GONE), other.get(key, _GONE), disputed)
        for key in keys
    }
    kept = {key: value for key, value in both.items() if value is not _GONE}
    return kept if isinstance(mine, Mapping) else list(kept.values())


def _all_named(
    base: Any, mine: Any, theirs: Any
) -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]] | None:
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return (base if isinstance(base, Mapping) else {}), mine, theirs
    if not (_entries(base) and _entries(mine) and _entries(theirs)):
        return None
    by = _name_of_all([*base], [*mine], [*theirs])
    if by is None:
        return None
    first, second, third = (_by_name(by, each) for each in (base, mine, theirs))
    return first, second, third
