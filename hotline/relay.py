"""Carries what was committed to whoever must hear of it; one process, restarted when it dies.

Each subscriber has its own lines and its own transaction: lines are taken, delivered and deleted together, so what a
subscriber writes to the database happens exactly once. What leaves the house (Redis, Socket.IO) is only a hint, sent
after the commit: whoever misses it reads the database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from hotline.domain.errors import Refused
from hotline.domain.events import Subscriber
from hotline.jobs.queue import nudge
from hotline.live import Live
from hotline.office import BELL, Office
from hotline.store.outbox import Line
from hotline.store.work import Work
from hotline.usecases import board, indexing, notices

log = logging.getLogger(__name__)

BATCH = 200
PATIENCE = 0.5
"""Seconds between two looks when nobody rings."""
PAUSES = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600))
"""Before a failing line is tried again; after the last one it is parked where people see it."""

After = Callable[[], None]
"""What is told once the delivery has committed."""


class Relay:
    """The subscribers of one house."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.live = Live(office)
        self._deliver: dict[Subscriber, Callable[[Work, Sequence[Line]], After]] = {
            Subscriber.BOARD: self._board,
            Subscriber.NOTICE: self._notice,
            Subscriber.ROUTE: self._route,
            Subscriber.LIVE: self._desks,
        }

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop. A database that is away is waited for."""
        while not stop.is_set():
            try:
                busy = self.round()
            except SQLAlchemyError as error:
                log.warning("the database is away: %s", type(error).__name__)
                stop.wait(PATIENCE)
                continue
            if not busy:
                self._wait(stop)

    def round(self) -> bool:
        """One batch for every subscriber; whether there was anything to do."""
        busy = sum(self.deliver(subscriber) for subscriber in self._deliver) > 0
        busy = self._file() or busy
        self.live.flush()
        return busy

    def deliver(self, subscriber: Subscriber, most: int = BATCH) -> int:
        """Deliver the oldest lines of one subscriber; returns how many. No subscriber holds up another."""
        ids: list[int] = []
        try:
            with self._office.begin() as work:
                if not _alone(work, subscriber):
                    return 0
                lines = _take(work, subscriber, most)
                ids = [line.id for line in lines]
                if not lines:
                    return 0
                after = self._deliver[subscriber](work, lines)
                work.session.execute(sa.delete(Line).where(Line.id.in_(ids)))
        except (SQLAlchemyError, Refused, ValueError, KeyError, AssertionError, TypeError) as fault:
            if isinstance(fault, sa.exc.OperationalError) or not ids:
                raise
            if len(ids) > 1:
                return self.deliver(subscriber, 1)
            self._put_off(ids[0], fault)
            return 1
        after()
        return len(ids)

    def _file(self) -> bool:
        """File what was said under its words; whether there was anything to file."""
        with self._office.begin() as work:
            return _alone(work, "search") and indexing.file_due(work) > 0

    def _put_off(self, line_id: int, fault: Exception) -> None:
        log.exception("outbox line %s failed", line_id, exc_info=fault)
        with self._office.begin() as work:
            line = work.session.get_one(Line, line_id)
            line.attempts += 1
            line.fault = f"{type(fault).__name__}: {fault}"[:500]
            if line.attempts > len(PAUSES):
                line.parked_at = work.now
            else:
                line.due_at = work.now + PAUSES[line.attempts - 1]

    def _board(self, work: Work, lines: Sequence[Line]) -> After:
        changed = board.remark(work, [line.ticket_id for line in lines])
        fresh = [line.entry_id for line in lines if line.entry_id]
        return lambda: self.live.board(changed, fresh)

    def _notice(self, work: Work, lines: Sequence[Line]) -> After:
        entries = [line.entry_id for line in lines if line.entry_id]
        made = notices.compose(work, entries)

        def after() -> None:
            if made:
                nudge(self._office.redis, "send")
                self.live.notices(entries)

        return after

    def _route(self, work: Work, lines: Sequence[Line]) -> After:
        return lambda: nudge(self._office.redis, "route")

    def _desks(self, work: Work, lines: Sequence[Line]) -> After:
        entries = [line.entry_id for line in lines if line.entry_id]
        return lambda: self.live.desks(entries)

    def _wait(self, stop: threading.Event) -> None:
        hints = self.live.wait()
        patience = PATIENCE if hints is None else min(max(hints, 0.01), PATIENCE)
        try:
            self._office.redis.blpop([BELL], timeout=patience)
        except RedisError:
            stop.wait(patience)


def waiting(work: Work) -> int:
    """How many lines have not been delivered (parked ones included)."""
    return work.session.scalar(sa.select(sa.func.count()).select_from(Line)) or 0


def _alone(work: Work, subscriber: str) -> bool:
    """One relay at a time per subscriber (or other work of the relay), whichever machine it runs on."""
    key = sa.func.hashtextextended(f"relay/{subscriber}", 0)
    return bool(work.session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))))


def _take(work: Work, subscriber: Subscriber, most: int) -> Sequence[Line]:
    return work.session.scalars(
        sa.select(Line)
        .where(Line.subscriber == subscriber, Line.parked_at.is_(None), Line.due_at <= work.now)
        .order_by(Line.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
