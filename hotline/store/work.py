"""One piece of work: a transaction with the moment, the person and the rules it runs under.

The only module that begins a transaction. Leaving the block commits; an error undoes everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from hotline.domain.attachment import counted
from hotline.domain.events import Event, Subscriber, listeners
from hotline.domain.permissions import Actor
from hotline.domain.reading import Finder, Reader
from hotline.domain.rulebook import Rulebook
from hotline.store import audit
from hotline.store.attachment import Attachment
from hotline.store.audit import AuditLine
from hotline.store.journal import Entry, digest, seal
from hotline.store.outbox import Line
from hotline.store.sealing import Sealer
from hotline.store.ticket import Ticket


@dataclass(slots=True)
class Work:
    """What a use case needs: the session, the moment, who acts, and the rules in force."""

    session: Session
    now: datetime
    by: Actor
    rules: Rulebook
    sealer: Sealer
    reader: Reader
    """Reads category, type, urgency and place from a text."""
    finder: Finder
    """Cuts a text into the words it is found by."""
    rang: set[Subscriber] = field(default_factory=set)
    """Subscribers with something new to hear once this commits."""
    audits: list[AuditLine] = field(default_factory=list)
    """Lines of the audit log that join its chain as the last act of the transaction."""
    bringing: list[Attachment] = field(default_factory=list)
    """Files that come with the step about to be taken: the next entry of the journal counts and binds them."""

    def record(self, ticket: Ticket, event: Event) -> Entry:
        """Write what happened: a journal entry that seals the one before, and a line for each who must hear of it."""
        if ticket.id is None:
            self.session.flush([ticket])
        ticket.journal_seq += 1
        ticket.version += 1
        ticket.changed_at = self.now
        brought, self.bringing = self.bringing, []
        entry = Entry(
            ticket_id=ticket.id,
            seq=ticket.journal_seq,
            at=self.now,
            actor_id=self.by.id,
            actor=self.by.name,
            role=self.by.role_label,
            unit=self.by.unit,
            action=event.action,
            source=event.source,
            target=event.target,
            payload=event.payload | ({"files": counted(file.kind for file in brought)} if brought else {}),
            address=self.by.source,
            prev_hash=ticket.journal_hash,
        )
        entry.hash = ticket.journal_hash = digest(entry)
        entry.seal = seal(self.sealer, entry)
        self.session.add(entry)
        for file in brought:
            file.ticket_id, file.given_id = ticket.id, file.given_id or ticket.id
            file.seq, file.at, file.action = entry.seq, entry.at, entry.action
            file.role, file.unit = entry.role, entry.unit
        self.session.flush()
        for subscriber in listeners(event):
            self.tell(subscriber, ticket, entry)
        return entry

    def tell(self, subscriber: Subscriber, ticket: Ticket, entry: Entry | None = None) -> None:
        """Leave a line in the outbox."""
        line = Line(subscriber=subscriber, ticket_id=ticket.id, entry_id=entry.id if entry else None, due_at=self.now)
        self.session.add(line)
        self.rang.add(subscriber)


@contextmanager
def begin(
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    by: Actor,
    rules: Rulebook,
    sealer: Sealer,
    reader: Reader,
    finder: Finder,
    isolation: str | None = None,
) -> Iterator[Work]:
    """A transaction around the block; ``isolation`` as PostgreSQL names it, None for its default."""
    with sessions() as session, session.begin():
        if isolation:
            session.connection(execution_options={"isolation_level": isolation})
        work = Work(session, now, by, rules, sealer, reader, finder)
        yield work
        if work.audits:
            session.flush()
            audit.append(session, sealer, work.audits)
