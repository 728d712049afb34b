"""``hotline worker``: takes jobs from the queue; the model stays loaded from one job to the next."""

import argparse
import logging

from rq import SimpleWorker

from hotline import settings
from hotline.jobs import tasks
from hotline.jobs.queue import queue
from hotline.office import Office


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(_args: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C; a job in hand is finished first."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    office = Office.open(settings.load())
    tasks.serve(office)
    office.reader("", "", "")
    SimpleWorker([queue(office.redis)], connection=office.redis, serializer="json").work(logging_level="WARNING")
    office.close()
    return 0
