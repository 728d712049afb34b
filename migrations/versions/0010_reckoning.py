"""Exclusions, frozen months, scores and notices; telephone traffic by half hours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "bulletin",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(length=60), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("objections_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_bulletin")),
    )
    op.create_table(
        "call_figure",
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Numeric(precision=14, scale=0), nullable=False),
        sa.PrimaryKeyConstraint("slot_at", "key", name=op.f("pk_call_figure")),
    )
    op.create_table(
        "frozen_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_frozen_month")),
    )
    op.create_table(
        "score_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ticket_no", sa.String(length=24), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_point")),
    )
    op.create_index("ix_score_point_month", "score_point", ["month", "unit"], unique=False)
    op.create_table(
        "seat_day",
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("counted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("agent", "on", name=op.f("pk_seat_day")),
    )
    op.create_index(
        "ix_seat_day_due", "seat_day", ["due_at"], unique=False, postgresql_where=sa.text("due_at is not null")
    )
    op.create_table(
        "seat_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_event")),
    )
    op.create_index("uq_seat_event", "seat_event", ["agent", "at", "kind"], unique=True)
    op.create_table(
        "adjustment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("hits", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("total", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["frozen_month.month"], name=op.f("fk_adjustment_month")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_adjustment_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    op.create_index("ix_adjustment_month", "adjustment", ["month", "key", "unit", "id"], unique=False)
    op.create_index(op.f("ix_adjustment_ticket_id"), "adjustment", ["ticket_id"], unique=False)
    op.create_table(
        "frozen_rate",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("hits", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["frozen_month.month"], name=op.f("fk_frozen_rate_month")),
        sa.PrimaryKeyConstraint("month", "unit", "key", name=op.f("pk_frozen_rate")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["bulletin.month"], name=op.f("fk_objection_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_month", "objection", ["month", "unit"], unique=True)
    op.create_table(
        "exclusion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("rating_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rating_id"], ["rating.id"], name=op.f("fk_exclusion_rating_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_exclusion_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
        sa.UniqueConstraint("rating_id", name=op.f("uq_exclusion_rating_id")),
    )
    op.create_index(
        "ix_exclusion_decided",
        "exclusion",
        ["decided_at", "id"],
        unique=False,
        postgresql_where=sa.text("decided_at is not null"),
    )
    op.create_index(op.f("ix_exclusion_ticket_id"), "exclusion", ["ticket_id"], unique=False)
    op.create_index(
        "ix_exclusion_waiting",
        "exclusion",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("decided_at is null"),
    )
    op.add_column("call", sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("call", sa.Column("outward", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("call", "outward", server_default=None)
    op.add_column(
        "call", sa.Column("holds", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")
    )
    op.alter_column("call", "holds", server_default=None)
    op.add_column("call", sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "call", sa.Column("counted", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}")
    )
    op.alter_column("call", "counted", server_default=None)
    op.add_column("call", sa.Column("count_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_call_count", "call", ["count_at"], unique=False, postgresql_where=sa.text("count_at is not null")
    )


def downgrade() -> None:

    op.drop_index("ix_call_count", table_name="call", postgresql_where=sa.text("count_at is not null"))
    op.drop_column("call", "count_at")
    op.drop_column("call", "counted")
    op.drop_column("call", "ready_at")
    op.drop_column("call", "holds")
    op.drop_column("call", "outward")
    op.drop_column("call", "queued_at")
    op.drop_index("ix_exclusion_waiting", table_name="exclusion", postgresql_where=sa.text("decided_at is null"))
    op.drop_index(op.f("ix_exclusion_ticket_id"), table_name="exclusion")
    op.drop_index("ix_exclusion_decided", table_name="exclusion", postgresql_where=sa.text("decided_at is not null"))
    op.drop_table("exclusion")
    op.drop_index("ix_objection_month", table_name="objection")
    op.drop_table("objection")
    op.drop_table("frozen_rate")
    op.drop_index(op.f("ix_adjustment_ticket_id"), table_name="adjustment")
    op.drop_index("ix_adjustment_month", table_name="adjustment")
    op.drop_table("adjustment")
    op.drop_index("uq_seat_event", table_name="seat_event")
    op.drop_table("seat_event")
    op.drop_index("ix_seat_day_due", table_name="seat_day", postgresql_where=sa.text("due_at is not null"))
    op.drop_table("seat_day")
    op.drop_index("ix_score_point_month", table_name="score_point")
    op.drop_table("score_point")
    op.drop_table("frozen_month")
    op.drop_table("call_figure")
    op.drop_table("bulletin")
