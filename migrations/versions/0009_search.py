"""Finding tickets: a row of words and scope beside each, kept by the database itself; searches that people keep."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TRIGGERS = (
    """
    CREATE FUNCTION search_scope(the_ticket bigint) RETURNS varchar[] LANGUAGE sql STABLE AS $$
        SELECT array(
            SELECT key FROM (
                SELECT t.lead_unit AS key FROM ticket t WHERE t.id = the_ticket
                UNION SELECT 'r' || left(t.region, 6) FROM ticket t WHERE t.id = the_ticket
                UNION SELECT a.unit FROM assignment a WHERE a.ticket_id = the_ticket
            ) keys WHERE key IS NOT NULL ORDER BY key
        )::varchar[]
    $$
    """,
    """
    CREATE FUNCTION search_ticket_taken() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO ticket_search (ticket_id, scope) VALUES (NEW.id, search_scope(NEW.id));
        INSERT INTO search_due (ticket_id) VALUES (NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION search_ticket_said() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO search_due (ticket_id) VALUES (NEW.id);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION search_ticket_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        the_ticket bigint := CASE TG_TABLE_NAME WHEN 'ticket' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                                ELSE (to_jsonb(NEW) ->> 'ticket_id')::bigint END;
        keys varchar[] := search_scope(the_ticket);
    BEGIN
        UPDATE ticket_search SET scope = keys WHERE ticket_id = the_ticket AND scope IS DISTINCT FROM keys;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER search_taken AFTER INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION search_ticket_taken()
    """,
    """
    CREATE TRIGGER search_said AFTER UPDATE OF title, content, address, public_reply ON ticket FOR EACH ROW
    WHEN ((OLD.title, OLD.content, OLD.address, OLD.public_reply)
          IS DISTINCT FROM (NEW.title, NEW.content, NEW.address, NEW.public_reply))
    EXECUTE FUNCTION search_ticket_said()
    """,
    """
    CREATE TRIGGER search_moved AFTER UPDATE OF lead_unit, region ON ticket FOR EACH ROW
    WHEN ((OLD.lead_unit, OLD.region) IS DISTINCT FROM (NEW.lead_unit, NEW.region))
    EXECUTE FUNCTION search_ticket_moved()
    """,
    """
    CREATE TRIGGER search_asked AFTER INSERT OR UPDATE OF unit ON assignment FOR EACH ROW
    EXECUTE FUNCTION search_ticket_moved()
    """,
)
"""Whoever writes a ticket or an assignment, its row of search follows in the same transaction."""


def upgrade() -> None:
    op.create_table(
        "ticket_search",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_search_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_search")),
    )
    op.create_table(
        "search_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_search_due_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_due")),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("criteria", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index("uq_saved_search_person_id_key", "saved_search", ["person_id", "key"], unique=True)
    op.create_index("ix_saved_search_recent", "saved_search", ["person_id", "used_at"], unique=False)
    op.create_index(
        "uq_saved_search_person_id_name",
        "saved_search",
        ["person_id", "name"],
        unique=True,
        postgresql_where=sa.text("name <> ''"),
    )
    for statement in TRIGGERS:
        op.execute(statement)
    op.execute("INSERT INTO ticket_search (ticket_id, scope) SELECT id, search_scope(id) FROM ticket")
    op.execute("INSERT INTO search_due (ticket_id) SELECT id FROM ticket ORDER BY id DESC")
    op.create_index(
        "ix_ticket_search_found",
        "ticket_search",
        ["words", "scope"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 512},
    )
    op.drop_index("ix_ticket_words", table_name="ticket")
    op.drop_column("ticket", "words")


def downgrade() -> None:
    op.add_column("ticket", sa.Column("words", postgresql.TSVECTOR(), nullable=True))
    op.create_index("ix_ticket_words", "ticket", ["words"], unique=False, postgresql_using="gin")
    for name, table in (
        ("search_taken", "ticket"),
        ("search_said", "ticket"),
        ("search_moved", "ticket"),
        ("search_asked", "assignment"),
    ):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in ("search_ticket_taken()", "search_ticket_said()", "search_ticket_moved()", "search_scope(bigint)"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("saved_search")
    op.drop_table("search_due")
    op.drop_table("ticket_search")
