"""What units owe the knowledge base: questions answered, new policies handed in, items renewed before they end.

A duty is a row with a due moment. It is done at the moment the unit hands in, not when an editor publishes: the time
that the centre takes is not the unit's. Rate 知识更新及时率 counts these rows (``read/knowledge_duty.py``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import cast, literal, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from hotline.domain.appeal import clean
from hotline.domain.calendar import start_of
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.knowledge import Duty
from hotline.domain.permissions import Permission, Role
from hotline.domain.rulebook import Rulebook
from hotline.store.knowledge import DutyRow, Item, Question
from hotline.store.work import Work
from hotline.usecases import staff
from hotline.usecases.access import units_in_scope

TEXT_MAX = 500


def tsvector(text: str) -> Any:
    """The text of a ``tsvector`` as a value for a column."""
    return cast(literal(text), TSVECTOR)


def ask(work: Work, *, text: str, category: str = "", unit: str = "") -> Question:
    """Ask what the knowledge base does not say yet; the unit of the category answers within the limit.

    Raises:
        NotYours: this person does not use the knowledge base.
        Invalid: no question, or an unknown category or unit.
    """
    if not work.by.may(Permission.KNOWLEDGE_READ):
        raise NotYours("您没有使用知识库的权限", rule="§2")
    city = work.rules.city
    said = _text(text, "请写明想知道什么")
    if category and category not in city.categories:
        raise Invalid({"category": "没有这个类别，请从列表中选择"})
    if unit and unit not in city.units:
        raise Invalid({"unit": "没有这个单位，请从列表中选择"})
    if not unit and category:
        department = city.department_of(city.category(category))
        unit = department.code if department else ""
    return _opened(work, said, category, unit, Duty.QUESTION, work.now)


def announce(work: Work, *, text: str, unit: str, policy_from: date | None, category: str = "") -> Question:
    """A new policy is known of; its unit hands in an item within the limit after it takes effect."""
    _need_editor(work)
    faults = {}
    if unit not in work.rules.city.units:
        faults["unit"] = "请选择由哪个单位提供"
    if policy_from is None:
        faults["policy_from"] = "请填写施行日期"
    if not clean(text):
        faults["text"] = "请写明是什么政策"
    if faults or policy_from is None:
        raise Invalid(faults)
    said = _text(text, "请写明是什么政策")
    return _opened(work, said, category, unit, Duty.POLICY, start_of(policy_from), policy_from=policy_from)


def due(rules: Rulebook, kind: Duty, since: datetime) -> datetime:
    """When a policy's item or a question's answer is due whose limit counts from ``since``."""
    limit = rules.knowledge.policy if kind is Duty.POLICY else rules.knowledge.question
    return rules.calendar.due(since, limit).at


def question(work: Work, question_id: int, *, lock: bool = False) -> Question:
    """The question.

    Raises:
        NotFound: there is none.
    """
    found = work.session.get(Question, question_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这个提问")
    return found


def reply(work: Work, question_id: int, *, answer: str) -> Question:
    """The unit (or an editor) answers a question in a few words; the asker reads it, an editor may make it an item."""
    asked = question(work, question_id, lock=True)
    if not _may_answer(work, asked):
        raise NotYours("这个提问由别的单位答复", rule="§11")
    if asked.closed_at:
        raise NotNow("这个提问已经结束")
    if not clean(answer):
        raise Invalid({"answer": "请填写答复"})
    asked.answer = clean(answer)
    answered(work, asked)
    return asked


def answered(work: Work, asked: Question, *, item_id: int | None = None) -> None:
    """The question has its answer, in words or by an item that was handed in; the first moment counts."""
    if not _may_answer(work, asked):
        raise NotYours("这个提问由别的单位答复", rule="§11")
    if not asked.answered_at and asked.asked_by_id is not None and asked.asked_by_id != work.by.id:
        tell_people(work, [asked.asked_by_id], f"知识提问已答复：{asked.text[:40]}", f"/knowledge/questions/{asked.id}")
    asked.answered_at = asked.answered_at or work.now
    asked.item_id = item_id or asked.item_id
    for duty in _open_duties(work, question_id=asked.id):
        duty.done_at = work.now


def assign(work: Work, question_id: int, *, unit: str) -> Question:
    """Give the question to the unit that it belongs to; what was wrongly asked of another is not counted there."""
    _need_editor(work)
    asked = question(work, question_id, lock=True)
    if unit not in work.rules.city.units:
        raise Invalid({"unit": "请选择由哪个单位答复"})
    if asked.closed_at or asked.answered_at:
        raise NotNow("这个提问已经答复或结束")
    if asked.unit == unit:
        return asked
    kind = Duty.POLICY if asked.policy_from else Duty.QUESTION
    for duty in _open_duties(work, question_id=asked.id):
        duty.cancelled_at = work.now
    asked.unit, asked.counts_from = unit, work.now
    asked.due_at = due(work.rules, kind, work.now)
    _owe(work, unit, kind, asked.due_at, question_id=asked.id)
    _tell_who_answers(work, asked)
    return asked


def close(work: Work, question_id: int, *, needed: bool = True) -> Question:
    """End a question: it is answered, or no answer is needed (then it is nobody's duty)."""
    _need_editor(work)
    asked = question(work, question_id, lock=True)
    if asked.closed_at:
        raise NotNow("这个提问已经结束")
    if needed and not asked.answered_at:
        raise NotNow("还没有答复；确实不需要答复的，请选“不需要答复”")
    for duty in _open_duties(work, question_id=asked.id):
        duty.cancelled_at = work.now
    asked.closed_at = work.now
    return asked


def published(work: Work, item: Item, *, handed_in_at: datetime) -> None:
    """An item was published: its old end is handled if the new one is later, its new end is owed, and a policy counts.

    Args:
        handed_in_at: when the unit handed in what is published now.
    """
    if item.policy_from and not _knows_policy(work, item):
        due_at = due(work.rules, Duty.POLICY, start_of(item.policy_from))
        _owe(work, item.unit, Duty.POLICY, due_at, item_id=item.id, done_at=handed_in_at)
    ends_at = start_of(item.valid_to + timedelta(days=1))
    owed = False
    for duty in _open_duties(work, item_id=item.id, kind=Duty.EXPIRY):
        if duty.due_at >= ends_at and duty.unit == item.unit:
            duty.due_at, owed = ends_at, True
        else:
            duty.done_at = handed_in_at
    if not owed:
        _owe(work, item.unit, Duty.EXPIRY, ends_at, item_id=item.id)
    waiting = select(Question).where(Question.item_id == item.id, Question.closed_at.is_(None))
    for asked in work.session.scalars(waiting):
        asked.closed_at = work.now


def handled(work: Work, item_id: int) -> None:
    """The item was taken down: its end is handled; taken down before its end, there is nothing left to owe."""
    for duty in _open_duties(work, item_id=item_id, kind=Duty.EXPIRY):
        duty.done_at = work.now


def _knows_policy(work: Work, item: Item) -> bool:
    """Whether the duty of this policy stands already, by an earlier version or by an announcement."""
    asked = select(Question.id).where(Question.item_id == item.id, Question.policy_from.is_not(None))
    mine = select(DutyRow.id).where(DutyRow.item_id == item.id, DutyRow.kind == Duty.POLICY)
    return bool(work.session.scalar(asked.limit(1)) or work.session.scalar(mine.limit(1)))


def _opened(
    work: Work, text: str, category: str, unit: str, kind: Duty, since: datetime, policy_from: date | None = None
) -> Question:
    due_at = due(work.rules, kind, since)
    asked = Question(
        text=text,
        category=category,
        unit=unit,
        asked_by=work.by.name,
        asked_by_id=work.by.id,
        asked_at=work.now,
        counts_from=since,
        due_at=due_at,
        policy_from=policy_from,
        answer="",
    )
    work.session.add(asked)
    work.session.flush()
    if unit:
        _owe(work, unit, kind, due_at, question_id=asked.id)
    _tell_who_answers(work, asked)
    return asked


def _owe(work: Work, unit: str, kind: Duty, due_at: datetime, **given: Any) -> None:
    work.session.add(DutyRow(unit=unit, kind=kind, due_at=due_at, **given))


def _open_duties(
    work: Work, *, item_id: int | None = None, question_id: int | None = None, kind: Duty | None = None
) -> list[DutyRow]:
    query = select(DutyRow).where(DutyRow.done_at.is_(None), DutyRow.cancelled_at.is_(None))
    query = query.where(DutyRow.item_id == item_id) if item_id else query.where(DutyRow.question_id == question_id)
    return list(work.session.scalars(query.where(DutyRow.kind == kind) if kind else query))


def tell_unit(work: Work, unit: str, words: str, link: str) -> list[staff.Told]:
    """Tell the co-ordinators of a unit; the editors where it has none."""
    people = staff.Directory(work, {unit})
    wanted = people.with_roles({Role.UNIT_COORD}, unit) or people.with_roles({Role.KB_EDITOR})
    return tell_people(work, wanted, words, link)


def _tell_who_answers(work: Work, asked: Question) -> None:
    what = "请提供新政策的知识" if asked.policy_from else "请答复话务员的提问"
    tell_unit(work, asked.unit, f"{what}：{asked.text[:40]}", f"/knowledge/questions/{asked.id}")


def tell_people(work: Work, people: Collection[int], words: str, link: str) -> list[staff.Told]:
    """Tell these people; where the page is stands in ``link``."""
    return staff.tell(work, (), words, topic="knowledge", link=link, people=people) if people else []


def _may_answer(work: Work, asked: Question) -> bool:
    if work.by.may(Permission.KNOWLEDGE_EDIT):
        return True
    units = units_in_scope(work.rules.city, work.by)
    return work.by.may(Permission.KNOWLEDGE_SUPPLY) and (units is None or asked.unit in units)


def _text(typed: str, missing: str) -> str:
    said = clean(typed)
    if not said or len(said) > TEXT_MAX:
        raise Invalid({"text": missing if not said else f"最多 {TEXT_MAX} 字"})
    return said


def _need_editor(work: Work) -> None:
    if not work.by.may(Permission.KNOWLEDGE_EDIT):
        raise NotYours("只有知识采编员可以管理提问", rule="§2")
