"""Numbers that hold the lines without content 骚扰 (handbook §7): warned of, then limited for some days by the lead.

A limit never stops what sounds like an emergency, and every limit is on the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from hotline.domain.appeal import Urgency, clean, is_phone, normal_phone
from hotline.domain.audit import Kind
from hotline.domain.calendar import day_of, start_of
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.permissions import Permission
from hotline.domain.privacy import mask_phone
from hotline.store.call import Call
from hotline.store.matter import CallerLimit
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log
from hotline.usecases.desk import NUISANCE

RULE = "§7 Nuisance"
LOOKED_BACK = timedelta(days=7)
"""A number may be limited for what it did within these days."""


def without_content() -> ColumnElement[bool]:
    """The condition on calls: somebody talked, and no matter came of it."""
    matter = ~Ticket.tags.contains([NUISANCE])
    return Call.answered_at.is_not(None) & ~exists().where(Ticket.call_id == Call.call_id, matter)


def worst_day(work: Work, phone_hash: bytes) -> int:
    """How many calls without content the number made on its worst day of the last week."""
    day = func.date_trunc("day", func.timezone("Asia/Shanghai", Call.first_at))
    counted = (
        select(func.count().label("n"))
        .where(Call.phone_hash == phone_hash, Call.first_at >= work.now - LOOKED_BACK, without_content())
        .group_by(day)
        .subquery()
    )
    return work.session.scalar(select(func.max(counted.c.n))) or 0


def today(work: Work, phone_hash: bytes) -> int:
    """How many calls without content the number has made today."""
    since = start_of(day_of(work.now))
    query = select(func.count()).select_from(Call)
    return (
        work.session.scalar(query.where(Call.phone_hash == phone_hash, Call.first_at >= since, without_content())) or 0
    )


def standing(work: Work, phone_hash: bytes) -> CallerLimit | None:
    """The limit in force on a number."""
    return work.session.scalar(
        select(CallerLimit)
        .where(CallerLimit.phone_hash == phone_hash, CallerLimit.lifted_at.is_(None), CallerLimit.until > work.now)
        .order_by(CallerLimit.until.desc())
        .limit(1)
    )


def holds_back(work: Work, phone: str, text: str) -> bool:
    """Whether a message of a limited number waits for people: never one that sounds urgent."""
    if not phone or standing(work, work.sealer.look_up(phone)) is None:
        return False
    return work.reader("", text, "").urgency == Urgency.NORMAL


def limit(work: Work, *, phone: str, days: int, ground: str) -> CallerLimit:
    """Limit a number for some days.

    Raises:
        NotYours: by anybody but the shift lead.
        Invalid: no number, no ground, or longer than allowed.
        NotNow: it has not called that often, or is limited already.
    """
    _lead(work)
    rules, number = work.rules.matters.nuisance, normal_phone(phone)
    faults = {}
    if not is_phone(number):
        faults["phone"] = "手机号应为 11 位，固定电话请带区号"
    if not 1 <= days <= rules.limit_most.days:
        faults["days"] = f"限制应为 1 到 {rules.limit_most.days} 天"
    if not clean(ground):
        faults["ground"] = "请写明限制的理由"
    if faults:
        raise Invalid(faults, rule=RULE)
    key = work.sealer.look_up(number)
    if standing(work, key) is not None:
        raise NotNow("该号码已在限制中，需要延长的请先解除再重新限制", rule=RULE)
    worst = worst_day(work, key)
    if worst <= rules.calls:
        raise NotNow(f"该号码近 7 天单日无内容来电最多 {worst} 次，超过 {rules.calls} 次才能限制", rule=RULE)
    row = CallerLimit(
        phone=work.sealer.seal(number),
        phone_hash=key,
        since=work.now,
        until=work.now + timedelta(days=days),
        ground=clean(ground)[:200],
        by=work.by.name[:40],
    )
    work.session.add(row)
    work.session.flush()
    audit_log.write(
        work, Kind.CALLER_LIMIT, about=f"限制 {mask_phone(number)} {days} 天", reason=row.ground, calls=worst
    )
    return row


def lift(work: Work, number: int) -> None:
    """End a limit before its time."""
    _lead(work)
    row = work.session.get(CallerLimit, number, with_for_update=True)
    if row is None or row.lifted_at is not None:
        raise NotFound("没有找到这条限制，可能已经解除")
    row.lifted_at = work.now
    audit_log.write(work, Kind.CALLER_LIMIT, about=f"解除限制 {mask_phone(work.sealer.open(row.phone))}")


def number_of(work: Work, call: str) -> str:
    """The number that made this call (by the row of :func:`often_today`); empty when there is none."""
    row = work.session.get(Call, int(call)) if call.isdecimal() and len(call) < 18 else None
    return work.sealer.open(row.phone) if row else ""


def often_today(work: Work, most: int = 50) -> list[tuple[int, bytes, int, datetime]]:
    """Numbers over the limit of calls without content today: a call, sealed, how many, the last one; most first."""
    since = start_of(day_of(work.now))
    n: Any = func.count()
    query = (
        select(func.max(Call.id), n, func.max(Call.first_at))
        .where(Call.phone_hash.is_not(None), Call.first_at >= since, without_content())
        .group_by(Call.phone_hash)
        .having(n > work.rules.matters.nuisance.calls)
        .order_by(n.desc())
        .limit(most)
    )
    found = work.session.execute(query).all()
    phones = {c.id: c.phone for c in work.session.scalars(select(Call).where(Call.id.in_([row[0] for row in found])))}
    return [(row[0], phones[row[0]], row[1], row[2]) for row in found]


def limits(work: Work, most: int = 100) -> list[CallerLimit]:
    """The limits in force, the longest first."""
    query = select(CallerLimit).where(CallerLimit.lifted_at.is_(None), CallerLimit.until > work.now)
    return list(work.session.scalars(query.order_by(CallerLimit.until.desc()).limit(most)))


def _lead(work: Work) -> None:
    if not work.by.may(Permission.CALLER_LIMIT):
        raise NotYours("限制来电由班长决定，请联系班长", rule=RULE)
