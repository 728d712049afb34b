"""Surge mode: seen in the figures, decided by people, ended by the clock, and no clock stopped by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hotline.domain.appeal import Urgency
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Role
from hotline.jobs import tasks
from hotline.jobs.timetable import EVERY
from hotline.read import audit_log as audit_reading
from hotline.read import queues
from hotline.read import surge as reading
from hotline.relay import Relay
from hotline.store.audit import AuditLine
from hotline.store.call import Call
from hotline.store.clock import Clock
from hotline.store.figure import FigureRow
from hotline.store.surge import Surge
from hotline.usecases import calls, incidents, surge
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, LEAD_UNIT, LEADER, SUPERVISOR, a_person
from tests.factories.offices import SetOffice, local, statements
from tests.factories.people import enrol, memos
from tests.factories.texts import inbox
from tests.factories.tickets import A, a_ticket, act, clocks

LEAD = a_person(Role.LEAD, number=31)
ADMIN = a_person(Role.CENTER_ADMIN, number=32)
AUDITOR = a_person(Role.AUDITOR, number=33)
COMPANY = "350100-GSGS"
ROOT = "350100-GOV"


def figures(office: SetOffice, half: str, **days: int) -> None:
    """What came in one half hour of these days, as the board counts it: ``d0311=60``."""
    with office.begin() as work:
        for name, n in days.items():
            on = local(f"2026-{name[1:3]}-{name[3:]} 00:00").date()
            known = sa.select(FigureRow.id).where(FigureRow.key == "intake", FigureRow.on == on)
            for key in (f"intake.half.{half}", *(() if work.session.scalar(known) else ("intake",))):
                work.session.add(FigureRow(key=key, on=on, unit=work.rules.city.root, hits=0, total=n))


def flood(office: SetOffice, volume: int = 60) -> None:
    """A Wednesday's half hour against four usual ones."""
    figures(office, "0930", d0311=volume, d0304=40, d0225=40, d0218=40, d0211=40)
    office.at("2026-03-11 09:50")


def detect(office: SetOffice) -> int:
    with office.begin() as work:
        return len(surge.detect(work))


def on(office: SetOffice, hours: int = 24, announcement: str = "") -> None:
    with office.begin(LEAD) as work:
        surge.switch_on(
            work, until=work.now + timedelta(hours=hours), why="台风外围影响全市", announcement=announcement
        )


def tick(office: SetOffice) -> int:
    with office.begin() as work:
        told, lines = surge.tick(work)
        return len(told) + len(lines)


def row(office: SetOffice) -> Surge:
    with office.begin() as work:
        return work.session.scalars(sa.select(Surge).order_by(Surge.id.desc()).limit(1)).one()


def announce(office: SetOffice) -> int:
    with office.begin() as work:
        return len(incidents.announce(work))


def called(office: SetOffice) -> tuple[set[str], set[str]]:
    """Whom the call-back desk calls, and whose call rests."""
    wanted = queues.Wanted(states=(State.CALLBACK,))
    with office.begin(CALLBACK) as work:
        calls, rests = (
            {row.no for row in queues.page(work, each).rows}
            for each in (replace(wanted, to_call=True), replace(wanted, resting=True))
        )
    return calls, rests


def carry(office: SetOffice) -> None:
    relay = Relay(office)
    while relay.round():
        pass


def test_it_is_proposed_once_to_those_who_decide(office: SetOffice) -> None:
    enrol(office, LEAD, ADMIN, SUPERVISOR)
    flood(office, 59)
    assert detect(office) == 0
    with office.begin() as work:
        work.session.execute(sa.update(FigureRow).where(FigureRow.total == 59).values(total=60))
    assert detect(office) == 2
    assert detect(office) == 0
    (memo,) = memos(office, LEAD)
    assert "来件 60 件" in memo.text
    assert "1.5 倍" in memo.text
    assert (len(memos(office, ADMIN)), memos(office, SUPERVISOR)) == (1, [])


def test_the_board_counts_half_hours_from_the_tickets_themselves(office: SetOffice) -> None:
    for _ in range(3):
        a_ticket(office, State.SUBMITTED)
    carry(office)
    with office.begin() as work:
        (half, before) = surge.volumes(work, reading.rules.half_hour(office.moment))
    assert (half, before) == (3, [None, None, None, None])


def test_detecting_reads_figures_and_never_the_tickets(office: SetOffice) -> None:
    flood(office)
    with statements(office) as asked:
        detect(office)
    assert not [statement for statement in asked if "FROM ticket" in statement]


def test_a_dismissed_proposal_does_not_come_back_at_once_and_an_undecided_one_lapses(office: SetOffice) -> None:
    enrol(office, LEAD)
    flood(office)
    detect(office)
    with pytest.raises(Invalid), office.begin(LEAD) as work:
        surge.dismiss(work, why="")
    with office.begin(LEAD) as work:
        surge.dismiss(work, why="媒体活动引起的咨询")
    assert detect(office) == 0
    assert (row(office).stage, row(office).off_by) == ("DISMISSED", LEAD.name)
    office.later(minutes=121)
    figures(office, "1130", d0311=60, d0304=40)
    assert detect(office) == 1
    office.later(minutes=121)
    detect(office)
    assert row(office).off_by == "系统"


@pytest.mark.parametrize("who", [AGENT, SUPERVISOR, LEADER])
def test_only_lead_and_administrator_decide(office: SetOffice, who: object) -> None:
    with pytest.raises(NotYours), office.begin(who) as work:  # type: ignore[arg-type]
        surge.switch_on(work, until=work.now + timedelta(hours=2), why="台风")


@pytest.mark.parametrize(("hours", "why"), [(0, "台风"), (73, "台风"), (24, " ")])
def test_it_needs_a_reason_and_an_end_within_seventy_two_hours(office: SetOffice, hours: int, why: str) -> None:
    with pytest.raises(Invalid), office.begin(LEAD) as work:
        surge.switch_on(work, until=work.now + timedelta(hours=hours), why=why)


def test_it_is_switched_on_once_changed_and_off_and_all_of_it_is_audited(office: SetOffice) -> None:
    enrol(office, LEAD, AGENT)
    flood(office)
    detect(office)
    on(office, announcement="台风影响，来电较多，请说明地点")
    assert row(office).proposed_at is not None, "the proposal is what was followed"
    with pytest.raises(NotNow):
        on(office)
    with pytest.raises(Invalid), office.begin(ADMIN) as work:
        surge.change(work, until=local("2026-03-14 10:00"), announcement="")
    with office.begin(ADMIN) as work:
        surge.change(work, until=local("2026-03-14 09:00"), announcement="请说明地点")
    with office.begin(ADMIN) as work:
        surge.switch_off(work, why="台风警报解除")
    with pytest.raises(NotNow), office.begin(ADMIN) as work:
        surge.switch_off(work, why="再一次")
    with office.begin() as work:
        said = list(work.session.scalars(sa.select(AuditLine.about).where(AuditLine.kind == "surge")))
    assert said == ["proposed", "on", "changed", "off"]
    with office.begin(AUDITOR) as work:
        lines = audit_reading.page(work, audit_reading.Wanted(kind="surge")).lines
    assert [line.about for line in lines] == ["结束", "修改", "启动", "系统提示启动"]
    assert "有效至：2026-03-14 09:00" in lines[1].rest, "moments are read in local time"
    assert "已启动应急模式" in memos(office, AGENT)[0].text


def test_it_ends_by_itself(office: SetOffice) -> None:
    on(office, hours=2)
    office.later(hours=2)
    with office.begin() as work:
        assert surge.active(work) is None, "already before the clock has looked"
    tick(office)
    assert (row(office).stage, row(office).off_why) == ("OFF", "到时自动结束")


def test_no_clock_is_stopped_by_it(office: SetOffice) -> None:
    for urgency in (Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL):
        a_ticket(office, State.PENDING_SIGN, urgency=urgency)
    with office.begin() as work:
        before = list(work.session.execute(sa.select(Clock.id, Clock.due_at, Clock.stopped_at).order_by(Clock.id)))
    on(office)
    tick(office)
    with office.begin() as work:
        assert before == list(
            work.session.execute(sa.select(Clock.id, Clock.due_at, Clock.stopped_at).order_by(Clock.id))
        )


def test_what_a_storm_brings_is_answered_within_half_an_hour(office: SetOffice) -> None:
    before = a_ticket(office, State.PENDING_SIGN, content="台风后小区门口垃圾堆积")
    on(office)
    storm = a_ticket(office, State.PENDING_SIGN, content="台风后小区门口垃圾堆积")
    other = a_ticket(office, State.PENDING_SIGN)
    limits = [clocks(office, no, ClockKind.CONTACT)[0].allowance for no in (before, storm, other)]
    assert limits == ["1wd", "30min", "1wd"]


def test_companies_get_batches_and_others_single_lines(office: SetOffice) -> None:
    on(office)
    for _ in range(3):
        no = a_ticket(office, State.PENDING_DISPATCH, category="030101")
        act(office, no, A.DISPATCH, unit=COMPANY)
    a_ticket(office, State.PENDING_SIGN)
    carry(office)
    assert inbox(office, COMPANY) == []
    assert len(inbox(office, LEAD_UNIT)) == 1
    office.later(minutes=9)
    assert tick(office) == 0
    office.later(minutes=1)
    assert tick(office) == 1
    assert tick(office) == 0
    (line,) = inbox(office, COMPANY)
    assert line.text == "应急批次：新派 3 件（突发停水 3 件），请到待办列表批量签收"


def test_danger_is_told_singly_even_then(office: SetOffice) -> None:
    on(office)
    no = a_ticket(office, State.PENDING_DISPATCH, category="030101", urgency=Urgency.CRITICAL)
    act(office, no, A.DISPATCH, unit=COMPANY)
    carry(office)
    assert no in inbox(office, COMPANY)[0].text


def test_what_waits_for_a_batch_goes_when_it_ends(office: SetOffice) -> None:
    on(office)
    act(office, a_ticket(office, State.PENDING_DISPATCH, category="030101"), A.DISPATCH, unit=COMPANY)
    carry(office)
    with office.begin(LEAD) as work:
        surge.switch_off(work, why="解除")
    assert len(inbox(office, COMPANY)) == 1


def test_the_leader_gets_a_brief_every_two_hours(office: SetOffice) -> None:
    enrol(office, LEADER)
    on(office)
    told = len(memos(office, LEADER))
    a_ticket(office, State.PENDING_SIGN)
    carry(office)
    for minutes in (119, 1, 60, 60):
        office.later(minutes=minutes)
        tick(office)
    briefs = memos(office, LEADER)[told:]
    assert len(briefs) == 2
    assert "近 2 小时来件 1 件" in briefs[0].text
    number = int(briefs[0].link.rsplit("/", 1)[1])
    with office.begin(LEADER) as work:
        _, body = reading.brief(work, number)
        assert body["came"] == 1
        with pytest.raises(NotFound):
            reading.brief(work, number + 100)


def test_what_may_be_one_event_is_told_once_and_only_then(office: SetOffice) -> None:
    enrol(office, DISPATCHER)
    for n in range(3):
        a_ticket(office, State.PENDING_DISPATCH, category="030101", phone=f"1390591000{n}")
    before = len(memos(office, DISPATCHER))
    assert announce(office) == 0
    on(office)
    assert [announce(office) for _ in range(2)] == [1, 0]
    said = memos(office, DISPATCHER)[before + 1]
    assert ("突发停水" in said.text, "3 人" in said.text, said.link.startswith("/incidents/#FZ")) == (True, True, True)


def test_ordinary_call_backs_rest_meanwhile_and_come_back_after(office: SetOffice) -> None:
    plain = a_ticket(office, State.CALLBACK, reply_by="phone")
    urgent = a_ticket(office, State.CALLBACK, reply_by="phone", urgency=Urgency.URGENT)
    both = ({plain, urgent}, set[str]())
    assert called(office) == both
    on(office)
    assert called(office) == ({urgent}, {plain})
    with office.begin(LEAD) as work:
        surge.switch_off(work, why="解除")
    assert called(office) == both


def test_who_rang_in_vain_is_listed_until_called_back_or_through(office: SetOffice) -> None:
    with office.begin() as work:
        for number, phone, answered, minutes in (
            ("c1", "13900000001", False, 0),
            ("c2", "13900000001", False, 5),
            ("c3", "13900000002", False, 1),
            ("c4", "13900000002", True, 6),
            ("c5", "13900000003", True, 2),
        ):
            at = office.moment + timedelta(minutes=minutes)
            work.session.add(
                Call(
                    gateway="generic",
                    call_id=number,
                    phone=work.sealer.seal(phone),
                    phone_hash=work.sealer.look_up(phone),
                    first_at=at,
                    rang_at=at,
                    answered_at=at if answered else None,
                    ended_at=at,
                )
            )
    office.later(minutes=10)
    with office.begin(AGENT) as work:
        (only,) = reading.missed(work)
        assert (only.phone, only.times) == ("13900000001", 2)
        calls.called_back(work, only.id)
    with office.begin(AGENT) as work:
        assert reading.missed(work) == ()
        with pytest.raises(NotFound):
            calls.called_back(work, only.id)


def test_the_job_stands_in_the_timetable() -> None:
    assert tasks.surge_watch in EVERY
