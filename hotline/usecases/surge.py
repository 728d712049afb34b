"""Surge mode: seen by the house, switched on and off by a person, ended by the clock (handbook §15).

No clock is stopped by it, least of all those of 特急 and 紧急. While it is on: a form of three fields, a faster first
contact on what a storm brings, batches in place of single notices, briefs for the leader; ordinary call-backs rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, func, select

from hotline.domain import surge as rules
from hotline.domain.allowances import Allowance, NaturalHours
from hotline.domain.appeal import Urgency, clean
from hotline.domain.audit import Kind
from hotline.domain.calendar import local
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission, Role
from hotline.domain.surge import SurgeStage
from hotline.store.figure import FigureRow
from hotline.store.notice import Notice
from hotline.store.surge import Batch, Brief, Surge, proposed, standing
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, deadlines, staff

DECIDE = frozenset({Role.LEAD, Role.CENTER_ADMIN})
TAG = "surge"
"""On tickets taken by the form of three fields."""


def active(work: Work) -> Surge | None:
    """The surge that is on now."""
    return standing(work.session, work.now)


def volumes(work: Work, half: rules.HalfHour) -> tuple[int, list[int | None]]:
    """How many appeals a half hour brought, and the same one in each of the weeks before; one query on figures.

    None for a week in which nothing at all came that day.
    """
    days = rules.same_before(half, work.rules.surge.weeks)
    key = f"intake.half.{half.name}"
    rows = work.session.execute(
        select(FigureRow.key, FigureRow.on, FigureRow.total).where(
            FigureRow.key.in_((key, "intake")),
            FigureRow.on.in_((half.on, *days)),
            FigureRow.unit == work.rules.city.root,
        )
    )
    found = {(row.key, row.on): int(row.total) for row in rows}
    past = [found.get((key, day), 0) if found.get(("intake", day)) else None for day in days]
    return found.get((key, half.on), 0), past


def detect(work: Work) -> list[staff.Told]:
    """Propose surge mode when the volume calls for it; a proposal that nobody decides lapses."""
    limits = work.rules.surge
    waiting = proposed(work.session)
    if waiting is not None and waiting.proposed_at and work.now >= waiting.proposed_at + limits.proposal:
        _off(work, waiting, SurgeStage.DISMISSED, "系统", "无人决定，自动失效")
        waiting = None
    if waiting is not None or active(work) is not None or _lately(work, limits.proposal):
        return []
    for half in rules.to_watch(work.now):
        volume, past = volumes(work, half)
        if rules.is_surge(volume, past, limits):
            usual = rules.usual(past)
            assert usual is not None, "a surge has something to compare with"
            row = Surge(
                stage=SurgeStage.PROPOSED,
                proposed_at=work.now,
                half=half.name,
                volume=volume,
                usual=Decimal(usual.numerator) / Decimal(usual.denominator),
            )
            work.session.add(row)
            words = f"{half.words} 来件 {volume} 件，为近 {limits.weeks} 周同期均值 {row.usual:.0f} 件的 "
            words += f"{volume / max(float(usual), 1):.1f} 倍，建议启动应急模式"
            audit_log.write(work, Kind.SURGE, about="proposed", volume=volume, usual=float(usual))
            return staff.tell(work, DECIDE, words, topic="surge", link="/surge/")
    return []


def switch_on(work: Work, *, until: datetime, why: str, announcement: str = "") -> Surge:
    """Switch it on until a moment at most 72 hours away, on proposal or unasked."""
    _may(work)
    if active(work) is not None:
        raise NotNow("应急模式已经启动，可以修改结束时间或提前结束", rule="§15")
    why, announcement = clean(why), clean(announcement)
    faults = _faults(work, work.now, until, announcement)
    if not why:
        faults["why"] = "请写明启动应急模式的原因，如台风名称和影响范围"
    if faults:
        raise Invalid(faults, rule="§15")
    _end_expired(work)
    row = proposed(work.session) or Surge(stage=SurgeStage.PROPOSED)
    row.stage, row.on_at, row.on_by, row.until = SurgeStage.ON, work.now, work.by.name, until
    row.why, row.announcement, row.batched_at = why, announcement, work.now
    work.session.add(row)
    work.session.flush()
    audit_log.write(work, Kind.SURGE, about="on", until=until.isoformat(), why=why)
    words = f"{work.by.name}已启动应急模式，至 {local(until):%m月%d日 %H:%M} 结束：{why}"
    staff.tell(work, set(Role) - NOT_TOLD, words, topic="surge", link="/surge/")
    return row


def change(work: Work, *, until: datetime, announcement: str) -> Surge:
    """Another end, at most 72 hours after it was switched on, or another announcement."""
    _may(work)
    row = active(work)
    if row is None or row.on_at is None:
        raise NotNow("应急模式没有启动", rule="§15")
    faults = _faults(work, row.on_at, until, clean(announcement))
    if faults:
        raise Invalid(faults, rule="§15")
    row.until, row.announcement = until, clean(announcement)
    audit_log.write(work, Kind.SURGE, about="changed", until=until.isoformat())
    return row


def switch_off(work: Work, *, why: str) -> Surge:
    """Switch it off; what waits for the next batch goes at once."""
    _may(work)
    row = active(work)
    if row is None:
        raise NotNow("应急模式没有启动，或已到时间自动结束", rule="§15")
    if not clean(why):
        raise Invalid({"why": "请写明结束应急模式的原因"})
    _off(work, row, SurgeStage.OFF, work.by.name, clean(why))
    return row


def dismiss(work: Work, *, why: str) -> None:
    """A proposal is not followed, and why."""
    _may(work)
    row = proposed(work.session)
    if row is None:
        raise NotFound("没有待决定的应急模式建议")
    if not clean(why):
        raise Invalid({"why": "请写明不启动的原因"})
    _off(work, row, SurgeStage.DISMISSED, work.by.name, clean(why))


def tick(work: Work) -> tuple[list[staff.Told], list[tuple[str, str]]]:
    """What the clock does: ends it when its time is up, sends batches, writes briefs.

    Returns:
        Messages to people, and lines to units, for those signed in.
    """
    row = work.session.scalar(select(Surge).where(Surge.stage == SurgeStage.ON.value).with_for_update())
    if row is None:
        return [], []
    if active(work) is None:
        return [], _off(work, row, SurgeStage.OFF, "系统", "到时自动结束")
    told, lines = [], []
    limits = work.rules.surge
    if row.batched_at is None or work.now >= row.batched_at + limits.batch:
        row.batched_at, lines = work.now, flush_batches(work)
    if work.now >= (row.briefed_at or row.on_at or work.now) + limits.brief:
        row.briefed_at, told = work.now, _brief(work, row)
    return told, lines


def response(work: Work, ticket: Ticket) -> Allowance | None:
    """A shorter limit for first contact on what a storm brings, while surge mode is on; None where none is."""
    limits = work.rules.surge
    usual = deadlines.limit_of(work, ticket, ClockKind.CONTACT)
    if isinstance(usual, NaturalHours) and usual.span <= limits.response.span:
        return None
    if not rules.is_typhoon(ticket.category, f"{ticket.title}\n{ticket.content}", limits):
        return None
    return limits.response if active(work) is not None else None


def hold_back(work: Work, lines: Sequence[staff.Line]) -> list[staff.Line]:
    """Keep for the next batch what would tell companies and 三防 of single ordinary tickets; the rest goes on."""
    sent = {Action.DISPATCH, Action.REDISPATCH}
    units, city = work.rules.city.units, work.rules.city
    if not any(line[2].action in sent for line in lines) or active(work) is None:
        return list(lines)
    held: dict[str, Counter[str]] = defaultdict(Counter)
    others: list[staff.Line] = []
    for line in lines:
        unit, _, entry = line
        ticket = work.session.get(Ticket, entry.ticket_id)
        waits = unit in units and rules.gets_batches(units[unit], work.rules.surge) and entry.action in sent
        if waits and ticket is not None and ticket.urgency != Urgency.CRITICAL:
            known = city.categories.get(ticket.category or "")
            held[unit][known.level3 if known else "其他"] += 1
        else:
            others.append(line)
    for unit, counts in held.items():
        row = work.session.get(Batch, unit, with_for_update=True)
        if row is None:
            work.session.add(Batch(unit=unit, counts=dict(counts), since=work.now))
        else:
            row.counts = dict(Counter(row.counts) + counts)
    work.session.flush()
    return others


def flush_batches(work: Work) -> list[tuple[str, str]]:
    """One line for each unit that something waits for."""
    rows = work.session.scalars(select(Batch).order_by(Batch.unit).with_for_update()).all()
    lines = []
    for row in rows:
        total = sum(row.counts.values())
        words = f"应急批次：新派 {total} 件（{rules.counted(row.counts.items())}），请到待办列表批量签收"
        lines.append((row.unit, words))
        notice = Notice(way="inbox", template=0, unit=row.unit, text=words, created_at=work.now, send_at=work.now)
        notice.sent_at = work.now
        work.session.add(notice)
    if rows:
        work.session.execute(delete(Batch).where(Batch.unit.in_([row.unit for row in rows])))
    return lines


NOT_TOLD = {
    *(Role.CITIZEN, Role.SYSTEM, Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR, Role.ANALYST),
    *(Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER),
}
"""Who is not told that it was switched on: units get batches, administrators have nothing to do with it."""


def _may(work: Work) -> None:
    if not work.by.may(Permission.SURGE):
        raise NotYours("应急模式由班长或中心管理员启动和结束", rule="§15")


def _faults(work: Work, since: datetime, until: datetime, announcement: str) -> dict[str, str]:
    faults = {}
    longest = work.rules.surge.longest
    if not work.now < until <= since + longest:
        faults["until"] = f"结束时间应在现在之后、启动后 {longest // timedelta(hours=1)} 小时之内"
    if len(announcement) > 200:
        faults["announcement"] = "开场语音最多 200 字"
    return faults


def _lately(work: Work, span: timedelta) -> bool:
    """Whether one was dismissed or ended within this span: people have just decided."""
    last = work.session.scalar(select(func.max(Surge.off_at)))
    return last is not None and work.now < last + span


def _end_expired(work: Work) -> None:
    expired = work.session.scalar(select(Surge).where(Surge.stage == SurgeStage.ON.value))
    if expired is not None:
        _off(work, expired, SurgeStage.OFF, "系统", "到时自动结束")


def _off(work: Work, row: Surge, stage: SurgeStage, by: str, why: str) -> list[tuple[str, str]]:
    was_on = row.stage == SurgeStage.ON
    row.stage, row.off_at, row.off_by, row.off_why = stage, work.now, by, why
    audit_log.write(work, Kind.SURGE, about="off" if was_on else "dismissed", why=why, who=by)
    work.session.flush()
    return flush_batches(work) if was_on else []


def _brief(work: Work, row: Surge) -> list[staff.Told]:
    since = work.now - work.rules.surge.brief
    city = work.rules.city
    named: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    for category, region, n in work.session.execute(
        select(Ticket.category, Ticket.region, func.count())
        .where(Ticket.created_at >= since)
        .group_by(Ticket.category, Ticket.region)
    ):
        known = city.categories.get(category or "")
        named[known.level3 if known else "未分类"] += n
        regions[city.region_name((region or "")[:6]) or "区划待定"] += n
    now = {
        figure.key: int(figure.total)
        for figure in work.session.scalars(
            select(FigureRow).where(
                FigureRow.key.in_(("open", "red", "yellow")), FigureRow.on.is_(None), FigureRow.unit == city.root
            )
        )
    }
    body = {
        "since": since.isoformat(),
        "came": named.total(),
        "kinds": named.most_common(8),
        "regions": regions.most_common(13),
        "now": now,
    }
    brief = Brief(surge_id=row.id, at=work.now, body=body)
    work.session.add(brief)
    work.session.flush()
    words = f"应急专报：近 {work.rules.surge.brief // timedelta(hours=1)} 小时来件 {named.total()} 件"
    if named:
        words += f"（{rules.counted(named.items(), 3)}）"
    words += f"，在办 {now.get('open', 0):,} 件，超期 {now.get('red', 0):,} 件"
    return staff.tell(work, {Role.LEADER}, words, topic="brief", link=f"/surge/briefs/{brief.id}")
