"""Why a point of the score was taken back, and replies that were called false."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("score_point", sa.Column("taken_back_by", sa.String(60), nullable=False, server_default=""))
    op.add_column("score_point", sa.Column("taken_back_words", sa.String(200), nullable=False, server_default=""))
    for name in ("taken_back_by", "taken_back_words"):
        op.alter_column("score_point", name, server_default=None)
    op.create_index("ix_score_point_ticket", "score_point", ["ticket_no"], postgresql_where=sa.text("ticket_no <> ''"))
    op.create_index("ix_rating_false_reply", "rating", ["at"], postgresql_where=sa.text("reason like '%false_reply%'"))


def downgrade() -> None:
    op.drop_index("ix_rating_false_reply", table_name="rating")
    op.drop_index("ix_score_point_ticket", table_name="score_point")
    op.drop_column("score_point", "taken_back_words")
    op.drop_column("score_point", "taken_back_by")
