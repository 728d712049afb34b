"""What a unit has to do: its assignments by time left, their counts, and what was done lately.

Everything is read by the index of a unit's assignments, so it costs what the unit has in hand, not what the city has.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import day_of, local
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Permission, Scope
from hotline.read.lamps import Lamp, lamp
from hotline.store.assignment import ACTIVE, KIND_LABELS, Assignment, Kind, Stage
from hotline.store.clock import Clock
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import seeing
from hotline.usecases.access import units_in_scope

PAGE = 50
LATELY = timedelta(days=30)
GROUPS = ("今天到期（含已超期）", "明天", "本周", "以后")
"""By the day on which something falls due; what is late stands with today."""

_MEND = or_(Assignment.fails > 0, Assignment.round > 1)
_DRAFTED = or_(Assignment.public_reply != "", Assignment.internal_reply != "")
"""A text stands ready for the approver; once it was sent back, none can tell it from the reply that was."""
_ORDERED = exists().where(
    Clock.assignment_id == Assignment.id, Clock.kind == ClockKind.SUPERVISION.value, Clock.stopped_at.is_(None)
)
_LATER = aliased(Assignment)
_LAST = ~exists().where(
    _LATER.ticket_id == Assignment.ticket_id, _LATER.unit == Assignment.unit, _LATER.id > Assignment.id
)
"""No later round of it is the same unit's."""
QUEUES: dict[str, tuple[str, Any]] = {
    "todo": ("全部待办", Assignment.stage.in_((Stage.SENT, Stage.WORKING))),
    "mine": ("由我承办", Assignment.stage.in_((Stage.SENT, Stage.WORKING))),
    "sign": ("待签收", Assignment.stage == Stage.SENT),
    "work": ("待办理", and_(Assignment.stage == Stage.WORKING, ~_MEND)),
    "mend": ("待补正、重办", and_(Assignment.stage == Stage.WORKING, _MEND)),
    "drafted": ("已拟待提交", and_(Assignment.stage == Stage.WORKING, Assignment.fails == 0, _DRAFTED)),
    "returns": ("退单、交回待审", Assignment.stage == Stage.RETURN_PENDING),
    "ordered": (
        "督办待答复",
        and_(Assignment.stage.in_((Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING, Stage.REPLIED)), _ORDERED),
    ),
    "review": ("待中心审核", and_(Assignment.stage == Stage.REPLIED, Ticket.state == State.REPLY_REVIEW)),
    "done": ("已办结", and_(Assignment.stage == Stage.DONE, _LAST)),
}
"""Code → words and condition; ``done`` goes back thirty days."""
OPEN = ("todo", "ordered", "mine", "sign", "work", "mend", "drafted", "returns", "review")


@dataclass(frozen=True, slots=True)
class Todo:
    """One assignment in the list; no personal data."""

    no: str
    version: int
    title: str
    state_words: str
    stage: str
    type: str
    urgency: Urgency
    category: str
    region: str
    unit: str
    """Short name of the unit, when the reader answers for more than one; else empty."""
    kind: str
    """协办, 下派; empty for a lead."""
    handler: str
    """Name of who handles it; empty when nobody was assigned."""
    lamp: Lamp | None
    group: str
    hint: str
    """What is missing or special: 未联系, 第 2 轮, 退回补正, 有单位申请交回."""
    sealed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list; ``next`` is the cursor of the following one."""

    rows: tuple[Todo, ...]
    next: str | None


def counts(work: Work) -> dict[str, int]:
    """How many assignments wait in each open queue, of the person's units."""
    columns = [func.count().filter(_condition(work, code)).label(code) for code in OPEN]
    query = select(*columns).select_from(Assignment).join(Ticket, Ticket.id == Assignment.ticket_id)
    active = Assignment.stage.in_((Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING, Stage.REPLIED))
    row = work.session.execute(query.where(_mine(work), active)).one()
    return dict(zip(OPEN, row, strict=True))


def page(work: Work, queue: str = "todo", *, cursor: str = "", most: int = PAGE) -> Page:
    """One page of a queue: what is due first comes first; of what is done, the latest.

    Raises:
        NotYours: the person works for no unit.
        Invalid: there is no such queue, or the cursor is not one of ours.
    """
    if queue not in QUEUES:
        raise Invalid({"queue": "没有这个队列"})
    done = queue == "done"
    # A task that waits to be signed is urgent by whichever comes first; all others by their result.
    due = case(
        (Assignment.stage == Stage.SENT, func.least(Assignment.sign_due_at, Assignment.due_at)), else_=Assignment.due_at
    )
    key = func.coalesce(Assignment.ended_at, Assignment.replied_at, Assignment.sent_at) if done else due
    query: Select[Any] = (
        select(Assignment, Ticket, key)
        .join(Ticket, Ticket.id == Assignment.ticket_id)
        .where(_mine(work), _condition(work, queue))
        .limit(most + 1)
    )
    if done:
        query = query.where(key >= work.now - LATELY).order_by(key.desc(), Assignment.id.desc())
    else:
        query = query.order_by(key, Assignment.id)
    if cursor:
        at, last = _read(cursor)
        after = or_(key < at, and_(key == at, Assignment.id < last)) if done else None
        query = query.where(after if after is not None else or_(key > at, and_(key == at, Assignment.id > last)))
    found = work.session.execute(query).all()
    shown = found[:most]
    clocks: dict[int, list[Clock]] = defaultdict(list)
    ids = [task.id for task, _, _ in shown]
    if ids and not done:
        for clock in work.session.scalars(
            select(Clock).where(Clock.ticket_id.in_([t.id for _, t, _ in shown]), Clock.stopped_at.is_(None))
        ):
            if clock.assignment_id is not None:
                clocks[clock.assignment_id].append(clock)
    asking = [] if done else _asking_back(work, [ticket.id for _, ticket, _ in shown])
    rows = tuple(_todo(work, task, ticket, at, clocks[task.id], asking, done) for task, ticket, at in shown)
    more = f"{shown[-1][2].isoformat()}~{shown[-1][0].id}" if len(found) > most else None
    return Page(rows, more)


def first(work: Work, queue: str) -> Lamp | None:
    """The lamp of what is due first in the queue; None when nothing waits there."""
    rows = page(work, queue, most=1).rows
    return rows[0].lamp if rows else None


def _asking_back(work: Work, tickets: list[int]) -> list[Assignment]:
    """The co-units and sub-units of these tickets that ask to give their work back."""
    query = select(Assignment).where(
        Assignment.ticket_id.in_(tickets), Assignment.kind != Kind.LEAD, Assignment.stage == Stage.RETURN_PENDING
    )
    return list(work.session.scalars(query)) if tickets else []


def _condition(work: Work, queue: str) -> Any:
    """What the queue holds; 由我承办 is what this very person was assigned to handle."""
    condition = QUEUES[queue][1]
    return and_(condition, Assignment.handler_id == work.by.id) if queue == "mine" else condition


def group_of(due_on: date, today: date) -> str:
    """Under which heading it stands."""
    if due_on <= today:
        return GROUPS[0]
    if due_on == today + timedelta(days=1):
        return GROUPS[1]
    return GROUPS[2] if due_on - timedelta(days=due_on.weekday()) <= today else GROUPS[3]


def _mine(work: Work) -> Any:
    units = units_in_scope(work.rules.city, work.by)
    if units is None:
        units = list(work.rules.city.below(work.by.unit)) if work.by.unit in work.rules.city.units else []
    if not units or not work.by.may(Permission.TICKET_VIEW):
        raise NotYours("您没有承办单位，这里没有您的待办", rule="§2")
    if work.by.scope is not Scope.REGION:
        return Assignment.unit.in_(units)
    # A county has its own duties, and sees to those of its units where it has no part itself.
    own, task = list(work.rules.city.below(work.by.unit)), aliased(Assignment)
    has_part = select(task.id).where(
        task.ticket_id == Assignment.ticket_id, task.unit.in_(own), task.stage.in_(ACTIVE), task.id != Assignment.id
    )
    led = and_(Assignment.unit.in_(units), Assignment.kind == Kind.LEAD, ~has_part.exists())
    return or_(Assignment.unit.in_(own), led)


def _todo(
    work: Work,
    task: Assignment,
    ticket: Ticket,
    at: datetime,
    clocks: list[Clock],
    asking: list[Assignment],
    done: bool,
) -> Todo:
    city = work.rules.city
    known, unit = city.categories.get(ticket.category or ""), city.units.get(task.unit)
    return Todo(
        no=ticket.no,
        version=ticket.version,
        title=seeing.title_in_list(work, ticket),
        state_words=ticket.at.words(ticket.round),
        stage=task.stage,
        type=AppealType(ticket.type).label if ticket.type else "",
        urgency=Urgency(ticket.urgency),
        category=known.name if known else "",
        region=city.region_name(ticket.region),
        unit=unit.short_name if unit and task.unit != work.by.unit else "",
        kind="" if task.kind == Kind.LEAD else KIND_LABELS[Kind(task.kind)],
        handler=task.handler,
        lamp=None if done else _lamp(work, task, clocks),
        group="" if done else group_of(day_of(at), local(work.now).date()),
        hint=_hint(task, ticket, clocks, asking, done),
        sealed=seeing.is_sealed(ticket),
    )


def _lamp(work: Work, task: Assignment, clocks: list[Clock]) -> Lamp | None:
    wanted = ClockKind.SIGN if task.stage == Stage.SENT else ClockKind.HANDLING
    chosen = next((c for c in clocks if c.kind == wanted.value and c.paused_at is None), None)
    return lamp(chosen, work.now, work.rules.calendar) if chosen else None


def _hint(task: Assignment, ticket: Ticket, clocks: list[Clock], asking: list[Assignment], done: bool) -> str:
    if done:
        return ""
    pressed = ["督办"] if any(c.kind == ClockKind.SUPERVISION.value for c in clocks) else []
    pressed += [f"催办 {ticket.urged} 次"] if ticket.urged else []
    below = any(
        each.parent_id == task.id
        or (each.kind == Kind.CO and task.kind == Kind.LEAD and each.ticket_id == task.ticket_id)
        for each in asking
    )
    pressed += ["有单位申请交回"] if below else []
    return " · ".join([*pressed, *filter(None, [_own_hint(task, clocks)])])


def _own_hint(task: Assignment, clocks: list[Clock]) -> str:
    if task.stage == Stage.RETURN_PENDING:
        return "退单待审" if task.kind == Kind.LEAD else "交回待定"
    if task.stage not in (Stage.SENT, Stage.WORKING):
        return ""
    if task.fails:
        return "退回补正"
    later = f"第 {task.round} 轮" if task.round > 1 else ""
    if task.stage == Stage.WORKING and (task.public_reply or task.internal_reply):
        return " · ".join(filter(None, [later, "结果已拟，待提交"]))
    if later:
        return later
    waits = any(c.kind == ClockKind.CONTACT.value and c.paused_at is None for c in clocks)
    return "未联系" if waits and task.stage == Stage.WORKING else ""


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, last = cursor.split("~")
        return datetime.fromisoformat(at), int(last)
    except ValueError:
        raise Invalid({"cursor": "翻页位置无效，请从第一页开始"}) from None
