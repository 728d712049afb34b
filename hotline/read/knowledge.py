"""The knowledge base as pages and programs show it: found by words, one item, what is offered, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, REAL, ColumnElement, Select, and_, case, cast, func, literal, or_, select

from hotline.domain import finding
from hotline.domain import knowledge as rules_of
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.knowledge import Kind, Standing, Status
from hotline.domain.permissions import Permission
from hotline.read.marked import Piece, excerpt, marked
from hotline.read.matching import TsQuery
from hotline.store.knowledge import Feedback, Item, Version
from hotline.store.work import Work
from hotline.usecases import knowledge
from hotline.usecases.access import units_in_scope

SHOWN = 30
"""Items of one search; who wants more narrows it."""
WEIGHTS = [0.05, 0.1, 0.6, 1.0]
"""Of sound, body, keywords and title (D, C, B, A)."""
READ = 24
"""Words of what is typed at the call desk that are looked for."""
GENERAL = frozenset(
    ["小区", "门口", "附近", "公司", "孩子", "家里", "楼下", "时间", "办理", "需要", "不能", "不要", "没人", "突然"]
)
"""Words that stand in many titles and say nothing of the matter."""
WORTH = 0.55
"""From which rank an item is offered at the call desk: a word of its title, or two of its keywords."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item in a list."""

    id: int
    version: int
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    kind: str
    path: str
    unit: str
    region: str
    """Empty for the whole city."""
    standing: Standing
    valid_to: date
    uses: int
    reports: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found."""

    rows: tuple[Row, ...]
    more: bool
    every_word: bool
    """False: nothing held all the words, so what holds any of them is shown."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item to answer from, with everything an answer needs."""

    id: int
    version: int
    title: str
    body: str
    kind: str
    unit: str
    valid_to: date
    standing: Standing
    pinned: bool

    @property
    def quote(self) -> str:
        """How an answer names it."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in an item's history."""

    id: int
    n: int
    stage: str
    by: str
    at: datetime
    decided_by: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report of an agent."""

    id: int
    item_id: int
    title: str
    kind: str
    words: str
    by: str
    at: datetime
    due_at: datetime
    done_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item, whole."""

    id: int
    version: int
    title: str
    body: str
    kind: str
    path: str
    category: str
    unit: str
    unit_code: str
    region: str
    region_code: str
    keywords: tuple[str, ...]
    valid_from: date
    valid_to: date
    source: str
    standing: Standing
    published_at: datetime | None
    uses: int
    pinned_until: datetime | None
    versions: tuple[VersionLine, ...]
    reports: tuple[ReportLine, ...]
    may_edit: bool
    may_supply: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty fields do not narrow it."""

    q: str = ""
    category: str = ""
    unit: str = ""
    kind: str = ""
    region: str = ""
    standing: str = ""
    """``usable``, ``expired``, ``retired``, ``draft``; empty: published ones, expired ones last."""


def search(work: Work, sought: Sought) -> Results:
    """What fits, best first; without words the newest.

    Raises:
        NotYours: this person does not use the knowledge base.
    """
    _need_reader(work)
    words = work.finder.words(sought.q[: finding.TYPED])[: finding.WORDS]
    query = _visible(work, select(Item), sought)
    if sought.q.strip() and not words:
        return Results((), more=False, every_word=True)
    for every in (True, False) if len(words) > 1 else (True,):
        listed = query
        if words:
            text = finding.of_knowledge(words, every=every)
            listed = query.where(_matches(text)).order_by(_worth(work).desc(), _rank(text).desc(), Item.id.desc())
        else:
            listed = query.order_by(_worth(work).desc(), Item.changed_at.desc(), Item.id.desc())
        found = work.session.scalars(listed.limit(SHOWN + 1)).all()
        if found or not words:
            break
    rows = tuple(row(work, each, words) for each in found[:SHOWN])
    return Results(rows, more=len(found) > SHOWN, every_word=every)


def row(work: Work, item: Item, words: Sequence[str] = ()) -> Row:
    """One item as a list shows it."""
    city = work.rules.city
    unit = city.units.get(item.unit)
    return Row(
        id=item.id,
        version=item.version,
        title=marked(item.title, words, work.finder.plain),
        excerpt=excerpt(item.body, words, work.finder.plain),
        kind=Kind(item.kind).label,
        path=rules_of.path(city, item.category),
        unit=unit.short_name if unit else item.unit,
        region=city.region_name(item.region) if item.region else "",
        standing=knowledge.standing(work, item),
        valid_to=item.valid_to,
        uses=item.uses,
        reports=item.reports,
        pinned=item.pinned_until is not None and item.pinned_until > work.now,
    )


def of(work: Work, item_id: int) -> ItemPage:
    """One item with its history and open reports, as far as this person may know of them."""
    item = knowledge.item(work, item_id)
    city = work.rules.city
    unit = city.units.get(item.unit)
    edit, supply = knowledge.is_editor(work), knowledge.supplies(work, item.unit)
    shown = select(Version).where(Version.item_id == item.id).order_by(Version.n.desc()).limit(20)
    versions = work.session.scalars(shown).all() if edit or supply else ()
    said = select(Feedback).where(Feedback.item_id == item.id).order_by(Feedback.id.desc()).limit(20)
    if not (edit or supply):
        said = said.where(Feedback.by_id == work.by.id)
    return ItemPage(
        id=item.id,
        version=item.version,
        title=item.title,
        body=item.body,
        kind=Kind(item.kind).label,
        path=rules_of.path(city, item.category),
        category=item.category,
        unit=unit.name if unit else item.unit,
        unit_code=item.unit,
        region=city.region_name(item.region) if item.region else "",
        region_code=item.region,
        keywords=tuple(item.keywords),
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        source=item.source,
        standing=knowledge.standing(work, item),
        published_at=item.published_at,
        uses=item.uses,
        pinned_until=item.pinned_until if item.pinned_until and item.pinned_until > work.now else None,
        versions=tuple(version_line(each) for each in versions),
        reports=tuple(report_line(each, item.title) for each in work.session.scalars(said)),
        may_edit=edit,
        may_supply=supply,
    )


def version_line(each: Version) -> VersionLine:
    """One version in a history."""
    return VersionLine(each.id, each.n, each.stage, each.by, each.at, each.decided_by, each.words)


def report_line(each: Feedback, title: str) -> ReportLine:
    """One report in a list."""
    return ReportLine(
        each.id,
        each.item_id,
        title,
        rules_of.Report(each.kind).label,
        each.words,
        each.by,
        each.at,
        each.due_at,
        each.done_at,
        each.outcome,
    )


def offered(
    work: Work,
    content: str,
    *,
    category: str = "",
    region: str = "",
    most: int | None = None,
    kinds: Sequence[Kind] = (),
) -> tuple[Offer, ...]:
    """What one could answer from, for what is typed so far; only what holds today, the pinned first. One query.

    Args:
        category: code that the text is thought to be about.
        region: code of its place; items of other counties are left out.
    """
    if not work.by.may(Permission.KNOWLEDGE_READ):
        return ()
    words = work.finder.words(content[:500])[:READ]
    conditions: list[ColumnElement[bool]] = []
    score: Any = literal(0.0)
    if words:
        words = [word for word in words if len(word) > 1 and word not in GENERAL] or words
        text = finding.of_knowledge(words, every=False)
        conditions.append(_matches(text))
        score = score + _rank(text) * len(words)  # ts_rank shares out among the words that were asked for
    if len(category) >= 4:
        conditions.append(Item.category.startswith(category[:4]))
        near = [(Item.category == category, 0.5), (Item.category.startswith(category[:4]), 0.2)]
        score = score + case(*near, else_=0.0)
    if not conditions:
        return ()
    query = _valid(work).where(or_(*conditions), score >= WORTH)
    if region:
        query = query.where(or_(Item.region == "", Item.region == region[:6], literal(region).startswith(Item.region)))
    if kinds:
        query = query.where(Item.kind.in_([kind.value for kind in kinds]))
    pinned = case((Item.pinned_until > work.now, 1), else_=0)
    most = most or work.rules.knowledge.offered
    return _offers(work, query.order_by(pinned.desc(), score.desc(), Item.id.desc()).limit(most))


def title_of(work: Work, quote: str) -> str:
    """What the item that an answer names is about; empty when there is none."""
    number = quote.partition("@")[0]
    known = work.session.get(Item, int(number)) if number.isdecimal() and len(number) < 10 else None
    return known.title if known else ""


def pinned(work: Work) -> tuple[Offer, ...]:
    """What is kept before everybody's eyes now."""
    if not work.by.may(Permission.KNOWLEDGE_READ):
        return ()
    query = _valid(work).where(Item.pinned_until > work.now)
    return _offers(work, query.order_by(Item.pinned_until.desc(), Item.id.desc()).limit(8))


def _offers(work: Work, query: Select[Item]) -> tuple[Offer, ...]:
    units = work.rules.city.units
    return tuple(
        Offer(
            each.id,
            each.version,
            each.title,
            each.body,
            Kind(each.kind).label,
            units[each.unit].short_name if each.unit in units else each.unit,
            each.valid_to,
            knowledge.standing(work, each),
            each.pinned_until is not None and each.pinned_until > work.now,
        )
        for each in work.session.scalars(query)
    )


def _valid(work: Work) -> Select[Item]:
    today = knowledge.today(work)
    return select(Item).where(Item.status == Status.PUBLISHED, Item.valid_from <= today, Item.valid_to >= today)


def _visible(work: Work, query: Select[Item], sought: Sought) -> Select[Item]:
    today = knowledge.today(work)
    wanted = {
        "": Item.status == Status.PUBLISHED,
        "usable": and_(Item.status == Status.PUBLISHED, Item.valid_from <= today, Item.valid_to >= today),
        "expiring": and_(
            Item.status == Status.PUBLISHED,
            Item.valid_to >= today,
            Item.valid_to < today + timedelta(days=work.rules.knowledge.expiring_days),
        ),
        "expired": and_(Item.status == Status.PUBLISHED, Item.valid_to < today),
        "retired": Item.status == Status.RETIRED,
        "draft": Item.status == Status.DRAFT,
    }
    if sought.standing not in wanted:
        raise Invalid({"standing": "没有这种状态"})
    query = query.where(wanted[sought.standing])
    if sought.standing == "draft" and not knowledge.is_editor(work):
        query = query.where(Item.unit.in_(units_in_scope(work.rules.city, work.by) or []))
    if sought.category:
        query = query.where(Item.category.startswith(sought.category, autoescape=True))
    if sought.unit:
        query = query.where(Item.unit.in_(_below(work, sought.unit)))
    if sought.kind:
        if sought.kind not in list(Kind):
            raise Invalid({"kind": f"种类应为：{'、'.join(Kind)}"})
        query = query.where(Item.kind == sought.kind)
    if sought.region:
        query = query.where(Item.region.in_(["", sought.region, sought.region[:6]]))
    return query


def _below(work: Work, unit: str) -> Iterable[str]:
    if unit not in work.rules.city.units:
        raise Invalid({"unit": "没有这个单位，请从列表中选择"})
    return work.rules.city.below(unit)


def _matches(text: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = Item.words.op("@@")(literal(text, TsQuery()))
    return condition


def _rank(text: str) -> Any:
    return func.ts_rank(cast(literal(WEIGHTS, ARRAY(REAL)), ARRAY(REAL)), Item.words, literal(text, TsQuery()))


def _worth(work: Work) -> Any:
    """Pinned before valid before not yet valid before expired."""
    today = knowledge.today(work)
    return case((Item.valid_to < today, 0), (Item.valid_from > today, 1), (Item.pinned_until > work.now, 3), else_=2)


def _need_reader(work: Work) -> None:
    if not work.by.may(Permission.KNOWLEDGE_READ):
        raise NotYours("您没有使用知识库的权限", rule="§2")
