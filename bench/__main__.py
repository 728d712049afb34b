"""`python -m bench [NAME …]`: prints a row of `bench/README.md` per figure; without names, everything."""

import argparse
import importlib
import sys
import time

from bench import told

BENCHES = {
    "reading": "one appeal read by the classifier and the gazetteer; a batch routed",
    "transition": "one step with all its guards, beside a bare change",
    "recompute": "100,000 open clocks after a change of the calendar",
    "relay": "board lines per second; a recount",
    "queue": "the dispatcher's pages at 100,000 tickets beside 1,000",
    "search": "tickets by words, initials, phone, unit: 100,000 beside 10,000 (a million: python -m bench.search)",
    "freeze": "a month frozen, all rates and scores of all units at 100,000 tickets beside 1,000",
    "intake": "appeals per second over HTTP, eight clients, beside a bare insert",
}
ALONE = {
    "events": "hot events found, and look-alikes kept apart; python -m bench.events (needs data beside the repository)",
    "classifier": "quality and speed of the model; python -m bench.classifier (needs data beside the repository)",
}


def main() -> int:
    """0 when all were measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--list", action="store_true", help="only say what there is")
    given = parser.parse_args()
    if given.list:
        for name, what in (BENCHES | ALONE).items():
            print(f"{name:12}{what}")
        return 0
    print("| What | Figure | Beside | Machine |\n|---|---|---|---|")
    begun = time.monotonic()
    for name in given.names or BENCHES:
        told.show(importlib.import_module(f"bench.{name}").main())
    print(f"\nmeasured in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
