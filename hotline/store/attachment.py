"""The row of a file that somebody gave: what it is, with which step it came, and who may see it. Not its bytes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Attachment(Base):
    """A file. Until its form is sent it belongs to no ticket and waits."""

    __tablename__ = "attachment"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Names the bytes on the disk; who gave the file takes it to a ticket by it."""
    once: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Tells an upload that is sent again: a hash over whose it is and its ``Idempotency-Key``."""
    person_id: Mapped[int | None]
    """The member of staff who uploaded it; None: somebody from outside."""
    uploaded_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(10))
    mime: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    thumb: Mapped[bool] = mapped_column(default=False)

    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    given_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """The ticket through which it came: another one than ``ticket_id`` only when that was merged into it."""
    seq: Mapped[int | None]
    """Number of the journal's entry of the step it came with."""
    at: Mapped[datetime | None]
    action: Mapped[str] = mapped_column(String(20), default="")
    role: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    public: Mapped[bool] = mapped_column(default=False)
    """Goes out with the public reply."""
    released: Mapped[bool] = mapped_column(default=False)
    """Of a sealed ticket: the centre has looked at it and let it through to the units."""

    __table_args__ = (
        Index("ix_attachment_ticket", "ticket_id", "id"),
        Index("ix_attachment_given", "given_id", "id"),
        Index("ix_attachment_waiting", "uploaded_at", postgresql_where=text("ticket_id is null")),
    )


def of_ticket(session: Session, ticket_id: int) -> list[Attachment]:
    """Its files, the oldest first."""
    return list(session.scalars(select(Attachment).where(Attachment.ticket_id == ticket_id).order_by(Attachment.id)))


def with_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of the keys that have a row."""
    return set(session.scalars(select(Attachment.key).where(Attachment.key.in_(keys))))
