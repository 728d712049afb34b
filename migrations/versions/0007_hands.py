"""Who decided, who handles, and what needs two people: precedents, joint steps, the assignment's handler."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("minutes_no", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("assignment", sa.Column("handler_id", sa.Integer(), nullable=True))
    op.add_column("assignment", sa.Column("handler", sa.String(length=40), nullable=False, server_default=""))
    op.alter_column("assignment", "minutes_no", server_default=None)
    op.alter_column("assignment", "handler", server_default=None)
    op.create_index(
        "ix_assignment_handler",
        "assignment",
        ["handler_id", "stage"],
        postgresql_where=sa.text("handler_id is not null"),
    )
    op.create_index(
        "ix_assignment_refused",
        "assignment",
        ["unit", "return_decided_at"],
        postgresql_where=sa.text("return_granted is false"),
    )
    op.add_column("ticket", sa.Column("complained_unit", sa.String(length=20), nullable=True))
    op.create_table(
        "precedent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("category", sa.String(length=6), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("lead", sa.String(length=20), nullable=False),
        sa.Column("co_units", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("minutes_no", sa.String(length=60), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("auto", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_precedent_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedent")),
    )
    op.create_index("ix_precedent_category", "precedent", ["category"], postgresql_where=sa.text("ended_at is null"))
    op.create_table(
        "joint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("supervisor", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_joint_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint")),
    )
    op.create_index(
        "uq_joint_open", "joint", ["ticket_id"], unique=True, postgresql_where=sa.text("settled_at is null")
    )
    op.create_index("ix_joint_ticket", "joint", ["ticket_id", "id"])


def downgrade() -> None:
    op.drop_table("joint")
    op.drop_table("precedent")
    op.drop_column("ticket", "complained_unit")
    op.drop_index("ix_assignment_refused", table_name="assignment")
    op.drop_index("ix_assignment_handler", table_name="assignment")
    op.drop_column("assignment", "handler")
    op.drop_column("assignment", "handler_id")
    op.drop_column("assignment", "minutes_no")
