"""The monthly notice 通报 and the points beside the rates (handbook §11): drafted by one person, approved by another,
then published; a unit may object, once, within the working days allowed.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.permissions import Permission
from hotline.store import ticket as tickets
from hotline.store.month import Bulletin, FrozenMonth, Objection, ScorePoint
from hotline.store.work import Work
from hotline.usecases import audit_log

DRAFT, SENT_BACK, PUBLISHED = "draft", "sent_back", "published"
STATE_LABELS = {DRAFT: "待批准", SENT_BACK: "已退回修改", PUBLISHED: "已发布"}


def draft(work: Work, month: date, *, words: str) -> Bulletin:
    """Write or rewrite the notice of a frozen month.

    Raises:
        NotNow: the month is not frozen, or the notice is published.
        Invalid: nothing is said, or too much.
    """
    _needs(work, Permission.TICKET_SUPERVISE, "起草通报")
    words = _said("words", words, 4000, "请写明本月通报的总体情况和要求")
    if work.session.get(FrozenMonth, month) is None:
        raise NotNow("这个月的数据还没有冻结，冻结后才能起草通报", rule="§11")
    found = work.session.get(Bulletin, month, with_for_update=True)
    if found is not None and found.stage == PUBLISHED:
        raise NotNow("通报已经发布，不能再改；单位的异议请逐件答复", rule="§11")
    if found is None:
        found = Bulletin(month=month, drafted_at=work.now, drafted_by=work.by.name)
        work.session.add(found)
    found.stage, found.words = DRAFT, words
    found.drafted_at, found.drafted_by, found.drafted_by_id = work.now, work.by.name, work.by.id
    work.session.flush()
    return found


def approve(work: Work, month: date) -> Bulletin:
    """Publish the draft; from now on every unit sees its group, and may object.

    Raises:
        NotYours: whoever drafted it can't approve it.
        NotNow: there is no draft.
    """
    found = _drafted(work, month)
    if work.by.id is not None and work.by.id == found.drafted_by_id:
        raise NotYours("起草人不能批准自己起草的通报，请交另一位中心管理员", rule="§11")
    found.stage = PUBLISHED
    found.decided_at, found.decided_by, found.opinion = work.now, work.by.name, ""
    days = WorkingDays(work.rules.score.objection_days)
    found.objections_until = work.rules.calendar.due(work.now, days).at
    audit_log.write(work, Kind.CONFIGURATION, about=f"发布 {month:%Y-%m} 通报")
    return found


def send_back(work: Work, month: date, *, opinion: str) -> Bulletin:
    """Ask for another draft."""
    opinion = _said("opinion", opinion, 500, "请写明退回修改的理由")
    found = _drafted(work, month)
    found.stage, found.opinion = SENT_BACK, opinion
    found.decided_at, found.decided_by = work.now, work.by.name
    return found


def object_to(work: Work, month: date, *, words: str) -> Objection:
    """The own unit objects to its part of a published notice.

    Raises:
        NotNow: it is not published, the time is over, or the unit has objected already.
    """
    _needs(work, Permission.TICKET_SIGN, "提出异议")
    words = _said("words", words, 1000, "请写明对哪一项有异议、依据是什么")
    found = work.session.get(Bulletin, month)
    if found is None or found.stage != PUBLISHED or found.objections_until is None:
        raise NotNow("这个月的通报还没有发布", rule="§11")
    if work.now > found.objections_until:
        raise NotNow(f"异议期到 {local(found.objections_until):%m月%d日 %H:%M} 为止，现已截止", rule="§11")
    if not work.by.unit or objection(work, month, work.by.unit) is not None:
        raise NotNow("本单位已经提出过异议，请等待答复", rule="§11")
    made = Objection(month=month, unit=work.by.unit, words=words, at=work.now, by=work.by.name)
    work.session.add(made)
    work.session.flush()
    return made


def answer(work: Work, month: date, unit: str, *, upheld: bool, words: str) -> Objection:
    """Answer a unit's objection. Corrections of data are made on the tickets; they show in the adjustment list."""
    _needs(work, Permission.TICKET_SUPERVISE, "答复异议")
    words = _said("words", words, 1000, "请写明答复意见")
    found = objection(work, month, unit)
    if found is None:
        raise NotFound("没有这件异议")
    if found.answered_at is not None:
        raise NotNow("这件异议已经答复", rule="§11")
    found.upheld, found.answer = upheld, words
    found.answered_at, found.answered_by = work.now, work.by.name
    return found


def objection(work: Work, month: date, unit: str) -> Objection | None:
    """The objection of a unit."""
    return work.session.scalar(select(Objection).where(Objection.month == month, Objection.unit == unit))


def add_point(work: Work, month: date, unit: str, *, kind: str, words: str, ticket_no: str = "") -> ScorePoint:
    """Enter a verified plus or minus of a unit.

    Raises:
        Invalid: the kind, the unit, the ticket or the ground is missing or unknown.
        NotNow: the month's notice is published.
    """
    _needs(work, Permission.TICKET_SUPERVISE, "登记加减分")
    _unpublished(work, month)
    faults = {}
    if kind not in work.rules.score.points:
        faults["kind"] = f"加减分项目应为：{'、'.join(rule.words for rule in work.rules.score.points.values())}"
    if unit not in work.rules.city.units:
        faults["unit"] = "没有这个单位，请从列表中选择"
    if ticket_no and tickets.by_no(work.session, ticket_no) is None:
        faults["ticket_no"] = "没有这张工单，请核对编号"
    if not clean(words):
        faults["words"] = "请写明核实的情况"
    if faults:
        raise Invalid(faults, rule="§11")
    made = ScorePoint(
        month=month,
        unit=unit,
        kind=kind,
        ticket_no=ticket_no,
        words=clean(words)[:200],
        at=work.now,
        by=work.by.name,
        by_id=work.by.id,
    )
    work.session.add(made)
    work.session.flush()
    return made


def take_back(work: Work, point_id: int) -> ScorePoint:
    """Take a point back that was entered by mistake; it stays on record."""
    _needs(work, Permission.TICKET_SUPERVISE, "登记加减分")
    found = work.session.get(ScorePoint, point_id)
    if found is None or found.taken_back_at is not None:
        raise NotFound("没有这一笔加减分，或已经撤销")
    _unpublished(work, found.month)
    found.taken_back_at = work.now
    return found


def _unpublished(work: Work, month: date) -> None:
    published = work.session.get(Bulletin, month)
    if published is not None and published.stage == PUBLISHED:
        raise NotNow("这个月的通报已经发布，加减分不能再改", rule="§11")


def _drafted(work: Work, month: date) -> Bulletin:
    _needs(work, Permission.CONFIGURE, "批准通报")
    found = work.session.get(Bulletin, month, with_for_update=True)
    if found is None or found.stage != DRAFT:
        raise NotNow("没有等待批准的通报", rule="§11")
    return found


def _needs(work: Work, permission: Permission, what: str) -> None:
    if not work.by.may(permission):
        raise NotYours(f"您没有{what}的权限，请联系有权限的人员办理", rule="§2")


def _said(name: str, words: str, most: int, missing: str) -> str:
    said = clean(words)
    if not said:
        raise Invalid({name: missing}, rule="§11")
    if len(said) > most:
        raise Invalid({name: f"最多 {most} 字，现有 {len(said)} 字"}, rule="§11")
    return said
