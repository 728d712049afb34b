"""What stands around a board's figures: the day by hours, parts of the whole, units by group, the newest tickets.

Five queries beside the board's own, all but the newest tickets from ``figure`` rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from hotline.domain.appeal import CHANNEL_LABELS
from hotline.domain.board import UNKNOWN
from hotline.domain.calendar import DAY, local
from hotline.domain.city import City, Unit
from hotline.domain.facts import local_date
from hotline.domain.lifecycle import State
from hotline.domain.rates import Rate
from hotline.read import board as boards
from hotline.read import ticker, watching
from hotline.read.board import Board
from hotline.store.figure import FigureRow
from hotline.store.work import Work

SHOWN_RATES = (
    "sign_on_time",
    "response",
    "reply",
    "timely_reply",
    "on_time",
    "resolved",
    "satisfied",
    "direct_answer",
)
"""The rates on the board, in the handbook's order; the last one judges the centre."""
UNIT_RATES = (*SHOWN_RATES[:-1], "first_time")
"""The same for a unit that answers nothing on the spot."""
WEEKS = 4
"""So many weeks back the same weekday tells what is usual."""
DAYS = 14
"""Length of the small curves."""
MOST_UNITS = 5
NEWEST = 6
MORE = 2
"""So many times as much fits where there is no intake to show."""
STAGES = (State.PENDING_SIGN, State.PROCESSING, State.NEED_INFO, State.SUSPENDED, State.COORDINATING)
"""Where the tickets of a unit wait."""
_STATES = ("red", "yellow", "open")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: one channel, category or county."""

    key: str
    name: str
    n: int
    revision: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day; what is usual is None until there is data of earlier weeks."""

    n: int | None
    """None: it has not begun."""
    low: int | None
    high: int | None
    usual: float | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with the units below it."""

    code: str
    name: str
    numbers: Mapping[str, tuple[int, int]]
    """``red yellow open`` → number and revision."""
    on_time: Rate

    def n(self, key: str) -> int:
        return self.numbers.get(key, (0, 0))[0]


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The units of one group with the most red lamps; units are compared only inside their group (handbook §11)."""

    name: str
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class County:
    """One county: what came from there and how its units stand."""

    row: UnitRow
    intake: Part | None
    """None where the board's unit has no intake of its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything around the figures; empty where there is nothing to tell."""

    with_intake: bool
    """Whether appeals are registered for this unit: the city and its centre; other units have what was sent to them."""
    hours: tuple[Hour, ...]
    usual_by_now: float | None
    """What had come by this time of the day on the same weekday, on average."""
    days: tuple[date, ...]
    sent: tuple[int, ...]
    """Dispatched on each of the days."""
    replied: tuple[int, ...]
    curves: Mapping[str, tuple[Decimal | None, ...]]
    """Percent of each of the shown rates on each of the days; None where nothing fell on it."""
    rates: tuple[str, ...]
    """Keys of the shown rates."""
    stages: tuple[Part, ...]
    """Where the open tickets wait."""
    channels: tuple[Part, ...]
    categories: tuple[Part, ...]
    counties: tuple[County, ...]
    groups: tuple[UnitGroup, ...]
    newest: tuple[ticker.Line, ...]


def of(work: Work, board: Board) -> Picture:
    """What stands around these figures."""
    city = work.rules.city
    with_intake = watching.has_intake(city, board.unit)
    on = local_date(board.as_of)
    days = tuple(on - (DAYS - 1 - n) * DAY for n in range(DAYS))
    shown = SHOWN_RATES if with_intake else UNIT_RATES
    more = 1 if with_intake else MORE
    sent, replied, curves = _days(work, board.unit, days, shown)
    hours, by_now = _hours(work, board, on) if with_intake else ((), None)
    grouped = watching.groups(city, board.unit)
    numbers = _numbers(work, grouped)
    kept = {group.name: _foremost(group, numbers)[: MOST_UNITS * more] for group in grouped}
    counties = next((group.units for group in grouped if group.name == watching.COUNTIES), ())
    rows = _rows(work, board, [*counties, *(u for units in kept.values() for u in units)], numbers)
    return Picture(
        with_intake=with_intake,
        hours=hours,
        usual_by_now=by_now,
        days=days,
        sent=sent,
        replied=replied,
        curves=curves,
        rates=shown,
        stages=_stages(board),
        channels=_parts(board, "intake.channel.", CHANNEL_LABELS),
        categories=_parts(board, "intake.category.", _CategoryNames(city)),
        counties=tuple(County(rows[unit.code], _intake(board, unit) if with_intake else None) for unit in counties),
        groups=tuple(
            UnitGroup(name, tuple(rows[unit.code] for unit in units))
            for name, units in kept.items()
            if units and name != watching.COUNTIES
        ),
        newest=ticker.newest(work, board.unit, NEWEST * more),
    )


class _CategoryNames(dict[str, str]):
    def __init__(self, city: City) -> None:
        super().__init__((code, name) for code, name, _ in city.category_tree)


def _parts(board: Board, prefix: str, names: Mapping[str, str]) -> tuple[Part, ...]:
    found = [
        Part(key, names.get(key.removeprefix(prefix), "未定" if key.endswith(UNKNOWN) else "其他"), n, revision)
        for key, n in board.figures.items()
        if key.startswith(prefix) and n
        for revision in [board.revisions.get(key, 0)]
    ]
    return tuple(sorted(found, key=lambda part: (-part.n, part.key)))


def _stages(board: Board) -> tuple[Part, ...]:
    keys = {f"queue.{state}": state.label for state in STAGES}
    return tuple(Part(key, name, board.figures.get(key, 0), board.revisions.get(key, 0)) for key, name in keys.items())


def _intake(board: Board, unit: Unit) -> Part:
    key = f"intake.region.{unit.region_code}"
    return Part(key, unit.region_name, board.figures.get(key, 0), board.revisions.get(key, 0))


def _hours(work: Work, board: Board, on: date) -> tuple[tuple[Hour, ...], float | None]:
    before = [on - timedelta(weeks=n + 1) for n in range(WEEKS)]
    query = select(FigureRow.on, FigureRow.key, FigureRow.total).where(
        FigureRow.unit == board.unit, FigureRow.on.in_(before), FigureRow.key.startswith("intake.hour.")
    )
    seen: dict[date, list[int]] = defaultdict(lambda: [0] * 24)
    for day, key, total in work.session.execute(query):
        if day is not None:
            seen[day][int(key[-2:])] = int(total)
    at = local(board.as_of)
    live = board.flows == boards.today(board.as_of)
    hours = []
    for hour in range(24):
        usual = [day[hour] for day in seen.values()]
        n = board.figures.get(f"intake.hour.{hour:02d}", 0)
        hours.append(
            Hour(
                n if not live or hour <= at.hour else None,
                min(usual) if usual else None,
                max(usual) if usual else None,
                sum(usual) / len(usual) if usual else None,
            )
        )
    if not seen or not live:
        return tuple(hours), None
    part = Decimal(at.minute) / 60
    whole = sum(sum(day[: at.hour]) + float(part) * day[at.hour] for day in seen.values())
    return tuple(hours), whole / len(seen)


def _days(
    work: Work, unit: str, days: Sequence[date], shown: Sequence[str]
) -> tuple[tuple[int, ...], tuple[int, ...], dict[str, tuple[Decimal | None, ...]]]:
    query = select(FigureRow.key, FigureRow.on, FigureRow.hits, FigureRow.total).where(
        FigureRow.unit == unit,
        FigureRow.on >= days[0],
        FigureRow.on <= days[-1],
        FigureRow.key.in_(("dispatched", "replied", *shown)),
    )
    found = {(key, on): Rate(hits, total) for key, on, hits, total in work.session.execute(query)}
    nothing = Rate()
    counts = [tuple(int(found.get((key, on), nothing).total) for on in days) for key in ("dispatched", "replied")]
    curves = {key: tuple(found.get((key, on), nothing).percent for on in days) for key in shown}
    return counts[0], counts[1], curves


def _numbers(work: Work, groups: Sequence[watching.Group]) -> dict[str, dict[str, tuple[int, int]]]:
    units = [unit.code for group in groups for unit in group.units]
    query = select(FigureRow.unit, FigureRow.key, FigureRow.total, FigureRow.revision).where(
        FigureRow.on.is_(None), FigureRow.key.in_(_STATES), FigureRow.unit.in_(units)
    )
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for unit, key, total, revision in work.session.execute(query):
        found[unit][key] = (int(total), revision)
    return found


def _foremost(group: watching.Group, numbers: Mapping[str, Mapping[str, tuple[int, int]]]) -> list[Unit]:
    def order(unit: Unit) -> tuple[int, ...]:
        of_unit = numbers.get(unit.code, {})
        return tuple(-of_unit.get(key, (0, 0))[0] for key in _STATES)

    lit = [unit for unit in group.units if order(unit)[:2] != (0, 0)]
    return sorted(lit, key=order)


def _rows(
    work: Work, board: Board, units: Sequence[Unit], numbers: Mapping[str, Mapping[str, tuple[int, int]]]
) -> dict[str, UnitRow]:
    codes = [unit.code for unit in units]
    rates = {
        each.unit: each.rate
        for each in boards.summed(work, codes, flows=board.flows, span=board.span, keys=["on_time"])
    }
    return {
        unit.code: UnitRow(
            unit.code,
            watching.words(work.rules.city, unit.code),
            numbers.get(unit.code, {}),
            rates.get(unit.code, Rate()),
        )
        for unit in units
    }
