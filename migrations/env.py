"""Runs migrations: one transaction each, with a lock timeout so that a busy table is not blocked for long."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from hotline.store.schema import Base

config = context.config


def run() -> None:
    """Bring the database at ``sqlalchemy.url`` to the asked revision."""
    engine = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
