"""The ticket 工单: the record of one appeal over its whole life, and the ways to find it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.domain.lifecycle import State
from hotline.store.base import Base, Id


class Ticket(Base):
    """One appeal. Only ``usecases/progress`` writes ``state``."""

    __tablename__ = "ticket"

    id: Mapped[Id]
    no: Mapped[str] = mapped_column(String(24), unique=True)
    query_code: Mapped[str] = mapped_column(String(6))
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes; a form carries the version it saw."""
    state: Mapped[str] = mapped_column(String(20))
    origin_state: Mapped[str | None] = mapped_column(String(20))
    """Where NEED_INFO returns to."""
    round: Mapped[int] = mapped_column(default=1)
    close_mode: Mapped[str | None] = mapped_column(String(12))

    channel: Mapped[str] = mapped_column(String(20))
    source_line: Mapped[str | None] = mapped_column(String(20))
    call_id: Mapped[str | None] = mapped_column(String(80))
    type: Mapped[str | None] = mapped_column(String(10))
    urgency: Mapped[str] = mapped_column(String(10), default="NORMAL")
    complex: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    publish_consent: Mapped[bool] = mapped_column(default=False)
    category: Mapped[str | None] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(50))
    content: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str | None] = mapped_column(String(12))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    tags: Mapped[list[str]] = mapped_column(default=list)

    lead_unit: Mapped[str | None] = mapped_column(String(20))
    complained_unit: Mapped[str | None] = mapped_column(String(20))
    """The unit whose own staff's conduct is complained about: it may not lead (handbook §12)."""
    master_no: Mapped[str | None] = mapped_column(String(24))
    repeat_of: Mapped[str | None] = mapped_column(String(24))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    """The event it belongs to."""

    routed_at: Mapped[datetime | None]
    """When the rules last looked at it; None means it waits for them."""
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What the rules propose: ``{unit, score, reason, rule}``, best first."""
    suggested: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the classifier read: ``{categories, words, confidence, type, urgency}``."""
    why_waiting: Mapped[str] = mapped_column(String(200), default="")
    """Why a person must decide, in words."""

    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    first_dispatched_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    called_back_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]
    """When its appellant was forgotten for good (handbook §12 keep)."""
    changed_at: Mapped[datetime]
    """Last event of any kind."""
    due_at: Mapped[datetime | None]
    """When the next answer is due: of the running clock that matters in this state."""
    promise_due_at: Mapped[datetime | None]
    """The first handling due time ever promised; kept for ever."""
    paused_seconds: Mapped[int] = mapped_column(default=0)

    info_asked: Mapped[int] = mapped_column(default=0)
    returns_granted: Mapped[int] = mapped_column(default=0)
    urged: Mapped[int] = mapped_column(default=0)
    urged_at: Mapped[datetime | None]
    """When the appellant last urged; the centre may urge at any time."""
    public_reply: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str | None] = mapped_column(String(1))
    """S solved, P partly, U unsolved: the last valid answer of the appellant."""
    score: Mapped[int | None]
    """5 very satisfied … 1 very dissatisfied: the last valid answer."""
    rated_at: Mapped[datetime | None]
    rework_wanted: Mapped[bool] = mapped_column(default=False)
    """The appellant is not satisfied; a reviewer decides between rework and keeping the result."""
    callback_tries: Mapped[int] = mapped_column(default=0)
    repeated_at: Mapped[datetime | None]
    """When the same person came again with the same matter within 15 days of closing."""

    journal_seq: Mapped[int] = mapped_column(default=0)
    journal_hash: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        Index("ix_ticket_queue", "state", "due_at", "id"),
        Index("ix_ticket_due", "due_at", "id"),
        Index("ix_ticket_unit_queue", "lead_unit", "state", "due_at", "id"),
        Index("ix_ticket_newest", "created_at", "id"),
        Index("ix_ticket_category", "category", "created_at"),
        Index("ix_ticket_call", "call_id", postgresql_where=text("call_id is not null")),
        Index("ix_ticket_master", "master_no", postgresql_where=text("master_no is not null")),
        Index("ix_ticket_repeat", "repeat_of", postgresql_where=text("repeat_of is not null")),
        Index("ix_ticket_incident", "incident_id", "id", postgresql_where=text("incident_id is not null")),
        Index("ix_ticket_unrouted", "id", postgresql_where=text("routed_at is null")),
    )

    @property
    def at(self) -> State:
        """The state as a word of the lifecycle."""
        return State(self.state)


class Supplement(Base):
    """Text added to an appeal after it was taken; append-only."""

    __tablename__ = "supplement"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(20))
    """诉求人 or the role that wrote it down."""
    text: Mapped[str] = mapped_column(Text)


class TicketSerial(Base):
    """How many tickets a day has had; the row is the day's counter."""

    __tablename__ = "ticket_serial"

    on: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class Receipt(Base):
    """What a channel has already delivered: the same key again is the same ticket, not a second one."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(200))
    body_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    __table_args__ = (Index("uq_receipt_channel_external_id", "channel", "external_id", unique=True),)


def by_no(session: Session, no: str, *, lock: bool = False, wait: bool = True) -> Ticket | None:
    """The ticket with this number, its row locked until the transaction ends if ``lock``.

    Without ``wait`` one that somebody else has locked looks as if it were not there.
    """
    if not (no.isascii() and no.isprintable()):
        return None
    query = select(Ticket).where(Ticket.no == no)
    if lock:
        query = query.with_for_update(skip_locked=not wait).execution_options(populate_existing=True)
    return session.scalar(query)


def next_serial(session: Session, on: date) -> int:
    """The next serial number of the day; holds the day's counter until the transaction ends, so take it last."""
    taken = insert(TicketSerial).values(on=on, n=1)
    taken = taken.on_conflict_do_update(index_elements=["on"], set_={"n": TicketSerial.n + 1})
    return session.execute(taken.returning(TicketSerial.n)).scalar_one()


def claim(session: Session, channel: str, external_id: str, body_hash: str, at: datetime) -> tuple[Receipt, bool]:
    """The receipt for this delivery, and whether it is new.

    A second delivery of the same key waits here until the first has committed or failed.
    """
    new = insert(Receipt).values(channel=channel, external_id=external_id, body_hash=body_hash, at=at)
    session.execute(new.on_conflict_do_nothing(index_elements=["channel", "external_id"]))
    receipt = session.scalars(
        select(Receipt).where(Receipt.channel == channel, Receipt.external_id == external_id).with_for_update()
    ).one()
    return receipt, receipt.ticket_id is None
