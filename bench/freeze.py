"""A month's freeze, and all rates and scores of some 600 units, at 100,000 tickets a month beside 1,000.

The figures of the month are laid down by SQL as the relay would keep them: each ticket adds a mark to every rate of its
unit on some day, and to all units above. Freezing reads figures, never tickets, so its cost follows units and days.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from bench import house
from bench.told import Line
from hotline.domain.facts import local_date
from hotline.domain.permissions import Actor, Role
from hotline.office import Office
from hotline.read import month as months
from hotline.read import report, scores
from hotline.usecases import freeze

ADMIN = Actor(id=None, name="系统", roles=frozenset({Role.CENTER_ADMIN}))
SMALL, LARGE = 1_000, 100_000


def main() -> list[Line]:
    """The rows of the table."""
    found: dict[int, dict[str, float]] = {}
    counts: dict[int, tuple[int, int]] = {}
    for tickets in (SMALL, LARGE):
        with house.office() as office:
            month = freeze.last_month(local_date(office.now()))
            counts[tickets] = lay(office, month, tickets), 0
            found[tickets] = measured(office, month)
            with office.begin() as work:
                assert freeze.verify(work, month), "what was frozen is what is there"
                frozen = work.session.scalar(sa.text("select rows from frozen_month")) or 0
            counts[tickets] = counts[tickets][0], frozen
    rows = []
    for name, seconds in found[LARGE].items():
        small = found[SMALL][name]
        figures, frozen = counts[LARGE]
        beside = f"{seconds / small:.1f} × at {SMALL:,} tickets ({small:.2f} s)"
        detail = f"; {figures:,} figures, {frozen:,} frozen rates" if name == "freeze" else ""
        rows.append(Line(f"{name} of a month with {LARGE:,} tickets", f"{seconds:.2f} s{detail}", beside))
    return rows


def measured(office: Office, month: date) -> dict[str, float]:
    """Seconds of each step."""
    seconds: dict[str, float] = {}

    def timed(name: str, step: Callable[[], object]) -> None:
        begun = time.perf_counter()
        step()
        seconds[name] = time.perf_counter() - begun

    def all_rates() -> None:
        with office.begin(ADMIN) as work:
            whole = months.of(work, month, list(work.rules.city.units))
            assert whole.rates, "there is something to read"

    def all_scores() -> None:
        with office.begin(ADMIN) as work:
            assert scores.of(work, month).groups

    def notice() -> None:
        with office.begin(ADMIN) as work:
            assert report.of(work, month).sections

    timed("freeze", lambda: freeze.freeze(office.begin, month, early=True, by=ADMIN))
    timed("all rates of all units, frozen and now,", all_rates)
    timed("all scores", all_scores)
    timed("the whole notice", notice)
    return seconds


def lay(office: Office, month: date, tickets: int) -> int:
    """The figures of so many tickets; how many there are."""
    with office.begin() as work:
        city, keys = work.rules.city, list(work.rules.counting.rates)
        units = [code for code, unit in city.units.items() if unit.dispatchable]
        above = [(code, each) for code in units for each in city.ancestors(code)]
        work.session.execute(sa.text("create temporary table above (unit text, up text) on commit drop"))
        work.session.execute(
            sa.text("insert into above select * from unnest(cast(:u as text[]), cast(:a as text[]))"),
            {"u": [unit for unit, _ in above], "a": [up for _, up in above]},
        )
        work.session.execute(
            sa.text(
                """
                insert into figure (key, "on", unit, hits, total)
                select k.key, m."on", a.up, count(*) filter (where (m.n * 7 + k.i) % 10 > 1), count(*)
                from (
                    select n, cast(:month as date) + (n * 13 % :days) as "on",
                           (cast(:units as text[]))[1 + n * 31 % :most] as unit
                    from generate_series(1, :tickets) n
                ) m
                join above a on a.unit = m.unit
                cross join unnest(cast(:keys as text[])) with ordinality as k(key, i)
                group by k.key, m."on", a.up
                """
            ),
            {
                "month": month,
                "days": (freeze.next_month(month) - month).days,
                "units": units,
                "most": len(units),
                "tickets": tickets,
                "keys": keys,
            },
        )
        return work.session.scalar(sa.text("select count(*) from figure")) or 0
