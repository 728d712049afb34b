"""The relay: every line is delivered once, a bad one waits alone, and Redis may be away."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from hotline import relay as relays
from hotline.domain.events import Subscriber
from hotline.domain.lifecycle import State
from hotline.jobs.queue import queue, started, wake
from hotline.office import BELL
from hotline.relay import PAUSES, Relay
from hotline.store.outbox import Line
from hotline.store.work import Work
from hotline.usecases import board, notices
from tests.factories.offices import SetOffice, open_office
from tests.factories.texts import sent
from tests.factories.tickets import a_ticket, take


def waiting(office: SetOffice) -> int:
    with office.begin() as work:
        return relays.waiting(work)


def test_every_line_is_delivered_once(office: SetOffice) -> None:
    a_ticket(office, State.PENDING_SIGN)
    relay = Relay(office)
    while relay.round():
        pass
    told = [notice.template for notice in sent(office)]
    relay.round()
    assert (waiting(office), told, [n.template for n in sent(office)]) == (0, [1, 4], [1, 4])


def test_what_is_committed_rings_and_wakes_the_router(office: SetOffice) -> None:
    take(office)
    assert office.redis.llen(BELL) == 1
    Relay(office).deliver(Subscriber.ROUTE)
    assert [job.func_name for job in queue(office.redis).jobs] == ["hotline.jobs.tasks.route"]


class Faulty(Relay):
    """A relay whose notices can't be written for one ticket."""

    def __init__(self, office: SetOffice, bad: int) -> None:
        super().__init__(office)
        self._bad = bad
        self._deliver[Subscriber.NOTICE] = self._sometimes

    def _sometimes(self, work: Work, lines: Sequence[Line]) -> relays.After:
        for line in lines:
            if line.ticket_id == self._bad:
                raise ValueError("this one never")
        notices.compose(work, [line.entry_id for line in lines if line.entry_id])
        return lambda: None


def test_a_failing_line_is_put_off_and_parked_while_the_others_go_on(office: SetOffice) -> None:
    first, *others = [take(office) for _ in range(4)]
    bad = office.value(sa.text("select id from ticket order by id limit 1"))  # type: ignore[arg-type]
    relay = Faulty(office, int(str(bad)))
    while relay.round():
        pass
    assert {no for no in others if any(no in n.text for n in sent(office))} == set(others)
    for pause in PAUSES:
        office.later(seconds=pause.total_seconds())
        relay.round()
    with office.begin() as work:
        (line,) = work.session.scalars(sa.select(Line)).all()
    assert (line.attempts, line.parked_at, line.subscriber) == (len(PAUSES) + 1, office.moment, Subscriber.NOTICE)
    assert "this one never" in line.fault
    office.later(days=1)
    assert not relay.round(), "what is parked is left to people"
    assert not [n for n in sent(office) if first in n.text]


def test_a_put_off_line_does_not_hold_up_other_subscribers(office: SetOffice) -> None:
    take(office)
    bad = office.value(sa.text("select id from ticket"))  # type: ignore[arg-type]
    Faulty(office, int(str(bad))).round()
    with office.begin() as work:
        assert board.waiting(work) == 0


def test_two_relays_at_once_deliver_once(office: SetOffice) -> None:
    for _ in range(6):
        take(office)
    together = threading.Barrier(2)

    def carry() -> None:
        relay = Relay(office)
        together.wait(timeout=10)
        for _ in range(12):
            relay.round()

    both = [threading.Thread(target=carry) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=30)
    relay = Relay(office)
    while relay.round():
        pass
    assert (len(sent(office)), waiting(office)) == (6, 0)


def test_a_relay_that_dies_before_its_commit_has_said_nothing(office: SetOffice) -> None:
    take(office)
    before = waiting(office)
    relay = Relay(office)

    def die(work: Work, lines: Sequence[Line]) -> relays.After:
        notices.compose(work, [line.entry_id for line in lines if line.entry_id])
        raise SystemExit

    relay._deliver = {Subscriber.NOTICE: die}
    with pytest.raises(SystemExit):
        relay.round()
    assert (waiting(office), sent(office)) == (before, [])


def test_without_redis_appeals_are_taken_and_the_database_is_told(
    office: SetOffice, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = office.engine.url.render_as_string(hide_password=False)
    alone = open_office(url, "redis://127.0.0.1:1/0", tmp_path_factory.mktemp("alone"))
    try:
        no = take(alone)
        relay = Relay(alone)
        while relay.round():
            pass
        assert waiting(office) == 0
        assert [no in notice.text for notice in sent(office)] == [True]
    finally:
        alone.close()


def test_a_job_that_waits_is_not_enqueued_twice_and_one_that_runs_is(office: SetOffice) -> None:
    for _ in range(3):
        wake(office.redis, "sweep")
    assert len(queue(office.redis)) == 1
    started(office.redis, "sweep")
    wake(office.redis, "sweep")
    assert len(queue(office.redis)) == 2, "what came in after it started needs a run of its own"


def test_an_emptied_redis_is_woken_again(office: SetOffice) -> None:
    wake(office.redis, "route")
    office.redis.flushdb()
    wake(office.redis, "route")
    assert len(queue(office.redis)) == 1
