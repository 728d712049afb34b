"""Supervisions, cards, and how far above the unit a red clock was told of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = sa.text("stage in ('OPEN','ANSWERED','PROPOSED')")


def upgrade() -> None:
    op.add_column("clock", sa.Column("told_above", sa.SmallInteger(), nullable=False, server_default="0"))
    op.create_index(
        "ix_clock_above",
        "clock",
        ["told_above", "due_at"],
        postgresql_where=sa.text(
            "kind = 'handling' and stopped_at is null and paused_at is null and red_at is not null and told_above < 2"
        ),
    )
    op.create_table(
        "supervision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("ground", sa.String(length=14), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=False),
        sa.Column("end_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_supervision_ticket_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_supervision_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index(
        "uq_supervision_open",
        "supervision",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("stage in ('OPEN','ANSWERED')"),
    )
    op.create_index(
        "uq_supervision_proposed",
        "supervision",
        ["ticket_id", "ground"],
        unique=True,
        postgresql_where=sa.text("stage = 'PROPOSED'"),
    )
    op.create_index("ix_supervision_ticket", "supervision", ["ticket_id", "id"])
    op.create_index("ix_supervision_stage", "supervision", ["stage", "level", "id"], postgresql_where=WAITING)
    op.create_index("ix_supervision_unit", "supervision", ["unit", "id"])
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("light", sa.String(length=6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_card_ticket_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_card_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
    )
    op.create_index("uq_card_clock_light", "card", ["clock_id", "light"], unique=True)
    op.create_index(op.f("ix_card_ticket_id"), "card", ["ticket_id"])
    op.create_index("ix_card_light", "card", ["light", "at", "id"])
    op.create_index("ix_card_unit", "card", ["unit", "light", "at"])


def downgrade() -> None:
    op.drop_table("card")
    op.drop_table("supervision")
    op.drop_index("ix_clock_above", table_name="clock")
    op.drop_column("clock", "told_above")
