"""Supervisions 督办 and cards 黄牌/红牌: who ordered what, who answered, and which clocks once turned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.domain.supervision import Ground, Level, Stage
from hotline.store.base import Base, Id


class Supervision(Base):
    """One order, or the proposal of one; at most one open per ticket (a partial unique index says so too)."""

    __tablename__ = "supervision"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    stage: Mapped[str] = mapped_column(String(10))
    level: Mapped[int] = mapped_column(SmallInteger)
    ground: Mapped[str] = mapped_column(String(14))
    words: Mapped[str] = mapped_column(Text, default="")
    """What is demanded."""
    unit: Mapped[str] = mapped_column(String(20), default="")
    """Who must answer: the lead unit it was last served on; empty while the centre itself has the ticket."""
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    since: Mapped[datetime]
    """When it was proposed or ordered, or a person of a higher level took it over."""
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(60), default="")
    """Who ordered it, as the journal names them."""
    answer: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(60), default="")
    """Name and post of who signed the answer a level higher."""
    answered_at: Mapped[datetime | None]
    fails: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    """Limits that passed without an answer."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(60), default="")
    end_words: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index(
            "uq_supervision_open",
            "ticket_id",
            unique=True,
            postgresql_where=text("stage in ('OPEN','ANSWERED')"),
        ),
        Index(
            "uq_supervision_proposed",
            "ticket_id",
            "ground",
            unique=True,
            postgresql_where=text("stage = 'PROPOSED'"),
        ),
        Index("ix_supervision_ticket", "ticket_id", "id"),
        Index(
            "ix_supervision_stage",
            "stage",
            "level",
            "id",
            postgresql_where=text("stage in ('OPEN','ANSWERED','PROPOSED')"),
        ),
        Index("ix_supervision_unit", "unit", "id"),
    )

    @property
    def rank(self) -> Level:
        """The level as a word of the domain."""
        return Level(self.level)


class Card(Base):
    """A clock once turned yellow or red: at most one of each, whatever becomes of the due time (handbook §8)."""

    __tablename__ = "card"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(20), default="")
    light: Mapped[str] = mapped_column(String(6))
    """``yellow`` or ``red``."""
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    """What was due when it fell."""

    __table_args__ = (
        Index("uq_card_clock_light", "clock_id", "light", unique=True),
        Index("ix_card_light", "light", "at", "id"),
        Index("ix_card_unit", "unit", "light", "at"),
    )


UNDER_WAY = (Stage.OPEN.value, Stage.ANSWERED.value)


def open_on(session: Session, ticket_id: int) -> Supervision | None:
    """The ticket's open supervision, answered or not."""
    return session.scalar(
        select(Supervision).where(Supervision.ticket_id == ticket_id, Supervision.stage.in_(UNDER_WAY))
    )


def holding(session: Session, ticket_id: int) -> Supervision | None:
    """What keeps the ticket from closing: an open supervision, or one proposed because the appellant is unsatisfied."""
    found = session.scalars(
        select(Supervision)
        .where(
            Supervision.ticket_id == ticket_id,
            Supervision.stage.in_((*UNDER_WAY, Stage.PROPOSED.value)),
        )
        .order_by(Supervision.id)
    ).all()
    return next((s for s in found if s.stage in UNDER_WAY or s.ground == Ground.DISSATISFIED), None)


def of_ticket(session: Session, ticket_id: int) -> list[Supervision]:
    """All supervisions of a ticket, oldest first, proposals among them."""
    return list(session.scalars(select(Supervision).where(Supervision.ticket_id == ticket_id).order_by(Supervision.id)))


def cancel(session: Session, ticket_id: int, at: datetime) -> None:
    """The ticket has ended: what is open or proposed on it ends with it."""
    waiting = (*UNDER_WAY, Stage.PROPOSED.value)
    session.execute(
        update(Supervision)
        .where(Supervision.ticket_id == ticket_id, Supervision.stage.in_(waiting))
        .values(stage=Stage.CANCELLED.value, ended_at=at)
    )
