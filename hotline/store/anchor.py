"""Anchors: from time to time the house signs how far a chain had come, so that its end can't be cut off unnoticed.

A chain proves its own middle; who holds the database could still drop its newest lines, or a ticket with all its
entries. An anchor says with the deployment's key how many lines there were and what they came to; anchors hang on one
another, and each is also told to a file and the system log, which lie outside the database.

The journal is written by many at once, so an anchor covers only ids that can no longer come late: it closes what the
anchor before had announced, once every transaction of that time is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.audit import AUDIT, ChainHead
from hotline.store.base import Base, Id
from hotline.store.journal import Entry
from hotline.store.sealing import Sealer

JOURNAL = "journal"
_MODULUS = 1 << 256


class Anchor(Base):
    """How far one chain had come at one moment."""

    __tablename__ = "anchor"

    id: Mapped[Id]
    chain: Mapped[str] = mapped_column(String(20))
    n: Mapped[int]
    """1, 2, 3 … within the chain."""
    cut: Mapped[bool] = mapped_column(default=False)
    """It says what was removed because its time of keeping was over, not what is there."""
    at: Mapped[datetime]
    upto: Mapped[int] = mapped_column(BigInteger)
    """The last line covered: its ``seq`` in the audit log, its ``id`` in the journal."""
    upcoming: Mapped[int] = mapped_column(BigInteger, default=0)
    """Where the next anchor of the journal will end."""
    horizon: Mapped[int] = mapped_column(BigInteger, default=0)
    """The number of the database's transaction that made it; the next anchor waits until all before it are over."""
    count: Mapped[int] = mapped_column(BigInteger)
    """Lines since the anchor before."""
    total: Mapped[str] = mapped_column(String(64))
    """Audit log: the hash of the last line. Journal: the sum of the signed hashes, whatever their order."""
    prev: Mapped[str] = mapped_column(String(64), default="")
    mac: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("uq_anchor_chain_n", "chain", "n", unique=True),)


def mac_of(sealer: Sealer, anchor: Anchor) -> str:
    """The signature over every field."""
    a = anchor
    at = a.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (a.chain, a.n, a.cut, at, a.upto, a.upcoming, a.horizon, a.count, a.total, a.prev)
    return sealer.sign("anchor", "|".join(map(str, fields)))


def weight(sealer: Sealer, hashed: str) -> int:
    """What one journal entry adds to the sum."""
    return int(sealer.sign("weight", hashed), 16)


def added(weights: Iterable[int]) -> str:
    """The sum in hex."""
    return f"{sum(weights) % _MODULUS:064x}"


def of_chain(session: Session, chain: str) -> list[Anchor]:
    """Its anchors in order."""
    return list(session.scalars(select(Anchor).where(Anchor.chain == chain).order_by(Anchor.n)))


def last(session: Session, chain: str) -> Anchor | None:
    """Its newest anchor."""
    return session.scalar(select(Anchor).where(Anchor.chain == chain).order_by(Anchor.n.desc()).limit(1))


def put(session: Session, sealer: Sealer, before: Anchor | None, anchor: Anchor) -> Anchor:
    """Hang the anchor on the one before, sign it, keep it."""
    anchor.n = before.n + 1 if before else 1
    anchor.prev = before.mac if before else ""
    anchor.mac = mac_of(sealer, anchor)
    session.add(anchor)
    session.flush()
    return anchor


def anchor_audit(session: Session, sealer: Sealer, now: datetime) -> Anchor | None:
    """A new anchor of the audit log; none when nothing was written since the last."""
    head = session.scalar(select(ChainHead).where(ChainHead.name == AUDIT).with_for_update())
    before = last(session, AUDIT)
    done = before.upto if before else 0
    if head is None or head.seq <= done:
        return None
    new = Anchor(chain=AUDIT, cut=False, at=now, upto=head.seq, upcoming=0, horizon=0)
    new.count, new.total = head.seq - done, head.hash
    return put(session, sealer, before, new)


def anchor_journal(session: Session, sealer: Sealer, now: datetime) -> Anchor | None:
    """A new anchor of the journal; none when nothing is new, or when somebody is still writing what it would cover."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("journal anchor"))))
    before = last(session, JOURNAL)
    mine = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    oldest = session.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar_one()
    newest = session.scalar(select(func.max(Entry.id))) or 0
    if before is None:
        # What is older than the seals was committed before this edition ever ran.
        start, end = 0, session.scalar(select(ChainHead.seq).where(ChainHead.name == JOURNAL)) or 0
    else:
        if before.upcoming == before.upto and newest <= before.upto:
            return None
        if oldest < before.horizon <= mine:
            return None
        start, end = before.upto, before.upcoming
    hashes = session.scalars(select(Entry.hash).where(Entry.id > start, Entry.id <= end)).all()
    new = Anchor(chain=JOURNAL, cut=False, at=now, upto=end, upcoming=max(newest, end), horizon=mine)
    new.count, new.total = len(hashes), added(weight(sealer, each) for each in hashes)
    return put(session, sealer, before, new)
