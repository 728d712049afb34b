"""Counts that may be shown to anybody: small cells are hidden, and what would give them away (handbook §16)."""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5
"""A cell with fewer, but not none, is hidden."""

Cell = tuple[str, str]


def hidden(cells: Mapping[Cell, int], least: int = LEAST) -> frozenset[Cell]:
    """The cells of a two-way table (row, column) that must not be shown, when its totals are.

    A small cell alone in its row or column could be computed from the total; then the next larger one is hidden too.
    """
    found = {cell for cell, n in cells.items() if 0 < n < least}
    while True:
        more = _given_away(cells, found, 0) or _given_away(cells, found, 1)
        if more is None:
            return frozenset(found)
        found.add(more)


def _given_away(cells: Mapping[Cell, int], found: set[Cell], side: int) -> Cell | None:
    """One more cell that must go so that no line has exactly one hidden cell; None when there is none to hide."""
    for line in sorted({cell[side] for cell in found}):
        mine = [cell for cell in cells if cell[side] == line and cells[cell]]
        dark = [cell for cell in mine if cell in found]
        light = sorted((cell for cell in mine if cell not in found), key=lambda cell: (cells[cell], cell))
        if len(dark) == 1 and light:
            return light[0]
    return None
