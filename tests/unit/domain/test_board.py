from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.board import FIGURES, Kind, Slot, changes, explain, figure, fold, marks
from hotline.domain.calendar import INSTANT, ZONE
from hotline.domain.facts import AssignmentFacts, Facts, Mark
from hotline.domain.lifecycle import ENDED, OPEN, State
from hotline.domain.rates import Period, Rate
from hotline.settings.rates_page import rates_page
from tests.factories.rules import shipped_counting

CENTRE, UNIT = "350100-HOT", "350102-CG"
RULES = shipped_counting(CENTRE)
RATES = RULES.rates
DOCS = Path(__file__).parents[3] / "docs"


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=ZONE)


def a_lead(**more: object) -> AssignmentFacts:
    lead = AssignmentFacts(
        unit=UNIT,
        state="WORKING",
        sent_at=at("03-11T10:00"),
        sign_warn_at=at("03-11T14:45"),
        sign_due_at=at("03-12T17:30"),
        signed_at=at("03-11T11:00"),
        contact_due_at=at("03-12T17:30"),
        contacted_at=at("03-11T12:00"),
        warn_at=at("03-17T00:00"),
        due_at=at("03-18T17:30"),
        severe_at=at("03-26T00:00"),
    )
    return replace(lead, **more)  # type: ignore[arg-type]


def a_ticket(*leads: AssignmentFacts, **more: object) -> Facts:
    ticket = Facts(
        no="FZ1",
        state=State.PROCESSING if leads else State.PENDING_DISPATCH,
        channel="web",
        created_at=at("03-11T09:30"),
        accepted_at=at("03-11T09:40"),
        leads=leads,
    )
    return replace(ticket, **more)  # type: ignore[arg-type]


def now_keys(facts: Facts, now: str) -> set[str]:
    found, _ = marks(facts, at(now), RULES)
    return {mark.key for mark in found if mark.on is None and not mark.key.startswith("queue.")}


def units_of(key: str, facts: Facts, now: str = "03-11T12:00") -> set[str]:
    return {mark.unit for mark in marks(facts, at(now), RULES)[0] if mark.key == key}


# What the board shows


@pytest.mark.parametrize(
    ("now", "lamps"),
    [
        ("03-16T23:59:59", set()),
        ("03-17T00:00:00", {"yellow"}),
        ("03-18T00:00:00", {"yellow", "due_today"}),
        ("03-18T17:30:00", {"yellow", "due_today"}),
        ("03-18T17:30:01", {"red", "due_today"}),
        ("03-19T00:00:00", {"red"}),
        ("03-25T23:59:59", {"red"}),
        ("03-26T00:00:00", {"red", "severe"}),
    ],
)
def test_the_lamps_of_the_handbooks_example(now, lamps):
    assert now_keys(a_ticket(a_lead()), now) == {"open"} | lamps


def test_an_unsigned_ticket_is_yellow_when_half_the_sign_limit_is_gone_and_late_after_it():
    unsigned = a_ticket(a_lead(state="SENT", signed_at=None), state=State.PENDING_SIGN)
    assert now_keys(unsigned, "03-11T14:45") == {"open", "yellow"}
    assert now_keys(unsigned, "03-12T17:30:01") == {"open", "yellow", "sign_late"}


def test_who_was_not_contacted_in_time_shows_unless_there_is_no_contact():
    silent = a_ticket(a_lead(contacted_at=None))
    assert now_keys(silent, "03-12T17:30:01") == {"open", "contact_late"}
    assert now_keys(replace(silent, has_contact=False), "03-12T17:30:01") == {"open"}


def test_a_stopped_clock_lights_no_lamp():
    assert now_keys(a_ticket(a_lead(suspended=True), state=State.SUSPENDED), "03-30T10:00") == {"open"}


def test_what_the_centre_owes_is_late_at_the_centre_and_reddens_no_unit():
    asked = a_ticket(a_lead(), centre_due_at=at("03-12T10:00"))
    assert now_keys(asked, "03-12T10:00:00") == {"open"}
    assert now_keys(asked, "03-12T10:00:01") == {"open", "centre_late"}
    assert units_of("centre_late", asked, "03-12T10:00:01") == {CENTRE}
    _, until = marks(asked, at("03-12T09:00"), RULES)
    assert until == at("03-12T10:00") + INSTANT


def test_a_closing_whose_review_was_asked_for_is_late_at_the_centre_though_the_ticket_has_ended():
    closed = a_ticket(a_lead(state="DONE"), state=State.CLOSED, centre_due_at=at("03-20T17:30"))
    assert now_keys(closed, "03-20T17:31") == {"centre_late"}


def test_a_replied_ticket_lights_no_lamp_and_waits_at_the_centre():
    replied = a_ticket(a_lead(state="REPLIED", replied_at=at("03-16T10:00")), state=State.REPLY_REVIEW)
    assert now_keys(replied, "03-30T10:00") == {"open"}
    assert units_of("queue.REPLY_REVIEW", replied, "03-30T10:00") == {CENTRE}


def test_a_rework_counts_among_what_is_open_but_not_again_in_the_rates():
    done = a_lead(state="DONE", replied_at=at("03-16T10:00"))
    again = a_lead(state="SENT", round=2, sent_at=at("03-20T10:00"), due_at=at("03-25T17:30"), unit="other")
    rework = a_ticket(done, again, rounds=2, state=State.PENDING_SIGN)
    assert units_of("red", rework, "03-25T17:31") == {"other"}
    assert units_of("on_time", rework, "03-25T17:31") == {UNIT}


@pytest.mark.parametrize("state", sorted(OPEN - {State.DRAFT}))
def test_an_open_ticket_waits_in_exactly_one_queue(state):
    found, _ = marks(a_ticket(a_lead(), state=state), at("03-11T12:00"), RULES)
    assert [mark.key for mark in found if mark.key.startswith("queue.")] == [f"queue.{state}"]


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_ticket_leaves_the_present_and_waits_for_no_time(state):
    ended = a_ticket(a_lead(state="CANCELLED"), state=state, closed_at=at("03-12T09:00"))
    found, until = marks(ended, at("03-30T12:00"), RULES)
    assert [mark for mark in found if mark.on is None] == []
    assert until is None


def test_intake_is_counted_by_hour_channel_type_region_and_category():
    came = a_ticket(type="HELP", region="350102001", category="010203")
    found = {mark.key for mark in marks(came, at("03-11T12:00"), RULES)[0] if mark.key.startswith("intake")}
    parts = {"hour.09", "half.0930", "channel.web", "type.HELP", "region.350102", "category.01"}
    assert found == {"intake"} | {f"intake.{part}" for part in parts}


def test_what_is_not_known_yet_is_counted_as_unknown_so_that_parts_add_up():
    found = {mark.key for mark in marks(a_ticket(), at("03-11T12:00"), RULES)[0]}
    assert {"intake.type.none", "intake.region.none", "intake.category.none"} <= found


@pytest.mark.parametrize("left_out", [{"test": True}, {"state": State.DRAFT}])
def test_drafts_and_tests_leave_no_mark(left_out):
    assert marks(a_ticket(**left_out), at("03-11T12:00"), RULES) == (frozenset(), None)


def test_two_dispatches_of_one_ticket_on_one_day_are_one_mark_of_two():
    first = a_lead(state="RETURNED", return_requested_at=at("03-11T10:30"), return_granted=True)
    found, _ = marks(a_ticket(first, a_lead(sent_at=at("03-11T15:00"))), at("03-11T16:00"), RULES)
    accuracy = Mark("dispatch_accuracy", date(2026, 3, 11), CENTRE, Decimal(1), Decimal(2))
    assert accuracy in found


def test_until_tells_the_lamps_next_change():
    _, until = marks(a_ticket(a_lead()), at("03-18T12:00"), RULES)
    assert until == at("03-18T17:30")
    _, until = marks(a_ticket(a_lead()), at("03-18T17:30"), RULES)
    assert until == at("03-18T17:30") + INSTANT


# Adding up


def test_a_figure_counts_for_the_unit_and_all_above_it():
    found, _ = marks(a_ticket(a_lead()), at("03-11T12:00"), RULES)
    figures = fold(found, lambda unit: (unit, "350100-GOV"))
    assert (
        figures[Slot("open", None, UNIT)] == figures[Slot("open", None, "350100-GOV")] == Rate(Decimal(0), Decimal(1))
    )


def test_changes_move_a_count_from_one_slot_to_another():
    waiting, sent = a_ticket(), a_ticket(a_lead())
    before, after = (marks(facts, at("03-11T12:00"), RULES)[0] for facts in (waiting, sent))
    moved = changes(before, after)
    assert moved[Slot("open", None, CENTRE)].total == -1
    assert moved[Slot("open", None, UNIT)].total == 1
    assert Slot("intake", date(2026, 3, 11), CENTRE) not in moved


# Words


def test_a_rate_is_explained_in_one_sentence():
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    assert explain("resolved", Rate(Decimal("6.5"), Decimal(7)), march, RATES) == (
        "解决率：2026-03-01 至 2026-03-31 按评价日期统计，已解决（部分解决按权重计） 6.5 ÷ "
        "回答了“是否解决”且未剔除的评价 7 = 92.86%。"
    )


def test_an_empty_rate_is_explained_without_a_number():
    assert explain("reply", Rate(), None, RATES).endswith("没有可统计的对象，显示“—”。")


def test_a_figure_is_explained_in_one_sentence():
    today = Period(date(2026, 3, 11), date(2026, 3, 12))
    assert (
        explain("red", Rate(total=Decimal(1286)), today, RATES)
        == "红灯：承办单位超期仍未答复的工单（含严重超期），1,286 件。"
    )
    assert explain("intake.hour.09", Rate(total=Decimal(70)), today, RATES) == (
        "分时来件：2026-03-11 按登记的钟点统计的诉求，70 件。"
    )


@pytest.mark.parametrize("key", ["nothing", "intake.nothing.x", "open.x", "intake.hour"])
def test_an_undeclared_figure_has_no_declaration(key):
    with pytest.raises(KeyError):
        figure(key)


def test_rates_and_figures_share_no_key():
    assert set(RATES) & FIGURES.keys() == set()


def test_the_page_of_rates_equals_the_declarations():
    drawn = (DOCS / "rates.md").read_text(encoding="utf-8")
    assert drawn == rates_page(RATES), "run: python -m hotline.settings.rates_page > docs/rates.md"


# What holds for every ticket

START = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 40 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
maybe = st.none() | moments
LEAD_STATES = ["SENT", "WORKING", "RETURN_PENDING", "RETURNED", "RECALLED", "REPLIED", "DONE", "CANCELLED"]
leads = st.builds(
    AssignmentFacts,
    unit=st.sampled_from(["a", "b"]),
    state=st.sampled_from(LEAD_STATES),
    sent_at=moments,
    round=st.integers(1, 3),
    return_granted=st.none() | st.booleans(),
    suspended=st.booleans(),
    extended=st.booleans(),
    **{
        field.name: maybe for field in fields(AssignmentFacts) if field.name.endswith("_at") and field.name != "sent_at"
    },
)
flags = {name: st.booleans() for name in ("excluded", "has_contact", "anonymous", "nuisance", "test", "repeated")}
tickets = st.builds(
    Facts,
    no=st.just("FZ1"),
    state=st.sampled_from(State),
    channel=st.sampled_from(["phone", "web"]),
    created_at=moments,
    type=st.sampled_from([None, "HELP", "PRAISE"]),
    close_mode=st.sampled_from([None, "DIRECT", "HANDLED", "EXPLAINED", "UNVERIFIED", "TERMINATED"]),
    rounds=st.integers(1, 3),
    result=st.sampled_from([None, "S", "P", "U"]),
    score=st.none() | st.integers(1, 5),
    leads=st.lists(leads, max_size=3).map(tuple),
    **{field.name: maybe for field in fields(Facts) if field.name.endswith("_at") and field.name != "created_at"},
    **flags,
)


@given(tickets, moments, st.floats(0, 1, exclude_max=True))
def test_marks_stay_the_same_until_the_moment_told(facts, now, part):
    found, until = marks(facts, now, RULES)
    end = until or now + timedelta(days=90)
    later = min(now + (end - now) * part, end - INSTANT)  # the product is rounded, maybe up to the end itself
    assert marks(facts, later, RULES)[0] == found


@given(tickets, moments)
def test_marks_do_change_at_the_moment_told(facts, now):
    found, until = marks(facts, now, RULES)
    if until is not None:
        assert until > now
        assert marks(facts, until, RULES)[0] != found


@given(tickets, moments)
def test_hits_never_exceed_the_total_and_plain_counts_have_none(facts, now):
    for mark in marks(facts, now, RULES)[0]:
        assert 0 <= mark.hits <= mark.total
        assert mark.key in RATES or mark.hits == 0


@given(tickets, moments)
def test_a_ticket_has_one_mark_per_slot_and_every_mark_is_declared(facts, now):
    found, _ = marks(facts, now, RULES)
    assert len({(mark.key, mark.on, mark.unit) for mark in found}) == len(found)
    for mark in found:
        snapshot = mark.key not in RATES and figure(mark.key).kind is Kind.SNAPSHOT
        assert (mark.on is None) == snapshot


@given(tickets, moments)
def test_a_ticket_left_out_is_in_no_rate(facts, now):
    for left_out in ({"type": "PRAISE"}, {"nuisance": True}, {"state": State.REJECTED}, {"state": State.MERGED}):
        assert {mark.key for mark in marks(replace(facts, **left_out), now, RULES)[0]} & set(RATES) == set()


@given(st.lists(tickets, max_size=4), moments, st.randoms(use_true_random=False))
def test_folding_does_not_depend_on_the_order(several, now, random):
    found = [mark for facts in several for mark in marks(facts, now, RULES)[0]]
    shuffled = random.sample(found, len(found))
    assert fold(found) == fold(shuffled)


@given(tickets, tickets, moments)
def test_changes_bring_the_old_figures_to_the_new_ones(before, after, now):
    old, new = marks(before, now, RULES)[0], marks(after, now, RULES)[0]
    figures = fold(old)
    for slot, change in changes(old, new).items():
        figures[slot] = figures.get(slot, Rate()) + change
    assert {slot: rate for slot, rate in figures.items() if rate} == fold(new)


@given(tickets, moments)
def test_overdue_is_what_on_time_leaves(facts, now):
    figures = fold(marks(facts, now, RULES)[0])
    for slot, kept in figures.items():
        if slot.key == "on_time":
            missed = figures[slot._replace(key="overdue")]
            assert (missed.hits, missed.total) == (kept.total - kept.hits, kept.total)
