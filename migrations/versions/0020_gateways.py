"""Secrets of gateways that were rotated by the security administrator."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("client", sa.Column("sealed", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    op.alter_column("client", "sealed", server_default=None)


def downgrade() -> None:
    op.drop_column("client", "sealed")
