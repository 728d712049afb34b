"""The example month of handbook §10, to the digit."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from hotline.domain.board import Slot, fold, marks
from hotline.domain.calendar import ZONE
from hotline.domain.facts import AssignmentFacts, Facts
from hotline.domain.lifecycle import State
from hotline.domain.rates import Period, Rate
from tests.factories.rules import shipped_counting

CENTRE = "350100-HOT"
RULES = shipped_counting(CENTRE)
RATES = RULES.rates
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
STATISTIC_TIME = datetime(2026, 4, 1, tzinfo=ZONE)

CONTRACT_KEYS = [
    "sign_on_time",
    "response",
    "reply",
    "timely_reply",
    "on_time",
    "resolved",
    "satisfied",
    "called_back",
    "rework",
    "first_time",
    "returned",
    "invalid_return",
    "dispatch_accuracy",
    "direct_answer",
    "extended",
    "overdue",
    "accept_on_time",
    "whole_path",
]


def at(words: str) -> datetime:
    """``03-05 17:00`` of 2026; ten in the morning when no time is given."""
    day, _, clock = words.partition(" ")
    return datetime.fromisoformat(f"2026-{day}T{clock or '10:00'}").replace(tzinfo=ZONE)


def next_working_day(sent_at: datetime) -> datetime:
    """One working day later at the close of office; the example month has no holiday."""
    day = sent_at + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=17, minute=30)


def a_case(
    no: int,
    type_: str,
    sent: str,
    due: str,
    replied: str = "",
    *,
    signed: bool = True,
    contacted: bool = True,
    rounds: int = 1,
    result: str | None = None,
    score: int | None = None,
    **more: object,
) -> Facts:
    """One line of the example table: in time where it says ✓, never where it says ✗."""
    sent_at, limit = at(sent), next_working_day(at(sent))
    lead = AssignmentFacts(
        unit="D",
        state="DONE" if replied else "WORKING",
        sent_at=sent_at,
        sign_due_at=limit,
        signed_at=sent_at + timedelta(hours=1) if signed else None,
        contact_due_at=limit,
        contacted_at=sent_at + timedelta(hours=2) if contacted else None,
        due_at=at(f"{due} 17:30"),
        promise_due_at=at(f"{due} 17:30"),
        replied_at=at(replied) if replied else None,
    )
    closed_at = at(replied) + timedelta(days=2) if replied else None
    case = Facts(
        no=f"FZ{no}",
        type=type_,
        channel="phone",
        state=State.CLOSED if replied else State.PROCESSING,
        close_mode="HANDLED" if replied else None,
        created_at=sent_at,
        accepted_at=sent_at,
        first_dispatched_at=sent_at,
        reviewed_at=closed_at,
        closed_at=closed_at,
        rounds=rounds,
        rated_at=closed_at if result else None,
        result=result,
        score=score,
        leads=(lead,),
    )
    ticket = {key: more[key] for key in more.keys() & {"state", "closed_at", "excluded", "repeated"}}
    duty = {key: more[key] for key in more.keys() - ticket.keys()}
    return replace(case, leads=(replace(lead, **duty),), **ticket)  # type: ignore[arg-type]


EXAMPLE = (
    a_case(0, "COMPLAINT", "02-26", "03-11", "03-11 16:00", result="S", score=4),
    a_case(1, "CONSULT", "03-02", "03-04", "03-03", result="S", score=5),
    a_case(2, "HELP", "03-02", "03-05", "03-05 17:00", result="S", score=4),
    a_case(3, "COMPLAINT", "03-03", "03-17", "03-16", rounds=2, result="S", score=3),
    a_case(
        *(4, "COMPLAINT", "03-03", "03-17", "03-20"),
        signed=False,
        result="P",
        score=2,
        signed_at=at("03-05"),
        return_requested_at=at("03-05 11:00"),
        return_decided_at=at("03-05 15:00"),
        return_granted=False,
    ),
    a_case(5, "REPORT", "03-04", "03-18", "03-18 16:00", contacted=False, result="U", score=1, excluded=True),
    a_case(6, "SUGGEST", "03-05", "03-12", "03-10"),
    a_case(7, "COMPLAINT", "03-09", "03-12", "03-12 09:00", result="S", score=5),
    a_case(
        *(8, "HELP", "03-10", "03-13"),
        state=State.PENDING_DISPATCH,
        contacted_at=None,
        return_requested_at=at("03-10 16:00"),
        return_decided_at=at("03-11"),
        return_granted=True,
    ),
    a_case(9, "COMPLAINT", "03-10", "03-24", state=State.SUSPENDED, suspended=True),
    a_case(10, "CONSULT", "03-16", "03-18", "03-18 10:00", result="S", score=4, repeated=True),
    a_case(11, "COMPLAINT", "03-20", "04-03"),
    a_case(12, "HELP", "03-23", "03-26", signed=False, contacted=False),
    a_case(
        13,
        "SUGGEST",
        "03-24",
        "03-31",
        signed=False,
        contacted=False,
        state=State.WITHDRAWN,
        closed_at=at("03-24 16:00"),
    ),
)
RETURNED = replace(EXAMPLE[8], leads=(replace(EXAMPLE[8].leads[0], state="RETURNED"),))
MONTH = (*EXAMPLE[:8], RETURNED, *EXAMPLE[9:])


def rate_of(key: str, cases: Iterable[Facts] = MONTH, unit: str = "D", now: datetime = STATISTIC_TIME) -> Rate:
    figures = fold(mark for case in cases for mark in marks(case, now, RULES)[0])
    return sum(
        (rate for slot, rate in figures.items() if slot.key == key and slot.unit == unit and slot.on in MARCH), Rate()
    )


def shown(key: str, unit: str = "D") -> str:
    rate = rate_of(key, unit=unit)
    return f"{rate.hits.normalize():f}/{rate.total.normalize():f} = {rate.words}"


def test_sign_on_time_of_the_example_month():
    assert shown("sign_on_time") == "10/12 = 83.33%"


def test_response_of_the_example_month():
    assert shown("response") == "9/11 = 81.82%"


def test_reply_of_the_example_month():
    assert shown("reply") == "8/11 = 72.73%"


def test_timely_reply_of_the_example_month():
    assert shown("timely_reply") == "7/9 = 77.78%"


def test_on_time_of_the_example_month():
    assert shown("on_time") == "8/10 = 80.00%"


def test_resolved_of_the_example_month_adjusted_and_raw():
    assert (shown("resolved"), shown("resolved_raw")) == ("6.5/7 = 92.86%", "6.5/8 = 81.25%")


def test_satisfied_of_the_example_month_adjusted_and_raw():
    assert (shown("satisfied"), shown("satisfied_raw")) == ("6/7 = 85.71%", "6/8 = 75.00%")


def test_called_back_of_the_example_month():
    assert shown("called_back") == "8/9 = 88.89%"


def test_rework_of_the_example_month():
    assert shown("rework") == "1/9 = 11.11%"


def test_first_time_of_the_example_month():
    assert shown("first_time") == "7/9 = 77.78%"


def test_returned_of_the_example_month():
    assert shown("returned") == "2/13 = 15.38%"


def test_invalid_return_of_the_example_month():
    assert shown("invalid_return") == "1/2 = 50.00%"


def test_dispatch_accuracy_of_the_example_month():
    assert shown("dispatch_accuracy", CENTRE) == "12/13 = 92.31%"


def test_overdue_of_the_example_month_is_what_on_time_leaves():
    assert shown("overdue") == "2/10 = 20.00%"


def test_nothing_was_extended_in_the_example_month():
    assert shown("extended") == "0/10 = 0.00%"


def test_whole_path_of_the_example_month():
    assert shown("whole_path") == "8/10 = 80.00%"


@pytest.mark.parametrize(
    ("hits", "total", "percent"),
    [
        ("1", "32", "3.13"),
        ("0", "7", "0.00"),
    ],
)
def test_a_percentage_has_two_decimals_half_up(hits, total, percent):
    assert Rate(Decimal(hits), Decimal(total)).percent == Decimal(percent)


def test_868736_of_880000_is_98_72_percent():
    assert Rate(Decimal(868_736), Decimal(880_000)).words == "98.72%"


def test_the_province_half_year_311176_of_315957_is_98_49_percent():
    assert Rate(Decimal(311_176), Decimal(315_957)).words == "98.49%"


def test_the_city_day_900_of_1000_is_90_00_percent():
    assert Rate(Decimal(900), Decimal(1_000)).words == "90.00%"


def test_the_direct_answers_37527_of_71184_are_52_72_percent():
    assert Rate(Decimal(37_527), Decimal(71_184)).words == "52.72%"


def test_a_rate_without_a_denominator_is_empty_and_never_full():
    assert (Rate().percent, Rate().words) == (None, "—")


def test_rates_are_added_as_pairs():
    parts = [Rate(Decimal(1), Decimal(1)), Rate(Decimal(0), Decimal(3))]
    assert sum(parts, Rate()).percent == 25


def a_direct_answer(no: int, **more: object) -> Facts:
    came = at("03-11 09:00")
    case = Facts(
        no=f"FZ{no}",
        type="CONSULT",
        channel="phone",
        state=State.CLOSED,
        close_mode="DIRECT",
        created_at=came,
        accepted_at=came,
        closed_at=came,
    )
    return replace(case, **more)  # type: ignore[arg-type]


def city_rate(key: str, cases: Iterable[Facts]) -> Rate:
    return rate_of(key, cases, "D") + rate_of(key, cases, CENTRE)


def test_a_city_day_counts_all_accepted_appeals_and_direct_answers_as_replied():
    answered = [a_direct_answer(no) for no in range(527)]
    replied = [a_case(no, "HELP", "03-11", "03-16", "03-13") for no in range(373)]
    waiting = [a_case(no, "HELP", "03-11", "03-16") for no in range(60)]
    undispatched = [a_direct_answer(no, state=State.PENDING_DISPATCH, close_mode=None) for no in range(40)]
    assert city_rate("reply", [*answered, *replied, *waiting, *undispatched]).words == "90.00%"


def test_a_direct_answer_is_in_time_for_the_city_and_unknown_to_units():
    assert (
        rate_of("timely_reply", [a_direct_answer(1)], CENTRE).words,
        rate_of("timely_reply", [a_direct_answer(1)]).words,
    ) == (
        "100.00%",
        "—",
    )


def test_the_direct_answer_rate_divides_by_all_accepted():
    cases = [a_direct_answer(1), a_direct_answer(2), a_case(3, "HELP", "03-11", "03-16")]
    assert rate_of("direct_answer", cases, CENTRE).words == "66.67%"


def test_ratings_of_direct_answers_are_reported_apart():
    rated = a_direct_answer(1, rated_at=at("03-11"), result="S", score=5)
    assert [rate_of(key, [rated], CENTRE).words for key in ("satisfied", "satisfied_direct", "resolved_direct")] == [
        "—",
        "100.00%",
        "100.00%",
    ]


def test_acceptance_counts_against_its_limit_once_accepted_or_late():
    waiting = a_direct_answer(
        1, state=State.SUBMITTED, close_mode=None, accepted_at=None, closed_at=None, accept_due_at=at("03-11 11:00")
    )
    accepted = replace(waiting, state=State.PENDING_DISPATCH, accepted_at=at("03-11 11:00"))
    assert rate_of("accept_on_time", [waiting], CENTRE, at("03-11 10:59")).words == "—"
    assert rate_of("accept_on_time", [waiting], CENTRE, at("03-11 11:00")).words == "0.00%"
    assert rate_of("accept_on_time", [accepted], CENTRE).words == "100.00%"


def test_dispatching_counts_against_its_own_limit():
    case = replace(a_case(1, "HELP", "03-11 10:40", "03-16"), dispatch_due_at=at("03-11 10:30"))
    assert rate_of("dispatch_on_time", [case], CENTRE).words == "0.00%"


def test_a_ticket_withdrawn_after_the_sign_limit_stays_a_missed_signature():
    late = a_case(1, "HELP", "03-10", "03-13", signed=False, state=State.WITHDRAWN, closed_at=at("03-12"))
    assert [rate_of(key, [late]).words for key in ("sign_on_time", "reply")] == ["0.00%", "—"]


def test_a_redispatched_ticket_is_counted_for_its_new_unit_only():
    first = replace(RETURNED.leads[0], unit="E")
    second = replace(RETURNED.leads[0], state="WORKING", sent_at=at("03-11 15:00"), return_granted=None)
    moved = replace(RETURNED, state=State.PROCESSING, leads=(first, second))
    assert (rate_of("reply", [moved], "E").words, rate_of("reply", [moved], "D").words) == ("—", "0.00%")


def test_an_extension_moves_on_time_but_not_the_promise():
    case = a_case(1, "COMPLAINT", "03-03", "03-17", "03-20", due_at=at("03-24 17:30"), extended=True)
    assert [rate_of(key, [case]).words for key in ("on_time", "extended", "whole_path")] == [
        "100.00%",
        "100.00%",
        "0.00%",
    ]


def test_a_reply_in_time_is_on_time_only_when_it_passed_review():
    case = replace(a_case(1, "HELP", "03-03", "03-06", "03-05"), state=State.REPLY_REVIEW, reviewed_at=None)
    assert [rate_of(key, [case]).words for key in ("timely_reply", "on_time")] == ["100.00%", "0.00%"]


@pytest.mark.parametrize(
    "left_out",
    [
        {"type": "PRAISE"},
        {"nuisance": True},
        {"test": True},
        {"state": State.MERGED},
        {"state": State.REJECTED},
        {"state": State.HANDED_OVER},
    ],
)
def test_a_ticket_left_out_is_in_no_rate(left_out):
    case = replace(MONTH[4], **left_out)
    assert [mark.key for mark in marks(case, STATISTIC_TIME, RULES)[0] if mark.key in RATES] == []


def test_every_rate_key_of_the_public_interface_is_declared_in_its_order():
    assert list(RATES)[: len(CONTRACT_KEYS)] == CONTRACT_KEYS


def test_a_rate_lists_the_tickets_behind_its_total():
    behind = {case.no for case in MONTH for mark in marks(case, STATISTIC_TIME, RULES)[0] if mark.key == "on_time"}
    assert behind == {f"FZ{no}" for no in (0, 1, 2, 3, 4, 5, 6, 7, 10, 12)}


def test_marks_are_placed_on_local_dates():
    late_evening = a_case(1, "HELP", "03-11 23:30", "03-16")
    slots = fold(marks(late_evening, STATISTIC_TIME, RULES)[0])
    assert Slot("reply", date(2026, 3, 11), "D") in slots
