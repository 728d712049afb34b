"""Who looked at an appellant's data: time, role and unit, no names (handbook §13, "see who looked at the data")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.domain.audit import Kind, label_of
from hotline.store.audit import AuditLine
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log

SEEN = (Kind.UNMASK, Kind.PLAYBACK, Kind.FILE, Kind.EXPORT, Kind.PRINT)


@dataclass(frozen=True, slots=True)
class Look:
    """One access or one step on the ticket."""

    at: datetime
    what: str
    role: str
    unit: str


def of(work: Work, ticket: Ticket) -> tuple[Look, ...]:
    """Who saw the data in full on record, and who worked on the ticket, newest first; that it was asked is recorded.

    Whoever worked on it had it before them; reading a ticket in hand is not recorded apart from that.
    """
    city = work.rules.city
    looks: list[Look] = []
    lines = select(AuditLine).where(AuditLine.ticket_no == ticket.no, AuditLine.kind.in_([k.value for k in SEEN]))
    for line in work.session.scalars(lines.order_by(AuditLine.at.desc()).limit(200)):
        unit = city.units.get(line.unit)
        looks.append(Look(line.at, label_of(line.kind), line.role, unit.name if unit else ""))
    worked = select(Entry).where(Entry.ticket_id == ticket.id, Entry.actor_id.is_not(None))
    passed: set[tuple[str, str]] = set()
    for entry in work.session.scalars(worked.order_by(Entry.seq.desc()).limit(500)):
        if (entry.role, entry.unit) not in passed:
            passed.add((entry.role, entry.unit))
            unit = city.units.get(entry.unit)
            looks.append(Look(entry.at, "办理", entry.role, unit.name if unit else ""))
    audit_log.write(work, Kind.DISCLOSED, ticket)
    return tuple(sorted(looks, key=lambda look: look.at, reverse=True))
