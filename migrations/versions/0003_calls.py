"""Calls as the telephone exchange tells of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index("uq_call_gateway_call_id", "call", ["gateway", "call_id"], unique=True)
    op.create_index(
        "ix_call_seat", "call", ["agent", "first_at"], unique=False, postgresql_where=sa.text("ended_at is null")
    )
    op.create_index(
        "ix_call_phone",
        "call",
        ["phone_hash"],
        unique=False,
        postgresql_where=sa.text("phone_hash is not null"),
    )


def downgrade() -> None:
    op.drop_table("call")
