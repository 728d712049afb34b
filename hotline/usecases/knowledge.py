"""The knowledge base: units hand in, editors publish; what is handed in on time counts for the unit (handbook §11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from hotline.domain import finding, knowledge
from hotline.domain.appeal import clean
from hotline.domain.calendar import day_of
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours, Stale
from hotline.domain.knowledge import Content, Report, Standing, Status
from hotline.domain.permissions import Permission
from hotline.domain.reading import Finder
from hotline.store.knowledge import Feedback, Item, Use, Version
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import knowledge_duty
from hotline.usecases.access import units_in_scope

WORDS_MAX = 500


class Quoted(NamedTuple):
    """What an answer was given from."""

    body: str
    name: str
    """Number and version, as the journal keeps them."""


def item(work: Work, item_id: int, *, lock: bool = False) -> Item:
    """The item, as far as this person may know of it: drafts are for editors and the unit that handed them in.

    Raises:
        NotYours: this person does not use the knowledge base.
        NotFound: unknown, or a draft of others.
    """
    if not work.by.may(Permission.KNOWLEDGE_READ):
        raise NotYours("您没有使用知识库的权限", rule="§2")
    found = work.session.get(Item, item_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or (found.status == Status.DRAFT and not (is_editor(work) or supplies(work, found.unit))):
        raise NotFound("没有找到这条知识，可能还没有发布")
    return found


def is_editor(work: Work) -> bool:
    """Whether this person publishes."""
    return work.by.may(Permission.KNOWLEDGE_EDIT)


def supplies(work: Work, unit: str) -> bool:
    """Whether this person hands in for the unit."""
    units = units_in_scope(work.rules.city, work.by)
    return work.by.may(Permission.KNOWLEDGE_SUPPLY) and (units is None or unit in units)


def standing(work: Work, of: Item) -> Standing:
    """What the item is worth now."""
    return knowledge.standing(of.status, of.valid_from, of.valid_to, today(work), work.rules.knowledge)


def today(work: Work) -> Any:
    """The local date."""
    return day_of(work.now + timedelta(microseconds=1))


def read(work: Work, raw: Mapping[str, Any]) -> Content:
    """What was written, checked."""
    return knowledge.read(raw, city=work.rules.city, rules=work.rules.knowledge, today=today(work))


def hand_in(
    work: Work, content: Content, *, of: int | None = None, words: str = "", question: int | None = None
) -> Version:
    """Hand in a new item, or what an item should say from now on; an editor decides on it.

    Raises:
        NotYours: not this person's unit.
        Invalid: another item has this title.
    """
    if not (is_editor(work) or supplies(work, content.unit)):
        raise NotYours("只能为本单位及下级单位提供知识", rule="§11")
    known = item(work, of, lock=True) if of else None
    if known is not None and not (is_editor(work) or supplies(work, known.unit)):
        raise NotYours("这条知识由别的单位负责，发现问题请点“报错”", rule="§11")
    _check_title(work, content.title, known)
    if known is None:
        known = Item(status=Status.DRAFT, version=1, changed_at=work.now, uses=0, reports=0)
        _write(work, known, content)
        work.session.add(known)
        try:
            with work.session.begin_nested():
                work.session.flush()
        except IntegrityError:
            raise Invalid({"title": "已有同名的知识，请改动标题，或直接更新那一条"}) from None
    for open_one in proposals(work, known.id):
        open_one.stage, open_one.decided_at, open_one.words = "SUPERSEDED", work.now, "又提交了新的一版"
    last = work.session.scalar(select(func.max(Version.n)).where(Version.item_id == known.id)) or 0
    version = Version(
        item_id=known.id,
        n=last + 1,
        stage="PROPOSED",
        content=content.kept(),
        by_id=work.by.id,
        by=work.by.name,
        unit=work.by.unit,
        at=work.now,
        words=clean(words)[:WORDS_MAX],
        decided_by="",
    )
    known.changed_at = work.now
    work.session.add(version)
    work.session.flush()
    if question is not None:
        knowledge_duty.answered(work, knowledge_duty.question(work, question, lock=True), item_id=known.id)
    return version


def proposals(work: Work, item_id: int) -> list[Version]:
    """What was handed in for the item and waits for an editor."""
    query = select(Version).where(Version.item_id == item_id, Version.stage == "PROPOSED").order_by(Version.n)
    return list(work.session.scalars(query))


def publish(work: Work, version_id: int, content: Content | None = None) -> Item:
    """Publish what was handed in, as it is or as the editor has mended it.

    Raises:
        NotYours: only editors publish.
        NotNow: it has been decided already.
    """
    version = _open(work, version_id)
    known = item(work, version.item_id, lock=True)
    content = content or Content.of(version.content)
    _check_title(work, content.title, known)
    for shown in work.session.scalars(select(Version).where(Version.item_id == known.id, Version.stage == "PUBLISHED")):
        shown.stage = "SUPERSEDED"
    version.content = content.kept()
    version.stage, version.decided_by, version.decided_at = "PUBLISHED", work.by.name, work.now
    _write(work, known, content)
    known.status, known.version = Status.PUBLISHED, version.n
    known.published_at = known.changed_at = work.now
    work.session.flush()
    knowledge_duty.published(work, known, handed_in_at=version.at)
    return known


def write(work: Work, content: Content, *, of: int | None = None, words: str = "") -> Item:
    """An editor writes and publishes in one go."""
    _need_editor(work)
    return publish(work, hand_in(work, content, of=of, words=words).id)


def decline(work: Work, version_id: int, *, words: str) -> Version:
    """Do not publish what was handed in; the unit reads why."""
    version = _open(work, version_id)
    if not clean(words):
        raise Invalid({"words": "请写明为什么不采用，单位会看到"})
    version.stage, version.decided_by, version.decided_at = "DECLINED", work.by.name, work.now
    version.words = clean(words)[:WORDS_MAX]
    if version.by_id is not None and version.by_id != work.by.id:
        said = f"知识没有采用：{version.content['title'][:40]}"
        knowledge_duty.tell_people(work, [version.by_id], said, f"/knowledge/proposals/{version.id}")
    return version


def retire(work: Work, item_id: int, *, words: str) -> Item:
    """Take an item down: nobody is answered from it any more; it stays to be read by who has its address."""
    known = item(work, item_id, lock=True)
    if not (is_editor(work) or supplies(work, known.unit)):
        raise NotYours("只有知识采编员和负责单位可以下架", rule="§11")
    if known.status == Status.RETIRED:
        raise NotNow("这条知识已经下架")
    if not clean(words):
        raise Invalid({"words": "请写明下架原因"})
    known.status, known.changed_at, known.pinned_until = Status.RETIRED, work.now, None
    for open_one in proposals(work, known.id):
        open_one.stage, open_one.decided_at, open_one.words = "SUPERSEDED", work.now, "知识已下架"
    shown = select(Version).where(Version.item_id == known.id, Version.n == known.version)
    for version in work.session.scalars(shown):
        version.words = f"下架：{clean(words)}"[:WORDS_MAX]
    knowledge_duty.handled(work, known.id)
    return known


def pin(work: Work, item_id: int, *, hours: int) -> Item:
    """Keep an item before everybody's eyes for some hours; 0 takes the pin away."""
    _need_editor(work)
    known = item(work, item_id, lock=True)
    most = work.rules.knowledge.pinned_hours
    if not 0 <= hours <= most:
        raise Invalid({"hours": f"置顶时长应为 0 到 {most} 小时"})
    if hours and not standing(work, known).usable:
        raise NotNow("只有有效的知识可以置顶")
    known.pinned_until = work.now + timedelta(hours=hours) if hours else None
    return known


def report(work: Work, item_id: int, *, kind: str, words: str = "") -> Feedback:
    """Say that an item is wrong, expired or unclear; somebody looks at it within the limit."""
    known = item(work, item_id, lock=True)
    if kind not in list(Report):
        raise Invalid({"kind": f"请选择：{'、'.join(each.label for each in Report)}"})
    if kind != Report.EXPIRED and not clean(words):
        raise Invalid({"words": "请写明哪里有误或不清楚"})
    due = work.rules.calendar.due(work.now, work.rules.knowledge.feedback)
    said = Feedback(
        item_id=known.id,
        version=known.version,
        kind=kind,
        words=clean(words)[:WORDS_MAX],
        by=work.by.name,
        by_id=work.by.id,
        at=work.now,
        due_at=due.at,
        outcome="",
    )
    known.reports += 1
    work.session.add(said)
    work.session.flush()
    words = f"知识有人报错（{Report(kind).label}）：{known.title[:40]}"
    knowledge_duty.tell_unit(work, known.unit, words, "/knowledge/work?tab=reports")
    return said


def settle(work: Work, feedback_id: int, *, outcome: str) -> Feedback:
    """Say what became of a report: mended, taken down, or why it is right as it is."""
    said = work.session.get(Feedback, feedback_id, with_for_update=True)
    known = item(work, said.item_id, lock=True) if said else None
    if said is None or known is None:
        raise NotFound("没有找到这条反馈")
    if not (is_editor(work) or supplies(work, known.unit)):
        raise NotYours("只有知识采编员和负责单位可以处理反馈", rule="§11")
    if said.done_at:
        raise NotNow("这条反馈已经处理")
    if not clean(outcome):
        raise Invalid({"outcome": "请写明处理结果"})
    said.done_at, said.outcome = work.now, clean(outcome)[:WORDS_MAX]
    known.reports = max(0, known.reports - 1)
    if said.by_id is not None and said.by_id != work.by.id:
        words = f"您报错的知识已处理：{known.title[:40]}。{said.outcome[:60]}"
        knowledge_duty.tell_people(work, [said.by_id], words, f"/knowledge/{known.id}")
    return said


def quoted(work: Work, ticket: Ticket, given: str) -> Quoted | None:
    """The item that an answer is given from, and note the use; None when it is given in free words.

    Args:
        given: the item's number, or ``number@version`` as the page showed it.

    Raises:
        Invalid: unknown, no longer usable, or changed since it was shown: the agent reads it again first.
    """
    number, _, shown = clean(given).partition("@")
    if not number:
        return None
    known = work.session.get(Item, int(number)) if number.isdecimal() and len(number) < 18 else None
    if known is None or known.status == Status.DRAFT:
        raise Invalid({"knowledge": "没有这条知识，请重新选择，或不引用知识直接答复"})
    worth = standing(work, known)
    if not worth.usable:
        why = f"《{known.title}》{worth.value}，不能用于直接答复"
        raise Invalid({"knowledge": f"{why}；请核对后改用别的知识，或不引用知识直接答复"}, rule="§11")
    if shown and shown != str(known.version):
        raise Invalid({"knowledge": f"《{known.title}》刚更新过，请看过新的内容再答复"})
    work.session.add(Use(item_id=known.id, version=known.version, ticket_id=ticket.id, at=work.now, by_id=work.by.id))
    work.session.execute(update(Item).where(Item.id == known.id).values(uses=Item.uses + 1))
    return Quoted(known.body, f"{known.id}@{known.version}")


def vector(finder: Finder, content: Content) -> str:
    """The ``tsvector`` of an item: the title most, then keywords, then the body; titles and keywords also by sound."""
    title, sounds = finder.spread(content.title), finder.sounds(content.title)
    heard = [finder.sounds(word) for word in content.keywords]
    return finding.filed(
        ("A", title),
        ("B", [lexeme for word in content.keywords for lexeme in finder.spread(word)]),
        ("C", finder.spread(content.body)),
        ("D", finding.spoken(sounds) + finding.initials(sounds)),
        ("D", [lexeme for each in heard for lexeme in finding.spoken(each) + finding.initials(each)]),
    )


def _write(work: Work, known: Item, content: Content) -> None:
    for name, value in content.kept().items():
        setattr(known, name, value)
    known.valid_from, known.valid_to, known.policy_from = content.valid_from, content.valid_to, content.policy_from
    known.words = knowledge_duty.tsvector(vector(work.finder, content))


def _check_title(work: Work, title: str, known: Item | None) -> None:
    other = select(Item.id).where(Item.title == title)
    if known is not None and known.id is not None:
        other = other.where(Item.id != known.id)
    if work.session.scalar(other.limit(1)):
        raise Invalid({"title": "已有同名的知识，请改动标题，或直接更新那一条"})


def _open(work: Work, version_id: int) -> Version:
    _need_editor(work)
    version = work.session.get(Version, version_id, with_for_update=True)
    if version is None:
        raise NotFound("没有找到这份提交")
    if version.stage != "PROPOSED":
        raise Stale("这份提交已经处理过，或又有了新的一版，请刷新后再看")
    return version


def _need_editor(work: Work) -> None:
    if not is_editor(work):
        raise NotYours("只有知识采编员可以发布和管理知识", rule="§2")
