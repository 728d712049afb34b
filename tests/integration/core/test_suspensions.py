"""挂起: for a listed reason, with what was left on resume, never for ever (handbook §5, §15)."""

from __future__ import annotations

import pytest

from hotline.domain.appeal import Urgency
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.relay import Relay
from hotline.usecases import suspensions, sweeps
from tests.factories.actors import CO, CO_UNIT, SUPERVISOR, UNIT
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox, sent
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen, take, walk


def sweep(office: SetOffice) -> None:
    with office.begin() as work:
        while sweeps.sweep(work):
            pass


def carry(office: SetOffice) -> None:
    relay = Relay(office)
    while relay.round():
        pass


def running(office: SetOffice, no: str) -> set[str]:
    return {k.value for k in ClockKind for c in clocks(office, no, k) if c.stopped_at is None and c.paused_at is None}


def test_case_c9_the_remaining_days_count_from_the_day_of_resuming(office: SetOffice) -> None:
    office.at("2026-03-10 09:00")
    no = a_ticket(office, State.PROCESSING)
    assert seen(office, no).due_at == local("2026-03-24 17:30")
    office.at("2026-03-20 10:00")
    assert act(office, no, A.SUSPEND, until="2026-05-01").at is State.SUSPENDED
    office.at("2026-04-07 09:00")
    back = act(office, no, A.RESUME)
    assert (back.at, back.due_at) == (State.PROCESSING, local("2026-04-09 17:30"))
    assert back.promise_due_at == local("2026-03-24 17:30")
    (task,) = assignments(office, no)
    assert (task.due_at, task.paused_at) == (back.due_at, None)
    assert back.paused_seconds == 18 * 86_400 - 3600


def test_a_natural_clock_gets_back_its_exact_minutes(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    assert seen(office, no).due_at == local("2026-03-12 09:30")
    office.at("2026-03-11 20:13")
    act(office, no, A.SUSPEND, until="2026-03-20")
    office.at("2026-03-14 07:00")
    assert act(office, no, A.RESUME).due_at == local("2026-03-14 20:17")


def test_it_goes_on_by_itself_on_the_planned_day_a_holiday_too(office: SetOffice) -> None:
    office.at("2026-09-28 09:00")
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUSPEND, until="2026-10-03")
    office.at("2026-10-02 23:59")
    sweep(office)
    assert seen(office, no).at is State.SUSPENDED
    office.at("2026-10-03 00:01")
    sweep(office)
    back = seen(office, no)
    assert back.at is State.PROCESSING
    assert back.due_at == local("2026-10-20 17:30"), "ten working days were left; the holiday is day 0"
    assert running(office, no) == {"handling", "contact"}


def test_the_unit_asks_and_the_supervisor_decides(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.REQ_SUSPEND, reason="PROJECT", until="2026-06-30")
    assert seen(office, no).at is State.PROCESSING, "asking stops nothing"
    with office.begin(SUPERVISOR) as work:
        found = suspensions.requests.open_of(work.session, seen(office, no).id)
    assert [(each.wish, each.level) for each in found] == [("SUSPEND", 2)]
    stopped = act(office, no, A.SUSPEND, reason="", until="", words="")
    assert (stopped.at, stopped.due_at) == (State.SUSPENDED, local("2026-06-30 00:00"))
    assert running(office, no) == {"suspension", "suspension_review", "suspension_total"}


def test_refused_it_goes_on_as_if_nobody_had_asked(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    due = seen(office, no).due_at
    walk(office, no, A.REQ_SUSPEND, A.NO_SUSPEND)
    assert (seen(office, no).at, seen(office, no).due_at) == (State.PROCESSING, due)
    assert running(office, no) == {"handling", "contact"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "WAIT_CITIZEN"}, "要求补充"),
        ({"until": "2026-03-11"}, "今天之后"),
        ({"until": "明年"}, "计划恢复日期"),
        ({"until": "2206-04-01"}, "核对年份"),
        ({"words": ""}, "依据"),
    ],
)
def test_a_request_says_what_it_lacks(office: SetOffice, fields: dict[str, str], words: str) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.REQ_SUSPEND, **fields)
    assert words in "".join(refused.value.fields.values())


def test_the_appellant_is_told_when_it_stops_and_when_it_goes_on(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUSPEND)
    office.later(days=5)
    act(office, no, A.RESUME)
    carry(office)
    texts = [n.text for n in sent(office, no)]
    assert any(text.endswith(f"编号{no}因法定程序进行中暂缓办理,恢复后另行告知。") for text in texts)
    assert any("已恢复办理" in text for text in texts)
    assert any("已恢复办理" in n.text for n in inbox(office, UNIT.unit))


def test_a_project_is_looked_at_every_thirty_days_and_may_be_prolonged(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUSPEND, reason="PROJECT", until="2026-05-31")
    office.at("2026-04-10 09:31")
    sweep(office)
    (review,) = clocks(office, no, ClockKind.SUSPENSION_REVIEW)
    assert review.red_at == office.moment
    act(office, no, A.PROLONG, until="2026-06-15")
    assert seen(office, no).due_at == local("2026-06-15 00:00")
    assert [c.stopped_at is None for c in clocks(office, no, ClockKind.SUSPENSION_REVIEW)] == [False, True]
    with pytest.raises(NotYours):
        act(office, no, A.PROLONG, by=UNIT)


def test_more_than_ninety_days_altogether_come_to_supervision(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUSPEND, until="2026-05-10")
    office.at("2026-05-10 09:30")
    sweep(office)
    assert seen(office, no).paused_seconds == 60 * 86_400
    act(office, no, A.SUSPEND, until="2026-12-01")
    total = clocks(office, no, ClockKind.SUSPENSION_TOTAL)[-1]
    assert total.due_at == local("2026-06-09 09:30"), "thirty of ninety days were left"
    office.at("2026-06-09 09:31")
    sweep(office)
    assert clocks(office, no, ClockKind.SUSPENSION_TOTAL)[-1].red_at == office.moment
    assert seen(office, no).at is State.SUSPENDED


def test_more_asked_of_the_appellant_while_a_unit_has_it_stops_every_units_clock(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    act(office, no, A.SIGN)
    act(office, no, A.SIGN, by=CO)
    due = [t.due_at for t in assignments(office, no)]
    act(office, no, A.ASK_INFO, by=UNIT)
    assert running(office, no) == {"info_wait"}
    assert all(t.paused_at == office.moment for t in assignments(office, no))
    office.at("2026-03-13 09:30")
    act(office, no, A.SUPPLEMENT)
    assert [t.due_at for t in assignments(office, no)] == [local("2026-03-27 17:30")] * 2
    assert all(d == local("2026-03-25 17:30") for d in due)


def test_a_typhoon_stops_the_ordinary_tickets_of_a_county_in_one_step(office: SetOffice) -> None:
    ordinary = [a_ticket(office, State.PROCESSING) for _ in range(2)]
    urgent = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    unsigned = a_ticket(office, State.PENDING_SIGN)
    elsewhere = a_ticket(office, State.PROCESSING, region="350103")
    act(office, ordinary[0], A.REQ_EXTEND)
    with office.begin(SUPERVISOR) as work:
        found = suspensions.suspend_region(work, ["350102"], until="2026-03-14", words="防台风Ⅱ级应急响应")
    assert (set(found.done), found.urgent, found.unsigned) == (set(ordinary), 1, 1)
    for no in ordinary:
        assert seen(office, no).at is State.SUSPENDED
    for no, state in ((urgent, State.PROCESSING), (unsigned, State.PENDING_SIGN), (elsewhere, State.PROCESSING)):
        assert seen(office, no).at is state
    carry(office)
    assert all(any(n.template == 7 for n in sent(office, no)) for no in ordinary)
    told = [n.text for n in inbox(office, UNIT.unit) if "挂起" in n.text]
    assert told == ["有 2 件工单因不可抗力挂起，恢复后另行通知"], "a unit reads one line, not one for each ticket"
    office.at("2026-03-13 08:00")
    with office.begin(SUPERVISOR) as work:
        assert set(suspensions.resume_region(work, ["350102"], words="应急响应解除").done) == set(ordinary)
    assert seen(office, ordinary[0]).due_at == local("2026-03-27 17:30")
    assert act(office, ordinary[0], A.OK_EXTEND).at is State.PROCESSING, "what was asked before still waits"


def test_force_majeure_stops_no_urgent_clock(office: SetOffice) -> None:
    no = take(office, channel="phone", urgency=Urgency.URGENT)
    walk(office, no, A.DISPATCH, A.SIGN)
    with pytest.raises(NotNow, match="不因不可抗力"):
        act(office, no, A.SUSPEND, reason="FORCE_MAJEURE")
    with pytest.raises(NotNow, match="不因不可抗力"):
        act(office, no, A.REQ_SUSPEND, reason="FORCE_MAJEURE")
