"""A holiday declared at short notice: what it would do to a hundred thousand open clocks, and doing it.

`python -m bench.recompute [--clocks N]`
"""

import argparse
import time
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bench import house, tickets, told
from bench.told import Line
from hotline.domain.calendar import WorkCalendar, local
from hotline.domain.lifecycle import State
from hotline.domain.rulebook import Rulebook
from hotline.office import Office
from hotline.usecases import audit, recompute

BARE = (
    "UPDATE clock SET due_at = due_at + interval '1 day'",
    "UPDATE assignment SET due_at = due_at + interval '1 day'",
    "UPDATE ticket SET due_at = due_at + interval '1 day'",
    "CREATE TABLE bare_entry AS SELECT * FROM journal WHERE seq = 1",
)
"""The least that must be written: the three due times and a line of the journal, in one statement each."""


def with_holiday(rules: Rulebook, office: Office) -> Rulebook:
    """The rules with the day after tomorrow off."""
    day = local(office.now()).date() + timedelta(days=2)
    old = rules.calendar
    years = old.years_known | {day.year, day.year + 1}
    return replace(
        rules,
        calendar=WorkCalendar(
            {**old.holidays, day: "台风停工"},
            {on: name for on, name in old.makeups.items() if on != day},
            years,
            old.windows,
            old.due_at,
        ),
    )


def follow(office: Office, rules: Rulebook) -> list[float]:
    """Run to the end; seconds of each transaction."""
    seconds = []
    while True:
        begun = time.perf_counter()
        with office.begin() as work:
            work.rules = rules
            more = recompute.apply(work)
        seconds.append(time.perf_counter() - begun)
        if not more:
            return seconds


def main(count: int = 100_000) -> list[Line]:
    """So many open clocks of units, over the last six weeks."""
    with house.office() as office:
        tickets.fill(office, count, days=40, mix={State.PENDING_SIGN: 1, State.PROCESSING: 2})
        with office.engine.begin() as connection:  # from random due times to reckoned ones; not measured
            connection.execute(sa.text("UPDATE clock SET due_at = started_at"))
        follow(office, office.rules)
        after = with_holiday(office.rules, office)
        begun = time.perf_counter()
        with office.begin() as work:
            report = recompute.preview(work, after)
        looked = time.perf_counter() - begun
        seconds = follow(office, after)
        with office.begin() as work:
            assert recompute.preview(work, after).changed == 0, "a second look finds nothing left to do"
        with office.engine.begin() as connection:
            entries = connection.scalar(sa.text("SELECT count(*) FROM journal WHERE action = 'RECOMPUTE'"))
        with office.begin() as work:
            checked, faults = audit.verify_journal(work)
        assert faults == [], faults[:3]
        begun = time.perf_counter()
        with office.engine.begin() as connection:
            for statement in BARE:
                connection.execute(sa.text(statement))
        least = time.perf_counter() - begun
    return [
        Line(
            f"what a holiday would do to {report.looked} open clocks",
            f"{looked:.1f} s",
            f"{report.later} later, {report.sooner} sooner; {report.looked / looked:.0f} clocks/s; nothing written",
        ),
        Line(
            f"recompute of {report.looked} open clocks",
            f"{sum(seconds):.1f} s; the longest transaction {max(seconds):.2f} s",
            f"{sum(seconds) / least:.1f} × writing the same rows in four bare statements ({least:.1f} s)",
        ),
        Line("journal entries of both runs, sealed and verified", f"{entries} of {checked}"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.recompute", description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    told.show(main(parser.parse_args().clocks))
