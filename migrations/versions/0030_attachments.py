"""Files given with an appeal, a supplement or a step; their bytes lie in the data folder."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("once", sa.String(64), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("mime", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("thumb", sa.Boolean(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("given_id", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("role", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_attachment_ticket_id"),
        sa.ForeignKeyConstraint(["given_id"], ["ticket.id"], name="fk_attachment_given_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("key", name="uq_attachment_key"),
        sa.UniqueConstraint("once", name="uq_attachment_once"),
    )
    op.create_index("ix_attachment_ticket", "attachment", ["ticket_id", "id"])
    op.create_index("ix_attachment_given", "attachment", ["given_id", "id"])
    op.create_index(
        "ix_attachment_waiting", "attachment", ["uploaded_at"], postgresql_where=sa.text("ticket_id is null")
    )


def downgrade() -> None:
    op.drop_table("attachment")
