"""Titles are found by their full pinyin: the words of every ticket are cut anew, the newest first."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("INSERT INTO search_due (ticket_id) SELECT id FROM ticket ORDER BY id DESC")


def downgrade() -> None:
    """What is filed more does no harm."""
