"""Scoring how a caller was served (质检评分): the recording and the ticket made of it, by QA (handbook §2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from hotline.domain.appeal import clean
from hotline.domain.errors import Invalid, NotNow, NotYours, Stale
from hotline.domain.permissions import Permission
from hotline.store.journal import Entry
from hotline.store.memo import Memo
from hotline.store.person import Person
from hotline.store.quality import QualityScore
from hotline.store.ticket import Ticket
from hotline.store.work import Work

TOPIC = "quality"
MOST = 500


def score(work: Work, ticket: Ticket, given: Mapping[str, str], *, words: str, seen: int) -> QualityScore:
    """Score the ticket and its call; whoever registered it is told. Scored again, the last one counts.

    Args:
        given: points by the code of each item.
        words: why points were lost.
        seen: key of the last score that the scorer has seen; 0 for none.

    Raises:
        NotYours: the person does not score, or would score themselves.
        NotNow: nobody at the centre registered it.
        Invalid: points or reason are missing.
        Stale: somebody else has scored it meanwhile.
    """
    if not work.by.may(Permission.QUALITY_SCORE):
        raise NotYours("质检评分由质检员进行", rule="§2")
    served = served_by(work, ticket)
    if served is None:
        raise NotNow("这张工单不是话务员登记的，没有可评的通话和记录", rule="§2")
    if served.id == work.by.id:
        raise NotYours("不能给自己登记的工单评分，请交其他质检员", rule="§2")
    said = clean(words)
    if len(said) > MOST:
        raise Invalid({"words": f"最多 {MOST} 字，现有 {len(said)} 字"})
    points = work.rules.quality.scored(given, said)
    before = last(work, ticket)
    if before is not None and before.id != seen:
        if before.by_id == work.by.id and before.words == said and _got(before) == points:
            return before  # pressed twice
        raise Stale(f"{before.by_name}刚刚给这张工单评了 {before.total} 分，请看过再提交，您填写的内容已保留")
    made = QualityScore(
        ticket_id=ticket.id,
        of_id=served.id,
        of_name=served.name,
        by_id=work.by.id,
        by_name=work.by.name,
        at=work.now,
        points=[
            {"code": item.code, "words": item.words, "got": points[item.code], "most": item.points}
            for item in work.rules.quality.items
        ],
        total=sum(points.values()),
        words=said,
    )
    work.session.add(made)
    lost = [
        f"{point['words']} −{point['most'] - point['got']}" for point in made.points if point["got"] < point["most"]
    ]
    told = "；".join(
        [f"质检评分 {made.total} 分：{ticket.no}", *(["，".join(lost)] if lost else []), *([said] if said else [])]
    )
    work.session.add(
        Memo(
            person_id=served.id,
            topic=TOPIC,
            text=told,
            link=f"/tickets/{ticket.no}",
            ticket_id=ticket.id,
            at=work.now,
        )
    )
    return made


def last(work: Work, ticket: Ticket) -> QualityScore | None:
    """The score that counts."""
    found = select(QualityScore).where(QualityScore.ticket_id == ticket.id).order_by(QualityScore.id.desc())
    return work.session.scalar(found.limit(1))


def served_by(work: Work, ticket: Ticket) -> Person | None:
    """Who registered the ticket for the caller; None when the appellant did it alone."""
    query = select(Person).join(Entry, Entry.actor_id == Person.id)
    return work.session.scalar(query.where(Entry.ticket_id == ticket.id, Entry.seq == 1))


def _got(scored: QualityScore) -> dict[str, int]:
    return {point["code"]: point["got"] for point in scored.points}
