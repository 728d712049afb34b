"""Messages to one member of staff, and what waits for their next digest."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_memo_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_memo_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo")),
    )
    op.create_index("ix_memo_person", "memo", ["person_id", "id"])
    op.create_index("ix_memo_unread", "memo", ["person_id"], postgresql_where=sa.text("read_at is null"))
    op.create_index("ix_memo_entry", "memo", ["entry_id"], postgresql_where=sa.text("entry_id is not null"))
    op.create_table(
        "digest",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("yellow", "red", "above", "severe", "ordered")),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent_n", sa.Integer(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_digest_ticket_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest")),
    )
    op.create_index("ix_digest_since", "digest", ["since"], postgresql_where=sa.text("since is not null"))


def downgrade() -> None:
    op.drop_table("digest")
    op.drop_table("memo")
