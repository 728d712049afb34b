"""What a change of the rules would do to the tickets there are, told before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotline.domain.rulebook import Rulebook
from hotline.store.work import Work


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect in words, and where it helps a table of before and after."""

    lines: tuple[str, ...]
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    tickets: tuple[str, ...] = ()
    """For each row the number of its ticket, if it is about one."""


def of(work: Work, name: str, after: Rulebook) -> Effect:
    """The effect of putting ``after`` into force in place of the rules in force; writes nothing."""
    found = EFFECTS.get(name)
    return found(work, after) if found else Effect(())


EFFECTS: Mapping[str, Callable[[Work, Rulebook], Effect]] = {}
"""By name; a name without one changes nothing that is counted."""
