"""Plus and minus points beside the rates (handbook §11): what the house knows it enters itself, people enter the rest.

A verified praise is a ticket of praise whose facts the unit confirmed and a reviewer let pass; a missed supervision is
a limit of an order that went by without an answer. Both are entered where they happen and name their ticket. Whether a
reply was false or data leaked only people know. Any point may be taken back with a reason, and put back; both are
audited. A point names the unit that earned it; :func:`hotline.read.scores.owners` says for whom it counts.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hotline.domain.appeal import AppealType, clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.facts import local_date
from hotline.domain.permissions import HOUSE, Permission
from hotline.domain.score import FALSE_REPLY, FOUND, MISSED, PRAISE
from hotline.store import ticket as tickets
from hotline.store.assignment import Assignment
from hotline.store.month import PUBLISHED, Bulletin, ScorePoint
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log

OUTSIDE = frozenset({"test", "nuisance"})
"""Tags of tickets that count nowhere."""


def praised(work: Work, ticket: Ticket, lead: Assignment | None) -> None:
    """A reviewer lets the reply to a praise pass: a plus for who was praised, once however often it is reviewed."""
    if ticket.type != AppealType.PRAISE or lead is None or lead.facts_true is False or OUTSIDE & set(ticket.tags):
        return
    known = select(ScorePoint.id).where(ScorePoint.kind == PRAISE, ScorePoint.ticket_no == ticket.no)
    if work.session.scalar(known) is None:
        _enter(work, ticket, lead.unit, PRAISE, "表扬经单位核实属实，审核通过")


def missed(work: Work, ticket: Ticket, unit: str, times: int) -> None:
    """The limit of a supervision has gone by without an answer: a minus for who had to answer, each time."""
    if unit and not OUTSIDE & set(ticket.tags):
        _enter(work, ticket, unit, MISSED, f"第 {times} 次未在督办时限内答复")


def add(work: Work, month: date, unit: str, *, kind: str, words: str, ticket_no: str = "") -> ScorePoint:
    """Enter what people have verified.

    Raises:
        Invalid: the kind, the unit, the ticket or the ground is missing, unknown, or entered by the house itself.
        NotNow: the month's notice is published.
    """
    _needs(work)
    _unpublished(work, month)
    faults = {}
    by_hand = {name: rule.words for name, rule in work.rules.score.points.items() if name not in FOUND}
    if kind in FOUND and kind in work.rules.score.points:
        faults["kind"] = f"“{work.rules.score.points[kind].words}”由系统按工单计入，不用登记；计错的可以撤销"
    elif kind not in by_hand:
        faults["kind"] = f"加减分项目应为：{'、'.join(by_hand.values())}"
    if unit not in work.rules.city.units:
        faults["unit"] = "没有这个单位，请从列表中选择"
    if ticket_no and tickets.by_no(work.session, ticket_no) is None:
        faults["ticket_no"] = "没有这张工单，请核对编号"
    if not clean(words):
        faults["words"] = "请写明核实的情况"
    if faults:
        raise Invalid(faults, rule="§11")
    made = _row(work, month, unit, kind, clean(words)[:200], ticket_no)
    made.by, made.by_id = work.by.name, work.by.id
    work.session.add(made)
    work.session.flush()
    _audit(work, made, "登记")
    return made


def refute(work: Work, month: date, unit: str, *, words: str, ticket_no: str) -> ScorePoint:
    """A reply that its appellant called false was true: it is kept as a point that does not count."""
    made = add(work, month, unit, kind=FALSE_REPLY, words="诉求人评价“答复不属实”", ticket_no=ticket_no)
    return take_back(work, made.id, words=words)


def take_back(work: Work, point_id: int, *, words: str) -> ScorePoint:
    """It does not count any more; it stays on record with the reason."""
    _needs(work)
    found = work.session.get(ScorePoint, point_id, with_for_update=True)
    if found is None or found.taken_back_at is not None:
        raise NotFound("没有这一笔加减分，或已经撤销")
    _unpublished(work, found.month)
    if not clean(words):
        raise Invalid({"words": "请写明撤销的理由"}, rule="§11")
    found.taken_back_at, found.taken_back_by = work.now, work.by.name
    found.taken_back_words = clean(words)[:200]
    _audit(work, found, "撤销")
    return found


def put_back(work: Work, point_id: int) -> ScorePoint:
    """A point that was taken back counts again."""
    _needs(work)
    found = work.session.get(ScorePoint, point_id, with_for_update=True)
    if found is None or found.taken_back_at is None:
        raise NotFound("没有这一笔撤销的加减分，或已经恢复")
    _unpublished(work, found.month)
    found.taken_back_at, found.taken_back_by, found.taken_back_words = None, "", ""
    _audit(work, found, "恢复")
    return found


def _enter(work: Work, ticket: Ticket, unit: str, kind: str, words: str) -> None:
    month = local_date(work.now).replace(day=1)
    work.session.add(_row(work, month, unit, kind, words, ticket.no))


def _row(work: Work, month: date, unit: str, kind: str, words: str, ticket_no: str) -> ScorePoint:
    return ScorePoint(
        month=month, unit=unit, kind=kind, words=words, ticket_no=ticket_no, at=work.now, by=HOUSE.name, by_id=None
    )


def _audit(work: Work, point: ScorePoint, what: str) -> None:
    ticket = tickets.by_no(work.session, point.ticket_no) if point.ticket_no else None
    rule = work.rules.score.points.get(point.kind)
    name = rule.words if rule else point.kind
    audit_log.write(
        work, Kind.CONFIGURATION, ticket, f"{what}加减分 {point.month:%Y-%m} {point.unit} {name}", words=point.words
    )


def _unpublished(work: Work, month: date) -> None:
    published = work.session.get(Bulletin, month)
    if published is not None and published.stage == PUBLISHED:
        raise NotNow("这个月的通报已经发布，加减分不能再改", rule="§11")


def _needs(work: Work) -> None:
    if not work.by.may(Permission.TICKET_SUPERVISE):
        raise NotYours("您没有登记加减分的权限，请联系有权限的人员办理", rule="§2")
