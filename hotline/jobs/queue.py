"""The one queue of RQ, and how a job is put there: at most one of a kind waits at a time."""

from __future__ import annotations

import logging

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

QUEUE = "hotline"
WAITS = "hotline:waits:{}"
WAITS_FOR = 60
"""Seconds after which a waiting job that nobody took is enqueued again (its queue may have been emptied)."""
LONGEST = 300
"""Seconds a batch may take before its worker gives it up."""


def queue(redis: Redis) -> Queue:
    """The queue; job values are JSON, never pickles."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer, default_timeout=LONGEST)


def wake(redis: Redis, name: str) -> None:
    """See to it that the job ``name`` of ``jobs/tasks`` starts after this call.

    RQ's own ``unique`` also holds while the job runs, and after a killed worker until its time is up; here the mark is
    taken off when the job starts, so what comes in meanwhile gets a run of its own.
    """
    if redis.set(WAITS.format(name), b"1", nx=True, ex=WAITS_FOR):
        queue(redis).enqueue(f"hotline.jobs.tasks.{name}", result_ttl=0, failure_ttl=86_400)


def nudge(redis: Redis, name: str) -> None:
    """Wake a job that the timetable wakes anyway: Redis may be away."""
    try:
        wake(redis, name)
    except RedisError:
        log.warning("redis is away; the timetable will wake %s", name)


def started(redis: Redis, name: str) -> None:
    """The job ``name`` waits no more."""
    redis.delete(WAITS.format(name))
