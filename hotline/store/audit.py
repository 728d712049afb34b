"""The audit log: one chain, append-only, each line bound to the one before by a keyed hash (handbook §12).

Lines are appended when the transaction is about to commit, as its very last act: only then is the chain's head locked.
So nobody waits for somebody else's work, and no lock is ever taken after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id
from hotline.store.sealing import Sealer

AUDIT = "audit"
"""Name of the chain."""


class AuditLine(Base):
    """One line. It never changes; it leaves when its time is over, and an anchor says so."""

    __tablename__ = "audit"

    id: Mapped[Id]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    """1, 2, 3 … without a gap; none only on lines older than the chain, until its first line takes them in."""
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    """A :class:`hotline.domain.audit.Kind`."""
    person_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(60), default="")
    """Name of the member of staff, 诉求人 or 系统; never the appellant's name."""
    role: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    ticket_no: Mapped[str] = mapped_column(String(20), default="")
    owner: Mapped[str] = mapped_column(String(20), default="")
    """The unit whose data it was about: the ticket's lead unit at that moment; empty: the centre's."""
    about: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Everything else as JSON; no personal data."""
    address: Mapped[str] = mapped_column(String(45), default="")
    prev_hash: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        Index("uq_audit_seq", "seq", unique=True),
        Index("ix_audit_at", "at"),
        Index("ix_audit_kind", "kind", "at"),
        Index("ix_audit_person", "person_id", "at"),
        Index("ix_audit_ticket", "ticket_no", "at", postgresql_where=text("ticket_no <> ''")),
        Index("ix_audit_unit", "unit", "at"),
        Index("ix_audit_owner", "owner", "at"),
    )


class ChainHead(Base):
    """The end of a chain: the row that whoever appends holds until the transaction ends."""

    __tablename__ = "chain_head"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")


def digest(sealer: Sealer, line: AuditLine) -> str:
    """The keyed hash over every field of the line and the previous hash, in hex."""
    fields = [
        line.seq,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.kind,
        line.person_id,
        line.actor,
        line.role,
        line.unit,
        line.ticket_no,
        line.owner,
        line.about,
        line.words,
        line.address,
        line.prev_hash,
    ]
    return sealer.sign("audit", json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def append(session: Session, sealer: Sealer, lines: Iterable[AuditLine]) -> None:
    """Put the lines at the end of the chain; call it last in a transaction."""
    taken = insert(ChainHead).values(name=AUDIT, seq=0, hash="")
    taken = taken.on_conflict_do_update(index_elements=["name"], set_={"seq": ChainHead.seq})
    seq, before = session.execute(taken.returning(ChainHead.seq, ChainHead.hash)).one()
    new = list(lines)
    if seq == 0:
        older = select(AuditLine).where(AuditLine.seq.is_(None)).order_by(AuditLine.id)
        new = [*session.scalars(older), *new]
    for line in new:
        seq += 1
        line.seq, line.prev_hash = seq, before
        line.hash = before = digest(sealer, line)
        session.add(line)
    session.flush()
    session.execute(update(ChainHead).where(ChainHead.name == AUDIT).values(seq=seq, hash=before))
