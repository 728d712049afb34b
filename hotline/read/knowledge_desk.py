"""What waits in the knowledge base: proposals, questions, reports, items that end; of all for editors, else the own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from hotline.domain import knowledge as rules_of
from hotline.domain.calendar import local, start_of
from hotline.domain.errors import NotFound, NotYours
from hotline.domain.knowledge import Content, Kind, Status
from hotline.domain.permissions import Permission
from hotline.domain.rates import Rate
from hotline.read import knowledge_duty
from hotline.read.knowledge import ReportLine, Row, report_line, row
from hotline.store.knowledge import Feedback, Item, Question, Version
from hotline.store.work import Work
from hotline.usecases import knowledge
from hotline.usecases.access import units_in_scope

MOST = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits."""

    proposals: int
    questions: int
    reports: int
    expired: int
    expiring: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was handed in."""

    id: int
    item_id: int
    n: int
    title: str
    unit: str
    by: str
    at: datetime
    words: str
    fresh: bool
    """A new item, not a new version."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with the answer if there is one."""

    id: int
    text: str
    path: str
    unit: str
    unit_code: str
    policy_from: date | None
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    late: bool
    answered_at: datetime | None
    closed: bool
    answer: str
    item_id: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a proposal changes in one field."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal, whole."""

    id: int
    item_id: int
    n: int
    content: Content
    by: str
    at: datetime
    words: str
    stage: str
    differences: tuple[Difference, ...]
    """Empty for a new item."""


def counts(work: Work) -> Counts:
    """Everything that waits for this person, in one query."""
    today = knowledge.today(work)
    mine = _mine(work)
    ending = today + timedelta(days=work.rules.knowledge.expiring_days)
    published = Item.status == Status.PUBLISHED
    asked = select(func.count()).select_from(Question).where(Question.closed_at.is_(None))
    if mine is not None:
        asked = asked.where(Question.unit.in_(mine), Question.answered_at.is_(None))
    of_items = select(func.count()).select_from(Item).where(published, *_own(mine))
    proposed = select(func.count()).select_from(Version).join(Item, Item.id == Version.item_id)
    reported = select(func.count()).select_from(Feedback).join(Item, Item.id == Feedback.item_id)
    found = work.session.execute(
        select(
            proposed.where(Version.stage == "PROPOSED", *_own(mine)).scalar_subquery(),
            asked.scalar_subquery(),
            reported.where(Feedback.done_at.is_(None), *_own(mine)).scalar_subquery(),
            of_items.where(Item.valid_to < today).scalar_subquery(),
            of_items.where(Item.valid_to >= today, Item.valid_to < ending).scalar_subquery(),
        )
    ).one()
    return Counts(*(int(n or 0) for n in found))


def proposals(work: Work) -> tuple[Proposal, ...]:
    """What was handed in and waits, oldest first."""
    query = select(Version, Item).join(Item, Item.id == Version.item_id).where(Version.stage == "PROPOSED")
    rows = work.session.execute(query.where(*_own(_mine(work))).order_by(Version.at, Version.id).limit(MOST))
    return tuple(
        Proposal(
            version.id,
            item.id,
            version.n,
            str(version.content["title"]),
            _unit(work, item.unit),
            version.by,
            version.at,
            version.words,
            item.status == Status.DRAFT,
        )
        for version, item in rows
    )


def draft(work: Work, version_id: int) -> Draft:
    """One proposal with what it changes.

    Raises:
        NotFound: unknown, or of another unit.
    """
    version = work.session.get(Version, version_id)
    if version is None:
        raise NotFound("没有找到这份提交")
    item = knowledge.item(work, version.item_id)
    if not (knowledge.is_editor(work) or knowledge.supplies(work, item.unit)):
        raise NotFound("没有找到这份提交")
    content = Content.of(version.content)
    changes = () if item.status == Status.DRAFT else _differences(work, item.content, content)
    return Draft(version.id, item.id, version.n, content, version.by, version.at, version.words, version.stage, changes)


def ending(work: Work, *, expired: bool) -> tuple[Row, ...]:
    """Items that have ended, or that will soon; the nearest end first."""
    today = knowledge.today(work)
    until = today + timedelta(days=work.rules.knowledge.expiring_days)
    query = select(Item).where(Item.status == Status.PUBLISHED, *_own(_mine(work)))
    query = (
        query.where(Item.valid_to < today) if expired else query.where(Item.valid_to >= today, Item.valid_to < until)
    )
    return tuple(row(work, item) for item in work.session.scalars(query.order_by(Item.valid_to, Item.id).limit(MOST)))


def reports(work: Work) -> tuple[ReportLine, ...]:
    """Reports that nobody has looked at, the first due first."""
    query = select(Feedback, Item.title).join(Item, Item.id == Feedback.item_id).where(Feedback.done_at.is_(None))
    rows = work.session.execute(query.where(*_own(_mine(work))).order_by(Feedback.due_at, Feedback.id).limit(MOST))
    return tuple(report_line(said, title) for said, title in rows)


def questions(work: Work) -> tuple[Asked, ...]:
    """Open questions: an editor's all, a unit's own; those without an answer first, the first due first."""
    mine = _mine(work)
    query = select(Question).where(Question.closed_at.is_(None))
    if mine is not None:
        query = query.where(Question.unit.in_(mine))
    ordered = query.order_by(Question.answered_at.is_not(None), Question.due_at, Question.id)
    return tuple(_asked(work, each) for each in work.session.scalars(ordered.limit(MOST)))


def my_questions(work: Work) -> tuple[Asked, ...]:
    """What this person has asked, newest first."""
    query = select(Question).where(Question.asked_by_id == work.by.id).order_by(Question.id.desc()).limit(20)
    return tuple(_asked(work, each) for each in work.session.scalars(query))


def question(work: Work, question_id: int) -> Asked:
    """One question, for who asked it, who must answer it and the editors.

    Raises:
        NotFound: unknown, or of others.
    """
    found = work.session.get(Question, question_id)
    mine = _mine(work)
    if found is None or not (mine is None or found.unit in mine or found.asked_by_id == work.by.id):
        raise NotFound("没有找到这个提问")
    return _asked(work, found)


def month_rate(work: Work) -> tuple[str, Rate]:
    """The update rate of this month so far: the person's unit with those below it, the whole city's for editors."""
    first = local(work.now).date().replace(day=1)
    city = work.rules.city
    unit = city.root if _mine(work) is None or work.by.unit not in city.units else work.by.unit
    name = "全市" if unit == city.root else _unit(work, unit)
    return name, knowledge_duty.rate(work, unit, start_of(first), work.now)


def _mine(work: Work) -> list[str] | None:
    """Units whose knowledge waits for this person; None: everything."""
    if work.by.may(Permission.KNOWLEDGE_EDIT):
        return None
    if not work.by.may(Permission.KNOWLEDGE_READ):
        raise NotYours("您没有使用知识库的权限", rule="§2")
    return (units_in_scope(work.rules.city, work.by) or []) if work.by.may(Permission.KNOWLEDGE_SUPPLY) else []


def _own(mine: list[str] | None) -> list[ColumnElement[bool]]:
    return [] if mine is None else [Item.unit.in_(mine)]


def _unit(work: Work, code: str) -> str:
    known = work.rules.city.units.get(code)
    return known.short_name if known else code


def _asked(work: Work, each: Question) -> Asked:
    late = each.due_at is not None and (each.answered_at or work.now) > each.due_at
    return Asked(
        id=each.id,
        text=each.text,
        path=rules_of.path(work.rules.city, each.category) if each.category else "",
        unit=_unit(work, each.unit) if each.unit else "",
        unit_code=each.unit,
        policy_from=each.policy_from,
        asked_by=each.asked_by,
        asked_at=each.asked_at,
        due_at=each.due_at,
        late=late,
        answered_at=each.answered_at,
        closed=each.closed_at is not None,
        answer=each.answer,
        item_id=each.item_id,
    )


def _differences(work: Work, before: Content, after: Content) -> tuple[Difference, ...]:
    labels = {
        "title": "标题",
        "category": "类别",
        "body": "正文",
        "unit": "发布单位",
        "kind": "种类",
        "keywords": "关键词",
        "region": "适用区域",
        "valid_from": "有效期起",
        "valid_to": "有效期止",
        "source": "来源",
        "policy_from": "政策施行日期",
    }
    found = []
    for name, label in labels.items():
        old, new = (_words(work, name, getattr(content, name)) for content in (before, after))
        if old != new:
            found.append(Difference(label, old, new))
    return tuple(found)


def _words(work: Work, name: str, value: object) -> str:
    city = work.rules.city
    if name == "category":
        return rules_of.path(city, str(value))
    if name == "unit":
        return _unit(work, str(value))
    if name == "region":
        return city.region_name(str(value)) if value else "全市"
    if isinstance(value, Kind):
        return value.label
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if value is None else str(value)
