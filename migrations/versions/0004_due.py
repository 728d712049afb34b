"""Tickets in the order in which they fall due, whatever their states."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ticket_due", "ticket", ["due_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ticket_due", table_name="ticket")
