"""Memos are found by their ticket when its appellant is forgotten."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_memo_ticket", "memo", ["ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_memo_ticket", table_name="memo")
