"""Surge mode on a page: the volume beside the usual one, what was decided, and who rang in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from hotline.domain import surge as rules
from hotline.domain.errors import NotFound, NotYours
from hotline.domain.permissions import Permission, Role
from hotline.domain.surge import SurgeStage
from hotline.store.call import Call
from hotline.store.surge import Brief, Surge, proposed, standing
from hotline.store.work import Work
from hotline.usecases import surge

MISSED = timedelta(hours=24)
"""Older missed calls are nobody's to call back any more."""


@dataclass(frozen=True, slots=True)
class Past:
    """One surge as the list tells it."""

    id: int
    stage: str
    stage_words: str
    proposed_at: datetime | None
    volume: int
    usual: float
    on_at: datetime | None
    on_by: str
    until: datetime | None
    why: str
    announcement: str
    off_at: datetime | None
    off_by: str
    off_why: str


@dataclass(frozen=True, slots=True)
class Half:
    """One half hour beside the same one of the weeks before."""

    words: str
    volume: int
    usual: float | None
    from_n: int | None
    """From so many on it would be a surge; None without anything to compare with."""
    surge: bool


@dataclass(frozen=True, slots=True)
class SurgePage:
    """Everything the page shows."""

    on: Past | None
    proposed: Past | None
    halves: tuple[Half, ...]
    past: tuple[Past, ...]
    briefs: tuple[tuple[int, datetime, int], ...]
    """Number, moment and how many appeals, newest first."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A caller whom nobody answered."""

    id: int
    phone: str
    at: datetime
    times: int
    """How often the number rang in vain."""


def page(work: Work) -> SurgePage:
    """The page for who decides, and for leaders."""
    if not (work.by.may(Permission.SURGE) or work.by.may(Permission.INSTRUCT)):
        raise NotYours("应急模式由班长和中心管理员决定，领导可以查看", rule="§15")
    now, waiting = standing(work.session, work.now), proposed(work.session)
    halves = []
    for half in rules.to_watch(work.now):
        volume, before = surge.volumes(work, half)
        mean = rules.usual(before)
        limit = None if mean is None else max(work.rules.surge.minimum, -int(-(mean * work.rules.surge.factor) // 1))
        usual = None if mean is None else float(mean)
        halves.append(Half(half.words, volume, usual, limit, rules.is_surge(volume, before, work.rules.surge)))
    ended = work.session.scalars(
        select(Surge)
        .where(Surge.stage.in_((SurgeStage.OFF.value, SurgeStage.DISMISSED.value)))
        .order_by(Surge.id.desc())
        .limit(20)
    )
    briefs = work.session.execute(
        select(Brief.id, Brief.at, Brief.body["came"].as_integer()).order_by(Brief.id.desc()).limit(36)
    )
    return SurgePage(
        on=_past(now) if now else None,
        proposed=_past(waiting) if waiting else None,
        halves=tuple(halves),
        past=tuple(_past(row) for row in ended),
        briefs=tuple((row[0], row[1], row[2]) for row in briefs),
    )


def brief(work: Work, number: int) -> tuple[datetime, dict[str, Any]]:
    """One brief as it was written."""
    if not (work.by.may(Permission.SURGE) or work.by.may(Permission.INSTRUCT)):
        raise NotYours("应急专报供领导、班长和中心管理员查看", rule="§15")
    found = work.session.get(Brief, number)
    if found is None:
        raise NotFound("没有这份专报，请从列表里选择")
    return found.at, found.body


def missed(work: Work) -> tuple[Missed, ...]:
    """Callers whom nobody answered and who did not get through since, the longest waiting first; one line a number."""
    if not work.by.may(Permission.TICKET_REGISTER):
        raise NotYours("漏接来电由话务员回拨", rule="§15")
    later = aliased(Call)
    calls = work.session.scalars(
        select(Call)
        .where(
            Call.answered_at.is_(None),
            Call.outward.is_(False),
            Call.ended_at.is_not(None),
            Call.called_back_at.is_(None),
            Call.phone_hash.is_not(None),
            Call.first_at >= work.now - MISSED,
            ~exists().where(
                later.phone_hash == Call.phone_hash, later.first_at > Call.first_at, later.answered_at.is_not(None)
            ),
        )
        .order_by(Call.first_at)
        .limit(500)
    ).all()
    firsts: dict[bytes, Call] = {}
    times: dict[bytes, int] = {}
    for call in calls:
        assert call.phone_hash is not None, "only calls with a number are asked for"
        firsts.setdefault(call.phone_hash, call)
        times[call.phone_hash] = times.get(call.phone_hash, 0) + 1
    return tuple(
        Missed(call.id, work.sealer.open(call.phone), call.first_at, times[key])
        for key, call in list(firsts.items())[:100]
    )


def state(work: Work) -> Past | None:
    """What everybody's header says: the surge that is on, or for who decides the one that is proposed."""
    row = standing(work.session, work.now)
    if row is None and work.by.may(Permission.SURGE) and Role.SYSTEM not in work.by.roles:
        row = proposed(work.session)
    return _past(row) if row else None


def _past(row: Surge) -> Past:
    stage = SurgeStage(row.stage)
    return Past(
        id=row.id,
        stage=stage,
        stage_words=stage.label,
        proposed_at=row.proposed_at,
        volume=row.volume,
        usual=float(row.usual),
        on_at=row.on_at,
        on_by=row.on_by,
        until=row.until,
        why=row.why,
        announcement=row.announcement,
        off_at=row.off_at,
        off_by=row.off_by,
        off_why=row.off_why,
    )
