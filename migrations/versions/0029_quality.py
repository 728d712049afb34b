"""What QA gave for the serving of callers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_score",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("of_id", sa.BigInteger(), nullable=False),
        sa.Column("of_name", sa.String(40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quality_score"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_quality_score_ticket_id_ticket"),
        sa.ForeignKeyConstraint(["of_id"], ["person.id"], name="fk_quality_score_of_id_person"),
    )
    op.create_index("ix_quality_score_ticket", "quality_score", ["ticket_id", "id"])
    op.create_index("ix_quality_score_at", "quality_score", ["at"])


def downgrade() -> None:
    op.drop_table("quality_score")
