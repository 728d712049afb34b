"""Finding tickets among a million: by words, initials, number, phone, place, unit, state and date.

The asker's rights stand inside the query: what is out of scope is neither found nor counted, and what the asker may not
read (the exact place, a person's numbers) can't be looked for either. There is no total: a result is a page and whether
there is more.

A word may stand in a tenth of all tickets or in three of them. So the newest tickets are asked first, which ends early
for common words; only if they hold too few is the whole index asked, which is quick for rare ones.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ARRAY, REAL, Select, cast, func, literal, select
from sqlalchemy.sql import ColumnElement

from hotline.domain import finding
from hotline.domain.appeal import AppealType
from hotline.domain.calendar import start_of
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.finding import Sought, What
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Permission
from hotline.domain.privacy import redact
from hotline.read import matching
from hotline.read.marked import Piece, excerpt, marked
from hotline.read.matching import TsQuery, on_words
from hotline.read.queues import Row, rows_of
from hotline.store.search import TicketSearch
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, seeing
from hotline.usecases.access import found_in_scope

SHOWN = 20
"""Tickets on a page."""
RANKED = 500
"""Of the matches, the newest so many are put in order of relevance."""
FIRST = 50_000
"""Tickets that are asked before the whole index is."""
WEIGHTS = [0.1, 0.3, 0.5, 1.0]
"""Of exact place, answer, text and title (D, C, B, A) in the order of relevance."""
SORTS = {"best": "最相关", "newest": "最新登记"}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to look for; empty fields do not narrow it."""

    q: str = ""
    place: str = ""
    """Words of the place."""
    unit: str = ""
    """This unit and those below it, whatever part they had."""
    category: str = ""
    states: tuple[State, ...] = ()
    type: str = ""
    since: date | None = None
    until: date | None = None
    """Registered on this day at the latest."""
    sort: str = "best"

    def __bool__(self) -> bool:
        return bool(
            self.q or self.place or self.unit or self.category or self.states or self.type or self.since or self.until
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """One ticket that was found; nothing in it that the asker could not read on its page."""

    row: Row
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    """Where the words stand in text or answer, redacted; empty for sealed tickets of others."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found."""

    hits: tuple[Hit, ...]
    next: str | None
    what: What
    shortened: bool = False
    """More was typed than was looked for."""
    crowded: bool = False
    """So many match that only the newest were put in order."""


def found(work: Work, wanted: Criteria, *, cursor: str = "", limit: int = SHOWN) -> Found:
    """One page of the tickets that match, as far as this person may see them.

    Raises:
        NotYours: no right to read tickets, or to look people up.
        Invalid: a unit, a category, an order or a cursor that is not one of ours.
    """
    if not work.by.may(Permission.TICKET_VIEW):
        raise NotYours("您没有查看工单的权限", rule="§2")
    wanted = replace(wanted, q=wanted.q.strip(), place=wanted.place.strip())
    if not wanted:
        return Found((), None, What.NOTHING)
    asked = matching.sought(work, wanted.q) if wanted.q else Sought(What.NOTHING)
    if wanted.q and asked.what is What.NOTHING:
        return Found((), None, What.NOTHING)
    places = work.finder.words(wanted.place[: finding.TYPED]) if wanted.place else []
    query = _query(work, wanted, asked, places)
    top, passed = _read(cursor) if cursor else (_top(work), 0)
    if wanted.sort not in SORTS:
        raise Invalid({"sort": "排序应为 best 或 newest"})
    if wanted.sort == "best" and asked.words:
        ids = _newest_ids(work, query, top, RANKED)
        listed = _ranked(work, ids, matching.words_query(work, asked), passed, limit + 1)
        onward = _write(top, passed + limit)
        crowded = len(ids) == RANKED
    else:
        listed = _newest_ids(work, query, top, limit + 1)
        onward = _write(listed[limit] if len(listed) > limit else 0, 0)
        crowded = False
    tickets = {each.id: each for each in work.session.scalars(select(Ticket).where(Ticket.id.in_(listed[:limit])))}
    hits = _hits(work, [tickets[each] for each in listed[:limit]], (*asked.words, *places))
    audit_log.listed(work, "查找工单", len(hits), before=passed)
    return Found(hits, onward if len(listed) > limit else None, asked.what, asked.shortened, crowded)


def _query(work: Work, wanted: Criteria, asked: Sought, places: Sequence[str]) -> Select[int]:
    """Keys of the matching tickets, without order."""
    city = work.rules.city
    query = select(TicketSearch.ticket_id).join(Ticket, Ticket.id == TicketSearch.ticket_id)
    scope = found_in_scope(city, work.by)
    if scope is not None:
        query = query.where(scope)
    if asked.what is What.NUMBER:
        query = query.where(Ticket.no == asked.value)
    elif asked.what in (What.PHONE, What.IDENTITY):
        query = query.where(matching.by_person(work, asked))
    elif asked.perhaps_phone and matching.may_ask_for_people(work):
        query = query.where(on_words(matching.words_query(work, asked)) | matching.by_person(work, asked))
    elif asked.words:
        query = query.where(on_words(matching.words_query(work, asked)))
    if places:
        query = query.where(on_words(finding.of_place(places, places=matching.sees_places(work))))
    return query.where(*_narrowed(work, wanted))


def _narrowed(work: Work, wanted: Criteria) -> list[ColumnElement[bool]]:
    city = work.rules.city
    also: list[ColumnElement[bool]] = []
    if wanted.unit:
        if wanted.unit not in city.units:
            raise Invalid({"unit": "没有这个单位，请从列表中选择"})
        also.append(TicketSearch.scope.overlap(list(city.below(wanted.unit))))
    if wanted.category:
        also.append(Ticket.category.startswith(wanted.category, autoescape=True))
    if wanted.states:
        also.append(Ticket.state.in_([state.value for state in wanted.states]))
    if wanted.type:
        if wanted.type not in AppealType.__members__:
            raise Invalid({"type": "没有这种诉求类型"})
        also.append(Ticket.type == wanted.type)
    if wanted.since:
        also.append(Ticket.created_at >= start_of(wanted.since))
    if wanted.until:
        also.append(Ticket.created_at < start_of(wanted.until + timedelta(days=1)))
    return also


def _newest_ids(work: Work, query: Select[int], top: int, most: int) -> list[int]:
    """The newest matches from ``top`` down: of the newest tickets if these hold enough, else of all."""
    key = TicketSearch.ticket_id
    upto = query.where(key <= top)
    near = work.session.scalars(upto.where(key > top - FIRST).order_by(key.desc()).limit(most)).all()
    if len(near) == most or top <= FIRST:
        return list(near)
    # An order that no index has: the words' index is asked, not the whole table from its end.
    return list(work.session.scalars(upto.order_by((key + 0).desc()).limit(most)))


def _ranked(work: Work, ids: Sequence[int], text: str, passed: int, most: int) -> list[int]:
    """These tickets in the order of relevance, from a place on."""
    if not ids:
        return []
    weights = cast(literal(WEIGHTS, ARRAY(REAL)), ARRAY(REAL))
    rank = func.ts_rank(weights, TicketSearch.words, literal(text, TsQuery()), 1)
    order = select(TicketSearch.ticket_id).where(TicketSearch.ticket_id.in_(ids))
    return list(
        work.session.scalars(order.order_by(rank.desc(), TicketSearch.ticket_id.desc()).offset(passed).limit(most))
    )


def _top(work: Work) -> int:
    return work.session.scalar(select(func.max(TicketSearch.ticket_id))) or 0


def _hits(work: Work, tickets: Sequence[Ticket], words: Sequence[str]) -> tuple[Hit, ...]:
    rows = rows_of(work, tickets)
    return tuple(_hit(work, ticket, row, words) for ticket, row in zip(tickets, rows, strict=True))


def _hit(work: Work, ticket: Ticket, row: Row, words: Sequence[str]) -> Hit:
    plain = work.finder.plain
    in_hand = seeing.reads_all(work.by)
    shown: tuple[Piece, ...] = ()
    if not row.sealed or in_hand:
        texts = [redact(ticket.content), redact(ticket.public_reply)]
        holding = next((t for t in texts if any(word in plain(t) for word in words)), texts[0])
        shown = () if holding == row.title else excerpt(holding, words, plain)
    title = row.title if in_hand else redact(row.title)
    return Hit(row, marked(title, words, plain), shown)


def _write(top: int, passed: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([top, passed]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int]:
    try:
        top, passed = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        read = int(top), int(passed)
    except (ValueError, TypeError):
        raise Invalid({"cursor": "翻页位置无效，请从第一页开始"}) from None
    if not (0 <= read[0] < 2**62 and 0 <= read[1] <= RANKED):
        raise Invalid({"cursor": "翻页位置无效，请从第一页开始"})
    return read
