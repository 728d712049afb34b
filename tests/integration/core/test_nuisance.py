"""Calls without content: counted, warned of, limited by the shift lead for some days, never against an emergency."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hotline.channels.generic_sms import Part
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Role
from hotline.read import caller
from hotline.store.audit import AuditLine
from hotline.store.call import Call
from hotline.store.ticket import Ticket
from hotline.usecases import board, nuisance, texting
from tests.factories.actors import AGENT, CITIZEN, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import act, seen, take

LEAD = a_person(Role.LEAD, number=50)
PHONE = "13700001111"


def calls(office: SetOffice, n: int, **given: object) -> None:
    with office.begin() as work:
        start = work.session.scalar(sa.select(sa.func.count()).select_from(Call)) or 0
        for number in range(start, start + n):
            at = work.now - timedelta(minutes=number)
            usual = {"gateway": "g", "call_id": f"c{number}", "first_at": at, "answered_at": at, "ended_at": at}
            keys = {"phone": work.sealer.seal(PHONE), "phone_hash": work.sealer.look_up(PHONE)}
            work.session.add(Call(**usual | keys | given))


def limited(office: SetOffice, days: int = 7) -> None:
    calls(office, 11)
    with office.begin(LEAD) as work:
        nuisance.limit(work, phone=PHONE, days=days, ground="一天来电十一次，均不说话")


def texted(office: SetOffice, words: str, number: str) -> str:
    with office.begin(CITIZEN) as work:
        return texting.receive(work, "g", Part(id=number, phone=PHONE, text=words, ref="", part=1, parts=1)).outcome


@pytest.mark.parametrize(("n", "told"), [(10, 0), (11, 11)])
def test_more_than_ten_calls_without_content_in_a_day_are_warned_of(office: SetOffice, n: int, told: int) -> None:
    calls(office, n)
    with office.begin(AGENT) as work:
        assert caller.of(work, PHONE).empty_today == told
        assert len(nuisance.often_today(work)) == bool(told)


def test_a_call_that_led_to_a_matter_is_not_without_content(office: SetOffice) -> None:
    calls(office, 11)
    take(office, channel="phone", call_id="c0", phone=PHONE)
    with office.begin(AGENT) as work:
        assert nuisance.today(work, work.sealer.look_up(PHONE)) == 10


def test_what_was_refused_for_having_no_content_is_outside_all_rates(office: SetOffice) -> None:
    no = take(office, call_id="c0", phone=PHONE)
    act(office, no, Action.REJECT, reason="NO_CONTENT")
    calls(office, 1)
    with office.begin() as work:
        ticket = work.session.scalars(sa.select(Ticket)).one()
        assert board.facts_of(work, [ticket.id])[ticket.id].nuisance
        assert nuisance.today(work, work.sealer.look_up(PHONE)) == 1
    assert nuisance.NUISANCE in seen(office, no).tags


def test_the_lead_limits_for_seven_days_at_most_and_it_is_on_the_audit_log(office: SetOffice) -> None:
    calls(office, 11)
    with office.begin(LEAD) as work, pytest.raises(Invalid):
        nuisance.limit(work, phone=PHONE, days=8, ground="太多")
    with office.begin(AGENT) as work, pytest.raises(NotYours):
        nuisance.limit(work, phone=PHONE, days=1, ground="太多")
    with office.begin(LEAD) as work:
        nuisance.limit(work, phone=PHONE, days=7, ground="太多")
    with office.begin() as work:
        key = work.sealer.look_up(PHONE)
        assert nuisance.standing(work, key) is not None
        (line,) = work.session.scalars(sa.select(AuditLine).where(AuditLine.kind == "caller_limit"))
        assert PHONE not in f"{line.about}{line.words}"
    office.later(days=7)
    with office.begin() as work:
        assert nuisance.standing(work, key) is None


def test_who_has_not_called_that_often_is_not_limited(office: SetOffice) -> None:
    calls(office, 10)
    with office.begin(LEAD) as work, pytest.raises(NotNow, match="最多 10 次"):
        nuisance.limit(work, phone=PHONE, days=1, ground="太多")


def test_a_limited_numbers_messages_wait_for_people_but_never_an_emergency(office: SetOffice) -> None:
    limited(office)
    assert texted(office, "在吗在吗", "m1") == "unclear"
    assert texted(office, "门口电线漏电了，快来", "m2") == "appeal"


def test_a_limit_is_lifted_at_once(office: SetOffice) -> None:
    limited(office)
    with office.begin(LEAD) as work:
        (row,) = nuisance.limits(work)
        nuisance.lift(work, row.id)
        assert nuisance.limits(work) == []
    assert texted(office, "路灯不亮", "m3") == "appeal"
