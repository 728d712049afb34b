"""Who the appellant is: sealed, one row per ticket, found again only by keyed hash."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base


class Contact(Base):
    """Name, phone and identity number of a ticket's appellant, as sealed by :class:`~hotline.store.sealing.Sealer`."""

    __tablename__ = "contact"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default="person")
    """``person`` or ``company``."""
    name: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    identity: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    identity_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    reply_by: Mapped[str] = mapped_column(String(10), default="sms")
    """How the appellant wants to be answered."""

    __table_args__ = (
        Index("ix_contact_phone", "phone_hash", postgresql_where=text("phone_hash is not null")),
        Index("ix_contact_identity", "identity_hash", postgresql_where=text("identity_hash is not null")),
    )
