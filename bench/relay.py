"""The relay's board, in lines per second, and a recount of 10,000 tickets.

`python -m bench.relay [--tickets N]`
"""

import argparse
import time

import sqlalchemy as sa

from bench import house, tickets, told
from bench.told import Line
from hotline.domain.events import Subscriber
from hotline.relay import BATCH, Relay
from hotline.store.figure import FigureRow, MarkRow
from hotline.usecases import board


def main(count: int = 10_000) -> list[Line]:
    """Lines for tickets that the board has not seen, then again for the same tickets, then the recount."""
    with house.office() as office:
        tickets.fill(office, count, lines_for=Subscriber.BOARD, days=2)
        relay = Relay(office)
        first: list[float] = []
        while True:
            begun = time.perf_counter()
            done = relay.deliver(Subscriber.BOARD)
            if not done:
                break
            if done == BATCH:
                first.append(time.perf_counter() - begun)
        with office.begin() as work:
            marks = work.session.scalar(sa.select(sa.func.count()).select_from(MarkRow)) or 0
            figures = work.session.scalar(sa.select(sa.func.count()).select_from(FigureRow)) or 0
        begun = time.perf_counter()
        seen, drifts = board.recount(office.begin)
        took = time.perf_counter() - begun
    assert (seen, drifts) == (count, []), f"{seen} tickets, {len(drifts)} drifts"
    middle = told.middle(first)
    return [
        Line(
            f"relay, a batch of {BATCH} board lines of new tickets",
            f"{BATCH / middle:.0f} lines/s; {told.milliseconds(first, 0.5, 0.95)} a batch",
            f"{marks / count:.1f} marks a ticket; {figures} figures in the end",
        ),
        Line(
            f"recount of {count} tickets",
            f"{took:.1f} s; no drift",
            f"{count / took:.0f} tickets/s, {count / took / (BATCH / middle):.1f} × the relay",
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.relay", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    told.show(main(parser.parse_args().tickets))
