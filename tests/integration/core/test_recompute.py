"""Another calendar or other limits: what would change is told before, and every open clock follows after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.calendar import WorkCalendar
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import State
from hotline.domain.rulebook import Rulebook
from hotline.read import ticket_page
from hotline.store.audit import AuditLine
from hotline.store.journal import of_ticket
from hotline.store.recomputation import Recomputation
from hotline.store.supervision import Card
from hotline.usecases import audit, effects, recompute, sweeps
from tests.factories.actors import CO_UNIT, UNIT
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen


def with_holiday(rules: Rulebook, *days: date) -> Rulebook:
    """The rules with further days off."""
    calendar = rules.calendar
    more = WorkCalendar(
        {**calendar.holidays, **dict.fromkeys(days, "台风停工")},
        calendar.makeups,
        calendar.years_known,
        calendar.windows,
        calendar.due_at,
    )
    return replace(rules, calendar=more)


def with_limit(rules: Rulebook, days: int) -> Rulebook:
    """The rules with another limit for complaints."""
    handling = rules.limits.handling
    normal = {**handling.normal, AppealType.COMPLAINT: WorkingDays(days)}
    return replace(rules, limits=replace(rules.limits, handling=replace(handling, normal=normal)))


@pytest.fixture
def rules(office: SetOffice) -> Iterator[list[Rulebook]]:
    """The rules in force from now on: put others in place of the one in the list."""
    held = [office.rules]
    kind = type(office)
    office.__class__ = type("Held", (kind,), {"rules": property(lambda self: held[0])})
    yield held
    office.__class__ = kind


def follow(office: SetOffice, most: int = recompute.BATCH) -> int:
    """Run until nothing is left; how many transactions it took."""
    runs = 0
    while True:
        with office.begin() as work:
            if not recompute.apply(work, most):
                return runs
        runs += 1


def test_a_preview_tells_what_would_change_and_writes_nothing(office: SetOffice) -> None:
    numbers = [a_ticket(office, State.PROCESSING) for _ in range(3)]
    before = [seen(office, no).due_at for no in numbers]
    with office.begin() as work:
        report = recompute.preview(work, with_holiday(work.rules, date(2026, 3, 16)))
    handling = [change for change in report.changes if change.kind is ClockKind.HANDLING]
    assert {change.no for change in handling} == set(numbers)
    assert {(change.before, change.after) for change in handling} == {
        (local("2026-03-25 17:30"), local("2026-03-26 17:30"))
    }
    assert (report.tickets, report.later, report.sooner, report.kept) == (3, 3, 0, 0)
    assert [seen(office, no).due_at for no in numbers] == before


def test_a_holiday_declared_for_tomorrow_moves_every_open_clock_and_no_promise(
    office: SetOffice, rules: list[Rulebook]
) -> None:
    no = a_ticket(office, State.PROCESSING)
    rules[0] = with_holiday(rules[0], date(2026, 3, 12))
    follow(office)
    ticket, (task,) = seen(office, no), assignments(office, no)
    assert ticket.due_at == task.due_at == local("2026-03-26 17:30")
    assert ticket.promise_due_at == task.promise_due_at == local("2026-03-25 17:30")
    assert task.contact_due_at == local("2026-03-13 17:30")
    with office.begin(UNIT) as work:
        page = ticket_page.of(work, no)
    (handling,) = [clock for clock in page.clocks if clock.kind == "handling"]
    assert "2026-03-12 周四 台风停工放假，不计" in handling.explain
    assert handling.explain[-1] == "2026-03-26 周四 17:30 到期"


def test_it_stands_in_the_journal_of_each_ticket_in_the_audit_log_and_once_in_each_inbox(
    office: SetOffice, rules: list[Rulebook]
) -> None:
    numbers = [a_ticket(office, State.PROCESSING) for _ in range(3)]
    versions = [seen(office, no).version for no in numbers]
    rules[0] = with_holiday(rules[0], date(2026, 3, 16))
    follow(office, most=2)
    with office.begin() as work:
        for no in numbers:
            last = of_ticket(work.session, seen(office, no).id)[-1]
            (change,) = last.payload["clocks"]
            assert (last.action, last.source, last.target) == ("RECOMPUTE", "PROCESSING", "PROCESSING")
            assert (change["old_due_at"], change["due_at"]) == (
                "2026-03-25T09:30:00+00:00",
                "2026-03-26T09:30:00+00:00",
            )
        assert audit.verify_journal(work)[1] == []
        (line,) = work.session.scalars(sa.select(AuditLine))
    assert "3 个到期时间有变化" in line.about
    assert [n.text for n in inbox(office, UNIT.unit)][-1].startswith("日历或时限有调整，3 件工单")
    assert [seen(office, no).version for no in numbers] == versions, "what somebody is typing is not made stale"


def test_a_second_run_changes_nothing_and_a_run_broken_off_goes_on(office: SetOffice, rules: list[Rulebook]) -> None:
    numbers = [a_ticket(office, State.PROCESSING) for _ in range(3)]
    rules[0] = with_holiday(rules[0], date(2026, 3, 16))
    with office.begin() as work:
        assert recompute.apply(work, 2) == 2
    follow(office)
    assert {seen(office, no).due_at for no in numbers} == {local("2026-03-26 17:30")}
    entries = [seen(office, no).journal_seq for no in numbers]
    assert follow(office) == 0
    assert [seen(office, no).journal_seq for no in numbers] == entries
    with office.begin() as work:
        (run,) = work.session.scalars(sa.select(Recomputation))
    assert (run.report["looked"], run.report["later"], run.report["tickets"]) == (6, 3, 3)


def test_pauses_and_extensions_are_counted_again_by_the_new_calendar(office: SetOffice, rules: list[Rulebook]) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.REQ_EXTEND, days="2")
    act(office, no, A.OK_EXTEND)
    office.at("2026-03-20 10:00")
    act(office, no, A.SUSPEND, until="2026-04-30")
    office.at("2026-04-07 09:00")
    act(office, no, A.RESUME)
    assert seen(office, no).due_at == local("2026-04-14 17:30"), "five days were left on 20 March"
    rules[0] = with_holiday(rules[0], date(2026, 4, 9))
    follow(office)
    assert seen(office, no).due_at == local("2026-04-15 17:30")


def test_a_shorter_limit_makes_nobody_late_at_once(office: SetOffice, rules: list[Rulebook]) -> None:
    old, new = a_ticket(office, State.PROCESSING), ""
    office.at("2026-03-24 10:00")
    new = a_ticket(office, State.PROCESSING)
    with office.begin() as work:
        report = recompute.preview(work, with_limit(work.rules, 5))
    assert (report.kept, report.sooner) == (1, 1)
    rules[0] = with_limit(rules[0], 5)
    follow(office)
    assert seen(office, new).due_at == local("2026-03-31 17:30")
    assert seen(office, old).due_at == local("2026-03-25 17:30"), "five days were over on 18 March"
    with office.begin(UNIT) as work:
        explained = next(c.explain for c in ticket_page.of(work, old).clocks if c.kind == "handling")
    assert explained[-2:] == (
        "2026-03-24 周二 10:00 日历或时限有调整，不因调整而立即超期，保留原时限",
        "2026-03-25 周三 17:30 到期",
    )
    assert follow(office) == 0


def test_cards_that_fell_stay_when_the_due_time_moves_away(office: SetOffice, rules: list[Rulebook]) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.CONTACT)
    office.at("2026-03-25 17:31")
    with office.begin() as work:
        sweeps.sweep(work)
    rules[0] = with_holiday(rules[0], date(2026, 3, 16))
    follow(office)
    with office.begin() as work:
        found = work.session.execute(sa.select(Card.kind, Card.light)).all()
    assert found == [("handling", "red")]
    assert seen(office, no).due_at == local("2026-03-26 17:30")


def test_a_list_that_comes_late_settles_what_was_provisional(office: SetOffice, rules: list[Rulebook]) -> None:
    office.at("2026-12-28 09:00")
    no = a_ticket(office, State.PROCESSING)
    (clock,) = clocks(office, no, ClockKind.HANDLING)
    assert (clock.provisional, clock.due_at) == (True, local("2027-01-12 17:30"))
    calendar = rules[0].calendar
    loaded = WorkCalendar(
        {**calendar.holidays, date(2027, 1, 1): "元旦"},
        {**calendar.makeups, date(2027, 1, 3): "元旦"},
        calendar.years_known | {2027},
        calendar.windows,
        calendar.due_at,
    )
    rules[0] = replace(rules[0], calendar=loaded)
    follow(office)
    (clock,) = clocks(office, no, ClockKind.HANDLING)
    assert (clock.provisional, clock.due_at) == (False, local("2027-01-11 17:30"))
    assert not assignments(office, no)[0].provisional


def test_a_unit_below_is_never_due_after_the_unit_above(office: SetOffice, rules: list[Rulebook]) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    act(office, no, A.SIGN)
    act(office, no, A.ADD_UNIT, units=["350103-CGW"], words="一起到现场")
    rules[0] = with_holiday(rules[0], date(2026, 3, 16))
    follow(office)
    assert {task.due_at for task in assignments(office, no)} == {local("2026-03-26 17:30")}


def test_urgent_clocks_know_no_holidays(office: SetOffice, rules: list[Rulebook]) -> None:
    no = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    before = [(c.kind, c.due_at) for k in ClockKind for c in clocks(office, no, k)]
    rules[0] = with_holiday(rules[0], date(2026, 3, 12))
    follow(office)
    assert [(c.kind, c.due_at) for k in ClockKind for c in clocks(office, no, k)] == before


def test_the_effect_is_told_in_words_before_it_is_saved(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with office.begin() as work:
        effect = effects.of(work, "calendar", with_holiday(work.rules, date(2026, 3, 16)))
    assert effect.lines[0] == "在办时限 2 个，1 个的到期时间会变化（1 个推后，0 个提前）"
    (listing,) = effect.listings
    assert listing.tickets == (no,)
    assert listing.rows[0][3:5] == ("2026-03-25 17:30", "2026-03-26 17:30")
