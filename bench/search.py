"""Searching a million tickets beside ten thousand: what a search costs must not grow with what is stored.

`python -m bench.search [--large N]`, a hundred thousand in `make bench`. Tickets, words and scopes are made by the
database itself out of pieces of our own (see `bench/found.py`); the server's own time is measured, without the network.
"""

import argparse
import random
import time
from collections.abc import Callable

import sqlalchemy as sa

from bench import found, house, told
from bench.told import Line
from hotline.domain.appeal import Appeal
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Role
from hotline.office import Office
from hotline.read import search
from hotline.read.search import Criteria
from hotline.usecases import indexing, intake

SMALL = 10_000
TIMES = 60
WRITTEN = 400
ALL = Actor(1, "派单员", frozenset({Role.DISPATCHER, Role.AGENT}), "")
Ask = Callable[[random.Random], Criteria]


def asks(unit: str) -> dict[str, Ask]:
    """What is looked for; each time something else."""
    return {
        "one word": lambda chance: Criteria(q=chance.choice(found.THINGS)),
        "two words": lambda chance: Criteria(q=f"{chance.choice(found.THINGS)} {chance.choice(found.PLACES)}"),
        "two words, newest first": lambda chance: Criteria(
            q=f"{chance.choice(found.THINGS)} {chance.choice(found.TROUBLES)}", sort="newest"
        ),
        "initials": lambda chance: Criteria(q=chance.choice(found.INITIALS)),
        "part of a number": lambda chance: Criteria(q=f"{chance.randrange(100_000, 999_999)}"),
        "a word that no ticket has": lambda chance: Criteria(q=f"鸵鸟{chance.choice(found.PLACES)}"),
        "phone": lambda chance: Criteria(q=found.phone(chance.randrange(found.PHONES))),
        "unit and state": lambda chance: Criteria(
            unit=unit, states=(chance.choice((State.PROCESSING, State.CLOSED)),), sort="newest"
        ),
    }


def main(large: int = 100_000) -> list[Line]:
    """Small first, then the same database grown."""
    with house.office() as office:
        with office.begin() as work:
            city = work.rules.city
        units = sorted(code for code, unit in city.units.items() if unit.dispatchable)
        middling = units[len(units) // 3]
        people = {"all": ALL, "a unit": Actor(2, "联络员", frozenset({Role.UNIT_COORD}), middling)}
        found.fill(office, SMALL, units)
        few = {name: measured(office, by, asks(middling)) for name, by in people.items()}
        begun = time.perf_counter()
        found.fill(office, large - SMALL, units)
        lines = [
            Line(f"making {large - SMALL} further tickets with their words", f"{time.perf_counter() - begun:.0f} s")
        ]
        before = read_whole(office)
        for name, by in people.items():
            for what, times in measured(office, by, asks(middling)).items():
                ratio = told.middle(times) / told.middle(few[name][what])
                lines.append(
                    Line(
                        f"search, {what}, as {name}, {large} tickets",
                        told.milliseconds(times, 0.5, 0.95),
                        f"{ratio:.2f} × at {SMALL} tickets",
                    )
                )
        whole = {table: n - before[table] for table, n in read_whole(office).items() if n > before[table]}
        assert not whole, f"tables read from end to end: {whole}"
        return lines + [Line(*each) for each in stored(office, large)] + [written(office)]


def measured(office: Office, by: Actor, asked: dict[str, Ask]) -> dict[str, list[float]]:
    """Seconds of each search, once warm; a unit may not ask for phones."""
    times: dict[str, list[float]] = {}
    for what, ask in asked.items():
        if what == "phone" and by is not ALL:
            continue
        chance = random.Random(7)
        times[what] = []
        for round_ in range(TIMES + 3):
            with office.begin(by) as work:
                begun = time.perf_counter()
                search.found(work, ask(chance))
                if round_ >= 3:
                    times[what].append(time.perf_counter() - begun)
    return times


def read_whole(office: Office) -> dict[str, int]:
    """How often each of the large tables was read from end to end."""
    with office.engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_stat_force_next_flush()"))
        connection.commit()
        rows = connection.execute(
            sa.text(
                "SELECT relname, seq_scan FROM pg_stat_user_tables"
                " WHERE relname IN ('ticket', 'ticket_search', 'contact')"
            )
        )
        return {str(name): int(count) for name, count in rows}


def stored(office: Office, large: int) -> list[tuple[str, str, str]]:
    """What search keeps."""
    with office.engine.connect() as connection:
        index, table, tickets = connection.execute(
            sa.text(
                "SELECT pg_relation_size('ix_ticket_search_found'), pg_total_relation_size('ticket_search'),"
                " pg_total_relation_size('ticket')"
            )
        ).one()
    return [
        (
            f"index of words and scope, {large} tickets",
            f"{index / 1e6:.0f} MB, {index / large:.0f} bytes a ticket",
            f"all of search {table / 1e6:.0f} MB beside {tickets / 1e6:.0f} MB of tickets",
        )
    ]


def written(office: Office) -> Line:
    """What filing costs, by the relay; and what the triggers add to taking an appeal."""
    with office.begin(ALL) as work:
        for n in range(WRITTEN):
            said = found.sentence(random.Random(n))
            intake.take(work, Appeal(channel="phone", title=f"路灯不亮第{n}处", content=said, region="350102"))
    begun, filed = time.perf_counter(), 0
    while True:
        with office.begin() as work:
            done = indexing.file_due(work)
        if not done:
            break
        filed += done
    spent = time.perf_counter() - begun
    assert filed >= WRITTEN
    return Line("filing the words of new tickets", f"{spent / filed * 1000:.2f} ms a ticket", f"{filed / spent:.0f}/s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--large", type=int, default=1_000_000)
    told.show(main(parser.parse_args().large))
