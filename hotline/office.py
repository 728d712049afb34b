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
from hotline.domain.facts import Counting
from hotline.domain.permissions import HOUSE, Actor
from hotline.domain.rulebook import Rulebook
from hotline.reader import TextReader
from hotline.settings import CONFIG, Settings
from hotline.settings.calendar import read_calendar
from hotline.settings.city import read_city
from hotline.settings.places import read_gazetteer
from hotline.settings.reading import SettingsFaulty
from hotline.settings.routing import read_rules
from hotline.settings.sla import read_limits
from hotline.store.organisation import Revision
from hotline.store.sealing import Sealer
from hotline.store.work import Work, begin
from hotline.usecases import setup

log = logging.getLogger(__name__)

BELL = "hotline:bell"
"""Redis list that wakes the relay; it carries nothing but the ring itself."""
LOOK_AGAIN = 5.0
"""Seconds after which a process asks whether the organisation has been changed."""


class Office:
    """Database, rules, secrets and reader of one process."""

    def __init__(self, settings: Settings, database_url: str, redis_url: str, *, config: Path = CONFIG) -> None:
        self.settings = settings
        self.redis_url = redis_url
        self.engine = sa.create_engine(
            database_url, pool_size=settings.storage.pool, max_overflow=10, pool_pre_ping=True, pool_recycle=1800
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, class_=Session)
        self.sealer = Sealer(settings.secrets.key)
        self._config = config
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._revision = -1
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
        """The rules in force; units and categories are read again after a change."""
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

    def _look(self) -> None:
        with self._sessions() as session:
            revision = session.scalar(sa.select(Revision.n).where(Revision.name == "organisation")) or 0
        if revision != self._revision:
            self._rules, self._reader = self._read(revision)
            self._revision = revision
        self._looked = time.monotonic()

    def _read(self, revision: int) -> tuple[Rulebook, TextReader]:
        config, settings = self._config, self.settings
        city, city_faults = read_city(config)
        if revision:
            city = self._stored(city)
        calendar, calendar_faults = read_calendar(config / "calendar")
        limits, limit_faults = read_limits(config / "sla", settings.sla.profile)
        routing, routing_faults = read_rules(config / "routing.toml", city)
        gazetteer, place_faults = read_gazetteer(config / "places", city)
        faults = [*map(str, city_faults), *calendar_faults, *limit_faults]
        faults += [str(fault) for fault in (*routing_faults, *place_faults)]
        if faults or limits is None:
            raise SettingsFaulty(faults)
        rules = Rulebook(
            city=city,
            calendar=calendar,
            limits=limits,
            counting=Counting(centre=city.centre),
            routing=routing,
            signature=f"【{settings.sms.signature}】",
            public_url=settings.server.public_url or f"http://{settings.server.host}:{settings.server.port}",
            auto_threshold=settings.routing.auto_threshold,
            two_factor=settings.security.two_factor,
            lock_after=settings.security.attempts,
            lock_for=settings.security.locked_for,
            session_for=settings.security.session_at_most,
        )
        return rules, TextReader(settings.classifier.model, gazetteer, city)

    def _stored(self, shipped: City) -> City:
        with self._sessions() as session:
            units, categories = setup.organisation(session)
        return City.of(units, categories, root=shipped.root, centre=shipped.centre)
