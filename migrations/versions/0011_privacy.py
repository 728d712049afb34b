"""Unmaskings, relayed messages, and what accounts and sessions need to be kept safe."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NO, NOTHING = sa.text("false"), sa.text("''")
ADDED = [
    ("person", "must_change", sa.Boolean(), NO),
    ("person", "must_enrol", sa.Boolean(), NO),
    ("person", "totp_pending", sa.LargeBinary(), NOTHING),
    ("sign_in", "program", sa.Boolean(), NO),
    ("sign_in", "address", sa.String(45), NOTHING),
    ("sign_in", "agent", sa.String(120), NOTHING),
]


def upgrade() -> None:
    op.add_column("person", sa.Column("totp_last", sa.BigInteger(), nullable=True))
    for table, name, kind, value in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column(table, name, server_default=None)
    op.create_table(
        "unmasking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("data", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_unmasking_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmasking")),
    )
    op.create_index("ix_unmasking_ticket", "unmasking", ["ticket_id", "person_id", "until"], unique=False)
    op.create_table(
        "relayed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("call", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(60), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_relayed_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_relayed_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relayed")),
    )
    op.create_index("ix_relayed_ticket", "relayed", ["ticket_id", "id"], unique=False)
    op.create_index(
        "ix_relayed_open", "relayed", ["at"], unique=False, postgresql_where=sa.text("done_at is null and call")
    )


def downgrade() -> None:
    op.drop_table("relayed")
    op.drop_table("unmasking")
    for table, name, _, _ in reversed(ADDED):
        op.drop_column(table, name)
    op.drop_column("person", "totp_last")
