"""Telephone traffic: the example of handbook §10 to the digit, and what one call adds."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.telephony import (
    FORGOTTEN,
    Average,
    CallFacts,
    Level,
    Seat,
    Span,
    TelephonyRules,
    Traffic,
    adds,
    by_slot,
    slot_of,
    spans,
)
from hotline.settings import CONFIG
from hotline.settings.telephony import telephony_in, telephony_table

RULES, FAULTS = telephony_in(telephony_table(CONFIG / "telephony.toml")[0])
assert RULES is not None, FAULTS
AT = datetime(2026, 3, 11, 1, 7, tzinfo=UTC)
EXAMPLE = Traffic(
    {
        "offered": 8800,
        "short": 150,
        "answered": 8480,
        "answered_in": 7990,
        "abandoned": 170,
        "abandoned_in": 50,
    },
    RULES,
)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def a_call(wait: float | None, talk: float | None = 60, **more: object) -> CallFacts:
    answered = AT + s(wait) if wait is not None else None
    ended = answered + s(talk) if answered and talk is not None else None
    return CallFacts(AT, answered, ended, **more)  # type: ignore[arg-type]


def gone(after: float, **more: object) -> CallFacts:
    return CallFacts(AT, None, AT + s(after), **more)  # type: ignore[arg-type]


def test_the_example_is_connected_to_98_03_percent() -> None:
    assert (EXAMPLE.connected.hits, EXAMPLE.connected.total, EXAMPLE.connected.words) == (8480, 8650, "98.03%")


def test_the_example_loses_1_97_percent_and_both_add_up_to_a_hundred() -> None:
    assert EXAMPLE.lost.words == "1.97%"
    assert EXAMPLE.lost + EXAMPLE.connected == EXAMPLE.connected + EXAMPLE.lost
    assert (EXAMPLE.lost.percent or 0) + (EXAMPLE.connected.percent or 0) == 100


@pytest.mark.parametrize(
    ("formula", "pair", "percent"),
    [
        ("A", (7990, 8600), "92.91"),
        ("B", (8040, 8650), "92.95"),
        ("C", (7990, 8480), "94.22"),
        ("D", (7990, 8650), "92.37"),
    ],
)
def test_the_service_level_of_the_example_by_each_formula(formula: str, pair: tuple[int, int], percent: str) -> None:
    rate = EXAMPLE.level_by(Level(formula))
    assert ((rate.hits, rate.total), rate.percent) == (pair, Decimal(percent))


def test_the_shipped_formula_is_a() -> None:
    assert EXAMPLE.level.words == "92.91%"


def test_what_is_called_in_the_example_follows_from_single_calls() -> None:
    calls = [
        *[gone(4)] * 150,
        *[a_call(15)] * 7990,
        *[a_call(16)] * 490,
        *[gone(15)] * 50,
        *[gone(16)] * 120,
    ]
    sums: dict[str, int] = {}
    for call in calls:
        for key, n in adds(call, RULES).items():
            sums[key] = sums.get(key, 0) + n
    assert {key: sums[key] for key in EXAMPLE.n if EXAMPLE.n[key]} == {k: int(v) for k, v in EXAMPLE.n.items() if v}


@pytest.mark.parametrize(
    ("wait", "kind"),
    [(4.9, {"short"}), (5, {"abandoned", "abandoned_in"}), (15, {"abandoned", "abandoned_in"}), (15.1, {"abandoned"})],
)
def test_who_hangs_up_is_short_soon_or_late(wait: float, kind: set[str]) -> None:
    assert set(adds(gone(wait, numbered=False), RULES)) - {"offered"} == kind


def test_a_call_that_still_waits_counts_nowhere() -> None:
    assert adds(CallFacts(AT), RULES) == {}


def test_talk_hold_and_after_call_work_are_handling() -> None:
    found = adds(a_call(10, 200, held=s(30), wrapped=s(45)), RULES)
    assert (found["talk"], found["hold"], found["wrap"], found["wait"]) == (170, 30, 45, 10)
    traffic = Traffic(found | {"signed": 1000, "paused": 20}, RULES)
    assert (traffic.handled.words, traffic.talked.words, traffic.waited.words) == (
        "4 分 05 秒",
        "2 分 50 秒",
        "10.0 秒",
    )
    assert traffic.busy.words == "25.00%"


def test_talk_is_not_averaged_before_the_call_is_over() -> None:
    traffic = Traffic(adds(a_call(10, None), RULES), RULES)
    assert (traffic.talked.words, traffic.waited.words) == ("—", "10.0 秒")


@pytest.mark.parametrize(("minutes", "hits"), [(29, 1), (30, 1), (30.1, 0), (None, 0)])
def test_a_missed_caller_is_called_back_within_half_an_hour(minutes: float | None, hits: int) -> None:
    back = AT + s(20) + timedelta(minutes=minutes) if minutes is not None else None
    found = Traffic(adds(gone(20, called_back_at=back), RULES), RULES)
    assert (found.called_back.hits, found.called_back.total) == (hits, 1)


def test_a_caller_without_a_number_can_not_be_called_back() -> None:
    assert Traffic(adds(gone(20, numbered=False), RULES), RULES).called_back.words == "—"


@pytest.mark.parametrize(("days", "hits"), [(None, 1), (6.9, 0), (7, 0), (7.1, 1)])
def test_a_second_call_within_seven_days_takes_the_first_ones_success_back(days: float | None, hits: int) -> None:
    again = AT + s(3) + timedelta(days=days) if days is not None else None
    assert Traffic(adds(a_call(3, again_at=again), RULES), RULES).once.hits == hits


def test_nothing_is_a_dash_and_never_full() -> None:
    empty = Traffic({}, RULES)
    assert {empty.connected.words, empty.level.words, empty.busy.words, empty.once.words, empty.waited.words} == {"—"}


def test_slots_are_half_hours() -> None:
    assert slot_of(AT) == AT.replace(minute=0)
    assert slot_of(AT.replace(minute=30)) == AT.replace(minute=30)


# Seats


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 11, hour, minute, tzinfo=UTC)


def test_signed_in_time_and_breaks_are_cut_at_half_hours() -> None:
    found, still = spans(
        [
            (at(1), Seat.SIGN_IN),
            (at(1, 20), Seat.BREAK),
            (at(1, 40), Seat.BREAK_END),
            (at(2), Seat.SIGN_OUT),
        ],
        at(9),
    )
    assert not still
    assert by_slot(found, at(0), at(12)) == {
        (at(1), "signed"): 1800,
        (at(1, 30), "signed"): 1800,
        (at(1), "paused"): 600,
        (at(1, 30), "paused"): 600,
    }


def test_who_is_still_there_counts_up_to_now_and_a_forgotten_sign_out_ends_by_itself() -> None:
    assert spans([(at(1), Seat.SIGN_IN)], at(3)) == ([Span(False, at(1), at(3))], True)
    found, still = spans([(at(1), Seat.SIGN_IN)], at(1) + timedelta(days=2))
    assert (found, still) == ([Span(False, at(1), at(1) + FORGOTTEN)], False)


def test_a_break_ends_with_the_shift() -> None:
    found, _ = spans([(at(1), Seat.SIGN_IN), (at(2), Seat.BREAK), (at(3), Seat.SIGN_OUT)], at(9))
    assert sum((span.until - span.since for span in found if span.paused), timedelta()) == timedelta(hours=1)


moments = st.integers(0, 3 * 24 * 60).map(lambda m: at(0) + timedelta(minutes=m))


@given(st.lists(st.tuples(moments, st.sampled_from(Seat)), max_size=12), moments, st.randoms(use_true_random=False))
def test_events_of_a_seat_may_come_in_any_order_and_twice(events, now, random) -> None:
    events = [each for each in events if each[0] <= now]
    found = spans(events, now)
    assert spans(random.sample(events * 2, len(events) * 2), now) == found
    signed = sum((x.until - x.since for x in found[0] if not x.paused), timedelta())
    paused = sum((x.until - x.since for x in found[0] if x.paused), timedelta())
    assert timedelta() <= paused <= signed
    assert sum(by_slot(found[0], at(0), now).values()) == (signed + paused) / timedelta(seconds=1)


@given(st.floats(0, 100), st.none() | st.floats(0, 500), st.booleans())
def test_every_decided_call_is_answered_lost_or_short_and_nothing_twice(wait, talk, answered) -> None:
    found = adds(a_call(wait, talk) if answered else gone(wait), RULES)
    assert found["offered"] == found.get("answered", 0) + found.get("abandoned", 0) + found.get("short", 0) == 1


def test_an_average_is_rounded_half_up() -> None:
    assert Average(Decimal(1), Decimal(20)).value == Decimal("0.1")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"formula": "E"}, "formula"),
        ({"level_s": 0}, "level_s"),
        ({"level_s": "15"}, "level_s"),
        ({"targets": {"luck": 5}}, "luck"),
        ({"targets": {"connected": "viel"}}, "connected"),
        ({"colour": 1}, "colour"),
    ],
)
def test_faulty_rules_are_refused_with_a_sentence(change, word) -> None:
    rules, faults = telephony_in(telephony_table(CONFIG / "telephony.toml")[0] | change)
    assert rules is None
    assert any(word in fault for fault in faults)


def test_the_threshold_is_a_setting() -> None:
    assert "answered_in" in adds(a_call(18), TelephonyRules(level=s(20)))
