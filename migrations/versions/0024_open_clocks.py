"""Open clocks are found without reading the closed ones."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_clock_open", "clock", ["ticket_id", "id"], postgresql_where=sa.text("stopped_at is null"))


def downgrade() -> None:
    op.drop_index("ix_clock_open", table_name="clock")
