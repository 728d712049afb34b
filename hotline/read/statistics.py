"""De-identified statistics: counts by category, region, type and channel, small cells hidden (handbook §16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from hotline.domain import board
from hotline.domain.appeal import CHANNEL_LABELS, TYPE_LABELS
from hotline.domain.calendar import start_of
from hotline.domain.city import City
from hotline.domain.disclosure import LEAST, hidden
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Permission, Scope
from hotline.domain.rates import Period
from hotline.store.ticket import Ticket
from hotline.store.work import Work

UNKNOWN = "未知"
NONE = board.UNKNOWN
"""Stands in a figure's key for what is not known yet."""
DIMENSIONS = {"category": "类别", "region": "区县", "type": "类型", "channel": "来源"}
_COLUMNS: dict[str, ColumnElement[str]] = {
    "category": func.substr(func.coalesce(Ticket.category, ""), 1, 2),
    "region": func.substr(func.coalesce(Ticket.region, ""), 1, 6),
    "type": func.coalesce(Ticket.type, ""),
    "channel": func.coalesce(Ticket.channel, ""),
}


@dataclass(frozen=True, slots=True)
class Cross:
    """A table of counts; a hidden cell is None, an empty one 0."""

    period: Period
    down: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...], int | None], ...]
    """Name, cells, total; a total below the least is hidden, too."""
    hidden: int

    def lines(self) -> Iterator[list[str]]:
        """As a table of texts, with its heads."""
        yield [f"{DIMENSIONS[self.down]} \\ {DIMENSIONS[self.across]}", *self.columns, "合计"]
        for name, cells, total in self.rows:
            yield [name, *(words(cell) for cell in cells), words(total)]


def words(cell: int | None) -> str:
    """A cell as it is shown."""
    return f"<{LEAST}*" if cell is None else str(cell)


def of(work: Work, period: Period, down: str = "category", across: str = "type") -> Cross:
    """The appeals registered in a period by two properties, drafts and tests left out.

    Raises:
        NotYours: the person sees no statistics of the whole city.
        Invalid: no such property, or twice the same.
    """
    if not work.by.may(Permission.BOARD_VIEW) or work.by.scope not in (Scope.ALL, Scope.NONE):
        raise NotYours("全市统计由热线中心和统计分析员查看，需要的话请联系管理员", rule="§2")
    if down not in DIMENSIONS or across not in DIMENSIONS or down == across:
        raise Invalid({"across": f"请从{'、'.join(DIMENSIONS.values())}中选两个不同的"})
    query = (
        select(_COLUMNS[down], _COLUMNS[across], func.count())
        .where(Ticket.created_at >= start_of(period.since), Ticket.created_at < start_of(period.until))
        .where(Ticket.state != State.DRAFT, ~Ticket.tags.contains(["test"]))
        .group_by(_COLUMNS[down], _COLUMNS[across])
    )
    cells: dict[tuple[str, str], int] = {}
    for row, column, n in work.session.execute(query):
        cell = (part_name(work.rules.city, down, row), part_name(work.rules.city, across, column))
        cells[cell] = cells.get(cell, 0) + n
    dark = hidden(cells)
    rows, columns = _order(cells, 0), _order(cells, 1)
    return Cross(
        period,
        down,
        across,
        columns,
        tuple(
            (
                row,
                tuple(None if (row, column) in dark else cells.get((row, column), 0) for column in columns),
                _total(sum(cells.get((row, column), 0) for column in columns)),
            )
            for row in rows
        ),
        len(dark),
    )


def _total(n: int) -> int | None:
    return None if 0 < n < LEAST else n


def _order(cells: dict[tuple[str, str], int], side: int) -> tuple[str, ...]:
    sums: dict[str, int] = {}
    for cell, n in cells.items():
        sums[cell[side]] = sums.get(cell[side], 0) + n
    return tuple(sorted(sums, key=lambda name: (name == UNKNOWN, -sums[name], name)))


def part_name(city: City, dimension: str, code: str) -> str:
    """What people call one value of a property; unknown ones share a name."""
    if not code or code == NONE:
        return UNKNOWN
    if dimension == "category":
        return next((c.level1 for c in city.categories.values() if c.code[:2] == code), UNKNOWN)
    if dimension == "region":
        return city.region_name(code) or UNKNOWN
    labels: dict[str, str] = {str(key): label for key, label in TYPE_LABELS.items()}
    labels |= {str(key): label for key, label in CHANNEL_LABELS.items()}
    return labels.get(code, code)
