"""The journal: what happened to a ticket, append-only, each entry sealed by the hash of the one before."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id
from hotline.store.sealing import Sealer


class Entry(Base):
    """One event. Corrections are new entries; nothing updates or deletes one."""

    __tablename__ = "journal"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    """1, 2, 3 … within the ticket."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(60))
    """Name of the person on duty, 诉求人 or 系统; never the appellant's name."""
    role: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20), default="")
    action: Mapped[str] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    address: Mapped[str] = mapped_column(String(45), default="")
    """Network address of the request."""
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), default="")
    """What only this deployment can write under the hash; empty on entries older than the seal."""

    __table_args__ = (
        Index("uq_journal_ticket_seq", "ticket_id", "seq", unique=True),
        Index("ix_journal_at", "at"),
    )


def digest(entry: Entry) -> str:
    """SHA-256 over every field of the entry and the previous hash, in hex."""
    fields = [
        entry.ticket_id,
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor,
        entry.role,
        entry.unit,
        entry.action,
        entry.source,
        entry.target,
        entry.payload,
        entry.address,
        entry.prev_hash,
    ]
    return sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def seal(sealer: Sealer, entry: Entry) -> str:
    """The keyed hash of the entry's hash: who can write to the database but lacks the key can't make one."""
    return sealer.sign("journal", entry.hash)


def removed(sealer: Sealer, entry: Entry) -> str:
    """The seal of an entry whose payload the house itself redacted when its time of keeping was over.

    Its hash stays, so the chain still holds; that the house did it, and left this payload, only the key could say.
    """
    left = json.dumps(entry.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sealer.sign("journal, payload redacted", f"{entry.hash}\n{left}")


def of_ticket(session: Session, ticket_id: int) -> list[Entry]:
    """The ticket's entries in order."""
    return list(session.scalars(select(Entry).where(Entry.ticket_id == ticket_id).order_by(Entry.seq)))
