"""From when a knowledge question's limit counts, and when a unit was reminded of what ends."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("knowledge_question", sa.Column("counts_from", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE knowledge_question SET counts_from ="
        " coalesce(policy_from::timestamp AT TIME ZONE 'Asia/Shanghai', asked_at)"
    )
    op.alter_column("knowledge_question", "counts_from", nullable=False)
    op.add_column("knowledge_duty", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("knowledge_duty", "reminded_at")
    op.drop_column("knowledge_question", "counts_from")
