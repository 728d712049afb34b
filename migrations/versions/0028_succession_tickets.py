"""How many open tickets a merged unit had."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("succession", sa.Column("tickets", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("succession", "tickets", server_default=None)


def downgrade() -> None:
    op.drop_column("succession", "tickets")
