"""What use cases need from outside, made once per process; the only place that reads a clock."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.orm import Session, sessionmaker

from hotline.domain.city import City
from hotline.domain.permissions import HOUSE, Actor
from hotline.domain.rulebook import Rulebook
from hotline.reader import TextReader, WordFinder
from hotline.settings import CONFIG, Settings
from hotline.settings import editions as settings_editions
from hotline.settings.city import read_city
from hotline.settings.places import read_gazetteer
from hotline.settings.reading import SettingsFaulty
from hotline.store.organisation import Revision
from hotline.store.sealing import Sealer
from hotline.store.vault import Vault
from hotline.store.work import Work, begin
from hotline.usecases import editions, setup

log = logging.getLogger(__name__)

BELL = "hotline:bell"
"""Redis list that wakes the relay; it carries nothing but the ring itself."""
LOOK_AGAIN = 5.0
"""Seconds after which a process asks whether the organisation or the rules have been changed."""
BOOKS_KEPT = 24
"""Rulebooks of other moments that a process keeps: two years of monthly changes."""


class Office:
    """Database, rules, secrets and reader of one process."""

    def __init__(self, settings: Settings, database_url: str, redis_url: str, *, config: Path = CONFIG) -> None:
        self.settings = settings
        self.redis_url = redis_url
        self.engine = sa.create_engine(
            database_url, pool_size=settings.storage.pool, max_overflow=10, pool_pre_ping=True, pool_recycle=1800
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, class_=Session)
        self.vault = Vault(settings.data / "attachments")
        self.sealer = Sealer(settings.secrets.key)
        self.finder = WordFinder()
        self._config = config
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._revision = -1
        self._city: City | None = None
        self._shipped: dict[str, settings_editions.Table] = {}
        self._books: dict[tuple[tuple[str, int], ...], Rulebook] = {}
        self._rules: Rulebook | None = None
        self._reader: TextReader | None = None

    @classmethod
    def open(cls, settings: Settings) -> Office:
        """The office of this deployment; connects when it is first needed."""
        return cls(settings, settings.storage.database_url, settings.storage.redis_url)

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)

    @cached_property
    def redis(self) -> Redis:
        """Redis of this deployment; only carries."""
        return Redis.from_url(self.redis_url, socket_timeout=15, socket_connect_timeout=5, health_check_interval=15)

    @contextmanager
    def begin(self, by: Actor = HOUSE, *, isolation: str | None = None) -> Iterator[Work]:
        """One transaction for ``by``; leaving the block commits, and then rings for whoever must hear of it."""
        with begin(
            self._sessions,
            now=self.now(),
            by=by,
            rules=self.rules,
            sealer=self.sealer,
            reader=self.reader,
            finder=self.finder,
            isolation=isolation,
        ) as work:
            yield work
        if work.rang:
            self.ring()

    def ring(self) -> None:
        """Wake the relay. Redis may be away: then the relay looks by itself a moment later."""
        try:
            pipe = self.redis.pipeline(transaction=False)
            pipe.lpush(BELL, b"1")
            pipe.ltrim(BELL, 0, 0)
            pipe.execute()
        except RedisError:
            log.debug("the bell did not ring; the relay polls")

    # -- rules -------------------------------------------------------------------------------------------------------

    @property
    def rules(self) -> Rulebook:
        """The rules in force; a change of the organisation or a new edition is seen within seconds."""
        if self._rules is None or time.monotonic() - self._looked > LOOK_AGAIN:
            with self._lock:
                if self._rules is None or time.monotonic() - self._looked > LOOK_AGAIN:
                    self._look()
        assert self._rules is not None, "looking always finds rules"
        return self._rules

    @property
    def reader(self) -> TextReader:
        """Reads category, urgency and place from a text."""
        assert self.rules, "rules are read before a text"
        assert self._reader is not None, "the reader is made with the rules"
        return self._reader

    def look_again(self) -> None:
        """Take a change into account at once: for who has just made one."""
        self._looked = float("-inf")

    def _look(self) -> None:
        with self._sessions() as session:
            organisation = session.scalar(sa.select(Revision.n).where(Revision.name == "organisation")) or 0
            editions_now = editions.ids_in_force(session, self.now())
        if self._city is None or organisation != self._revision:
            self._city, self._reader = self._read_city(organisation)
            self._revision, self._books = organisation, {}
        self._rules = self._book(editions_now)
        self._looked = time.monotonic()

    def _then(self, moment: datetime) -> Rulebook:
        with self._sessions() as session:
            wanted = editions.ids_in_force(session, moment)
        return self._book(wanted)

    def _book(self, wanted: dict[str, int]) -> Rulebook:
        """The rulebook with these editions; the last few are kept."""
        key = tuple(sorted(wanted.items()))
        if key not in self._books:
            if len(self._books) >= BOOKS_KEPT:
                self._books.pop(next(iter(self._books)))
            self._books[key] = self._read(wanted)
        return self._books[key]

    def _read_city(self, revision: int) -> tuple[City, TextReader]:
        city, faults = read_city(self._config)
        if revision:
            with self._sessions() as session:
                units, categories = setup.organisation(session)
            city = City.of(units, categories, root=city.root, centre=city.centre)
        gazetteer, place_faults = read_gazetteer(self._config / "places", city)
        shipped, unread = settings_editions.shipped(self._config, self.settings.sla.profile)
        _, said = settings_editions.read(shipped, city)
        for name, each in said.items():
            # A rule may name a unit that the administrators have dissolved since; that is told, and stops nothing.
            unread += [] if revision and settings_editions.KINDS[name].lenient else each
        if told := [*map(str, faults), *unread, *map(str, place_faults)]:
            raise SettingsFaulty(told)
        self._shipped = shipped
        return city, TextReader(self.settings.classifier.model, gazetteer, city)

    def _read(self, wanted: dict[str, int]) -> Rulebook:
        assert self._city is not None, "the city is read first"
        settings, city = self.settings, self._city
        with self._sessions() as session:
            bodies = editions.bodies(session, wanted.values())
        parts, faults = settings_editions.read_over(self._shipped, bodies, city)
        for name, said in faults.items():
            log.error("the edition of %s in force has faults: %s", name, "; ".join(said))
        return Rulebook(
            city=city,
            **parts,
            help_every=settings.sms.help_every,
            signature=f"【{settings.sms.signature}】",
            public_url=settings.server.public_url or f"http://{settings.server.host}:{settings.server.port}",
            auto_threshold=settings.routing.auto_threshold,
            two_factor=settings.security.two_factor,
            lock_after=settings.security.attempts,
            lock_for=settings.security.locked_for,
            session_for=settings.security.session_at_most,
            shipped=self._shipped,
            faults={name: tuple(said) for name, said in faults.items()},
            then=self._then,
        )
