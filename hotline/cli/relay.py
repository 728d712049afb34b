"""``hotline relay``: carries what was committed to whoever must hear of it."""

import argparse
import signal
import threading

from hotline import settings
from hotline.office import Office
from hotline.relay import Relay


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings."""


def run(_args: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    office = Office.open(settings.load())
    Relay(office).run(stop)
    office.close()
    return 0
