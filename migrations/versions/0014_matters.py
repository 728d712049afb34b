"""Links, events, limits on numbers, and who has a call-back in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("no", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=50), nullable=False),
        sa.Column("category", sa.String(length=6), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("master_no", sa.String(length=24), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("grouped_at", MOMENT, nullable=True),
        sa.Column("briefed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("no", name=op.f("uq_incident_no")),
    )
    op.create_index("ix_incident_last", "incident", ["last_at", "id"])
    op.create_table(
        "link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("tie", sa.String(length=8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_link_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["other_id"], ["ticket.id"], name=op.f("fk_link_other_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index("uq_link_ticket_other_tie", "link", ["ticket_id", "other_id", "tie"], unique=True)
    op.create_table(
        "caller_limit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_limit")),
    )
    standing = sa.text("lifted_at is null")
    op.create_index("ix_caller_limit_phone", "caller_limit", ["phone_hash"], postgresql_where=standing)
    op.create_index("ix_caller_limit_until", "caller_limit", ["until"], postgresql_where=standing)
    op.create_table(
        "callback_claim",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_callback_claim_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_callback_claim")),
    )
    op.add_column("ticket", sa.Column("incident_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_ticket_incident_id_incident"), "ticket", "incident", ["incident_id"], ["id"])
    for name, columns in {"master": ["master_no"], "repeat": ["repeat_of"], "incident": ["incident_id", "id"]}.items():
        there = sa.text(f"{columns[0]} is not null")
        op.create_index(f"ix_ticket_{name}", "ticket", columns, postgresql_where=there)


def downgrade() -> None:
    for name in ("master", "repeat", "incident"):
        op.drop_index(f"ix_ticket_{name}", table_name="ticket")
    op.drop_constraint(op.f("fk_ticket_incident_id_incident"), "ticket", type_="foreignkey")
    op.drop_column("ticket", "incident_id")
    for table in ("callback_claim", "caller_limit", "link", "incident"):
        op.drop_table(table)
