"""What a unit asks for on an assignment, and everything that moved a clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clock", sa.Column("basis", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("clock", sa.Column("moves", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.alter_column("clock", "basis", server_default=None)
    op.alter_column("clock", "moves", server_default=None)
    op.create_table(
        "request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("wish", sa.String(length=8), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("more", sa.String(length=20), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_request_assignment_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_request_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index("ix_request_ticket", "request", ["ticket_id", "id"], unique=False)
    op.create_index(
        "uq_request_open", "request", ["assignment_id"], unique=True, postgresql_where=sa.text("outcome = ''")
    )
    op.create_index(
        "ix_request_waiting",
        "request",
        ["wish", "level", "ticket_id"],
        unique=False,
        postgresql_where=sa.text("outcome = ''"),
    )


def downgrade() -> None:
    op.drop_table("request")
    op.drop_column("clock", "moves")
    op.drop_column("clock", "basis")
