"""What one person proposes and another performs: refusing what is finished or unlawful, and ending for good."""

from __future__ import annotations

import pytest

from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import State
from hotline.domain.permissions import HOUSE, Role
from hotline.relay import Relay
from hotline.store.assignment import Stage
from tests.factories.actors import AGENT, CITIZEN, DISPATCHER, SUPERVISOR, a_person
from tests.factories.offices import SetOffice
from tests.factories.texts import sent
from tests.factories.tickets import A, a_ticket, act, answered_before, assignments, seen, take

COLLEAGUE = a_person(Role.DISPATCHER, number=40)


@pytest.mark.parametrize("reason", ["FINISHED", "ILLEGAL"])
def test_the_first_person_only_proposes_and_the_citizen_is_told_nothing(office: SetOffice, reason: str) -> None:
    no = take(office)
    ticket = act(office, no, A.REJECT, reason=reason, words="与上月工单相同")
    assert ticket.at is State.SUBMITTED
    told = len(sent(office, no))
    relay = Relay(office)
    while relay.round():
        pass
    assert not [n for n in sent(office, no)[told:] if "不属于" in n.text]


def test_the_same_person_does_not_confirm_and_another_does_with_the_first_ones_words(office: SetOffice) -> None:
    no = take(office)
    act(office, no, A.REJECT, reason="FINISHED", words="与上月工单相同")
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REJECT, reason="FINISHED")
    assert refused.value.rule == "§3"
    done = act(office, no, A.REJECT, by=COLLEAGUE, reason="FINISHED", words="")
    assert done.at is State.REJECTED


def test_a_reason_that_one_person_may_give_needs_nobody_else(office: SetOffice) -> None:
    assert act(office, take(office), A.REJECT, reason="JUDICIAL").at is State.REJECTED


def test_another_reason_waits_until_the_first_proposal_is_settled(office: SetOffice) -> None:
    no = take(office)
    act(office, no, A.REJECT, reason="FINISHED")
    with pytest.raises(NotNow) as refused:
        act(office, no, A.REJECT, by=COLLEAGUE, reason="ILLEGAL")
    assert "等待第二人确认" in refused.value.message
    act(office, no, A.DECLINE, by=COLLEAGUE)
    act(office, no, A.REJECT, by=COLLEAGUE, reason="ILLEGAL")
    assert act(office, no, A.REJECT, by=AGENT, reason="ILLEGAL").at is State.REJECTED


def test_a_proposal_is_void_once_the_ticket_has_moved_on(office: SetOffice) -> None:
    no = take(office)
    act(office, no, A.REJECT, reason="FINISHED")
    act(office, no, A.ASK_INFO)
    act(office, no, A.SUPPLEMENT)
    act(office, no, A.ACCEPT)
    with pytest.raises(NotNow):
        act(office, no, A.DECLINE)
    act(office, no, A.TERMINATE, earlier=answered_before(office))
    assert seen(office, no).at is State.PENDING_DISPATCH


def test_who_could_not_take_the_step_does_not_decline_it_and_nothing_is_declined_without_a_reason(
    office: SetOffice,
) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, A.TERMINATE, earlier=answered_before(office))
    with pytest.raises(NotYours):
        act(office, no, A.DECLINE, by=AGENT)
    with pytest.raises(Invalid):
        act(office, no, A.DECLINE, opinion=" ")
    act(office, no, A.DECLINE)
    with pytest.raises(NotNow):
        act(office, no, A.DECLINE)


# 终结办理


def test_ending_for_good_takes_two_people_one_of_them_a_supervisor(office: SetOffice) -> None:
    no, earlier = a_ticket(office, State.PENDING_DISPATCH), answered_before(office)
    act(office, no, A.TERMINATE, by=DISPATCHER, earlier=earlier)
    with pytest.raises(NotYours) as refused:
        act(office, no, A.TERMINATE, by=COLLEAGUE)
    assert "督办员" in refused.value.message
    done = act(office, no, A.TERMINATE, by=SUPERVISOR)
    assert (done.at, done.close_mode, done.repeat_of) == (State.CLOSED, "TERMINATED", earlier)
    assert earlier in done.public_reply


def test_what_a_unit_has_in_hand_is_taken_from_it_and_the_citizen_is_told(office: SetOffice) -> None:
    no, earlier = a_ticket(office, State.PROCESSING), answered_before(office)
    act(office, no, A.TERMINATE, earlier=earlier, public="请以原答复为准")
    act(office, no, A.TERMINATE, by=DISPATCHER)
    assert assignments(office, no)[0].stage == Stage.CANCELLED
    assert seen(office, no).public_reply == "请以原答复为准"
    relay = Relay(office)
    while relay.round():
        pass
    assert "已办结" in sent(office, no)[-1].text


def test_in_call_back_the_tickets_own_answer_is_the_final_one(office: SetOffice) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, A.TERMINATE)
    assert act(office, no, A.TERMINATE, by=DISPATCHER).close_mode == "TERMINATED"


def test_without_a_final_answer_to_the_same_person_nothing_is_ended(office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    with pytest.raises(Invalid):
        act(office, no, A.TERMINATE)
    with pytest.raises(Invalid):
        act(office, no, A.TERMINATE, earlier=no)
    with pytest.raises(Invalid):
        act(office, no, A.TERMINATE, earlier=answered_before(office), words="")
    for other in (a_ticket(office, State.CALLBACK), answered_before(office, phone="13900001111")):
        with pytest.raises(NotNow) as refused:
            act(office, no, A.TERMINATE, earlier=other)
        assert refused.value.rule == "§7"
    contested = answered_before(office)
    act(office, contested, A.REVIEW_REQUEST)
    with pytest.raises(NotNow):
        act(office, no, A.TERMINATE, earlier=contested)


def test_the_house_and_the_citizen_end_nothing_for_good(office: SetOffice) -> None:
    no, earlier = a_ticket(office, State.PENDING_DISPATCH), answered_before(office)
    for who in (HOUSE, CITIZEN):
        with pytest.raises(NotYours):
            act(office, no, A.TERMINATE, by=who, earlier=earlier)


# 移交


def test_handing_over_records_whom_their_number_and_the_way_through_the_province(office: SetOffice) -> None:
    from hotline.store.journal import of_ticket

    no = take(office, region="350128")
    ticket = act(office, no, A.HANDOVER, target="350128-HOT", their_no="PT0001")
    assert ticket.at is State.HANDED_OVER
    with office.begin() as work:
        said = of_ticket(work.session, ticket.id)[-1].payload
    assert (said["target"], said["their_no"], said["through"]) == ("350128-HOT", "PT0001", "350000-HOT")


@pytest.mark.parametrize(
    ("target", "rule"), [("350102-CGW", "§4 HANDOVER"), ("350128-HOT", "§6.8"), ("", "")], ids=["ours", "place", "none"]
)
def test_what_is_ours_is_not_handed_over(office: SetOffice, target: str, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        act(office, take(office), A.HANDOVER, target=target)
    assert (set(refused.value.fields), refused.value.rule) == ({"target"}, rule)
