"""One matter, several tickets: merged, taken apart, and what their appellants say meanwhile (docs/hard-cases.md)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import Action, State
from hotline.read import followed
from hotline.relay import Relay
from hotline.store import ticket as tickets
from hotline.store.journal import Entry
from hotline.store.notice import Notice
from hotline.store.ticket import Supplement
from hotline.usecases import adding, desk, routing, sameness
from tests.factories.actors import CITIZEN
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, assignments, seen, take, walk

A = Action
AGAIN = "小区门口的装修垃圾堆了四天没有清走"
OTHER_PHONE = "13900001111"


def a_pair(office: SetOffice, master: State = State.PROCESSING, **given: object) -> tuple[str, str]:
    """A master in hand, and a later ticket of the same person merged into it."""
    first = a_ticket(office, master)
    second = take(office, content=AGAIN, **given)
    act(office, second, A.MERGE, master=first)
    return first, second


def texts(office: SetOffice, no: str) -> list[tuple[int, str]]:
    relay = Relay(office)
    while relay.round():
        pass
    with office.begin() as work:
        query = sa.select(Notice.template, Notice.text).where(Notice.way == "sms").order_by(Notice.id)
        return [(row.template, row.text) for row in work.session.execute(query) if no in row.text]


def test_an_open_ticket_of_the_same_person_and_matter_is_proposed(office: SetOffice) -> None:
    first = a_ticket(office, State.PROCESSING)
    take(office, content=AGAIN, phone=OTHER_PHONE)
    again = take(office, content=AGAIN)
    with office.begin() as work:
        found = sameness.duplicates(work, seen(office, again))
        assert [match.ticket.no for match in found] == [first]
        assert found[0].alike > 0.8


def test_what_nobody_has_looked_at_yet_is_compared_by_what_was_read_from_it(office: SetOffice) -> None:
    first = take(office, category=None, type=None)
    again = take(office, content=AGAIN, category=None, type=None)
    with office.begin() as work:
        routing.route_batch(work)
    with office.begin() as work:
        assert seen(office, first).no in [m.ticket.no for m in sameness.duplicates(work, seen(office, again))]


def test_the_router_leaves_a_duplicate_to_a_person_but_never_danger(office: SetOffice) -> None:
    first = a_ticket(office, State.PROCESSING)
    again = take(office, content=AGAIN)
    danger = take(office, content=f"{AGAIN}，还漏电了", category=None)
    with office.begin() as work:
        routing.route_batch(work)
    assert seen(office, again).at is State.SUBMITTED
    assert first in seen(office, again).why_waiting
    assert first not in seen(office, danger).why_waiting


def test_a_merged_ticket_follows_its_master_and_counts_as_one_urge(office: SetOffice) -> None:
    first, second = a_pair(office)
    child, master = seen(office, second), seen(office, first)
    assert (child.at, child.master_no, child.due_at) == (State.MERGED, first, None)
    assert (master.at, master.urged) == (State.PROCESSING, 1)
    with office.begin() as work:
        said = list(work.session.scalars(sa.select(Supplement.text).where(Supplement.ticket_id == master.id)))
    assert said == [AGAIN]


@pytest.mark.parametrize("state", [State.PENDING_DISPATCH, State.PENDING_SIGN, State.PROCESSING])
def test_merging_takes_the_work_from_the_unit_that_had_it(office: SetOffice, state: State) -> None:
    first, second = a_ticket(office, State.PROCESSING), a_ticket(office, state)
    act(office, second, A.MERGE, master=first)
    assert {task.stage for task in assignments(office, second)} <= {"RECALLED"}
    assert seen(office, second).lead_unit is None


def test_a_merged_master_stands_for_its_own_master(office: SetOffice) -> None:
    first, second = a_pair(office)
    third = take(office, content=AGAIN)
    act(office, third, A.MERGE, master=second)
    assert seen(office, third).master_no == first


@pytest.mark.parametrize(
    "state", [State.CLOSED, State.REJECTED, State.WITHDRAWN, State.HANDED_OVER], ids=lambda state: state.label
)
def test_nothing_is_merged_into_what_has_ended(office: SetOffice, state: State) -> None:
    ended, no = a_ticket(office, state), take(office, content=AGAIN)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.MERGE, master=ended)
    assert state.label in refused.value.fields["master"]
    assert seen(office, no).at is State.SUBMITTED


def test_other_people_are_not_merged_but_made_an_event(office: SetOffice) -> None:
    first, no = a_ticket(office, State.PROCESSING), take(office, content=AGAIN, phone=OTHER_PHONE)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.MERGE, master=first)
    assert "请归入同一事件" in refused.value.fields["master"]


def test_a_master_is_not_merged_away_with_what_is_under_it(office: SetOffice) -> None:
    first, _ = a_pair(office)
    third = take(office, content=AGAIN)
    with pytest.raises(Invalid) as refused:
        act(office, first, A.MERGE, master=third)
    assert "请反过来" in refused.value.fields["master"]


def test_nobody_waits_for_a_master_that_somebody_else_has_in_hand(office: SetOffice) -> None:
    first, no = a_ticket(office, State.PROCESSING), take(office, content=AGAIN)
    with office.begin() as holding:
        assert tickets.by_no(holding.session, first, lock=True)
        with pytest.raises(NotNow, match="正在被别人办理"):
            act(office, no, A.MERGE, master=first)


def test_taken_apart_it_waits_for_dispatch_with_a_clock_of_its_own_and_is_not_proposed_again(office: SetOffice) -> None:
    first, second = a_pair(office)
    office.later(hours=3)
    act(office, second, A.UNMERGE)
    alone = seen(office, second)
    assert (alone.at, alone.master_no, alone.closed_at) == (State.PENDING_DISPATCH, None, None)
    assert alone.due_at is not None
    assert (alone.due_at - office.moment).total_seconds() == 30 * 60
    with office.begin() as work:
        assert sameness.duplicates(work, alone) == []
    assert walk(office, second, A.DISPATCH, A.SIGN).at is State.PROCESSING
    assert seen(office, first).at is State.PROCESSING


def test_a_merged_tickets_citizen_who_calls_again_is_heard_by_the_master(office: SetOffice) -> None:
    first, second = a_pair(office)
    act(office, second, A.SUPPLEMENT, text="今天又多了一车")
    office.later(hours=25)
    act(office, second, A.URGE)
    assert (seen(office, first).urged, seen(office, second).urged) == (2, 1)
    with office.begin() as work:
        for no in (first, second):
            kept = work.session.scalars(sa.select(Supplement.text).where(Supplement.ticket_id == seen(office, no).id))
            assert "今天又多了一车" in list(kept)
    with pytest.raises(NotNow, match="24 小时内已经催办过"):
        act(office, second, A.URGE)


def test_a_master_that_waits_for_its_citizen_goes_on_when_the_merged_one_supplements(office: SetOffice) -> None:
    first, second = a_pair(office, State.NEED_INFO)
    act(office, second, A.SUPPLEMENT, text="3号楼")
    assert seen(office, first).at is State.SUBMITTED


def test_the_merged_tickets_page_shows_the_masters_progress(office: SetOffice) -> None:
    first, second = a_pair(office)
    walk(office, first, A.REPLY, A.PASS)
    with office.begin(CITIZEN) as work:
        child = tickets.by_no(work.session, second)
        assert child
        shown = followed.of(work, second, child.query_code)
    assert shown.master == first
    assert shown.public_reply == "垃圾已清运完毕"
    assert "已签收，开始办理" in " ".join(step.title for step in shown.steps)
    assert shown.may(A.RATE)


def test_its_citizen_gets_text_12_and_later_ones_of_the_master_once_a_phone(office: SetOffice) -> None:
    same = a_pair(office)[1]
    first = a_ticket(office, State.PROCESSING, identity="350102199001011234")
    other = take(office, content=AGAIN, phone=OTHER_PHONE, identity="350102199001011234")
    act(office, other, A.MERGE, master=first)
    walk(office, first, A.REPLY, A.PASS, A.RATE)
    assert [number for number, _ in texts(office, same)] == [1, 12]
    assert [number for number, _ in texts(office, other)] == [1, 12, 8, 11]


def test_each_rates_its_own_and_who_is_not_satisfied_brings_the_master_to_the_reviewer(office: SetOffice) -> None:
    first, second = a_pair(office)
    with pytest.raises(NotNow, match="还没有答复"):
        act(office, second, A.RATE)
    walk(office, first, A.REPLY, A.PASS)
    act(office, second, A.RATE, solved="U", score=1, reason="result")
    assert (seen(office, second).at, seen(office, second).score) == (State.MERGED, 1)
    assert (seen(office, first).rework_wanted, seen(office, first).score) == (True, None)
    assert act(office, first, A.REWORK).at is State.PENDING_SIGN


def test_a_withdrawn_master_ends_its_own_persons_tickets_and_sets_other_peoples_free(office: SetOffice) -> None:
    first, mine = a_pair(office)
    unknown = take(office, content=AGAIN, phone="")
    act(office, unknown, A.MERGE, master=first)
    act(office, first, A.WITHDRAW)
    assert seen(office, first).at is State.WITHDRAWN
    assert seen(office, mine).at is State.MERGED
    free = seen(office, unknown)
    assert (free.at, free.master_no) == (State.PENDING_DISPATCH, None)


def test_a_citizen_who_withdraws_during_a_return_ends_the_return_too(office: SetOffice) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    assert act(office, no, A.WITHDRAW).at is State.WITHDRAWN
    assert [task.stage for task in assignments(office, no)] == ["CANCELLED"]
    with pytest.raises(NotNow, match="已撤回"):
        act(office, no, A.OK_RETURN)


def test_what_is_added_after_the_end_lands_with_the_reviewer_for_fifteen_days(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    act(office, no, A.SUPPLEMENT, text="隔壁又堆了")
    assert adding.LATE in seen(office, no).tags
    assert seen(office, no).at is State.CLOSED
    again = act(office, no, A.REOPEN)
    assert (again.at, again.round, again.lead_unit, again.closed_at) == (State.PENDING_DISPATCH, 2, None, None)
    late = a_ticket(office, State.CLOSED)
    office.later(days=15, seconds=1)
    with pytest.raises(NotNow, match="已超过 15 天"):
        act(office, late, A.SUPPLEMENT)


def test_a_late_supplement_through_a_merged_ticket_reaches_the_reviewer_of_the_master(office: SetOffice) -> None:
    first, second = a_pair(office)
    walk(office, first, A.REPLY, A.PASS, A.RATE)
    act(office, second, A.SUPPLEMENT, text="又堆起来了")
    assert adding.LATE in seen(office, first).tags


def test_an_ended_ticket_is_taken_up_again_only_when_somebody_asked(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    with pytest.raises(NotNow, match="没有申请复核"):
        act(office, no, A.REOPEN)
    rejected = a_ticket(office, State.REJECTED)
    back = act(office, rejected, A.REOPEN)
    assert (back.at, back.round) == (State.PENDING_DISPATCH, 1)
    assert back.accepted_at is not None


def test_review_upheld_is_told_with_text_13(office: SetOffice) -> None:
    kept, again = a_ticket(office, State.CLOSED), a_ticket(office, State.CLOSED)
    for no in (kept, again):
        act(office, no, A.REVIEW_REQUEST)
    act(office, kept, A.KEEP)
    act(office, again, A.REOPEN)
    assert "维持原办理结果" in dict(texts(office, kept))[13]
    assert "恢复办理" in dict(texts(office, again))[13]


def test_a_round_too_many_is_supervision_not_another_round(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED)
    for _ in range(2):
        act(office, no, A.SUPPLEMENT, text="还没好")
        walk(office, no, A.REOPEN, A.DISPATCH, A.SIGN, A.REPLY, A.PASS, A.RATE)
    act(office, no, A.SUPPLEMENT, text="还没好")
    with pytest.raises(NotNow, match="请转督办"):
        act(office, no, A.REOPEN)


def test_the_appellant_chooses_whether_it_is_published_at_any_time(office: SetOffice) -> None:
    no = a_ticket(office, State.CLOSED, publish_consent=True)
    with office.begin(CITIZEN) as work:
        ticket = tickets.by_no(work.session, no, lock=True)
        assert ticket
        ticket.tags = ["public"]
        desk.consent(work, ticket, agreed=False)
    assert (seen(office, no).publish_consent, seen(office, no).tags) == (False, [])


def test_both_sides_of_a_link_tell_of_it(office: SetOffice) -> None:
    one, two = take(office), take(office)
    act(office, one, A.LINK, other=two)
    act(office, two, A.LINK, other=one)
    with office.begin() as work:
        found = work.session.execute(sa.select(Entry.payload).where(Entry.action == A.LINK)).scalars().all()
    assert sorted(payload["other"] for payload in found) == sorted([one, two])


def test_a_ticket_is_not_linked_with_itself_or_with_nothing(office: SetOffice) -> None:
    no = take(office)
    for other, words in ((no, "自己的编号"), ("", "请填写"), ("FZ260311999995", "没有找到")):
        with pytest.raises(Invalid) as refused:
            act(office, no, A.LINK, other=other)
        assert words in refused.value.fields["other"]


def test_merging_names_its_ground(office: SetOffice) -> None:
    first, no = a_ticket(office, State.PROCESSING), take(office, content=AGAIN)
    with pytest.raises(Invalid) as refused:
        act(office, no, A.MERGE, master=first, ground=" ")
    assert "同一事项" in refused.value.fields["ground"]
