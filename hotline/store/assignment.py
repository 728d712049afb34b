"""The assignment 承办任务: the duty of one unit in one round of one ticket."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.store.base import Base, Id


class Kind(StrEnum):
    """Lead 主办, co 协办, sub-dispatched 下派."""

    LEAD = "LEAD"
    CO = "CO"
    SUB = "SUB"


class Stage(StrEnum):
    """States of an assignment (handbook §4)."""

    SENT = "SENT"
    WORKING = "WORKING"
    RETURN_PENDING = "RETURN_PENDING"
    RETURNED = "RETURNED"
    RECALLED = "RECALLED"
    REPLIED = "REPLIED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


KIND_LABELS = {Kind.LEAD: "主办", Kind.CO: "协办", Kind.SUB: "下派"}
STAGE_LABELS = {
    Stage.SENT: "待签收",
    Stage.WORKING: "办理中",
    Stage.RETURN_PENDING: "退单待审",
    Stage.RETURNED: "已退单",
    Stage.RECALLED: "已收回",
    Stage.REPLIED: "已答复",
    Stage.DONE: "已完成",
    Stage.CANCELLED: "已取消",
}
ACTIVE = (Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING, Stage.REPLIED)
"""Stages in which the unit still answers for the ticket."""


class Assignment(Base):
    """One unit's duty; at most one active lead per ticket (a partial unique index says so too)."""

    __tablename__ = "assignment"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    kind: Mapped[str] = mapped_column(String(4))
    round: Mapped[int] = mapped_column(default=1)
    unit: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(40), default="")
    """Which routing rule sent it, or ``hand`` when a person chose the unit."""

    sent_at: Mapped[datetime]
    sign_due_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    contact_due_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    promise_due_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    severe_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    """The due time was computed without the year's holiday list (暂定)."""
    replied_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    """Set while the handling clock stands still (待补充, 挂起)."""

    returnable: Mapped[bool] = mapped_column(default=True)
    minutes_no: Mapped[str] = mapped_column(String(60), default="")
    """Number of the minutes (会议纪要) by which co-ordination designated this lead; empty for all others."""
    handler_id: Mapped[int | None]
    """The person of the unit who handles it (承办人); None until one is assigned."""
    handler: Mapped[str] = mapped_column(String(40), default="")
    """That person's name."""
    return_requested_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(String(20))
    return_basis: Mapped[str] = mapped_column(Text, default="")
    return_suggested: Mapped[str | None] = mapped_column(String(20))
    return_decided_at: Mapped[datetime | None]
    return_granted: Mapped[bool | None]

    extended: Mapped[int] = mapped_column(default=0)
    fails: Mapped[int] = mapped_column(default=0)
    facts_true: Mapped[bool | None]
    solved: Mapped[bool | None]
    public_reply: Mapped[str] = mapped_column(Text, default="")
    internal_reply: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_assignment_ticket", "ticket_id", "id"),
        Index("ix_assignment_tasks", "unit", "stage", "due_at", "id"),
        Index("ix_assignment_handler", "handler_id", "stage", postgresql_where=text("handler_id is not null")),
        Index("ix_assignment_refused", "unit", "return_decided_at", postgresql_where=text("return_granted is false")),
        Index(
            "uq_assignment_active_lead",
            "ticket_id",
            unique=True,
            postgresql_where=text("kind = 'LEAD' and stage in ('SENT','WORKING','RETURN_PENDING','REPLIED')"),
        ),
    )


def of_ticket(session: Session, ticket_id: int) -> list[Assignment]:
    """All assignments of a ticket, oldest first."""
    return list(session.scalars(select(Assignment).where(Assignment.ticket_id == ticket_id).order_by(Assignment.id)))


def lead_of(session: Session, ticket_id: int) -> Assignment | None:
    """The active lead, if there is one."""
    return session.scalar(
        select(Assignment).where(
            Assignment.ticket_id == ticket_id, Assignment.kind == Kind.LEAD, Assignment.stage.in_(ACTIVE)
        )
    )
