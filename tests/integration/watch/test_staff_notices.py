"""What staff are told: one digest for a thousand cards, nobody at night, and the next one up where nobody is."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from hotline.domain.appeal import Urgency
from hotline.domain.errors import Invalid
from hotline.domain.events import Subscriber
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.jobs import tasks
from hotline.jobs.timetable import EVERY
from hotline.relay import Relay
from hotline.store.notice import Notice
from hotline.usecases import inbox, staff, supervision_sweeps, sweeps
from tests.factories.actors import INSPECTOR, LEAD_UNIT, LEADER, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice, local, statements
from tests.factories.people import enrol, memos
from tests.factories.texts import inbox as lines_of
from tests.factories.tickets import A, a_ticket, act

HEAD = a_person(Role.UNIT_APPROVER, number=21, unit=LEAD_UNIT)
HAND = a_person(Role.UNIT_HANDLER, number=22, unit=LEAD_UNIT)
COUNTY = a_person(Role.COUNTY_DISPATCH, number=23, unit="350102-GOV")
DISPATCHER = a_person(Role.DISPATCHER, number=24)
LEAD = a_person(Role.LEAD, number=25)


def carry(office: SetOffice) -> None:
    relay = Relay(office)
    while relay.round():
        pass


def sweep(office: SetOffice, moment: str = "") -> None:
    """Let the house look at its clocks, and tell."""
    if moment:
        office.at(moment)
    with office.begin() as work:
        while sweeps.sweep(work, 2000) == 2000:
            pass
    carry(office)


def flush(office: SetOffice) -> int:
    with office.begin() as work:
        return len(staff.flush_digests(work))


def copies(office: SetOffice, no: str, most: int) -> None:
    """The ticket with its handling clock, again and again: a storm in a statement."""
    with office.begin() as work:
        ticket = work.session.execute(sa.text("select * from ticket where no = :no"), {"no": no}).mappings().one()
        names = [name for name in ticket if name not in ("id", "no")]
        listed = ", ".join(f'"{name}"' for name in names)
        work.session.execute(
            sa.text(
                f"insert into ticket (no, {listed}) select no || '-' || n, {listed} from ticket, "
                "generate_series(1, :most) n where no = :no"
            ),
            {"no": no, "most": most},
        )
        columns = [c["name"] for c in sa.inspect(work.session.get_bind()).get_columns("clock")]
        copied = [name for name in columns if name not in ("id", "ticket_id")]
        work.session.execute(
            sa.text(
                f"insert into clock (ticket_id, {', '.join(copied)}) select t.id, {', '.join('c.' + n for n in copied)}"
                " from clock c join ticket m on m.id = c.ticket_id and m.no = :no"
                " join ticket t on t.no like :like where c.kind = 'handling'"
            ),
            {"no": no, "like": f"{no}-%"},
        )


def test_a_thousand_tickets_turning_red_at_once_are_one_message_for_each_person(office: SetOffice) -> None:
    enrol(office, UNIT, HEAD, HAND, SUPERVISOR, COUNTY)
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.CONTACT)
    copies(office, no, 999)
    carry(office)
    office.at("2026-03-25 17:31")
    with office.begin() as work:
        assert sweeps.sweep(work, 2000) == 1000
    relay = Relay(office)
    with statements(office) as asked:
        while relay.deliver(Subscriber.NOTICE):
            pass
        assert flush(office) == 0, "the first waits for the others"
        office.later(minutes=2)
        assert flush(office) == 3
    told = {who.id: [memo.text for memo in memos(office, who)] for who in (UNIT, HEAD, HAND)}
    assert told == {who.id: ["已超期 1,000 件，请及时办理"] for who in (UNIT, HEAD, HAND)}
    assert [memos(office, who) for who in (SUPERVISOR, COUNTY)] == [[], []]
    for_people = [statement for statement in asked if re.search("person|digest|memo", statement)]
    assert len(for_people) <= 25, "a handful for each of the relay's five batches, and for the digests"


def test_a_person_gets_at_most_one_digest_an_hour(office: SetOffice) -> None:
    enrol(office, UNIT)
    for _ in range(2):
        act(office, a_ticket(office, State.PROCESSING), A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    office.later(minutes=2)
    assert flush(office) == 1
    act(office, a_ticket(office, State.PENDING_SIGN), A.SIGN)
    office.later(minutes=30)
    sweep(office, "2026-03-25 17:31")
    office.later(minutes=3)
    assert flush(office) == 1
    late = a_ticket(office, State.PENDING_SIGN)
    office.later(days=2)
    sweep(office)
    office.later(minutes=2)
    before = len(memos(office, UNIT))
    assert flush(office) == 1
    act(office, late, A.SIGN)
    a_ticket(office, State.PENDING_SIGN)
    office.later(minutes=40)
    assert flush(office) == 0
    assert len(memos(office, UNIT)) == before + 1


def test_one_alone_is_named_and_leads_to_its_ticket(office: SetOffice) -> None:
    enrol(office, UNIT)
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    office.later(minutes=2)
    flush(office)
    (memo,) = memos(office, UNIT)
    assert memo.text == f"工单{no}将于3月25日到期,请及时办理。"
    assert memo.ticket_id is not None


def test_yellow_goes_to_the_hands_and_red_to_the_approver_too(office: SetOffice) -> None:
    enrol(office, HAND, HEAD)
    act(office, a_ticket(office, State.PROCESSING), A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    office.later(minutes=2)
    flush(office)
    assert [len(memos(office, who)) for who in (HAND, HEAD)] == [1, 0]
    sweep(office, "2026-03-25 17:31")
    office.later(minutes=2)
    flush(office)
    assert [len(memos(office, who)) for who in (HAND, HEAD)] == [2, 1]


def test_what_stays_red_goes_to_the_county_and_then_to_the_supervisor(office: SetOffice) -> None:
    enrol(office, UNIT, COUNTY, SUPERVISOR)
    act(office, a_ticket(office, State.PROCESSING), A.CONTACT)
    sweep(office, "2026-03-25 17:31")
    seen = []
    for moment in ("2026-03-25 18:00", "2026-03-27 09:00", "2026-04-02 09:00"):
        office.at(moment)
        with office.begin() as work:
            supervision_sweeps.look(work)
            supervision_sweeps.look_above(work)
            supervision_sweeps.look_above(work)
        office.later(minutes=3)
        flush(office)
        seen.append((len(memos(office, COUNTY)), len(memos(office, SUPERVISOR))))
    assert seen == [(0, 0), (1, 0), (1, 1)]
    assert "严重超期" in memos(office, SUPERVISOR)[0].text


def test_a_unit_without_accounts_is_told_through_its_county_and_else_through_the_supervisor(office: SetOffice) -> None:
    enrol(office, SUPERVISOR)
    act(office, a_ticket(office, State.PROCESSING), A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    office.later(minutes=2)
    flush(office)
    assert len(memos(office, SUPERVISOR)) == 1
    enrol(office, COUNTY)
    sweep(office, "2026-03-25 17:31")
    office.later(minutes=2)
    flush(office)
    assert (len(memos(office, SUPERVISOR)), len(memos(office, COUNTY))) == (1, 1)


def test_the_centres_own_clocks_call_its_own_people(office: SetOffice) -> None:
    enrol(office, DISPATCHER, LEAD)
    a_ticket(office, State.PENDING_DISPATCH)
    office.later(minutes=25)
    sweep(office)
    office.later(minutes=6)
    sweep(office)
    office.later(minutes=2)
    flush(office)
    assert [memo.text for memo in memos(office, DISPATCHER)] == ["已超期 1 件，将到期 1 件，请及时办理"]
    assert len(memos(office, LEAD)) == 1


def test_nobody_gets_a_digest_at_night_and_none_is_lost(office: SetOffice) -> None:
    enrol(office, UNIT)
    no = a_ticket(office, State.PROCESSING, urgency=Urgency.URGENT)
    act(office, no, A.CONTACT)
    sweep(office, "2026-03-12 04:00")
    office.later(minutes=5)
    assert flush(office) == 0
    office.at("2026-03-12 08:00")
    assert flush(office) == 1


def test_danger_is_told_at_once_even_at_night_three_times_an_hour_and_then_in_the_digest(office: SetOffice) -> None:
    enrol(office, UNIT)
    office.at("2026-03-11 23:00")
    for _ in range(5):
        a_ticket(office, State.PENDING_SIGN, urgency=Urgency.CRITICAL)
    carry(office)
    office.later(minutes=6)
    sweep(office)
    assert [memo.topic for memo in memos(office, UNIT)] == ["urgent"] * 3
    office.at("2026-03-12 08:00")
    flush(office)
    assert [memo.topic for memo in memos(office, UNIT)] == ["urgent"] * 3 + ["digest"]


def test_sms_on_duty_goes_where_the_person_says_and_waits_for_the_morning(office: SetOffice) -> None:
    enrol(office, UNIT)
    with pytest.raises(Invalid), office.begin(UNIT) as work:
        inbox.set_duty_phone(work, "123")
    with office.begin(UNIT) as work:
        inbox.set_duty_phone(work, "13900000000")
    act(office, a_ticket(office, State.PROCESSING), A.CONTACT)
    sweep(office, "2026-03-24 09:00")
    office.later(minutes=2)
    flush(office)
    with office.begin() as work:
        query = sa.select(Notice).where(Notice.way == "sms", Notice.template == 14)
        (text,) = work.session.scalars(query)
        assert work.sealer.open(text.phone) == "13900000000"
    assert len(text.text) <= 70
    assert text.send_at == local("2026-03-24 09:02")


def test_orders_reach_the_unit_the_supervisor_and_at_the_end_the_leader(office: SetOffice) -> None:
    enrol(office, UNIT, SUPERVISOR, LEADER)
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.INSTRUCT)
    act(office, no, A.ANSWER_SUPERVISION)
    act(office, no, A.END_SUPERVISION)
    carry(office)
    assert any("批示" in line.text for line in lines_of(office, LEAD_UNIT))
    assert [memo.text for memo in memos(office, SUPERVISOR)] == [f"领导批示：工单 {no}，请跟踪督办"]
    assert [memo.text for memo in memos(office, LEADER)] == [f"您批示的工单 {no} 督办已办结，请查看结果"]


def test_a_missed_order_is_told_to_who_takes_it_over(office: SetOffice) -> None:
    enrol(office, INSPECTOR, LEADER)
    no = a_ticket(office, State.PROCESSING)
    act(office, no, A.SUPERVISE)
    told = []
    for moment in ("2026-03-16 17:31", "2026-03-19 17:31"):
        sweep(office, moment)
        with office.begin() as work:
            supervision_sweeps.sweep(work)
        carry(office)
        office.later(minutes=3)
        flush(office)
        told.append((len(memos(office, INSPECTOR)), len(memos(office, LEADER))))
    assert told == [(1, 0), (1, 1)]


def test_many_tickets_sent_to_a_unit_together_are_one_line(office: SetOffice) -> None:
    for _ in range(7):
        a_ticket(office, State.PENDING_SIGN)
    carry(office)
    assert [line.text for line in lines_of(office, LEAD_UNIT)] == ["派单 7 件，请到待办列表查看"]


def test_the_jobs_stand_in_the_timetable() -> None:
    assert {tasks.digests, tasks.supervise} <= EVERY.keys()
