"""Supervision on pages: the queues of the desk, one ticket's orders, and cards with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Scope
from hotline.domain.supervision import Ground, Level, Stage
from hotline.read import queues
from hotline.read.lamps import KINDS, Lamp, lamp
from hotline.store.clock import Clock
from hotline.store.figure import FigureRow
from hotline.store.request import Outcome, Request, Wish
from hotline.store.supervision import Card, Supervision
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import seeing
from hotline.usecases.access import in_scope, units_in_scope

MOST = 100
UNDER_WAY = (Stage.OPEN.value, Stage.ANSWERED.value)

QUEUES: dict[str, str] = {
    "open": "督办中",
    "answered": "待督办审核",
    "proposed": "待督办建议",
    "instructed": "领导批示",
    "extend": "二次延期",
    "suspend": "挂起申请",
    "suspended": "已挂起",
    "coordinate": "协调",
}
"""Code → words; the first four are supervisions, the others tickets that wait for the supervisor."""
OF_ORDERS = ("open", "answered", "proposed", "instructed")
_CONDITIONS: dict[str, Any] = {
    "open": Supervision.stage.in_(UNDER_WAY),
    "answered": Supervision.stage == Stage.ANSWERED.value,
    "proposed": Supervision.stage == Stage.PROPOSED.value,
    "instructed": (Supervision.stage.in_(UNDER_WAY)) & (Supervision.level == Level.LEADER),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One supervision, or the proposal of one."""

    id: int
    stage: Stage
    level: Level
    ground: str
    words: str
    unit: str
    by: str
    since: datetime
    lamp: Lamp | None
    """Of its own limit, while it waits for an answer."""
    answer: str
    signed_by: str
    answered_at: datetime | None
    missed: int
    ended_at: datetime | None
    ended_by: str
    end_words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a queue; no personal data."""

    order: Order
    no: str
    title: str
    state_words: str
    unit: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a queue; ``next`` is the last number on it, None at the end."""

    rows: tuple[Row, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card."""

    light: str
    at: datetime
    due_at: datetime
    label: str
    """Which clock."""
    no: str
    title: str
    state_words: str
    unit: str
    id: int


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards of a span, with their counts."""

    rows: tuple[CardRow, ...]
    next: int | None
    counts: dict[str, int]
    """By light."""
    units: tuple[tuple[str, str, int], ...]
    """Code, short name and number, the most first."""


def counts(work: Work) -> dict[str, int]:
    """How long each queue is: supervisions and requests by their indexes, states from the figures."""
    condition = _scope(work)
    grouped = select(Supervision.stage, Supervision.level, func.count()).where(
        Supervision.stage.in_((*UNDER_WAY, Stage.PROPOSED.value))
    )
    asked = select(Request.wish, Request.level, func.count()).where(Request.outcome == Outcome.OPEN)
    if condition is not None:
        grouped = grouped.join(Ticket, Ticket.id == Supervision.ticket_id).where(condition)
        asked = asked.join(Ticket, Ticket.id == Request.ticket_id).where(condition)
    found = dict.fromkeys(QUEUES, 0)
    for stage, level, n in work.session.execute(grouped.group_by(Supervision.stage, Supervision.level)):
        found["open"] += n if stage in UNDER_WAY else 0
        found["answered"] += n if stage == Stage.ANSWERED else 0
        found["proposed"] += n if stage == Stage.PROPOSED else 0
        found["instructed"] += n if stage in UNDER_WAY and level == Level.LEADER else 0
    for wish, level, n in work.session.execute(asked.group_by(Request.wish, Request.level)):
        found["extend"] += n if wish == Wish.EXTEND and level >= 2 else 0
        found["suspend"] += n if wish == Wish.SUSPEND else 0
    keys = {f"queue.{State.SUSPENDED}": "suspended", f"queue.{State.COORDINATING}": "coordinate"}
    figures = select(FigureRow.key, FigureRow.total).where(
        FigureRow.key.in_(keys), FigureRow.on.is_(None), FigureRow.unit == work.rules.city.root
    )
    for key, total in work.session.execute(figures):
        found[keys[key]] = int(total)
    return found


def page(work: Work, queue: str, *, after: int = 0) -> Page:
    """One page of a queue of supervisions, the oldest first."""
    if queue not in OF_ORDERS:
        raise Invalid({"queue": "没有这个队列，请从左侧选择"})
    query: Any = (
        select(Supervision, Ticket, Clock)
        .join(Ticket, Ticket.id == Supervision.ticket_id)
        .join(Clock, Clock.id == Supervision.clock_id, isouter=True)
        .where(_CONDITIONS[queue], Supervision.id > after)
        .order_by(Supervision.id)
        .limit(MOST + 1)
    )
    condition = _scope(work)
    if condition is not None:
        query = query.where(condition)
    found = work.session.execute(query).all()
    city = work.rules.city
    rows = tuple(
        Row(
            _order(work, order, clock),
            ticket.no,
            seeing.title_in_list(work, ticket),
            ticket.at.words(ticket.round),
            city.units[ticket.lead_unit].short_name if ticket.lead_unit in city.units else "",
        )
        for order, ticket, clock in found[:MOST]
    )
    return Page(rows, rows[-1].order.id if len(found) > MOST else None)


def waiting(work: Work, queue: str) -> tuple[queues.Row, ...]:
    """The tickets that wait for the supervisor in one of the other queues, the longest waiting first."""
    query: Select[Any]
    if queue == "suspended":
        query = select(Ticket).where(Ticket.state == State.SUSPENDED.value).order_by(Ticket.due_at, Ticket.id)
    elif queue in ("extend", "suspend"):
        wish, level = (Wish.EXTEND, 2) if queue == "extend" else (Wish.SUSPEND, 1)
        query = (
            select(Ticket)
            .join(Request, Request.ticket_id == Ticket.id)
            .where(Request.outcome == Outcome.OPEN, Request.wish == wish, Request.level >= level)
            .order_by(Request.id)
        )
    else:
        raise Invalid({"queue": "没有这个队列，请从左侧选择"})
    condition = _scope(work)
    if condition is not None:
        query = query.where(condition)
    return queues.rows_of(work, work.session.scalars(query.limit(MOST)).all())


def of_ticket(work: Work, ticket: Ticket, clocks: Sequence[Clock]) -> tuple[Order, ...]:
    """The ticket's supervisions, oldest first; one query."""
    known = {clock.id: clock for clock in clocks}
    rows = work.session.scalars(select(Supervision).where(Supervision.ticket_id == ticket.id).order_by(Supervision.id))
    return tuple(_order(work, row, known.get(row.clock_id or 0)) for row in rows)


def levels(work: Work, numbers: Sequence[str]) -> dict[str, Level]:
    """Which of these tickets are under supervision, and whose; one query."""
    query = (
        select(Ticket.no, Supervision.level)
        .join(Supervision, Supervision.ticket_id == Ticket.id)
        .where(Ticket.no.in_(numbers), Supervision.stage.in_(UNDER_WAY))
    )
    return {no: Level(level) for no, level in work.session.execute(query)}


def cards(
    work: Work, *, since: datetime, light: str = "", unit: str = "", kind: str = "", before: int | None = None
) -> Cards:
    """Cards since a moment, of the reader's units; the newest first."""
    if light not in ("", "yellow", "red"):
        raise Invalid({"light": "牌的颜色应为 yellow 或 red"})
    if kind and kind not in KINDS:
        raise Invalid({"kind": "没有这种时限，请从列表里选择"})
    city = work.rules.city
    narrowed: list[Any] = [Card.at >= since]
    mine = units_in_scope(city, work.by)
    if mine is not None:
        narrowed.append(Card.unit.in_(mine))
    if unit:
        if unit not in city.units:
            raise Invalid({"unit": "没有这个单位，请从列表里选择"})
        narrowed.append(Card.unit.in_(city.below(unit)))
    if kind:
        narrowed.append(Card.kind == kind)
    counted = dict.fromkeys(("yellow", "red"), 0)
    by_unit: dict[str, int] = {}
    for colour, code, n in work.session.execute(
        select(Card.light, Card.unit, func.count()).where(*narrowed).group_by(Card.light, Card.unit)
    ):
        counted[colour] += n
        if not light or colour == light:
            by_unit[code] = by_unit.get(code, 0) + n
    if light:
        narrowed.append(Card.light == light)
    if before is not None:
        narrowed.append(Card.id < before)
    found = work.session.execute(
        select(Card, Ticket)
        .join(Ticket, Ticket.id == Card.ticket_id)
        .where(*narrowed)
        .order_by(Card.id.desc())
        .limit(MOST + 1)
    ).all()
    rows = tuple(
        CardRow(
            card.light,
            card.at,
            card.due_at,
            KINDS[card.kind].label,
            ticket.no,
            seeing.title_in_list(work, ticket),
            ticket.at.words(ticket.round),
            city.units[card.unit].short_name if card.unit in city.units else "",
            card.id,
        )
        for card, ticket in found[:MOST]
    )
    most = sorted(by_unit.items(), key=lambda each: (-each[1], each[0]))
    named = tuple((code, city.units[code].short_name if code in city.units else "热线中心", n) for code, n in most)
    return Cards(rows, rows[-1].id if len(found) > MOST else None, counted, named)


def kinds() -> dict[str, str]:
    """The clocks that cards can be narrowed to."""
    return {kind.value: kind.label for kind in ClockKind}


def _scope(work: Work) -> Any:
    if work.by.scope is Scope.ALL:
        return None
    return in_scope(work.rules.city, work.by)


def _order(work: Work, row: Supervision, clock: Clock | None) -> Order:
    unit = work.rules.city.units.get(row.unit)
    waits = clock is not None and row.stage == Stage.OPEN and clock.stopped_at is None
    return Order(
        id=row.id,
        stage=Stage(row.stage),
        level=row.rank,
        ground=Ground(row.ground).label,
        words=row.words,
        unit=unit.short_name if unit else "",
        by=row.by,
        since=row.since,
        lamp=lamp(clock, work.now, work.rules.calendar) if waits and clock else None,
        answer=row.answer,
        signed_by=row.signed_by,
        answered_at=row.answered_at,
        missed=row.missed,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        end_words=row.end_words,
    )
