"""Limits of the knowledge base as time goes on: units are reminded of what ends, due times follow the calendar.

Source: handbook §5 (due times are recomputed when the calendar is corrected), §11 (validity and limits of items).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from hotline.domain.calendar import local, start_of
from hotline.domain.facts import local_date
from hotline.domain.knowledge import Duty, Status
from hotline.domain.rulebook import Rulebook
from hotline.domain.supervision import is_quiet
from hotline.store.knowledge import DutyRow, Feedback, Item, Question, Version
from hotline.store.work import Work
from hotline.usecases import knowledge_duty
from hotline.usecases.staff import Told

PAGE = "/knowledge/work?tab="
FRESH = timedelta(days=7)
"""Whoever has just seen an item published knows when it ends."""


def remind(work: Work) -> list[Told]:
    """Tell each unit once which of its items end soon, and once more when they have ended; none in the quiet hours.

    An item for which a newer version was handed in waits for an editor, not for its unit.
    """
    if is_quiet(work.now, work.rules.supervision.digests):
        return []
    soon = start_of(local_date(work.now) + timedelta(days=work.rules.knowledge.expiring_days))
    renewed = select(Version.id).where(Version.item_id == Item.id, Version.stage == "PROPOSED").exists()
    query = (
        select(DutyRow, Item.title)
        .join(Item, Item.id == DutyRow.item_id)
        .where(
            DutyRow.cancelled_at.is_(None),
            DutyRow.done_at.is_(None),
            DutyRow.kind == Duty.EXPIRY,
            DutyRow.due_at <= soon,
            or_(DutyRow.reminded_at.is_(None), and_(DutyRow.due_at <= work.now, DutyRow.reminded_at < DutyRow.due_at)),
            Item.status == Status.PUBLISHED,
            or_(DutyRow.due_at <= work.now, Item.published_at <= work.now - FRESH),
            ~renewed,
        )
        .order_by(DutyRow.due_at, DutyRow.id)
        .with_for_update(of=DutyRow, skip_locked=True)
    )
    units: dict[str, list[tuple[DutyRow, str]]] = defaultdict(list)
    for duty, title in work.session.execute(query):
        units[duty.unit].append((duty, title))
        duty.reminded_at = work.now
    told: list[Told] = []
    for unit, found in units.items():
        for tab, ended in (("expired", True), ("expiring", False)):
            if some := [(duty, title) for duty, title in found if (duty.due_at <= work.now) is ended]:
                told += knowledge_duty.tell_unit(work, unit, _words(some, ended=ended), PAGE + tab)
    return told


def _words(found: Sequence[tuple[DutyRow, str]], *, ended: bool) -> str:
    first, title = found[0]
    last = local(first.due_at) - timedelta(days=1)
    what = f"《{title[:40]}》" if len(found) == 1 else f"{len(found)} 条知识"
    if ended:
        return f"{what}已过有效期，不再用于答复，请更新或下架"
    when = f"{last.month}月{last.day}日到期" if len(found) == 1 else f"即将到期，最早 {last.month}月{last.day}日"
    return f"{what}{when}，请核对后更新有效期或下架"


def behind(work: Work, rules: Rulebook) -> list[tuple[Question | Feedback, datetime]]:
    """Open questions, policies and reports whose due time is another one under these rules, with that time.

    As for clocks, nobody is late at once by a change of rules: what would be keeps its due time.
    """
    found: list[tuple[Question | Feedback, datetime]] = []
    asked = select(Question).where(Question.closed_at.is_(None), Question.answered_at.is_(None))
    for question in work.session.scalars(asked.order_by(Question.id)):
        kind = Duty.POLICY if question.policy_from else Duty.QUESTION
        found.append((question, knowledge_duty.due(rules, kind, question.counts_from)))
    for said in work.session.scalars(select(Feedback).where(Feedback.done_at.is_(None)).order_by(Feedback.id)):
        found.append((said, rules.calendar.due(said.at, rules.knowledge.feedback).at))
    return [(row, due) for row, due in found if row.due_at != due and not _late_at_once(row.due_at, due, work.now)]


def follow(work: Work) -> int:
    """Bring what is open in step with the rules in force, and tell each unit once; returns how many moved."""
    moved = behind(work, work.rules)
    units: dict[str, int] = defaultdict(int)
    for row, due in moved:
        row.due_at = due
        if isinstance(row, Question):
            units[row.unit] += 1
            owed = select(DutyRow).where(DutyRow.question_id == row.id)
            for duty in work.session.scalars(owed.where(DutyRow.done_at.is_(None), DutyRow.cancelled_at.is_(None))):
                duty.due_at = due
    for unit, n in units.items():
        words = f"日历或时限有调整，{n} 个知识提问的答复期限随之变化"
        knowledge_duty.tell_unit(work, unit, words, PAGE + "questions")
    return len(moved)


def _late_at_once(before: datetime | None, after: datetime, now: datetime) -> bool:
    return before is not None and after < now <= before
