"""The knowledge base: items with versions, questions, reports, uses, and what units owe it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    "knowledge_duty",
    "knowledge_use",
    "knowledge_feedback",
    "knowledge_question",
    "knowledge_version",
    "knowledge_item",
)


def upgrade() -> None:
    op.create_table(
        "knowledge_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("category", sa.String(length=6), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("policy_from", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_item")),
        sa.UniqueConstraint("title", name=op.f("uq_knowledge_item_title")),
    )
    op.create_index("ix_knowledge_item_category", "knowledge_item", ["category", "status", "id"], unique=False)
    op.create_index(
        "ix_knowledge_item_ends",
        "knowledge_item",
        ["valid_to", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'PUBLISHED'"),
    )
    op.create_index(
        "ix_knowledge_item_pinned",
        "knowledge_item",
        ["pinned_until"],
        unique=False,
        postgresql_where=sa.text("pinned_until is not null"),
    )
    op.create_index(
        "ix_knowledge_item_reported", "knowledge_item", ["id"], unique=False, postgresql_where=sa.text("reports > 0")
    )
    op.create_index("ix_knowledge_item_unit", "knowledge_item", ["unit", "status", "valid_to", "id"], unique=False)
    op.create_index("ix_knowledge_item_words", "knowledge_item", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "knowledge_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["knowledge_item.id"], name=op.f("fk_knowledge_version_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_version")),
    )
    op.create_index(
        "ix_knowledge_version_proposed",
        "knowledge_version",
        ["at", "id"],
        unique=False,
        postgresql_where=sa.text("stage = 'PROPOSED'"),
    )
    op.create_index("uq_knowledge_version_item_id_n", "knowledge_version", ["item_id", "n"], unique=True)
    op.create_table(
        "knowledge_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=6), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("policy_from", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["knowledge_item.id"], name=op.f("fk_knowledge_question_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_question")),
    )
    op.create_index("ix_knowledge_question_asker", "knowledge_question", ["asked_by_id", "id"], unique=False)
    op.create_index(
        "ix_knowledge_question_open",
        "knowledge_question",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "knowledge_feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["knowledge_item.id"], name=op.f("fk_knowledge_feedback_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_feedback")),
    )
    op.create_index("ix_knowledge_feedback_item_id", "knowledge_feedback", ["item_id"], unique=False)
    op.create_index(
        "ix_knowledge_feedback_open",
        "knowledge_feedback",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_table(
        "knowledge_use",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["knowledge_item.id"], name=op.f("fk_knowledge_use_item_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_knowledge_use_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_use")),
    )
    op.create_index("ix_knowledge_use_item_id", "knowledge_use", ["item_id", "at"], unique=False)
    op.create_index("ix_knowledge_use_ticket_id", "knowledge_use", ["ticket_id"], unique=False)
    op.create_table(
        "knowledge_duty",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("question_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["knowledge_item.id"], name=op.f("fk_knowledge_duty_item_id")),
        sa.ForeignKeyConstraint(["question_id"], ["knowledge_question.id"], name=op.f("fk_knowledge_duty_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_duty")),
    )
    op.create_index(
        "ix_knowledge_duty_due",
        "knowledge_duty",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("cancelled_at is null"),
    )
    op.create_index("ix_knowledge_duty_item_id", "knowledge_duty", ["item_id"], unique=False)
    op.create_index("ix_knowledge_duty_question_id", "knowledge_duty", ["question_id"], unique=False)
    op.create_index("ix_knowledge_duty_unit", "knowledge_duty", ["unit", "due_at"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
