"""Seeing and not seeing: the masks on a real ticket, unmasking for a reason, and reaching who must not be known."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.read import followed, looked, relays, ticket_page
from hotline.store.audit import AuditLine
from hotline.store.matter import Tie
from hotline.store.ticket import Ticket
from hotline.usecases import access, linking, relaying, unmasking
from tests.factories.actors import (
    AGENT,
    CALLBACK,
    CO,
    CO_UNIT,
    LEAD_UNIT,
    OTHER,
    SUPERVISOR,
    UNIT,
    a_person,
    at_unit,
)
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, seen

NAME, PHONE = "林晓", "13800005678"
INSPECTOR = a_person(Role.INSPECTOR, number=40)
LEADER = a_person(Role.LEADER, number=41, unit="350100-GOV")
COUNTY = a_person(Role.COUNTY_DISPATCH, number=42, unit="350102-HOT")
TEXT = "我是林晓，住示范路1号501室，电话13800005678，垃圾没人清"


def page(office: SetOffice, no: str, by: Actor) -> ticket_page.TicketPage:
    with office.begin(by) as work:
        return ticket_page.of(work, no)


def lines(office: SetOffice, kind: str) -> list[AuditLine]:
    with office.begin() as work:
        return list(work.session.scalars(sa.select(AuditLine).where(AuditLine.kind == kind).order_by(AuditLine.seq)))


def a_sealed_ticket(office: SetOffice, state: State = State.PROCESSING) -> str:
    return a_ticket(office, state, confidential=True, content=TEXT, name=NAME, phone=PHONE)


def with_co_unit(office: SetOffice, **given: object) -> str:
    no = a_ticket(office, State.PENDING_DISPATCH, **given)
    act(office, no, Action.DISPATCH, co_units=[CO_UNIT])
    return no


def test_the_head_of_the_city_sees_what_nobody_knows_the_place_of_yet_and_a_county_does_not(office: SetOffice) -> None:
    no = a_ticket(office, State.SUBMITTED, region=None, address="", content="公交车太挤了")
    assert seen(office, no).region is None
    with office.begin(LEADER) as work:
        assert access.staff(work, no).no == no
    with office.begin(COUNTY) as work, pytest.raises(NotFound):
        access.staff(work, no)


def test_the_lead_unit_sees_who_it_is_only_after_signing(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN, name=NAME, phone=PHONE)
    before = page(office, no, UNIT).appellant
    act(office, no, Action.SIGN)
    after = page(office, no, UNIT).appellant
    assert (before.name, before.phone) == ("林**", "138****5678")
    assert (after.name, after.phone) == (NAME, PHONE)


def test_a_co_unit_and_a_county_that_does_not_handle_it_see_masks(office: SetOffice) -> None:
    no = with_co_unit(office, name=NAME, phone=PHONE)
    act(office, no, Action.SIGN)
    act(office, no, Action.SIGN, by=CO)
    for who in (CO, COUNTY):
        shown = page(office, no, who).appellant
        assert (shown.name, shown.phone, shown.identity) == ("林**", "138****5678", ""), who


def test_the_unit_of_a_sealed_ticket_sees_neither_name_nor_phone_anywhere_on_its_page(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    shown = page(office, no, UNIT)
    assert (shown.appellant.name, shown.appellant.phone) == ("", "")
    assert NAME not in repr(shown)
    assert PHONE not in repr(shown)
    assert "501室" not in repr(shown)
    assert "垃圾没人清" in shown.content


def test_no_unit_learns_that_a_named_ticket_and_a_sealed_one_came_in_one_call(office: SetOffice) -> None:
    named = a_ticket(office, State.PROCESSING, name=NAME, phone=PHONE)
    sealed = a_ticket(
        office, State.PROCESSING, confidential=True, content="另一件事，不要说是我", name=NAME, phone=PHONE
    )
    for tie in (Tie.CALL, Tie.REPEAT):
        with office.begin(AGENT) as work:
            linking.both(work, access.staff(work, named), access.staff(work, sealed), tie)
    assert sealed not in repr(page(office, named, UNIT))
    assert named not in repr(page(office, sealed, UNIT))
    assert "同一通来电" in [line.words for line in page(office, named, UNIT).journal]
    assert sealed in repr(page(office, named, AGENT).journal)
    assert [each.no for each in page(office, named, AGENT).related] == [sealed]


def test_a_leader_reads_free_text_redacted_and_never_the_numbers(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, content=TEXT, name=NAME, phone=PHONE)
    shown = page(office, no, LEADER)
    assert PHONE not in repr(shown)
    assert "501室" not in shown.content


def test_the_unit_complained_about_never_sees_who_complained(office: SetOffice) -> None:
    no = with_co_unit(office, content=TEXT, name=NAME, phone=PHONE)
    with office.begin() as work:
        work.session.execute(sa.update(Ticket).where(Ticket.no == no).values(complained_unit=CO_UNIT))
    act(office, no, Action.SIGN)
    shown = page(office, no, CO)
    assert NAME not in repr(shown)
    assert PHONE not in repr(shown)
    assert page(office, no, UNIT).appellant.name == NAME


def test_who_has_nothing_more_to_do_sees_a_mask_and_may_ask_for_more(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED, name=NAME, phone=PHONE)
    shown = page(office, no, AGENT).appellant
    assert shown.phone == "138****5678"
    assert "phone" in shown.can_unmask


def test_a_phone_that_is_masked_beside_the_text_is_not_read_in_the_text_either(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, content=TEXT, name=NAME, phone=PHONE)
    assert PHONE not in page(office, no, SUPERVISOR).content
    assert "501室" in page(office, no, SUPERVISOR).content, "text is whole but for what has a rule of its own"
    unmask(office, no, SUPERVISOR, data=("phone",))
    assert PHONE in page(office, no, SUPERVISOR).content
    assert page(office, no, AGENT).content == TEXT


# -- unmasking ---------------------------------------------------------------------------------------------------------


def unmask(office: SetOffice, no: str, by: Actor, reason: str = "核对回访电话", data: tuple[str, ...] = ()) -> None:
    with office.begin(by) as work:
        unmasking.unmask(work, access.staff(work, no), reason, data)


def test_a_reason_opens_one_ticket_to_one_person_for_half_an_hour_and_is_on_record(office: SetOffice) -> None:
    no, other = (a_ticket(office, State.PROCESSING, name=NAME, phone=PHONE) for _ in range(2))
    unmask(office, no, SUPERVISOR, data=("phone",))
    assert page(office, no, SUPERVISOR).appellant.phone == PHONE
    assert page(office, no, SUPERVISOR).appellant.name == "林**"
    assert page(office, other, SUPERVISOR).appellant.phone == "138****5678"
    assert page(office, no, INSPECTOR).appellant.phone == "138****5678"
    office.later(minutes=30)
    assert page(office, no, SUPERVISOR).appellant.phone == "138****5678"
    kept = lines(office, "unmask")
    assert [(each.ticket_no, each.owner, each.about) for each in kept] == [(no, LEAD_UNIT, "电话")]
    assert kept[0].words["reason"] == "核对回访电话"


@pytest.mark.parametrize("by", [CO, OTHER, LEADER, COUNTY], ids=["co-unit", "other unit", "leader", "county"])
def test_who_may_not_unmask_is_refused_and_nothing_is_opened(office: SetOffice, by: Actor) -> None:
    no = with_co_unit(office, name=NAME, phone=PHONE)
    act(office, no, Action.SIGN)
    with pytest.raises((NotYours, LookupError)) if by is not OTHER else pytest.raises(Exception, match="没有找到"):
        unmask(office, no, by)
    assert lines(office, "unmask") == []


def test_the_unit_of_a_sealed_ticket_can_not_unmask_even_with_a_reason(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    with pytest.raises(NotYours):
        unmask(office, no, UNIT, data=("phone",))
    assert page(office, no, UNIT).appellant.can_unmask == ()


@pytest.mark.parametrize("reason", ["", "看", "   ", "x" * 201])
def test_a_reason_that_is_none_opens_nothing(office: SetOffice, reason: str) -> None:
    no = a_ticket(office, State.PROCESSING)
    with pytest.raises(Invalid) as refused:
        unmask(office, no, SUPERVISOR, reason)
    assert "理由" in refused.value.fields["reason"]


# -- through the platform ----------------------------------------------------------------------------------------------


def asked(office: SetOffice, no: str, **fields: object) -> int:
    act(office, no, Action.RELAY, **fields)
    with office.begin(CALLBACK) as work:
        return next((each.id for each in relays.waiting(work) if each.no == no), 0)


def test_what_a_unit_asks_stands_on_the_tracking_page_and_waits_for_the_centre_to_ring(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    assert asked(office, no, words="请问垃圾堆在哪一侧")
    with office.begin(CALLBACK) as work:
        first = relays.waiting(work)[0]
    assert (first.phone, first.words) == (PHONE, "请问垃圾堆在哪一侧")
    code = seen(office, no).query_code
    with office.begin() as work:
        steps = followed.of(work, no, code).steps
    assert "请问垃圾堆在哪一侧" in [step.words for step in steps]


def test_the_answer_comes_back_without_what_would_betray_the_appellant(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    number = asked(office, no)
    with office.begin(CALLBACK) as work:
        relaying.report(work, number, reached=True, answer="我是林晓，在东侧，打13800005678找我")
    told = page(office, no, UNIT).journal[-1].words
    assert "在东侧" in told
    assert NAME not in told
    assert PHONE not in told
    assert seen(office, no).first_contact_at is not None


def test_asking_counts_as_the_units_first_contact(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    asked(office, no)
    assert page(office, no, UNIT).contacted


def test_after_three_calls_without_an_answer_the_unit_is_told(office: SetOffice) -> None:
    number = asked(office, no := a_sealed_ticket(office))
    for _ in range(3):
        with office.begin(AGENT) as work:
            assert relays.count(work) == 1
            relaying.report(work, number, reached=False)
    with office.begin(AGENT) as work:
        assert relays.count(work) == 0
        with pytest.raises(NotNow):
            relaying.report(work, number, reached=True, answer="已转达")
    assert page(office, no, UNIT).journal[-1].words == "第 3 次致电未接通"


def test_a_unit_does_not_ring_somebody_it_may_not_know(office: SetOffice) -> None:
    no = a_sealed_ticket(office)
    with pytest.raises(Invalid) as refused:
        act(office, no, Action.CONTACT, way="phone")
    assert "平台转达" in refused.value.fields["way"]


def test_the_step_is_offered_to_the_unit_of_a_sealed_ticket_only(office: SetOffice) -> None:
    sealed, plain = a_sealed_ticket(office), a_ticket(office, State.PROCESSING)
    assert Action.RELAY in page(office, sealed, UNIT).actions
    assert Action.RELAY not in page(office, plain, UNIT).actions
    assert Action.RELAY not in page(office, sealed, AGENT).actions


def test_a_unit_can_not_read_the_list_of_whom_to_ring(office: SetOffice) -> None:
    asked(office, a_sealed_ticket(office))
    with office.begin(UNIT) as work, pytest.raises(NotYours):
        relays.waiting(work)


# -- who looked --------------------------------------------------------------------------------------------------------


def test_the_appellant_is_told_who_looked_by_role_and_unit_without_names(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, name=NAME, phone=PHONE)
    unmask(office, no, SUPERVISOR)
    with office.begin() as work:
        looks = looked.of(work, seen(office, no))
    assert ("查看完整信息", "督办员") in [(look.what, look.role) for look in looks]
    assert any(look.what == "办理" and "鼓楼" in look.unit for look in looks)
    assert len(lines(office, "disclosed")) == 1


def test_lists_say_of_sealed_tickets_only_what_they_are_about(office: SetOffice) -> None:
    from hotline.read.queues import Wanted
    from hotline.read.queues import page as listed

    a_sealed_ticket(office)
    for who in (UNIT, LEADER):
        with office.begin(who) as work:
            rows = listed(work, Wanted()).rows
        assert [row.title.startswith("保密工单（") for row in rows] == [True], who
    with office.begin(at_unit("350103-CGW")) as work:
        assert listed(work, Wanted()).rows == ()
