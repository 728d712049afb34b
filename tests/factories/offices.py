"""The house in a test: a real database, the real rules, and a clock that stands where it is put."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline import settings
from hotline.domain.calendar import ZONE
from hotline.domain.reading import Reader
from hotline.office import Office
from hotline.settings.city import read_city
from hotline.store.base import Base
from hotline.store.organisation import CategoryRow, UnitRow
from hotline.usecases import setup
from tests.factories.appeals import plain_reader

MORNING = datetime(2026, 3, 11, 9, 30, tzinfo=ZONE)
"""A Wednesday, in office hours, with no holiday near."""
KEPT = ("unit", "category", "revision")


def local(text: str) -> datetime:
    """A moment as the desk writes it, such as ``2026-03-11 09:30``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class SetOffice(Office):
    """An office whose present moment is set, and whose reader needs no model."""

    moment: datetime = MORNING
    plain: Reader | None = staticmethod(plain_reader)
    """None: the reader of the house."""

    since: float | None = None
    """When the clock was let run; None: it stands."""

    def now(self) -> datetime:
        """Where the clock was put, or as far as it has run from there."""
        return self.moment if self.since is None else self.moment + timedelta(seconds=time.monotonic() - self.since)

    def let_run(self) -> None:
        """From now on time passes."""
        self.since = time.monotonic()

    @property
    def reader(self) -> Reader:
        """The plain reader, or the house's."""
        return self.plain or super().reader

    def at(self, moment: datetime | str) -> None:
        """Put the clock there."""
        self.moment = local(moment) if isinstance(moment, str) else moment

    def later(self, **span: float) -> None:
        """Let time pass: ``later(hours=2)``."""
        self.moment += timedelta(**span)

    def value(self, query: sa.Select[tuple[object]]) -> object:
        """The single value of a query."""
        with self.begin() as work:
            return work.session.scalar(query)


def open_office(database_url: str, redis_url: str, data: Path) -> SetOffice:
    """An office over this database, with the city that we ship."""
    office = SetOffice(settings.load({}, data_dir=data), database_url, redis_url)
    with office.begin() as work:
        if not setup.is_loaded(work):
            city, _ = read_city(settings.CONFIG)
            setup.load_organisation(work, city.units.values(), city.categories.values())
    return office


def empty(office: Office) -> None:
    """Forget everything but the organisation."""
    # Few rows in many tables: deleting takes a tenth of the time of TRUNCATE, which makes new files.
    with office.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in KEPT:
                connection.execute(sa.delete(table))


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile.

    Without the look at the rules: that comes every few seconds, whoever asks.
    """
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM revision" not in statement and "FROM edition" not in statement:
            asked.append(statement)

    sa.event.listen(office.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(office.engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def shared_office(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SetOffice]:
    """One office for the whole session; ask for ``office`` instead."""
    made = open_office(new_database(), redis_url, tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.fixture
def as_shipped(office: SetOffice) -> Iterator[None]:
    """For a test that changes the organisation, which all tests of a session share: it is put back as it was."""
    city = office.rules.city
    yield
    office.look_again()
    if office.rules.city is city:
        return
    with office.begin() as work:
        setup.load_organisation(work, city.units.values(), city.categories.values())
        for code in office.rules.city.units.keys() - city.units.keys():
            work.session.delete(work.session.get_one(UnitRow, code))
        for code in office.rules.city.categories.keys() - city.categories.keys():
            work.session.delete(work.session.get_one(CategoryRow, code))
    office.look_again()
    assert office.rules.city.units.keys() == city.units.keys()


@pytest.fixture
def office(shared_office: SetOffice) -> SetOffice:
    """An office without tickets, on a Wednesday morning."""
    empty(shared_office)
    shared_office.look_again()  # rules that the test before has saved are gone
    shared_office.redis.flushdb()
    shared_office.at(MORNING)
    shared_office.plain = plain_reader
    return shared_office
