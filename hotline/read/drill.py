"""The tickets behind a figure or a rate: its mark rows, within the reader's scope, page by page (ADR 0004)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import exists, select

from hotline.domain import board
from hotline.domain.deadlines import Hand
from hotline.domain.errors import Invalid, NotFound, NotYours
from hotline.domain.permissions import Permission
from hotline.domain.rates import Period, Rate, RateBook, RateDeclaration
from hotline.read import board as boards
from hotline.read.queues import MOST, Row, rows_of
from hotline.store.figure import MarkRow
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases.access import in_scope


class Part(StrEnum):
    """Which tickets of a rate."""

    HITS = "hits"
    """Those of its numerator."""
    TOTAL = "total"
    """Those of its denominator; of a plain figure, all."""
    MISSES = "misses"
    """Those of the denominator that are not, or not wholly, in the numerator."""

    @property
    def words(self) -> str:
        """The word on the page."""
        return {Part.HITS: "分子：计入的", Part.TOTAL: "分母：全部", Part.MISSES: "没有达到的"}[self]


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure with one page of its tickets."""

    key: str
    label: str
    declared: tuple[RateDeclaration, ...]
    """Of a rate: the versions of its formula in force in the period; empty for a plain figure."""
    words: str
    """What it counts and how it comes out, in a sentence."""
    unit: str
    period: Period | None
    """None for a figure of the present moment."""
    part: Part
    rate: Rate
    """As the board shows it: the figure is its total."""
    rows: tuple[Row, ...]
    next: str | None


def label_of(key: str, rates: RateBook) -> str:
    """The name of a figure or rate.

    Raises:
        NotFound: there is no such figure.
    """
    if key in rates:
        return rates[key].label
    try:
        return board.figure(key).label
    except KeyError:
        raise NotFound("没有这项统计，请从看板上点选") from None


def of(
    work: Work,
    key: str,
    unit: str,
    *,
    since: date | None = None,
    until: date | None = None,
    part: str = "total",
    cursor: str | None = None,
    limit: int = 50,
) -> Behind:
    """The tickets behind the figure ``key`` of ``unit``, newest first.

    The caller has asked :mod:`hotline.read.watching` whether the person may see the unit's board.

    Raises:
        NotYours: the person may see figures, but not tickets.
        NotFound: there is no such figure.
        Invalid: the part or the cursor is not one of ours.
    """
    if not work.by.may(Permission.FIGURE_OPEN):
        raise NotYours("您可以看统计数字，不能查看工单，需要的话请联系管理员", rule="§2")
    rates = work.rules.counting.rates
    label = label_of(key, rates)
    if part not in list(Part):
        raise Invalid({"part": "part 应为 hits 或 total"})
    which = Part(part)
    snapshot = key not in rates and board.figure(key).kind is board.Kind.SNAPSHOT
    default = boards.this_month(work.now) if key in rates else boards.today(work.now)
    period = None if snapshot else Period(since, until) if since and until else default
    whole = period or default
    shown = next(
        (each.rate for each in boards.summed(work, [unit], flows=whole, span=whole, keys=[key])),
        Rate(),
    )
    # One row per ticket: it may have marks on several days or, moved on, at several units.
    mark = exists().where(
        MarkRow.ticket_id == Ticket.id, MarkRow.key == key, MarkRow.unit.in_(work.rules.city.below(unit))
    )
    mark = (
        mark.where(MarkRow.on.is_(None))
        if period is None
        else mark.where(MarkRow.on >= period.since, MarkRow.on < period.until)
    )
    if which is Part.HITS:
        mark = mark.where(MarkRow.hits > 0)
    elif which is Part.MISSES:
        mark = mark.where(MarkRow.hits < MarkRow.total)
    query = select(Ticket).where(mark)
    scope = in_scope(work.rules.city, work.by)
    if scope is not None:
        query = query.where(scope)
    if cursor:
        query = query.where(Ticket.id < _read(cursor))
    limit = max(1, min(limit, MOST))
    found = work.session.scalars(query.order_by(Ticket.id.desc()).limit(limit + 1)).all()
    return Behind(
        key=key,
        label=label,
        declared=rates.over(key, whole) if key in rates else (),
        words=board.explain(key, shown, period, rates),
        unit=unit,
        period=period,
        part=which,
        rate=shown,
        rows=rows_of(work, found[:limit], Hand.CENTRE if key == "centre_late" else None),
        next=str(found[limit - 1].id) if len(found) > limit else None,
    )


def _read(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid({"cursor": "翻页位置无效，请从第一页开始"})
    return int(cursor)
