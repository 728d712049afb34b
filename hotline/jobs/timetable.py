"""When the house looks by itself. Every entry is harmless if run twice or missed: it only wakes a job."""

from __future__ import annotations

import logging

from redis import Redis
from rq.cron import CronJob, CronScheduler
from rq.utils import now

from hotline.jobs import tasks
from hotline.jobs.queue import QUEUE, wake

log = logging.getLogger(__name__)

EVERY = {
    tasks.route: 15,
    tasks.send: 15,
    tasks.sweep: 20,
    tasks.supervise: 60,
    tasks.digests: 30,
    tasks.surge_watch: 60,
    tasks.foresee: 3 * 3600,
    tasks.tick: 20,
    tasks.join_texts: 60,
    tasks.organise: 20,
    tasks.hand_over: 20,
    tasks.count_calls: 20,
    tasks.follow_rules: 60,
    tasks.look_ahead: 3600,
    tasks.freeze: 3600,
    tasks.forget_sessions: 3600,
    tasks.anchor: 3600,
    tasks.sweep_files: 3600,
    tasks.retain: 86400,
}
"""Job → seconds between two looks."""


class Timetable(CronScheduler):
    """RQ's cron scheduler, putting its jobs where ours go: one of a kind, in JSON."""

    def enqueue_jobs(self) -> list[CronJob]:
        """Wake the jobs whose time has come."""
        due = [job for job in self._cron_jobs if job.should_run()]
        for job in due:
            assert job.func is not None, "every entry names a function"
            wake(self.connection, job.func.__name__)
            job.set_enqueue_time(now())
        return due


def timetable(redis: Redis) -> Timetable:
    """The scheduler with every entry, ready to ``start()``."""
    scheduler = Timetable(redis, logging_level=logging.WARNING)
    for function, seconds in EVERY.items():
        scheduler.register(function, QUEUE, interval=seconds)
    return scheduler
