"""Calls and seats as the exchange tells of them, in any order and twice, become the sums of their half hours."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from hotline.channels import generic_cti
from hotline.domain.errors import Invalid
from hotline.domain.rates import Period
from hotline.read import telephony as reading
from hotline.usecases import calls, telephony
from tests.factories.offices import SetOffice
from tests.factories.tickets import take

TODAY = Period(date(2026, 3, 11), date(2026, 3, 12))
PHONE = "13805910001"


def tell(office: SetOffice, *posts: dict[str, str]) -> None:
    for post in posts:
        happening = generic_cti.read(post, office.now())
        with office.begin() as work:
            if isinstance(happening, generic_cti.AtSeat):
                telephony.note_seat(work, happening.agent, happening.event, happening.at)
            else:
                calls.note(work, "generic", happening)


def event(call: str, kind: str, clock: str, **more: str) -> dict[str, str]:
    return {"call_id": call, "event": kind, "at": f"2026-03-11T{clock}+08:00"} | more


def counted(office: SetOffice) -> None:
    with office.begin() as work:
        while telephony.count(work):
            pass
        telephony.count_seats(work)


def seen(office: SetOffice, period: Period = TODAY) -> reading.Telephony:
    counted(office)
    with office.begin() as work:
        return reading.of(work, period)


def answered(call: str, begin: str = "09:00:00", phone: str = PHONE) -> list[dict[str, str]]:
    return [
        event(call, "ivr", begin, **{"from": phone}),
        event(call, "queued", "09:01:00"),
        event(call, "ringing", "09:01:05", agent="agent1"),
        event(call, "answered", "09:01:10", agent="agent1"),
        event(call, "hold", "09:02:10"),
        event(call, "resume", "09:02:40"),
        event(call, "ended", "09:04:10"),
        event(call, "ready", "09:05:00"),
    ]


def test_a_whole_call_is_counted_from_its_place_in_the_queue(office: SetOffice) -> None:
    tell(office, *answered("a"))
    whole = seen(office).whole
    assert (whole.waited.words, whole.talked.words, whole.wrapped.words) == ("10.0 秒", "2 分 30 秒", "50.0 秒")
    assert (whole.connected.words, whole.level.words) == ("100.00%", "100.00%")
    assert [row.label for row in seen(office).rows] == ["09:00–09:30"]


def test_events_in_any_order_twice_and_counted_in_between_come_to_the_same(office: SetOffice) -> None:
    tell(office, *answered("a"))
    expected = seen(office).whole.n
    chance = random.Random(5)
    posts = [dict(post, call_id="b", **{"from": "13905910002"}) for post in answered("b")] * 2
    chance.shuffle(posts)
    for post in posts:
        tell(office, post)
        counted(office)
    assert seen(office).whole.n == {key: 2 * n for key, n in expected.items()}


def test_what_ends_in_the_self_service_is_out(office: SetOffice) -> None:
    tell(office, event("a", "ivr", "09:00:00"), event("a", "ended", "09:01:00"))
    assert set(seen(office).whole.n.values()) == {0}


def test_a_caller_who_hangs_up_is_missed_until_called_back(office: SetOffice) -> None:
    tell(
        office,
        event("a", "queued", "09:00:00", **{"from": PHONE}),
        event("a", "abandoned", "09:00:40"),
        event("b", "queued", "09:00:00"),
        event("b", "abandoned", "09:00:03"),
    )
    whole = seen(office).whole
    assert (whole.lost.hits, whole.lost.total, whole.called_back.words) == (1, 1, "0.00%")
    tell(office, event("c", "ringing", "09:20:00", direction="out", **{"from": PHONE}))
    whole = seen(office).whole
    assert whole.called_back.words == "100.00%"
    assert whole.n["offered"] == 2, "our own call is not an offered one"


def test_a_second_call_on_the_matter_takes_the_success_of_the_first_back(office: SetOffice) -> None:
    tell(office, *answered("a"))
    assert seen(office).whole.once.words == "100.00%"
    tell(office, event("b", "answered", "09:29:00", **{"from": PHONE}))
    assert (seen(office).whole.once.hits, seen(office).whole.once.total) == (1, 2)


def test_a_second_call_about_something_else_does_not(office: SetOffice) -> None:
    take(office, channel="phone", call_id="a", category="010304")
    take(office, channel="phone", call_id="b", category="020101")
    tell(office, *answered("a"), event("b", "answered", "09:29:00", **{"from": PHONE}))
    assert seen(office).whole.once.words == "100.00%"


def test_seats_are_used_as_much_as_they_handle(office: SetOffice) -> None:
    office.at("2026-03-11 10:00")
    tell(
        office,
        *answered("a"),
        {"event": "sign_in", "agent": "agent1", "at": "2026-03-11T08:50:00+08:00"},
        {"event": "break", "agent": "agent1", "at": "2026-03-11T09:20:00+08:00"},
        {"event": "break_end", "agent": "agent1", "at": "2026-03-11T09:30:00+08:00"},
    )
    found = seen(office)
    assert (found.whole.n["signed"], found.whole.n["paused"]) == (70 * 60, 600)
    assert found.whole.busy.hits == 60 * 3 + 50
    office.at("2026-03-11 10:30")
    assert seen(office).whole.n["signed"] == 100 * 60, "who is still there goes on counting"
    tell(office, {"event": "sign_out", "agent": "agent1", "at": "2026-03-11T10:10:00+08:00"})
    assert seen(office).whole.n["signed"] == 80 * 60


def test_a_night_shift_is_counted_on_both_days(office: SetOffice) -> None:
    office.at("2026-03-11 23:30")
    tell(office, {"event": "sign_in", "agent": "agent1", "at": "2026-03-11T23:00:00+08:00"})
    counted(office)
    office.at("2026-03-12 01:00")
    counted(office)
    counted(office)
    assert seen(office).whole.n["signed"] == 3600
    tomorrow = Period(date(2026, 3, 12), date(2026, 3, 13))
    assert seen(office, tomorrow).whole.n["signed"] == 3600
    assert len(seen(office, Period(TODAY.since, tomorrow.until)).rows) == 2


def test_the_last_24_hours_do_not_stop_at_midnight(office: SetOffice) -> None:
    tell(office, *answered("a"))
    office.at("2026-03-12 08:00")
    found = seen(office, Period(date(2026, 3, 12), date(2026, 3, 13)))
    assert (found.whole.connected.words, found.last_day.connected.words) == ("—", "100.00%")


@pytest.mark.parametrize(
    ("post", "field"),
    [
        ({"event": "sign_in"}, "agent"),
        ({"event": "hold"}, "call_id"),
        ({"event": "explode", "call_id": "a"}, "event"),
    ],
)
def test_an_event_that_is_none_is_refused_by_its_field(office: SetOffice, post: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        generic_cti.read(post, office.now())
    assert field in refused.value.fields


def test_counting_asks_as_many_questions_for_many_calls_as_for_one(office: SetOffice) -> None:
    for n in range(30):
        tell(office, event(f"c{n}", "answered", "09:00:10", **{"from": f"1380591{n:04d}"}))
    with office.begin() as work:
        assert telephony.count(work) == 30
    whole = seen(office).whole
    assert whole.n["answered"] == Decimal(30)
    assert office.now() - timedelta(hours=1)
