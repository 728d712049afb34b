"""After a day of work every figure of the board equals a count over the tickets, and opens exactly those tickets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from hotline.domain.calendar import ZONE
from hotline.domain.permissions import Role
from hotline.read import board, drill
from hotline.relay import Relay
from hotline.usecases import board as keeping
from tests.integration.board.conftest import (
    AGENT,
    CALLER,
    CENTRE,
    COUNTY,
    DISPATCHER,
    REVIEWER,
    ROADS,
    WATER,
    House,
    of_unit,
    person,
    settle,
)

CITY = "350100-GOV"
LEADER = person(Role.LEADER, unit=CITY)
REPLY = {"public": "已安排维修人员到场，更换了损坏的灯具，当晚恢复照明。", "internal": "更换灯具一套。"}


def a_day(house: House, between: Callable[[], None] = lambda: None) -> None:
    """Appeals of several channels, on their way to several ends; some units keep their limits and some do not."""
    for unit in (ROADS, ROADS, WATER):
        no = house.dispatched(unit)
        house.later(minutes=20)
        house.do(no, "SIGN", of_unit(unit))
        house.do(no, "CONTACT", of_unit(unit), result="已联系，约定到场时间")
        between()
    closed = house.dispatched(ROADS)
    house.do(closed, "SIGN", of_unit(ROADS))
    house.do(closed, "CONTACT", of_unit(ROADS), result="已联系")
    house.later(hours=1)
    house.do(closed, "REPLY", of_unit(ROADS), **REPLY)
    house.do(closed, "PASS", REVIEWER)
    house.do(closed, "RATE", CALLER, solved="S", score="5")
    between()
    back = house.dispatched(WATER)
    house.do(back, "REQ_RETURN", of_unit(WATER), reason="NOT_DUTY", basis="三定方案未列此项职责", suggested=ROADS)
    house.do(back, "OK_RETURN", DISPATCHER, opinion="同意")
    house.do(back, "DISPATCH", DISPATCHER, unit=ROADS)
    between()
    house.dispatched(COUNTY)
    house.take(channel="sms")
    house.do(house.take(), "REJECT", DISPATCHER, reason="OUT_OF_AREA")
    phone = house.take(channel="phone", category="010304", type="CONSULT")
    assert phone
    direct = house.take(channel="web", type="CONSULT")
    house.do(direct, "ANSWER", AGENT, text="路灯报修也可以拨打城管热线。")
    between()
    house.later(days=1)
    between()
    house.later(days=9)


def shown(house: House, unit: str = CITY, since: date | None = None, until: date | None = None) -> board.Board:
    with house.begin() as work:
        return board.of(work, unit, since, until)


def count(house: House, condition: str) -> int:
    with house.engine.connect() as connection:
        return connection.execute(sa.text(f"select count(*) from ticket where {condition}")).scalar_one()


@pytest.fixture
def after_a_day(house: House, relay: Relay) -> House:
    began = house.now().date()
    a_day(house, lambda: settle(house, relay))
    settle(house, relay)
    assert house.now().date() > began
    return house


def test_figures_equal_counts_over_tickets(after_a_day: House) -> None:
    found = shown(after_a_day, since=date(2026, 3, 1), until=date(2026, 4, 1)).figures
    open_ = "state not in ('CLOSED','REJECTED','WITHDRAWN','MERGED','HANDED_OVER','DRAFT')"
    with_unit = "exists (select 1 from assignment a where a.ticket_id = ticket.id and a.stage in ('SENT','WORKING')"
    expected = {
        "intake": count(after_a_day, "state <> 'DRAFT'"),
        "open": count(after_a_day, open_),
        "red": count(after_a_day, f"{open_} and {with_unit} and a.due_at < timestamptz '{after_a_day.now()}')"),
        "sign_late": count(
            after_a_day,
            f"{open_} and {with_unit} and a.signed_at is null and a.sign_due_at < timestamptz '{after_a_day.now()}')",
        ),
        "centre_late": count(
            after_a_day,
            "exists (select 1 from clock c where c.ticket_id = ticket.id and c.unit = '' and c.kind not in"
            " ('info_wait', 'rating', 'suspension') and c.stopped_at is null and c.paused_at is null"
            f" and c.due_at < timestamptz '{after_a_day.now()}')",
        ),
        "accepted": count(after_a_day, "accepted_at is not null"),
        "direct": count(after_a_day, "close_mode = 'DIRECT'"),
        "closed": count(after_a_day, "state = 'CLOSED'"),
        "rejected": count(after_a_day, "state = 'REJECTED'"),
        "queue.SUBMITTED": count(after_a_day, "state = 'SUBMITTED'"),
        "queue.PENDING_SIGN": count(after_a_day, "state = 'PENDING_SIGN'"),
        "intake.channel.phone": count(after_a_day, "channel = 'phone'"),
        "intake.region.350102": count(after_a_day, "region like '350102%'"),
    }
    assert {key: found[key] for key in expected} == expected
    assert expected["red"] > 0
    assert expected["sign_late"] > 0
    assert expected["centre_late"] > 0


def test_the_parts_of_the_intake_add_up_to_it(after_a_day: House) -> None:
    found = shown(after_a_day, since=date(2026, 3, 1), until=date(2026, 4, 1)).figures
    for family in ("hour", "channel", "type", "region", "category"):
        parts = [n for key, n in found.items() if key.startswith(f"intake.{family}.")]
        assert sum(parts) == found["intake"], family


def test_rates_equal_counts_over_assignments(after_a_day: House) -> None:
    found = shown(after_a_day, since=date(2026, 3, 1), until=date(2026, 4, 1)).rates
    assert (found["satisfied"].hits, found["satisfied"].total) == (1, 1)
    assert (found["resolved"].hits, found["resolved"].total) == (1, 1)
    # Seven were sent in round 1, one of them returned with approval and sent anew; six or more limits have passed.
    assert found["returned"].hits == 1
    assert (found["on_time"].hits, found["on_time"].total) == (1, 6)
    assert found["invalid_return"].words == "0.00%"
    assert found["rework"].words == "0.00%"


def test_a_rate_without_a_denominator_is_empty_and_never_a_hundred(house: House) -> None:
    found = shown(house)
    assert {rate.words for rate in found.rates.values()} == {"—"}
    assert set(found.figures.values()) == {0}


@pytest.mark.parametrize("unit", [CITY, CENTRE, ROADS, WATER, COUNTY])
def test_every_figure_opens_as_many_tickets_as_it_says(after_a_day: House, unit: str) -> None:
    since, until = date(2026, 3, 1), date(2026, 4, 1)
    whole = shown(after_a_day, unit, since, until)
    with after_a_day.begin(by=LEADER) as work:
        for key, n in whole.figures.items():
            rows = drill.of(work, key, unit, since=since, until=until, limit=100).rows
            if key == "dispatched":  # counts sendings: one ticket was sent twice
                assert len(rows) <= n
            else:
                assert len(rows) == n, key
        for key, rate in whole.rates.items():
            if key in ("sign_on_time", "returned", "dispatch_accuracy"):  # count sendings, too
                continue
            assert len(drill.of(work, key, unit, since=since, until=until, limit=100).rows) == rate.total, key
            hits = drill.of(work, key, unit, since=since, until=until, part="hits", limit=100).rows
            assert len(hits) == rate.hits, key


def test_the_list_behind_a_figure_goes_on_where_it_stopped(after_a_day: House) -> None:
    since, until = date(2026, 3, 1), date(2026, 4, 1)
    with after_a_day.begin(by=LEADER) as work:
        whole = [row.no for row in drill.of(work, "intake", CITY, since=since, until=until).rows]
        paged, cursor = [], None
        while True:
            page = drill.of(work, "intake", CITY, since=since, until=until, cursor=cursor, limit=3)
            paged += [row.no for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
    assert paged == whole


def test_at_midnight_todays_flows_begin_anew_and_what_is_open_stays(house: House, relay: Relay) -> None:
    house.at = datetime(2026, 3, 10, 23, 59, tzinfo=ZONE)
    house.take()
    settle(house, relay)
    before = shown(house).figures
    house.later(minutes=2)
    settle(house, relay)
    after = shown(house).figures
    assert (before["intake"], after["intake"]) == (1, 0)
    assert before["open"] == after["open"] == 1


def test_two_relays_at_once_keep_the_figures_right(house: House) -> None:
    a_day(house)
    house.later(minutes=1)
    relays = [Relay(house), Relay(house)]
    threads = [threading.Thread(target=settle, args=(house, relay)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    settle(house, *relays)
    tickets, drifts = keeping.recount(house.begin)
    assert tickets > 0
    assert drifts == []


def test_a_recount_finds_drift_and_repairs_it(after_a_day: House) -> None:
    with after_a_day.begin() as work:
        work.session.execute(
            sa.text("update figure set total = total + 3 where key = 'open' and unit = :u"), {"u": CITY}
        )
        work.session.execute(sa.text("delete from figure where key = 'intake' and unit = :u"), {"u": CENTRE})
    _, drifts = keeping.recount(after_a_day.begin, repair=True)
    assert {(d.key, d.unit) for d in drifts} == {("open", CITY), ("intake", CENTRE)}
    assert keeping.recount(after_a_day.begin)[1] == []
