"""Migrations: one head, leading to the models, and back again."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotline.stack import schema
from hotline.store.schema import Base


def config(url: str) -> Config:
    return schema._config(url)


def differences(url: str) -> list[object]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def tables(url: str) -> set[str]:
    return set(sa.inspect(sa.create_engine(url, poolclass=sa.NullPool)).get_table_names())


def test_there_is_one_head_and_one_root() -> None:
    scripts = ScriptDirectory.from_config(config("postgresql://nobody"))
    assert len(scripts.get_heads()) == 1, "rebase the newer migration on the older one"
    assert len(scripts.get_bases()) == 1


def test_the_migrations_lead_to_the_models(new_database: Callable[[], str]) -> None:
    assert differences(new_database()) == [], "write the migration that is missing"


def test_every_migration_can_be_taken_back_and_done_again(empty_database: Callable[[], str]) -> None:
    url = empty_database()
    schema.upgrade(url)
    before = tables(url)
    command.downgrade(config(url), "base")
    assert tables(url) <= {"alembic_version"}
    schema.upgrade(url)
    assert tables(url) == before
    assert differences(url) == []
    assert schema.at_head(url)


def test_migrating_twice_changes_nothing(new_database: Callable[[], str]) -> None:
    url = new_database()
    schema.upgrade(url)
    assert schema.at_head(url)
