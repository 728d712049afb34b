"""Letting go of what may no longer be kept (handbook §12), without breaking what proves the rest.

SMS lose text and number, calls their number, tickets their appellant: name, numbers and exact place go, free text is
redacted for good, and files are deleted. A journal entry whose payload had to change keeps its hash, so the chain still
joins, and gets the seal that says the house did it. The audit log is cut at its old end; an anchor says signed where
and how much. Everything is harmless if run twice or missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, Select, String, and_, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from hotline.domain.audit import Kind
from hotline.domain.lifecycle import ENDED
from hotline.domain.privacy import redact, street_level
from hotline.store import anchor as anchors
from hotline.store.anchor import Anchor
from hotline.store.assignment import Assignment
from hotline.store.audit import AUDIT, AuditLine, ChainHead
from hotline.store.call import Call
from hotline.store.contact import Contact
from hotline.store.exclusion import Exclusion
from hotline.store.joint import Joint
from hotline.store.journal import of_ticket, removed
from hotline.store.matter import Incident
from hotline.store.memo import Digest, Memo
from hotline.store.month import ScorePoint
from hotline.store.notice import Message, Notice, Rating
from hotline.store.quality import QualityScore
from hotline.store.relayed import Relayed
from hotline.store.request import Request
from hotline.store.search import TicketSearch
from hotline.store.supervision import Supervision
from hotline.store.ticket import Supplement, Ticket
from hotline.store.unmasking import Unmasking
from hotline.store.work import Work
from hotline.usecases import attachments, audit_log
from hotline.usecases.seeing import known_of

BATCH = 100
"""Tickets in one transaction."""
TEXTS: tuple[tuple[Any, InstrumentedAttribute[Any], tuple[str, ...]], ...] = (
    (Ticket, Ticket.id, ("title", "content", "public_reply", "why_waiting", "tags", "proposals", "suggested")),
    (Supplement, Supplement.ticket_id, ("text",)),
    (Assignment, Assignment.ticket_id, ("public_reply", "internal_reply", "return_basis", "minutes_no")),
    (Request, Request.ticket_id, ("words", "opinion")),
    (Joint, Joint.ticket_id, ("fields",)),
    (Rating, Rating.ticket_id, ("words",)),
    (Exclusion, Exclusion.ticket_id, ("evidence", "opinion")),
    (QualityScore, QualityScore.ticket_id, ("points", "words")),
    (Relayed, Relayed.ticket_id, ("words", "answer")),
    (Supervision, Supervision.ticket_id, ("words", "answer", "end_words")),
    (Notice, Notice.ticket_id, ("text",)),
    (Memo, Memo.ticket_id, ("text",)),
    (Digest, Digest.ticket_id, ("words",)),
    (Unmasking, Unmasking.ticket_id, ("reason",)),
    (Incident, Incident.master_no, ("title",)),
    (ScorePoint, ScorePoint.ticket_no, ("words", "taken_back_words")),
)
"""What people wrote about a ticket, and where: redacted with it. A test holds this against every table's columns."""


@dataclass(frozen=True, slots=True)
class Due:
    """How much has been kept long enough."""

    sms: int
    messages: int
    calls: int
    tickets: int
    audit: int

    @property
    def nothing(self) -> bool:
        """Nothing is due."""
        return not (self.sms or self.messages or self.calls or self.tickets or self.audit)


def due(work: Work) -> Due:
    """What a run would let go of now; nothing is changed."""

    def count(query: Select[Any]) -> int:
        return work.session.scalar(select(func.count()).select_from(query.subquery())) or 0

    return Due(
        count(select(Notice.id).where(_old_notices(work))),
        count(select(Message.id).where(_old_messages(work))),
        count(select(Call.id).where(_old_calls(work))),
        count(_old_tickets(work)),
        count(select(AuditLine.id).where(AuditLine.seq <= _last_old_line(work))),
    )


def forget_texts(work: Work) -> int:
    """SMS out and in lose text and number, calls their number; how many rows changed."""
    done = _changed(work, update(Notice).where(_old_notices(work)).values(text="", phone=b""))
    done += _changed(work, update(Message).where(_old_messages(work)).values(body=b"", phone=b"", phone_hash=b""))
    done += _changed(work, update(Call).where(_old_calls(work)).values(phone=b"", phone_hash=None))
    if done:
        audit_log.write(work, Kind.DELETION, about="短信内容和来电号码到期清除", rows=done)
    return done


def anonymise(work: Work, size: int = BATCH) -> int:
    """The next old tickets lose their appellants; how many, fewer than ``size`` when all are done."""
    old = work.session.scalars(_old_tickets(work).limit(size).with_for_update(skip_locked=True)).all()
    for ticket in old:
        _anonymise(work, ticket)
    if old:
        audit_log.write(work, Kind.ANONYMISED, about="工单到期匿名化", rows=len(old), first=old[0].no, last=old[-1].no)
    return len(old)


def cut_audit(work: Work) -> Anchor | None:
    """Delete the audit log's old end, and sign where it was cut; the anchor, if anything was old enough."""
    work.session.scalar(select(ChainHead).where(ChainHead.name == AUDIT).with_for_update())
    last = _last_old_line(work)
    end = work.session.scalar(select(AuditLine).where(AuditLine.seq == last)) if last else None
    if end is None:
        return None
    gone = _changed(work, delete(AuditLine).where(AuditLine.seq <= last))
    work.session.execute(delete(Unmasking).where(Unmasking.until < work.now - work.rules.privacy.keep_audit))
    before = anchors.last(work.session, AUDIT)
    cut = Anchor(chain=AUDIT, cut=True, at=work.now, upto=last, upcoming=0, horizon=0, count=gone, total=end.hash)
    made = anchors.put(work.session, work.sealer, before, cut)
    audit_log.write(work, Kind.DELETION, about="审计日志到期删除", rows=gone, last=last)
    return made


def _anonymise(work: Work, ticket: Ticket) -> None:
    session, who = work.session, work.session.get(Contact, ticket.id)
    known = known_of(work, who)
    if who is not None:
        who.name = who.phone = who.identity = b""
        who.phone_hash = who.identity_hash = None
    attachments.forget(work, ticket)
    ticket.address, ticket.call_id = street_level(ticket.address), None
    ticket.lon = ticket.lat = None
    for table, key, columns in TEXTS:
        asked = ticket.no if isinstance(key.type, String) else ticket.id
        for row in session.scalars(select(table).where(key == asked)):
            for column in columns:
                said = _redacted(getattr(row, column), known)
                longest = getattr(getattr(table, column).type, "length", None)
                setattr(row, column, said[:longest] if isinstance(said, str) else said)
    for entry in of_ticket(session, ticket.id):
        payload = _redacted(entry.payload, known)
        if payload != entry.payload:
            entry.payload = payload
            entry.seal = removed(work.sealer, entry)
    session.execute(update(TicketSearch).where(TicketSearch.ticket_id == ticket.id).values(words=None))
    ticket.anonymised_at = work.now


def _redacted(value: Any, known: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return redact(value, known)
    if isinstance(value, dict):
        return {name: _redacted(each, known) for name, each in value.items()}
    return [_redacted(each, known) for each in value] if isinstance(value, list) else value


def _old_notices(work: Work) -> Any:
    before = work.now - work.rules.privacy.keep_sms
    return and_(Notice.way == "sms", Notice.created_at < before, or_(Notice.text != "", Notice.phone != b""))


def _old_messages(work: Work) -> Any:
    return and_(Message.at < work.now - work.rules.privacy.keep_sms, Message.body != b"")


def _old_calls(work: Work) -> Any:
    return and_(Call.first_at < work.now - work.rules.privacy.keep_recording, Call.phone_hash.is_not(None))


def _old_tickets(work: Work) -> Select[Ticket]:
    before = work.now - work.rules.privacy.keep_ticket
    return (
        select(Ticket)
        .where(
            Ticket.created_at < before,
            Ticket.changed_at < before,
            Ticket.state.in_([state.value for state in ENDED]),
            Ticket.anonymised_at.is_(None),
        )
        .order_by(Ticket.created_at, Ticket.id)
    )


def _last_old_line(work: Work) -> int:
    """The last line of the unbroken beginning that is old enough: the first young line ends it."""
    before = work.now - work.rules.privacy.keep_audit
    young = work.session.scalar(select(func.min(AuditLine.seq)).where(AuditLine.at >= before))
    old = select(func.max(AuditLine.seq)).where(AuditLine.at < before)
    return work.session.scalar(old.where(AuditLine.seq < young) if young else old) or 0


def _changed(work: Work, statement: Any) -> int:
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult), "an update tells how many rows it changed"
    return result.rowcount
