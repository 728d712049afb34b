"""延期: asked in time, decided at the right level, told to the appellant, judged by the new due time (handbook §5)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.appeal import AppealType, Urgency
from hotline.domain.deadlines import ClockKind, Light
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.read import ticket_page
from hotline.relay import Relay
from hotline.store.assignment import Stage
from hotline.store.supervision import Card
from hotline.store.ticket import by_no
from hotline.usecases import board, closing, sweeps
from tests.factories.actors import CO, CO_UNIT, DISPATCHER, OTHER_UNIT, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice, local
from tests.factories.texts import inbox, sent
from tests.factories.tickets import A, a_ticket, act, assignments, clocks, seen, take, walk

LEAD_UNIT = UNIT.unit
DUE = local("2026-03-25 17:30")
"""Ten working days from the office's Wednesday morning."""


def sweep(office: SetOffice) -> None:
    with office.begin() as work:
        sweeps.sweep(work)


def cards(office: SetOffice) -> list[tuple[str, object]]:
    with office.begin() as work:
        query = sa.select(Card.light, Card.due_at).where(Card.kind == "handling").order_by(Card.id)
        return [tuple(row) for row in work.session.execute(query)]


def carry(office: SetOffice) -> None:
    relay = Relay(office)
    while relay.round():
        pass


def test_the_first_extension_moves_the_due_time_and_not_the_promise(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    promised = seen(office, no).promise_due_at
    act(office, no, A.REQ_EXTEND, days="5")
    assert seen(office, no).due_at == DUE, "asking moves nothing"
    after = act(office, no, A.OK_EXTEND)
    assert after.due_at == local("2026-04-01 17:30")
    assert after.promise_due_at == promised == DUE
    (task,) = assignments(office, no)
    assert (task.due_at, task.promise_due_at, task.extended) == (after.due_at, DUE, 1)


def test_case_c7_counts_from_the_old_due_date_over_a_make_up_day(office: SetOffice) -> None:
    office.at("2026-09-04 09:00")
    no = a_ticket(office, State.PROCESSING)
    assert seen(office, no).due_at == local("2026-09-18 18:00")
    walk(office, no, A.REQ_EXTEND)
    office.at("2026-09-18 18:00")
    act(office, no, A.NO_EXTEND)
    act(office, no, A.REQ_EXTEND, days="5")
    assert act(office, no, A.OK_EXTEND).due_at == local("2026-09-24 18:00")


def test_the_appellant_is_told_with_the_reason_and_the_unit_too(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    walk(office, no, A.REQ_EXTEND, A.OK_EXTEND)
    carry(office)
    (told,) = [n for n in sent(office, no) if n.template == 6]
    assert told.text.endswith(f"编号{no}因施工维修需要时间延期至3月30日,敬请谅解。")
    assert f"工单 {no} 已同意延期至3月30日" in [n.text for n in inbox(office, LEAD_UNIT)]


def test_it_must_be_asked_before_the_due_time_but_the_last_second_is_in_time(office: SetOffice) -> None:
    late, early = a_ticket(office, State.PROCESSING), a_ticket(office, State.PROCESSING)
    office.moment = DUE
    act(office, early, A.REQ_EXTEND)
    office.later(microseconds=1)
    with pytest.raises(NotNow, match="须在到期前申请"):
        act(office, late, A.REQ_EXTEND)
    assert act(office, early, A.OK_EXTEND).due_at == local("2026-03-30 17:30"), "what was asked in time may be granted"


def test_a_request_left_undecided_stops_no_card_and_its_own_clock_ends_with_the_units(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-25 16:00")
    act(office, no, A.REQ_EXTEND)
    (decision,) = clocks(office, no, ClockKind.EXTENSION_DECISION)
    assert (decision.due_at, decision.unit) == (DUE, ""), "the centre's time, never past the due time"
    office.at("2026-03-25 17:31")
    sweep(office)
    assert [c.red_at for c in clocks(office, no, ClockKind.EXTENSION_DECISION)] == [office.moment]
    (handling,) = clocks(office, no, ClockKind.HANDLING)
    assert handling.red_at == office.moment
    act(office, no, A.OK_EXTEND)
    assert ("red", DUE) in cards(office), "an approval after the fact cancels no card"
    with office.begin(UNIT) as work:
        lamp = ticket_page.of(work, no).lamp
    assert lamp is not None
    assert lamp.light is not Light.RED, "on time is judged on the new due time"


def test_a_clock_gets_one_yellow_and_one_red_card_however_often_its_due_time_moves(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    office.at("2026-03-25 09:00")
    sweep(office)
    walk(office, no, A.REQ_EXTEND, A.OK_EXTEND)
    assert cards(office) == [("yellow", DUE)], "the card stays on record"
    office.at("2026-03-30 10:00")
    sweep(office)
    assert cards(office) == [("yellow", DUE)], "the lamp turns again, and people are told; the card is the first one"
    office.at("2026-03-30 17:31")
    sweep(office)
    assert cards(office) == [("yellow", DUE), ("red", local("2026-03-30 17:30"))]


def test_the_second_goes_to_the_supervisor_and_together_they_have_a_limit(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(NotNow, match="不能超过 7 个工作日"):
        act(office, no, A.REQ_EXTEND, days="8")
    act(office, no, A.REQ_EXTEND, days="7")
    with pytest.raises(NotYours, match="派单员"):
        act(office, no, A.OK_EXTEND, by=SUPERVISOR)
    act(office, no, A.OK_EXTEND)
    with pytest.raises(NotNow, match="还可延期 8 个工作日"):
        act(office, no, A.REQ_EXTEND, days="9")
    act(office, no, A.REQ_EXTEND, days="8")
    with pytest.raises(NotYours, match="督办员"):
        act(office, no, A.OK_EXTEND, by=DISPATCHER)
    act(office, no, A.OK_EXTEND, by=SUPERVISOR)
    with pytest.raises(NotNow, match="已延期 2 次"):
        act(office, no, A.REQ_EXTEND, days="1")


def test_less_may_be_granted_than_was_asked_but_not_more(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.REQ_EXTEND, days="5")
    with pytest.raises(Invalid):
        act(office, no, A.OK_EXTEND, days="6")
    assert act(office, no, A.OK_EXTEND, days="2").due_at == local("2026-03-27 17:30")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"type": AppealType.CONSULT}, "咨询类工单不能延期"),
        ({"type": AppealType.PRAISE}, "表扬类工单不能延期"),
        ({"urgency": Urgency.CRITICAL}, "特急工单不能延期"),
    ],
)
def test_what_cannot_be_extended_says_so(office: SetOffice, given: dict[str, object], words: str) -> None:
    no = a_ticket(office, State.PROCESSING, **given)
    with pytest.raises(NotNow, match=words):
        act(office, no, A.REQ_EXTEND, days="1")


def test_an_urgent_ticket_is_extended_once_by_hours(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    due = seen(office, no).due_at
    assert due == local("2026-03-12 09:30")
    for fields in ({"days": "1"}, {"days": "", "hours": "25"}):
        with pytest.raises(NotNow, match="不能超过 24 小时"):
            act(office, no, A.REQ_EXTEND, **fields)
    act(office, no, A.REQ_EXTEND, days="", hours="24")
    assert act(office, no, A.OK_EXTEND).due_at == local("2026-03-13 09:30")
    with pytest.raises(NotNow, match="只能延期一次"):
        act(office, no, A.REQ_EXTEND, days="", hours="1")


def test_one_request_at_a_time_and_never_judged_by_who_asked(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    both = a_person(*UNIT.roles, *DISPATCHER.roles, number=UNIT.id or 0, unit=LEAD_UNIT)
    act(office, no, A.REQ_EXTEND)
    with pytest.raises(NotNow, match="等待审核"):
        act(office, no, A.REQ_EXTEND)
    with pytest.raises(NotNow, match="等待审核"):
        act(office, no, A.REQ_SUSPEND)
    with pytest.raises(NotYours, match="自己提出"):
        act(office, no, A.OK_EXTEND, by=both)
    act(office, no, A.NO_EXTEND)
    with pytest.raises(NotNow, match="没有等待审核"):
        act(office, no, A.OK_EXTEND)
    assert seen(office, no).due_at == DUE


def test_only_the_lead_asks(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.DISPATCH, co_units=[CO_UNIT])
    act(office, no, A.SIGN)
    act(office, no, A.SIGN, by=CO)
    with pytest.raises(NotYours, match="主办单位"):
        act(office, no, A.REQ_EXTEND, by=CO)


def test_what_nobody_decided_ends_with_the_reply_and_with_the_assignment(office: SetOffice) -> None:
    replied, moved = a_ticket(office, State.PROCESSING), a_ticket(office, State.PROCESSING)
    walk(office, replied, A.REQ_EXTEND, A.CONTACT, A.REPLY)
    assert act(office, replied, A.PASS).at is State.CALLBACK
    walk(office, moved, A.REQ_EXTEND, A.REDISPATCH)
    assert [t.stage for t in assignments(office, moved)] == [Stage.RECALLED, Stage.SENT]
    for no in (replied, moved):
        assert all(c.stopped_at for c in clocks(office, no, ClockKind.EXTENSION_DECISION))
    office.later(hours=1)
    act(office, moved, A.SIGN, by=a_person(*UNIT.roles, number=70, unit=OTHER_UNIT))
    with pytest.raises(NotNow, match="没有等待审核"):
        act(office, moved, A.OK_EXTEND)


def test_buttons_are_offered_to_who_can_decide_and_only_while_something_waits(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)

    def offered(by: object) -> set[Action]:
        with office.begin(by) as work:  # type: ignore[arg-type]
            return set(ticket_page.of(work, no).actions)

    decisions = {A.OK_EXTEND, A.NO_EXTEND}
    assert A.REQ_EXTEND in offered(UNIT)
    assert not decisions & offered(DISPATCHER)
    act(office, no, A.REQ_EXTEND)
    assert A.REQ_EXTEND not in offered(UNIT)
    assert decisions <= offered(DISPATCHER)
    assert not decisions & offered(SUPERVISOR)


def test_the_extended_rate_counts_it_beside_the_on_time_rate(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    walk(office, no, A.REQ_EXTEND, A.OK_EXTEND)
    with office.begin() as work:
        facts = next(iter(board.facts_of(work, [seen(office, no).id]).values()))
    assert facts.leads[0].extended
    assert facts.leads[0].due_at == local("2026-03-30 17:30")


def test_a_ticket_with_an_open_request_cannot_be_closed(office: SetOffice) -> None:
    no = take(office, channel="phone")
    walk(office, no, A.DISPATCH, A.SIGN, A.REQ_EXTEND, A.CONTACT)
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket is not None
        ticket.public_reply = "已清运"
        for task in assignments(office, no):
            work.session.merge(task).stage = Stage.REPLIED
        work.session.flush()
        with pytest.raises(NotNow, match="延期申请没有审核"):
            closing.check_complete(work, ticket)
        work.session.rollback()
