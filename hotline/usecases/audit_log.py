"""Writing the audit log: who did what handbook §12 wants recorded, without saying what is nobody's business."""

from __future__ import annotations

from typing import Any

from hotline.domain.audit import Kind
from hotline.domain.permissions import role_words
from hotline.domain.privacy import redact
from hotline.store.audit import AuditLine
from hotline.store.person import Person
from hotline.store.ticket import Ticket
from hotline.store.work import Work


def write(
    work: Work,
    kind: Kind,
    ticket: Ticket | None = None,
    about: str = "",
    *,
    person: Person | None = None,
    **words: Any,
) -> AuditLine:
    """Record it: the line joins the chain when the transaction commits, and is never there if it does not.

    Args:
        ticket: the ticket it was about.
        about: what it was about in a few words; phones, identity numbers and the like are masked here once more.
        person: who it was, where nobody is signed in yet (signing in).
        words: further JSON values under names of your choice; texts are redacted, never give a name of an appellant.
    """
    who = work.by
    line = AuditLine(
        at=work.now,
        kind=kind,
        person_id=person.id if person else who.id,
        actor=person.name if person else who.name,
        role=(role_words(person.roles) if person else who.role_label)[:120],
        unit=person.unit if person else who.unit,
        ticket_no=ticket.no if ticket else "",
        owner=(ticket.lead_unit or "") if ticket else "",
        about=redact(about)[:200],
        words={name: _harmless(value) for name, value in words.items()},
        address=who.source,
        prev_hash="",
        hash="",
    )
    work.audits.append(line)
    return line


def listed(work: Work, what: str, rows: int, *, before: int = 0) -> None:
    """Record that a list was shown, if it is a long one; of one that is read page by page, the page that makes it so.

    Args:
        before: rows that the pages before this one have shown.
    """
    if before <= work.rules.privacy.long_list < before + rows:
        write(work, Kind.LONG_LIST, about=what, rows=before + rows)


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)[:500]
    if isinstance(value, dict):
        return {str(key): _harmless(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_harmless(each) for each in value]
    return value if isinstance(value, (int, float, bool)) or value is None else redact(str(value))[:500]
