"""The monthly notice 通报 (handbook §11): drafted by one person, approved by another, then published; a unit may
object, once, within the working days allowed. Whoever has the next step is told.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.calendar import local
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.permissions import Permission, Role
from hotline.store.month import PUBLISHED, Bulletin, FrozenMonth, Objection
from hotline.store.work import Work
from hotline.usecases import audit_log, staff

DRAFT, SENT_BACK = "draft", "sent_back"
TOPIC = "bulletin"
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
    waited, found.stage, found.words = found.stage == DRAFT, DRAFT, words
    found.drafted_at, found.drafted_by, found.drafted_by_id = work.now, work.by.name, work.by.id
    work.session.flush()
    if not waited:
        staff.tell(work, {Role.CENTER_ADMIN}, f"{_named(month)}已起草，请批准或退回", topic=TOPIC, link=_page(month))
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
    by = local(found.objections_until)
    words = f"{_named(month)}已发布，请查看本单位得分；有异议请在 {by.month}月{by.day}日 {by:%H:%M} 前提出"
    city = work.rules.city
    staff.tell_units(work, city.below(city.root), words, topic=TOPIC, link=_page(month))
    return found


def send_back(work: Work, month: date, *, opinion: str) -> Bulletin:
    """Ask for another draft."""
    opinion = _said("opinion", opinion, 500, "请写明退回修改的理由")
    found = _drafted(work, month)
    found.stage, found.opinion = SENT_BACK, opinion
    found.decided_at, found.decided_by = work.now, work.by.name
    words = f"{_named(month)}被退回修改，请按意见改后再提交"
    drafter = [found.drafted_by_id] if found.drafted_by_id is not None else []
    staff.tell(work, (), words, topic=TOPIC, link=_page(month), people=drafter)
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
    name = work.rules.city.unit(made.unit).short_name
    words = f"{name}对{_named(month)}提出异议，请答复"
    staff.tell(work, staff.SUPERVISORS, words, topic=TOPIC, link=_page(month))
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
    said = "已采纳" if upheld else "未采纳"
    staff.tell_units(work, [unit], f"对{_named(month)}的异议{said}，请查看答复", topic=TOPIC, link=_page(month))
    return found


def objection(work: Work, month: date, unit: str) -> Objection | None:
    """The objection of a unit."""
    return work.session.scalar(select(Objection).where(Objection.month == month, Objection.unit == unit))


def _named(month: date) -> str:
    return f"{month.year} 年 {month.month} 月通报"


def _page(month: date) -> str:
    return f"/scores?month={month:%Y-%m}"


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
