"""A month is frozen once; what changes it later is an adjustment: frozen + adjustments = now, whatever comes when."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from hotline.domain.calendar import ZONE
from hotline.domain.errors import NotNow
from hotline.domain.permissions import HOUSE, Role
from hotline.domain.rates import Rate
from hotline.domain.score import KNOWLEDGE
from hotline.jobs import tasks
from hotline.read import knowledge_duty, scores
from hotline.read import month as months
from hotline.relay import Relay
from hotline.store.knowledge import DutyRow
from hotline.usecases import board as keeping
from hotline.usecases import freeze
from tests.integration.board.conftest import CALLER, DISPATCHER, REVIEWER, ROADS, WATER, House, of_unit, person, settle

CITY = "350100-GOV"
ADMIN = person(Role.CENTER_ADMIN)
MARCH = date(2026, 3, 1)
REPLY = {"public": "已安排维修人员到场，更换了损坏的灯具，当晚恢复照明。", "internal": "更换灯具一套。"}


def to_callback(house: House, unit: str = ROADS) -> str:
    no = house.dispatched(unit)
    house.do(no, "SIGN", of_unit(unit))
    house.do(no, "CONTACT", of_unit(unit), result="已联系")
    house.do(no, "REPLY", of_unit(unit), **REPLY)
    house.do(no, "PASS", REVIEWER)
    return no


def april(house: House, day: int = 5, hour: int = 9) -> None:
    house.at = datetime(2026, 4, day, hour, tzinfo=ZONE)


def standing(house: House, unit: str, key: str) -> months.Standing:
    with house.begin() as work:
        return months.of(work, MARCH, [unit]).of(unit, key)


def everything_adds_up(house: House) -> int:
    """Frozen + Σ adjustments = now, for every unit and rate; returns how many were compared."""
    with house.begin() as work:
        units = list(work.rules.city.units)
        whole = months.of(work, MARCH, units)
        for unit, rates in whole.rates.items():
            moved = months.adjusted(work, MARCH, unit)
            for key, each in rates.items():
                assert each.frozen is not None
                assert each.frozen + moved.get(key, Rate()) == each.now, (unit, key)
        return sum(map(len, whole.rates.values()))


def test_a_month_is_frozen_as_it_stands_and_keeps_standing_so(house: House, relay: Relay) -> None:
    house.at = datetime(2026, 3, 30, 9, tzinfo=ZONE)
    one, two = to_callback(house), to_callback(house)
    house.do(one, "RATE", CALLER, solved="S", score="5")
    settle(house, relay)
    april(house)
    freeze.freeze(house.begin, MARCH, by=HOUSE)
    before = standing(house, ROADS, "satisfied")
    assert (before.frozen, before.adjusted) == (Rate(total=before.now.total, hits=before.now.hits), None)
    house.do(one, "RATE", CALLER, solved="U", score="1", reason="result")
    house.do(two, "RATE", CALLER, solved="S", score="4")
    settle(house, relay)
    after = standing(house, ROADS, "satisfied")
    assert after.frozen == before.frozen
    assert after.now == Rate(), "the last rating counts, and it was given in April"
    with house.begin(by=REVIEWER) as work:
        listed = months.adjustments(work, MARCH, CITY, "satisfied")
    assert [(each.no, each.cause, each.change.total) for each in listed] == [(one, "回访评价", -1)]
    assert everything_adds_up(house) > 0


def test_only_the_day_of_the_handbook_or_a_person_opens_the_freeze_and_only_once(house: House, relay: Relay) -> None:
    house.dispatched(ROADS)
    settle(house, relay)
    house.at = datetime(2026, 3, 31, 23, tzinfo=ZONE)
    with pytest.raises(NotNow):
        freeze.freeze(house.begin, MARCH, early=True, by=HOUSE)
    april(house, 4, 23)
    with pytest.raises(NotNow, match="2026-04-05"):
        freeze.freeze(house.begin, MARCH, by=HOUSE)
    freeze.freeze(house.begin, MARCH, early=True, by=HOUSE)
    with pytest.raises(NotNow, match="已经冻结"):
        freeze.freeze(house.begin, MARCH, by=HOUSE)


def test_the_job_freezes_on_the_fifth_and_makes_up_for_months_missed(house: House, relay: Relay) -> None:
    tasks.serve(house)
    house.dispatched(ROADS)
    settle(house, relay)
    april(house, 4, 23)
    assert tasks.freeze() == 0
    april(house, 5, 0)
    assert tasks.freeze() == 1
    assert tasks.freeze() == 0
    house.at = datetime(2026, 7, 5, 1, tzinfo=ZONE)
    assert tasks.freeze() == 3
    with house.begin() as work:
        assert [month.month for month, at in months.months(work) if at] == [6, 5, 4, 3]


def test_frozen_rates_that_somebody_alters_are_found_out(house: House, relay: Relay) -> None:
    house.dispatched(ROADS)
    settle(house, relay)
    april(house)
    freeze.freeze(house.begin, MARCH, by=HOUSE)
    with house.begin() as work:
        assert freeze.verify(work, MARCH)
        work.session.execute(sa.text("update frozen_rate set hits = hits + 1 where unit = :u"), {"u": ROADS})
        assert not freeze.verify(work, MARCH)


def test_a_month_frozen_while_ratings_come_in_loses_and_doubles_none(house: House) -> None:
    """Four people rate and a relay counts while the month is frozen; afterwards every figure explains itself."""
    house.at = datetime(2026, 3, 31, 9, tzinfo=ZONE)
    waiting = [to_callback(house, unit) for unit in (ROADS, WATER) * 6]
    for no in waiting[:4]:
        house.do(no, "RATE", CALLER, solved="S", score="5")
    april(house)
    started, done = threading.Barrier(4), threading.Event()

    def rating(mine: list[str]) -> None:
        started.wait(30)
        for no in mine:
            house.do(no, "RATE", CALLER, solved="U", score="1", reason="result")

    def counting() -> None:
        relay = Relay(house)
        started.wait(30)
        while not done.is_set():
            relay.round()

    people = [
        threading.Thread(target=rating, args=(waiting[:6],)),
        threading.Thread(target=rating, args=(waiting[6:],)),
    ]
    counter = threading.Thread(target=counting)
    for thread in (*people, counter):
        thread.start()
    started.wait(30)
    freeze.freeze(house.begin, MARCH, by=HOUSE)
    for thread in people:
        thread.join(60)
    done.set()
    counter.join(60)
    settle(house, Relay(house))
    assert keeping.recount(house.begin)[1] == []
    assert everything_adds_up(house) > 20
    assert standing(house, CITY, "satisfied").now == Rate(), "all of them were rated again in April"


def test_an_unanswered_return_that_is_granted_after_the_freeze_is_an_adjustment(house: House, relay: Relay) -> None:
    house.at = datetime(2026, 3, 31, 16, tzinfo=ZONE)
    no = house.dispatched(WATER)
    house.do(no, "REQ_RETURN", of_unit(WATER), reason="NOT_DUTY", basis="三定方案未列此项职责", suggested=ROADS)
    settle(house, relay)
    april(house)
    settle(house, relay)
    freeze.freeze(house.begin, MARCH, by=HOUSE)
    assert standing(house, WATER, "reply").frozen == Rate(total=standing(house, WATER, "reply").now.total)
    house.do(no, "OK_RETURN", DISPATCHER, opinion="同意")
    settle(house, relay)
    assert standing(house, WATER, "reply").now == Rate()
    assert everything_adds_up(house) > 0
    with house.begin(by=of_unit(ROADS)) as work:
        listed = months.adjustments(work, MARCH, WATER, "reply")
    assert [(each.no, each.cause) for each in listed] == [("", "同意退单")], "not ROADS's ticket: no number"


def test_a_recount_with_repair_and_a_freeze_do_not_mind_people_at_work(house: House, relay: Relay) -> None:
    """Somebody changes a ticket after the count has begun: nothing fails, and nothing of it is lost or doubled."""
    house.at = datetime(2026, 3, 30, 9, tzinfo=ZONE)
    nos = [to_callback(house) for _ in range(3)]
    settle(house, relay)
    april(house)
    begun = house.begin

    def begin(*given: object, **more: object):
        if more.get("isolation") and nos:
            house.do(nos.pop(), "RATE", CALLER, solved="S", score="5")
        return begun(*given, **more)

    _, drifts = keeping.recount(begin, repair=True)
    assert drifts == []
    assert len(nos) == 2
    settle(house, relay)
    assert keeping.recount(begun)[1] == []


def test_the_knowledge_duty_is_item_eight_of_the_score_and_frozen_with_the_month(house: House, relay: Relay) -> None:
    house.dispatched(ROADS)
    settle(house, relay)
    due = datetime(2026, 3, 20, 17, 30, tzinfo=ZONE)
    with house.begin() as work:
        for n in range(4):
            work.session.add(DutyRow(unit=ROADS, kind="NEW", due_at=due, done_at=due if n else None))
    april(house)

    def points() -> list[str]:
        with house.begin(by=ADMIN) as work:
            mine = scores.of(work, MARCH).unit(ROADS)
        assert mine
        return [f"{item.rate.words} {item.points}" for item in mine.score.items if item.rule.key == KNOWLEDGE]

    assert points() == ["75.00% 0.00"]
    freeze.freeze(house.begin, MARCH, knowledge=knowledge_duty.rates, by=HOUSE)
    with house.begin() as work:
        work.session.execute(sa.update(DutyRow).values(done_at=due))
    assert points() == ["75.00% 0.00"], "frozen"
