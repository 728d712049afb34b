"""One transition with all its guards: the door, the table, the rule, the rows, the journal and the outbox.

`python -m bench.transition [--tickets N]`
"""

import argparse
import time
from typing import Any

import sqlalchemy as sa

from bench import house, told
from bench.told import Line
from hotline.domain.appeal import Appeal, AppealType
from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.office import Office
from hotline.store.ticket import Ticket
from hotline.usecases import access, intake, steps

UNIT = "350102-CGW"
CATEGORY, REGION = "010107", "350102"


def _person(number: int, *roles: Role, unit: str = "") -> Actor:
    return Actor(number, "bench", frozenset(roles), unit, "127.0.0.1")


AGENT, DISPATCHER = _person(1, Role.AGENT), _person(2, Role.DISPATCHER)
REVIEWER, CALLBACK = _person(3, Role.REVIEWER), _person(4, Role.CALLBACK)
DEPARTMENT = _person(5, Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER, unit=UNIT)
ROAD: tuple[tuple[Action, Actor, dict[str, Any]], ...] = (
    (Action.DISPATCH, DISPATCHER, {"unit": UNIT}),
    (Action.SIGN, DEPARTMENT, {}),
    (Action.CONTACT, DEPARTMENT, {"result": "已电话联系"}),
    (Action.REPLY, DEPARTMENT, {"public": "垃圾已清运完毕", "internal": "已现场核实"}),
    (Action.PASS, REVIEWER, {}),
    (Action.RATE, CALLBACK, {"solved": "S", "score": 5}),
)
"""From waiting for dispatch to a satisfied appellant."""


def take(office: Office, no: str, action: Action, by: Actor, fields: dict[str, Any]) -> float:
    """Seconds for one step in a transaction of its own."""
    begun = time.perf_counter()
    with office.begin(by) as work:
        ticket = access.staff(work, no)
        steps.take(work, ticket, action, fields | {"version": ticket.version})
    return time.perf_counter() - begun


def refused(office: Office, no: str) -> float:
    """Seconds for a step that the table refuses."""
    begun = time.perf_counter()
    try:
        with office.begin(DISPATCHER) as work:
            steps.take(work, access.staff(work, no), Action.DISPATCH, {"unit": UNIT})
    except NotNow:
        return time.perf_counter() - begun
    raise AssertionError("a closed ticket was dispatched")


def bare(office: Office, times: int) -> list[float]:
    """Seconds for the least that any step must write: lock a row, change it, add a row, commit."""
    seconds = []
    with office.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE bare (id int PRIMARY KEY, n int)"))
        connection.execute(sa.text("CREATE TABLE bare_line (id bigserial PRIMARY KEY, n int)"))
        connection.execute(sa.text("INSERT INTO bare VALUES (1, 0)"))
    for _ in range(times):
        begun = time.perf_counter()
        with office.engine.begin() as connection:
            connection.execute(sa.text("SELECT n FROM bare WHERE id = 1 FOR UPDATE"))
            connection.execute(sa.text("UPDATE bare SET n = n + 1 WHERE id = 1"))
            connection.execute(sa.text("INSERT INTO bare_line (n) VALUES (1)"))
        seconds.append(time.perf_counter() - begun)
    return seconds


def main(count: int = 200) -> list[Line]:
    """Every step of the main road for ``count`` tickets, and one that is refused."""
    seconds: dict[Action, list[float]] = {action: [] for action, _, _ in ROAD}
    no_step = []
    with house.office() as office:
        least = told.middle(bare(office, count))
        for number in range(count):
            appeal = Appeal(
                channel="phone",
                title="装修垃圾堆在路边",
                content="小区门口的装修垃圾堆了三天没有清走",
                phone=f"139{number:08d}",
                region=REGION,
                category=CATEGORY,
                type=AppealType.COMPLAINT,
            )
            with office.begin(AGENT) as work:
                no = intake.take(work, appeal).ticket.no
            for action, by, fields in ROAD:
                seconds[action].append(take(office, no, action, by, fields))
            no_step.append(refused(office, no))
        with office.begin(AGENT) as work:
            closed = work.session.scalar(sa.select(sa.func.count()).where(Ticket.state == State.CLOSED)) or 0
    assert closed == count, f"{closed} of {count} were closed"
    every = [each for many in seconds.values() for each in many]
    slowest = max(seconds, key=lambda action: told.middle(seconds[action]))
    return [
        Line(
            f"one transition with all its guards, {len(every)} over {len(ROAD)} kinds",
            told.milliseconds(every, 0.5, 0.95),
            f"{told.middle(every) / least:.1f} × lock, change, add, commit ({least * 1000:.1f} ms)",
        ),
        Line(f"the slowest of them, {slowest}", told.milliseconds(seconds[slowest], 0.5, 0.95)),
        Line("a step that the table refuses", told.milliseconds(no_step, 0.5, 0.95), "nothing written"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.transition", description=__doc__)
    parser.add_argument("--tickets", type=int, default=200)
    told.show(main(parser.parse_args().tickets))
