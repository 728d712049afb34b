"""Bringing a database's schema to the newest migration, and telling whether it is there."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotline.settings import ROOT, sqlalchemy_url

MIGRATIONS = ROOT / "migrations"

ONE_AT_A_TIME = 12345
"""The key of the advisory lock: two machines that start together migrate one after the other."""


def upgrade(url: str) -> None:
    """The schema of the database at ``url`` is at the newest migration."""
    engine = sa.create_engine(sqlalchemy_url(url), poolclass=sa.NullPool)
    with engine.connect() as guard:
        guard.execute(sa.select(sa.func.pg_advisory_lock(ONE_AT_A_TIME)))
        command.upgrade(_config(url), "head")


def at_head(url: str) -> bool:
    """Whether nothing is left to migrate."""
    return set(heads(url)) == set(ScriptDirectory.from_config(_config(url)).get_heads())


def heads(url: str) -> list[str]:
    """The migrations the database at ``url`` stands at."""
    engine = sa.create_engine(sqlalchemy_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return list(MigrationContext.configure(connection).get_current_heads())


def unknown(revisions: Iterable[str]) -> list[str]:
    """Those of ``revisions`` that this version has never heard of: they come from a newer one."""
    if not MIGRATIONS.exists():
        return list(revisions)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    return [revision for revision in revisions if revision not in known]


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    return config
