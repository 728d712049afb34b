"""Knowledge items with their versions, questions, reports and uses, and what units owe the knowledge base."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from hotline.domain.knowledge import Content, Kind
from hotline.store.base import Base, Id


class Item(Base):
    """One item as it is published; a draft holds what was handed in first. What was said before stands in versions."""

    __tablename__ = "knowledge_item"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(128), unique=True)
    category: Mapped[str] = mapped_column(String(6))
    body: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    keywords: Mapped[list[str]]
    region: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    source: Mapped[str] = mapped_column(String(200), default="")
    policy_from: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    """Number of the version that is shown."""
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    pinned_until: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)
    """How often somebody was answered from it."""
    reports: Mapped[int] = mapped_column(default=0)
    """Reports that nobody has looked at yet."""
    words: Mapped[Any] = mapped_column(TSVECTOR)

    __table_args__ = (
        Index("ix_knowledge_item_words", "words", postgresql_using="gin"),
        Index("ix_knowledge_item_category", "category", "status", "id"),
        Index("ix_knowledge_item_unit", "unit", "status", "valid_to", "id"),
        Index("ix_knowledge_item_ends", "valid_to", "id", postgresql_where=sql("status = 'PUBLISHED'")),
        Index("ix_knowledge_item_pinned", "pinned_until", postgresql_where=sql("pinned_until is not null")),
        Index("ix_knowledge_item_reported", "id", postgresql_where=sql("reports > 0")),
    )

    @property
    def content(self) -> Content:
        """What it says."""
        return Content(
            self.title,
            self.category,
            self.body,
            self.unit,
            Kind(self.kind),
            tuple(self.keywords),
            self.region,
            self.valid_from,
            self.valid_to,
            self.source,
            self.policy_from,
        )


class Version(Base):
    """What an item said, or what somebody wants it to say."""

    __tablename__ = "knowledge_version"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    n: Mapped[int]
    stage: Mapped[str] = mapped_column(String(10))
    """PROPOSED, PUBLISHED, SUPERSEDED or DECLINED."""
    content: Mapped[dict[str, Any]]
    by_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(20), default="")
    """Unit of who handed it in."""
    at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500), default="")
    """Why it was changed, or declined."""

    __table_args__ = (
        Index("uq_knowledge_version_item_id_n", "item_id", "n", unique=True),
        Index("ix_knowledge_version_proposed", "at", "id", postgresql_where=sql("stage = 'PROPOSED'")),
    )


class Question(Base):
    """Something the knowledge base does not answer yet: an agent's question, or a policy that must become an item."""

    __tablename__ = "knowledge_question"

    id: Mapped[Id]
    text: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(6), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    """The unit that must answer; empty: the editors choose it first."""
    policy_from: Mapped[date | None]
    """Set for a policy: the day it takes effect."""
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    counts_from: Mapped[datetime]
    """Where its limit begins: when it was asked, the policy's first day, or when it came to the right unit."""
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))

    __table_args__ = (
        Index("ix_knowledge_question_open", "due_at", "id", postgresql_where=sql("closed_at is null")),
        Index("ix_knowledge_question_asker", "asked_by_id", "id"),
    )


class Feedback(Base):
    """An item reported as wrong, expired or unclear."""

    __tablename__ = "knowledge_feedback"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(500))
    by: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        Index("ix_knowledge_feedback_item_id", "item_id"),
        Index("ix_knowledge_feedback_open", "due_at", "id", postgresql_where=sql("done_at is null")),
    )


class Use(Base):
    """One answer given from an item, and from which of its versions."""

    __tablename__ = "knowledge_use"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("knowledge_item.id"))
    version: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_id: Mapped[int | None]

    __table_args__ = (
        Index("ix_knowledge_use_item_id", "item_id", "at"),
        Index("ix_knowledge_use_ticket_id", "ticket_id"),
    )


class DutyRow(Base):
    """What a unit owes; ``cancelled_at`` when it turned out not to be its duty. The update rate counts these rows."""

    __tablename__ = "knowledge_duty"

    id: Mapped[Id]
    unit: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(8))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_item.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_question.id"))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_knowledge_duty_unit", "unit", "due_at"),
        Index("ix_knowledge_duty_due", "due_at", postgresql_where=sql("cancelled_at is null")),
        Index("ix_knowledge_duty_item_id", "item_id"),
        Index("ix_knowledge_duty_question_id", "question_id"),
    )
