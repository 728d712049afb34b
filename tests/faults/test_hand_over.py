"""Who moves a merged unit's tickets is killed in the middle of a batch: the next look goes on, nothing is lost or
done twice."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.jobs import tasks
from hotline.settings import ROOT
from hotline.store.journal import of_ticket
from hotline.usecases import audit, units
from tests.factories.actors import LEAD_UNIT, a_person
from tests.factories.offices import SetOffice, as_shipped, office, shared_office  # noqa: F401
from tests.factories.tickets import A, a_ticket, assignments, seen
from tests.faults.test_kills import until

ADMIN = a_person(Role.CENTER_ADMIN, number=20)
HEIR = "350102-SCJ"
MOVER = """
import sys
from pathlib import Path
import hotline.store.schema
from hotline.usecases import units
from tests.factories.offices import open_office
database, redis, data = sys.argv[1:]
office = open_office(database, redis, Path(data))
more = True
while more:
    with office.begin() as work:
        more = units.hand_over(work, 2)
"""
pytestmark = pytest.mark.usefixtures("as_shipped")


def test_tickets_go_on_moving_after_a_kill_in_the_middle_each_once(office: SetOffice) -> None:  # noqa: F811
    numbers = [a_ticket(office, State.PENDING_SIGN) for _ in range(5)]
    with office.begin(ADMIN) as work:
        units.merge_into(work, LEAD_UNIT, HEIR, words="机构改革方案")
    office.look_again()
    url = office.engine.url.render_as_string(hide_password=False)
    waits = sa.text("select count(*) from pg_locks where not granted")
    with office.engine.connect() as hand:
        # The fourth ticket's duty can't be written: the second batch stands still after its first ticket.
        held = {"id": seen(office, numbers[3]).id}
        hand.execute(sa.text("select 1 from assignment where ticket_id = :id for update"), held)
        mover = subprocess.Popen(
            [sys.executable, "-c", MOVER, url, office.redis_url, str(office.settings.data)], cwd=ROOT
        )
        try:
            until(lambda: mover.poll() is not None or bool(office.value(waits)), "the mover stands in its second batch")
            assert [seen(office, no).lead_unit for no in numbers] == [HEIR] * 2 + [LEAD_UNIT] * 3
        finally:
            mover.kill()
            mover.wait()
    tasks.serve(office)

    def moved() -> bool:
        tasks.hand_over()
        return {seen(office, no).lead_unit for no in numbers} == {HEIR}

    until(moved, "the database lets go of what the dead mover held, and all have moved")
    for no in numbers:
        assert [task.unit for task in assignments(office, no)] == [HEIR]
    with office.begin() as work:
        for no in numbers:
            steps = [entry.action for entry in of_ticket(work.session, seen(office, no).id)]
            assert steps.count(A.TRANSFER) == 1
        assert audit.verify_journal(work)[1] == []
