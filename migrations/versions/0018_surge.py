"""Surges with their batches and briefs; who called a missed caller back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("call", sa.Column("called_back_at", MOMENT, nullable=True))
    op.add_column("call", sa.Column("called_back_by", sa.String(length=60), nullable=False, server_default=""))
    op.create_index(
        "ix_call_missed",
        "call",
        ["first_at"],
        postgresql_where=sa.text("answered_at is null and ended_at is not null and called_back_at is null"),
    )
    op.create_table(
        "surge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=True),
        sa.Column("half", sa.String(length=4), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Numeric(10, 2), nullable=False),
        sa.Column("on_at", MOMENT, nullable=True),
        sa.Column("on_by", sa.String(length=60), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("off_at", MOMENT, nullable=True),
        sa.Column("off_by", sa.String(length=60), nullable=False),
        sa.Column("off_why", sa.Text(), nullable=False),
        sa.Column("briefed_at", MOMENT, nullable=True),
        sa.Column("batched_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surge")),
    )
    op.create_index(
        "uq_surge_stage", "surge", ["stage"], unique=True, postgresql_where=sa.text("stage in ('ON','PROPOSED')")
    )
    op.create_table(
        "surge_batch",
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_surge_batch")),
    )
    op.create_table(
        "surge_brief",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("surge_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["surge_id"], ["surge.id"], name=op.f("fk_surge_brief_surge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surge_brief")),
    )
    op.create_index(op.f("ix_surge_brief_surge_id"), "surge_brief", ["surge_id"])


def downgrade() -> None:
    op.drop_table("surge_brief")
    op.drop_table("surge_batch")
    op.drop_table("surge")
    op.drop_index("ix_call_missed", table_name="call")
    op.drop_column("call", "called_back_by")
    op.drop_column("call", "called_back_at")
