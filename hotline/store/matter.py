"""What joins tickets and people: links, events, limits on a number, and who has a call-back in hand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id, Ref


class Tie(StrEnum):
    """Why two tickets stand together; ``label`` is the word on the page."""

    label: str
    CALL = "CALL", "同一通来电"
    REPEAT = "REPEAT", "重复反映"
    RELATED = "RELATED", "相关"
    APART = "APART", "不是同一事项"

    def __new__(cls, code: str, label: str = "") -> Tie:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Link(Base):
    """Two tickets stand together (关联), or were found not to be one matter; a row in each direction."""

    __tablename__ = "link"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    tie: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]

    __table_args__ = (Index("uq_link_ticket_other_tie", "ticket_id", "other_id", "tie", unique=True),)


class Incident(Base):
    """Many tickets about one happening (事件), handled as one under a master."""

    __tablename__ = "incident"

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(50))
    category: Mapped[str] = mapped_column(String(6))
    region: Mapped[str | None] = mapped_column(String(12))
    master_no: Mapped[str] = mapped_column(String(24))
    """The ticket whose dispatch and reply are everybody's."""
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    """When a ticket last joined."""
    grouped_at: Mapped[datetime | None]
    """When so many people stood on it that it became a group's appeal (群体诉求)."""
    briefed_at: Mapped[datetime | None]
    """When the leader was given a brief (专报)."""

    __table_args__ = (Index("ix_incident_last", "last_at", "id"),)


class CallerLimit(Base):
    """A number that may not hold the lines for some days (骚扰限制); never what sounds like an emergency."""

    __tablename__ = "caller_limit"

    id: Mapped[Id]
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime]
    until: Mapped[datetime]
    ground: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(40))
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_caller_limit_phone", "phone_hash", postgresql_where=text("lifted_at is null")),
        Index("ix_caller_limit_until", "until", postgresql_where=text("lifted_at is null")),
    )


class CallbackClaim(Base):
    """Who has a call-back open, and until when nobody else may have it."""

    __tablename__ = "callback_claim"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[Ref]
    person: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]
