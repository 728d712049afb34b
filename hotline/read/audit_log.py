"""The audit log for who may read it: the auditor of the centre all of it, a unit's auditor what concerns the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from hotline.domain.appeal import CHANNEL_LABELS
from hotline.domain.audit import Kind, label_of
from hotline.domain.calendar import ZONE, start_of
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.exclusions import Reason
from hotline.domain.masking import Viewer
from hotline.domain.permissions import ROLE_LABELS, Permission, Role
from hotline.store.audit import AuditLine
from hotline.store.person import Person
from hotline.store.work import Work
from hotline.usecases import audit_log

A_PAGE = 100
LAST_DIGITS = 6
"""As many of a ticket's number are typed, as everywhere where one searches."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    kind: str = ""
    who: str = ""
    ticket: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line in words."""

    seq: int
    at: datetime
    kind: str
    label: str
    actor: str
    role: str
    unit: str
    ticket: str
    owner: str
    about: str
    reason: str
    rest: str
    """Everything else, as ``name: value``."""
    address: str
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page, newest first."""

    lines: tuple[Line, ...]
    total: int
    next: int | None


def page(work: Work, wanted: Wanted, *, before: int | None = None) -> Page:
    """The newest lines that match; two queries.

    Raises:
        NotYours: the log is read by auditors only.
        Invalid: the first day is after the last.
    """
    query = _matching(work, wanted)
    total = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if before is not None:
        query = query.where(AuditLine.seq < before)
    found = work.session.scalars(query.order_by(AuditLine.seq.desc()).limit(A_PAGE + 1)).all()
    shown = tuple(_line(work, each) for each in found[:A_PAGE])
    return Page(shown, total, shown[-1].seq if len(found) > A_PAGE else None)


def whole(work: Work, wanted: Wanted) -> Iterator[Line]:
    """All that match, oldest first, for a file; that it was taken away is itself recorded."""
    query = _matching(work, wanted)
    n = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    audit_log.write(work, Kind.AUDIT_READ, about="导出审计日志", rows=n)
    rows = work.session.scalars(query.order_by(AuditLine.seq).execution_options(yield_per=500))
    return (_line(work, each) for each in rows)


def _matching(work: Work, wanted: Wanted) -> Select[Any]:
    if not work.by.may(Permission.AUDIT_READ):
        raise NotYours("审计日志只有审计管理员可以查看", rule="§12")
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise Invalid({"first": "起始日期不能晚于截止日期"})
    city = work.rules.city
    query = select(AuditLine).where(AuditLine.seq.is_not(None))
    if work.by.unit and work.by.unit not in (city.centre, city.root) and work.by.unit in city.units:
        mine = list(city.below(work.by.unit))
        query = query.where(or_(AuditLine.unit.in_(mine), AuditLine.owner.in_(mine)))
    if wanted.kind:
        query = query.where(AuditLine.kind == wanted.kind)
    if wanted.who:
        # A line about an account says its user name; who looks for a person knows one of the two.
        person = or_(Person.name == wanted.who, Person.username == wanted.who)
        query = query.where(
            or_(
                AuditLine.actor == wanted.who,
                AuditLine.about == wanted.who,
                AuditLine.person_id.in_(select(Person.id).where(person)),
                AuditLine.about.in_(select(Person.username).where(person)),
            )
        )
    if wanted.ticket:
        typed = wanted.ticket.strip().upper()
        last = len(typed) <= LAST_DIGITS
        query = query.where(
            AuditLine.ticket_no.endswith(typed, autoescape=True) if last else AuditLine.ticket_no == typed
        )
    if wanted.unit:
        units = [u.code for u in city.units.values() if wanted.unit == u.code or wanted.unit in u.name + u.short_name]
        query = query.where(or_(AuditLine.unit.in_(units), AuditLine.owner.in_(units)))
    if wanted.first:
        query = query.where(AuditLine.at >= start_of(wanted.first))
    if wanted.last:
        query = query.where(AuditLine.at < start_of(wanted.last + timedelta(days=1)))
    return query


WORDS = {
    "reason": "理由",
    "rows": "行数",
    "step": "操作",
    "before": "原来",
    "after": "现在",
    "unit": "单位",
    "sessions": "结束会话",
    "ended": "结束会话",
    "channel": "来源",
    "until": "有效至",
    "viewer": "查看身份",
    "freed": "释放承办工单",
    "faults": "不一致",
    "first": "第一条",
    "last": "最后一条",
    "digest": "校验值",
    "why": "原因",
    "who": "人员",
    "name": "配置",
    "since": "生效",
    "changed": "改动项数",
    "changes": "改动",
    "revision": "版本",
}
"""Names of values in words; others stand as they are."""
VALUES = (
    {
        "create": "建立",
        "lock": "停用",
        "unlock": "启用",
        "reset": "重设密码",
        "factor reset": "重设动态口令",
        "factor": "开通动态口令",
        "change": "本人更换",
        "move": "调动",
        "issue": "发放",
        "rotate": "更换",
        "revoke": "作废",
        "rotate gateway": "更换网关密钥",
        "proposed": "系统提示启动",
        "on": "启动",
        "changed": "修改",
        "off": "结束",
        "dismissed": "不启动",
    }
    | {viewer.value: viewer.label for viewer in Viewer}
    | CHANNEL_LABELS
)
"""Values in words."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*[+-]\d\d:\d\d$")
"""A moment as the log keeps it; it is read in local time."""


def _line(work: Work, line: AuditLine) -> Line:
    units = work.rules.city.units
    named = {code: units[code].short_name for code in (line.unit, line.owner) if code in units}
    rest = {name: value for name, value in line.words.items() if name != "reason"}
    assert line.seq is not None, "only lines of the chain are read"
    return Line(
        seq=line.seq,
        at=line.at,
        kind=line.kind,
        label=label_of(line.kind),
        actor=line.actor,
        role=line.role,
        unit=named.get(line.unit, line.unit),
        ticket=line.ticket_no,
        owner=named.get(line.owner, line.owner),
        about=VALUES.get(line.about, line.about) if line.kind == Kind.SURGE else line.about,
        reason=_reason(str(line.words.get("reason", ""))),
        rest="；".join(f"{WORDS.get(name, name)}：{_said(work, value)}" for name, value in rest.items()),
        address=line.address,
        hash=line.hash,
    )


def _reason(said: str) -> str:
    return Reason(said).label if said in Reason.__members__ else said


def _said(work: Work, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_said(work, each) for each in value) or "无"
    if isinstance(value, str):
        if MOMENT.match(value):
            return f"{datetime.fromisoformat(value).astimezone(ZONE):%Y-%m-%d %H:%M}"
        if value in Role.__members__:
            return ROLE_LABELS[Role(value)]
        unit = work.rules.city.units.get(value)
        return unit.short_name if unit else VALUES.get(value, value)
    return str(value)
