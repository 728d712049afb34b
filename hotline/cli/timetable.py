"""``hotline timetable``: wakes the jobs at their times."""

import argparse
import time

from redis.exceptions import RedisError

from hotline import settings
from hotline.jobs.timetable import timetable
from hotline.office import Office


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(_args: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C; a Redis that is away is waited for."""
    office = Office.open(settings.load())
    while True:
        try:
            timetable(office.redis).start()  # type: ignore[no-untyped-call]
            return 0
        except RedisError:
            time.sleep(1)
