"""One chain for the audit log, seals on the journal, and anchors for both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = {
    "actor": sa.String(60),
    "role": sa.String(120),
    "unit": sa.String(20),
    "ticket_no": sa.String(20),
    "owner": sa.String(20),
    "prev_hash": sa.String(64),
    "hash": sa.String(64),
}
INDEXES = {
    "ix_audit_kind": ["kind", "at"],
    "ix_audit_person": ["person_id", "at"],
    "ix_audit_unit": ["unit", "at"],
    "ix_audit_owner": ["owner", "at"],
}


def upgrade() -> None:
    op.alter_column("audit", "what", new_column_name="kind")
    op.alter_column("audit", "detail", new_column_name="about")
    op.add_column("audit", sa.Column("seq", sa.BigInteger(), nullable=True))
    for name, kind in NEW.items():
        op.add_column("audit", sa.Column(name, kind, nullable=False, server_default=""))
        op.alter_column("audit", name, server_default=None)
    op.add_column("audit", sa.Column("words", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.alter_column("audit", "words", server_default=None)
    op.execute("UPDATE audit SET kind = 'import' WHERE kind LIKE 'import\\_%'")
    op.create_index("uq_audit_seq", "audit", ["seq"], unique=True)
    for name, columns in INDEXES.items():
        op.create_index(name, "audit", columns, unique=False)
    op.create_index(
        "ix_audit_ticket", "audit", ["ticket_no", "at"], unique=False, postgresql_where=sa.text("ticket_no <> ''")
    )
    op.create_table(
        "chain_head",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "anchor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("upcoming", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
    )
    op.create_index("uq_anchor_chain_n", "anchor", ["chain", "n"], unique=True)
    op.add_column("journal", sa.Column("seal", sa.String(length=64), nullable=False, server_default=""))
    op.alter_column("journal", "seal", server_default=None)
    # Entries written until now have no seal; their chains hold, and the first anchor will sign them as they are.
    op.execute("INSERT INTO chain_head (name, seq, hash) SELECT 'journal', coalesce(max(id), 0), '' FROM journal")


def downgrade() -> None:
    op.drop_column("journal", "seal")
    op.drop_table("anchor")
    op.drop_table("chain_head")
    op.drop_index("ix_audit_ticket", table_name="audit")
    for name in INDEXES:
        op.drop_index(name, table_name="audit")
    op.drop_index("uq_audit_seq", table_name="audit")
    for name in ("words", "seq", *NEW):
        op.drop_column("audit", name)
    op.alter_column("audit", "about", new_column_name="detail")
    op.alter_column("audit", "kind", new_column_name="what")
