"""Tickets, figures and journals as tables, row by row, however many there are (handbook §12).

Without a reason there is no personal data: no names, no phones, places down to the street, free text redacted. What is
confidential or a report stays without its appellant even then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select

from hotline.domain import privacy
from hotline.domain.appeal import CHANNEL_LABELS, AppealType, Urgency
from hotline.domain.calendar import ZONE, start_of
from hotline.domain.city import City
from hotline.domain.errors import NotFound
from hotline.domain.lifecycle import Action, State
from hotline.domain.rates import Rate, RateBook
from hotline.read.drill import label_of
from hotline.store.contact import Contact
from hotline.store.figure import FigureRow
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work

FETCHED = 1000
"""Rows that are kept in memory at a time."""

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table on its way out."""

    keys: tuple[str, ...]
    """Names of the columns for programs."""
    heads: tuple[str, ...]
    """The same for people."""
    rows: Iterator[tuple[Value, ...]]


def tickets(work: Work, first: date, last: date, *, personal: bool = False) -> Table:
    """Tickets registered from ``first`` to ``last`` (local dates, both included), oldest first."""
    wanted = _TICKET + (_PERSON if personal else ())
    query = (
        select(Ticket, Contact)
        .outerjoin(Contact, Contact.ticket_id == Ticket.id)
        .where(Ticket.created_at >= start_of(first), Ticket.created_at < start_of(last + timedelta(days=1)))
        .order_by(Ticket.created_at, Ticket.id)
    )
    return _table(wanted, (_OneTicket(work, row[0], row[1], personal) for row in _streamed(work, query)))


def figures(work: Work, first: date, last: date, *, personal: bool = False) -> Table:
    """The figures and rates of these days, of every unit that has any."""
    query = (
        select(FigureRow.on, FigureRow.key, FigureRow.unit, FigureRow.hits, FigureRow.total)
        .where(FigureRow.on >= first, FigureRow.on <= last)
        .order_by(FigureRow.on, FigureRow.key, FigureRow.unit)
    )
    return _table(_FIGURE, ((work.rules.city, row, work.rules.counting.rates) for row in _streamed(work, query)))


def journal(work: Work, first: date, last: date, *, personal: bool = False) -> Table:
    """What happened to tickets on these days, in order; who did it only with ``personal``."""
    wanted = _ENTRY + (_ACTOR if personal else ())
    query = (
        select(Entry, Ticket.no)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(Entry.at >= start_of(first), Entry.at < start_of(last + timedelta(days=1)))
        .order_by(Entry.at, Entry.id)
    )
    return _table(wanted, (_OneEntry(work.rules.city, row[0], row[1], personal) for row in _streamed(work, query)))


TABLES: dict[str, Callable[..., Table]] = {"tickets": tickets, "figures": figures, "journal": journal}


@dataclass(frozen=True, slots=True)
class _OneTicket:
    work: Work
    ticket: Ticket
    contact: Contact | None
    personal: bool

    @property
    def sealed(self) -> bool:
        return self.ticket.confidential or self.ticket.type == AppealType.REPORT

    def free(self, text: str) -> str:
        return text if self.personal and not self.sealed else privacy.redact(text)

    def address(self) -> str:
        whole = self.ticket.address
        return whole if self.personal and not self.sealed else privacy.street_level(whole)

    def opened(self, column: str) -> str:
        if self.contact is None or self.sealed:
            return ""
        return self.work.sealer.open(getattr(self.contact, column))

    def unit(self) -> str:
        known = self.work.rules.city.units.get(self.ticket.lead_unit or "")
        return known.name if known else ""

    def category(self) -> str:
        known = self.work.rules.city.categories.get(self.ticket.category or "")
        return known.path if known else ""


@dataclass(frozen=True, slots=True)
class _OneEntry:
    city: City
    entry: Entry
    no: str
    personal: bool

    def payload(self) -> str:
        text = json.dumps(self.entry.payload, ensure_ascii=False)
        return text if self.personal else privacy.redact(text)

    def unit(self) -> str:
        known = self.city.units.get(self.entry.unit)
        return known.name if known else ""


Column = tuple[str, str, Callable[[Any], Value]]

_TICKET: tuple[Column, ...] = (
    ("no", "工单号", lambda one: one.ticket.no),
    ("state", "状态", lambda one: State(one.ticket.state).words(one.ticket.round)),
    ("channel", "来源", lambda one: CHANNEL_LABELS.get(one.ticket.channel, one.ticket.channel)),
    ("type", "诉求类型", lambda one: AppealType(one.ticket.type).label if one.ticket.type else ""),
    ("urgency", "紧急程度", lambda one: Urgency(one.ticket.urgency).label),
    ("category", "类别代码", lambda one: one.ticket.category or ""),
    ("category_name", "类别", lambda one: one.category()),
    ("region", "区划", lambda one: one.work.rules.city.region_name(one.ticket.region)),
    ("address", "地址", lambda one: one.address()),
    ("unit", "承办单位编码", lambda one: one.ticket.lead_unit or ""),
    ("unit_name", "承办单位", lambda one: one.unit()),
    ("round", "轮次", lambda one: one.ticket.round),
    ("title", "标题", lambda one: one.free(one.ticket.title)),
    ("content", "诉求内容", lambda one: one.free(one.ticket.content)),
    ("public_reply", "公开答复", lambda one: one.free(one.ticket.public_reply)),
    ("close_mode", "办结方式", lambda one: one.ticket.close_mode or ""),
    ("result", "是否解决", lambda one: {"S": "已解决", "P": "部分解决", "U": "未解决"}.get(one.ticket.result, "")),
    ("score", "满意度", lambda one: one.ticket.score),
    *(
        (name, label, lambda one, name=name: _moment(getattr(one.ticket, name)))
        for name, label in {
            "created_at": "登记时间",
            "accepted_at": "受理时间",
            "first_dispatched_at": "首次派单时间",
            "signed_at": "签收时间",
            "first_contact_at": "首次联系时间",
            "replied_at": "答复时间",
            "reviewed_at": "审核时间",
            "closed_at": "办结时间",
            "due_at": "到期时间",
            "promise_due_at": "最初到期时间",
        }.items()
    ),
)
_PERSON: tuple[Column, ...] = (
    ("name", "姓名", lambda one: one.opened("name")),
    ("phone", "电话", lambda one: one.opened("phone")),
    ("identity", "身份证号", lambda one: one.opened("identity")),
)
_FIGURE: tuple[Column, ...] = (
    ("on", "日期", lambda one: one[1].on.isoformat()),
    ("key", "代码", lambda one: one[1].key),
    ("name", "名称", lambda one: _named(one[1].key, one[2])),
    ("unit", "单位编码", lambda one: one[1].unit),
    ("unit_name", "单位", lambda one: one[0].units[one[1].unit].name if one[1].unit in one[0].units else ""),
    ("hits", "分子", lambda one: float(one[1].hits) if one[1].key in one[2] else None),
    ("total", "数量或分母", lambda one: float(one[1].total)),
    (
        "percent",
        "百分比",
        lambda one: (
            float(Rate(one[1].hits, one[1].total).percent or 0) if one[1].key in one[2] and one[1].total else None
        ),
    ),
)
_ENTRY: tuple[Column, ...] = (
    ("at", "时间", lambda one: _moment(one.entry.at)),
    ("no", "工单号", lambda one: one.no),
    ("seq", "序号", lambda one: one.entry.seq),
    ("action", "事件代码", lambda one: one.entry.action),
    ("action_name", "事件", lambda one: Action(one.entry.action).label),
    ("source", "原状态", lambda one: State(one.entry.source).label if one.entry.source else ""),
    ("target", "状态", lambda one: State(one.entry.target).label),
    ("role", "角色", lambda one: one.entry.role),
    ("unit", "单位编码", lambda one: one.entry.unit),
    ("unit_name", "单位", lambda one: one.unit()),
    ("payload", "内容", lambda one: one.payload()),
    ("hash", "校验值", lambda one: one.entry.hash),
)
_ACTOR: tuple[Column, ...] = (
    ("actor", "办理人", lambda one: one.entry.actor),
    ("address", "网络地址", lambda one: one.entry.address),
)


def _table(columns: Sequence[Column], things: Iterator[Any]) -> Table:
    rows = (tuple(read(thing) for _, _, read in columns) for thing in things)
    return Table(tuple(key for key, _, _ in columns), tuple(head for _, head, _ in columns), rows)


def _streamed(work: Work, query: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
    """Rows as the server sends them; what has been written out is forgotten."""
    for part in work.session.execute(query.execution_options(yield_per=FETCHED)).partitions():
        yield from part
        work.session.expunge_all()


def _named(key: str, rates: RateBook) -> str:
    try:
        return label_of(key, rates)
    except NotFound:
        return ""


def _moment(at: datetime | None) -> str:
    return at.astimezone(ZONE).isoformat(sep=" ", timespec="seconds")[:19] if at else ""
