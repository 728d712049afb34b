"""What every integration test may ask for: one real PostgreSQL and one real Redis per test process.

``DATABASE_URL`` and ``REDIS_URL`` are honoured; without them both are started from our own packages, in a temporary
folder, with durability switched off.
"""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import sqlalchemy as sa

from hotline.settings import sqlalchemy_url
from hotline.stack.child import Child, Program, stop_together
from hotline.stack.postgres import Postgres
from hotline.stack.redis_server import RedisServer
from hotline.stack.schema import MIGRATIONS, upgrade

PATIENCE = timedelta(seconds=30)

# How long one example takes on a busy machine proves nothing about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def _servers_folder() -> Iterator[Path]:
    # Not pytest's own folder: its path is too long for a socket, and closed to the account PostgreSQL runs under.
    with tempfile.TemporaryDirectory(prefix="hotline-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def server_url(_servers_folder: Path) -> Iterator[str]:
    """The address of the server itself, as its administrator: for tests that make databases of their own."""
    if given := os.environ.get("DATABASE_URL"):
        yield sqlalchemy_url(given)
        return
    server = Postgres.at(_servers_folder, durable=False)
    server.prepare()
    log = _servers_folder / "postgres.log"
    child = Child(Program("postgres", server.command(), account=server.account, stop_by=signal.SIGQUIT), log)
    assert server.wait(PATIENCE, alive=child.alive), log.read_text()
    server.ensure_database()
    yield server.url("postgres", user="postgres")
    stop_together([child])


class _Databases:
    """Databases made for this session, and dropped with it."""

    def __init__(self, server: str) -> None:
        self._server = sa.make_url(server)
        self._administrator = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._prefix, self._numbers = f"hotline_test_{uuid4().hex[:10]}", count(1)
        self._made: list[str] = []

    def make(self, *, template: str | None = None) -> str:
        """The address of a new database, a copy of the one at the address ``template``."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{sa.make_url(template).database}"' if template else ""))
        self._made.append(name)
        return self._server.set(database=name).render_as_string(hide_password=False)

    def drop(self) -> None:
        """Drops them all, whoever is still connected."""
        for name in self._made:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with self._administrator.connect() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def _databases(server_url: str) -> Iterator[_Databases]:
    databases = _Databases(server_url)
    yield databases
    databases.drop()


@pytest.fixture(scope="session")
def empty_database(_databases: _Databases) -> Callable[[], str]:
    """Makes a further database without anything in it."""
    return _databases.make


@pytest.fixture(scope="session")
def new_database(_databases: _Databases) -> Callable[[], str]:
    """Makes a further database with the whole schema and no rows."""
    template = _databases.make()
    _build(template)
    return lambda: _databases.make(template=template)


def _build(url: str) -> None:
    if (MIGRATIONS / "env.py").exists():
        upgrade(url)
        return
    from hotline.store.base import Base  # until the first migration lands

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    Base.metadata.create_all(engine)


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], str]) -> str:
    """The address of this session's database: migrated once, shared by its tests (roll back what you write)."""
    return new_database()


@pytest.fixture(scope="session")
def redis_url(_servers_folder: Path) -> Iterator[str]:
    """The address of this session's Redis."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    server = RedisServer.at(_servers_folder)
    server.prepare()
    child = Child(Program("redis", server.command()), _servers_folder / "redis.log")
    assert server.wait(PATIENCE, alive=child.alive), (_servers_folder / "redis.log").read_text()
    yield server.url()
    stop_together([child])
