"""The dispatcher's desk: one key sends a ticket on, nothing typed is lost, and nothing is sent twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.usecases import routing
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, LEAD_UNIT, OTHER, OTHER_UNIT, REVIEWER
from tests.factories.appeals import CATEGORY
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act, assignments, seen
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]


def version_of(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found.group(1)


def waiting(office: SetOffice, state: State = State.SUBMITTED, **given: str) -> str:
    """A ticket that the rules have looked at and left to a person: its category is not certain."""
    no = a_ticket(
        office, state, **{"category": None, "type": None, "title": "路边没人扫", "content": "没人扫，请处理"} | given
    )
    with office.begin() as work:
        routing.route_batch(work)
    assert seen(office, no).at is state
    return no


def chosen(office: SetOffice, no: str, **given: str) -> dict[str, str]:
    ticket = seen(office, no)
    queue = "accept" if ticket.at is State.SUBMITTED else "dispatch"
    return {"version": str(ticket.version), "queue": queue, "category": CATEGORY, "unit": LEAD_UNIT} | given


def test_a_second_return_says_that_co_ordination_comes_next_and_offers_no_unit(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    act(office, no, Action.OK_RETURN)
    act(office, no, Action.DISPATCH, unit=OTHER_UNIT)
    act(office, no, Action.REQ_RETURN, by=OTHER)
    desk = as_(DISPATCHER)
    assert "须提交协调" in desk.get(f"/dispatch/{no}").text
    desk.post(f"/dispatch/{no}/decide", data={"version": seen(office, no).version, "queue": "return", "unit": ""})
    assert seen(office, no).at is State.PENDING_DISPATCH
    page = desk.get(f"/dispatch/{no}").text
    assert "须协调" in page
    assert 'id="send"' not in page
    assert "/actions/COORDINATE" in page


def test_who_may_not_dispatch_does_not_enter(as_: Browser) -> None:
    for who in (AGENT, REVIEWER, CALLBACK):
        assert as_(who).get("/dispatch/").status_code == 403


@pytest.mark.parametrize(
    ("queue", "words"), [("dispatch", "待派单"), ("accept", "待受理"), ("return", "退单"), ("info", "补充")]
)
def test_an_empty_queue_says_what_will_appear_there(as_: Browser, queue: str, words: str) -> None:
    page = as_(DISPATCHER).get(f"/dispatch/?queue={queue}").text
    empty = re.search(r'class="empty".*?<p>(.*?)</p>', page, re.DOTALL)
    assert empty
    assert words in empty.group(1)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING_DISPATCH])
def test_the_ticket_shows_why_a_person_must_decide_and_who_could_take_it(
    office: SetOffice, as_: Browser, state: State
) -> None:
    no = waiting(office, state)
    page = as_(DISPATCHER).get(f"/dispatch/{no}").text
    assert "没人扫，请处理" in page
    assert "需要人工确定：类别不确定" in page
    assert 'data-key="1"' in page
    assert "0.50" in page


def test_a_promised_call_says_that_the_centre_itself_answers_it(office: SetOffice, as_: Browser) -> None:
    no = waiting(office, State.SUBMITTED)
    told = "不派给单位"
    assert told not in as_(DISPATCHER).get(f"/dispatch/{no}").text
    act(office, no, Action.TIMED_CALLBACK)
    assert told in as_(DISPATCHER).get(f"/dispatch/{no}").text


def test_one_press_accepts_and_sends_and_the_next_is_there(office: SetOffice, as_: Browser) -> None:
    first, second = waiting(office), waiting(office)
    desk = as_(DISPATCHER)
    answer = desk.post(f"/dispatch/{first}/send", data=chosen(office, first))
    assert answer.status_code == 303
    assert seen(office, first).at is State.PENDING_SIGN
    assert seen(office, first).lead_unit == LEAD_UNIT
    onward = desk.get(answer.headers["Location"])
    assert onward.headers["Location"].startswith(f"/dispatch/{second}")


def test_the_last_of_a_queue_leads_to_the_empty_queue(office: SetOffice, as_: Browser) -> None:
    only = waiting(office)
    desk = as_(DISPATCHER)
    answer = desk.post(f"/dispatch/{only}/send", data=chosen(office, only), follow_redirects=True)
    assert "没有待受理的诉求" in answer.text
    assert "已派给" in answer.text


def test_a_refused_dispatch_accepts_nothing_and_keeps_what_was_chosen(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    answer = as_(DISPATCHER).post(
        f"/dispatch/{no}/send",
        data=chosen(office, no, unit="", other_unit="没有的单位", co_units="也没有"),
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert seen(office, no).at is State.SUBMITTED
    assert "没有的单位" in answer.text
    assert "也没有" in answer.text


def test_a_second_press_sends_nothing_twice(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    desk, form = as_(DISPATCHER), chosen(office, no)
    answers = [desk.post(f"/dispatch/{no}/send", data=form).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert len(assignments(office, no)) == 1


def test_what_has_changed_meanwhile_is_told_beside_what_was_typed(office: SetOffice, as_: Browser) -> None:
    no = waiting(office, State.PENDING_DISPATCH)
    form = chosen(office, no, co_units="鼓楼")
    act(office, no, Action.SUPPLEMENT, text="就在学校门口")
    answer = as_(DISPATCHER).post(f"/dispatch/{no}/send", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "就在学校门口" in answer.text
    assert 'value="鼓楼"' in answer.text
    assert version_of(answer.text) == str(seen(office, no).version)


def test_the_unit_whose_staff_is_complained_about_is_not_proposed_but_the_one_above(
    office: SetOffice, as_: Browser
) -> None:
    no = waiting(office)
    data = chosen(office, no, category="150101", region="350102", complained_unit="鼓楼区行政服务中心管理委员会")
    answer = as_(DISPATCHER).post(f"/dispatch/{no}/propose", data=data).text
    units = re.findall(r'name="unit" value="([^"]+)"', answer)
    assert "350102-ZWZX" not in units
    assert "上提一级" in answer


def test_another_category_brings_other_proposals_and_changes_nothing(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    before = seen(office, no)
    desk = as_(DISPATCHER)
    answer = desk.post(f"/dispatch/{no}/propose", data=chosen(office, no, category="020101", region="350102"))
    other = desk.post(f"/dispatch/{no}/propose", data=chosen(office, no, category=CATEGORY, region="350102"))
    assert answer.status_code == other.status_code == 200
    assert re.findall(r'name="unit" value="([^"]+)"', answer.text) != re.findall(
        r'name="unit" value="([^"]+)"', other.text
    )
    assert LEAD_UNIT in other.text
    after = seen(office, no)
    assert (after.version, after.category, after.proposals) == (before.version, before.category, before.proposals)


def test_the_first_proposal_stays_chosen_until_somebody_chooses_another(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    desk = as_(DISPATCHER)

    def checked(unit: str, proposed: str) -> str:
        given = chosen(office, no, region="350102", unit=unit, proposed=proposed)
        answer = desk.post(f"/dispatch/{no}/propose", data=given).text
        found = re.search(r'name="unit" value="([^"]+)"[^>]* checked', answer)
        return found.group(1) if found else ""

    offered = desk.post(f"/dispatch/{no}/propose", data=chosen(office, no, region="350102")).text
    first, second, *_ = re.findall(r'name="unit" value="([^"]+)"', offered)
    assert checked(second, proposed=second) == first
    assert checked(second, proposed=first) == second


def test_a_category_that_is_not_there_is_told_under_its_field(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    answer = as_(DISPATCHER).post(f"/dispatch/{no}/propose", data=chosen(office, no, other_category="没有这一类"))
    assert answer.status_code == 422


def test_a_press_between_a_new_place_and_its_proposals_does_not_send_the_old_one(
    office: SetOffice, as_: Browser
) -> None:
    no = waiting(office)
    drawn = {"about": f"{CATEGORY}·鼓楼区·NORMAL", "type": "COMPLAINT", "urgency": "NORMAL"}
    form = chosen(office, no, region="台江区", **drawn)
    answer = as_(DISPATCHER).post(f"/dispatch/{no}/send", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "建议单位随之更新" in answer.text
    assert seen(office, no).at is State.SUBMITTED
    offered = re.search(r'name="unit" value="([^"]+)"[^>]* checked', answer.text)
    assert offered
    assert offered.group(1).startswith("350103"), "what is offered now belongs to the new place"


def test_the_rule_that_speaks_for_the_chosen_category_is_kept(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    as_(DISPATCHER).post(f"/dispatch/{no}/send", data=chosen(office, no, region="350102"))
    assert assignments(office, no)[0].rule == "d"


def test_a_danger_is_the_first_thing_seen_and_one_press_hands_it_over(office: SetOffice, as_: Browser) -> None:
    no = waiting(office, content="没人扫的楼道里着火了")
    desk = as_(DISPATCHER)
    page = desk.get(f"/dispatch/{no}").text
    assert page.index("移交119") < page.index('class="said-box"')
    after = re.search(r'name="next" value="([^"]+)"', page)
    assert after
    form = {"version": version_of(page), "target": "350100-T119", "next": after.group(1).replace("&amp;", "&")}
    answer = desk.post(f"/tickets/{no}/actions/HANDOVER", data=form)
    assert seen(office, no).at is State.HANDED_OVER
    assert answer.headers["Location"].startswith("/dispatch/next")


def test_tying_it_to_another_ticket_keeps_it_in_hand(office: SetOffice, as_: Browser) -> None:
    no, other = waiting(office, State.PENDING_DISPATCH), waiting(office, State.PENDING_DISPATCH)
    desk = as_(DISPATCHER)
    page = desk.get(f"/dispatch/{no}").text
    stay = re.search(r'name="stay"[^>]* value="([^"]+)"', page)
    assert stay
    form = {"version": version_of(page), "other": other, "tie": "RELATED", "stay": stay.group(1), "next": "/dispatch/"}
    answer = desk.post(f"/tickets/{no}/actions/LINK", data=form)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith(f"/dispatch/{no}")


def test_a_return_shows_its_reason_and_never_proposes_the_unit_that_asked(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    act(office, no, Action.REQ_RETURN, suggested=OTHER_UNIT)
    page = as_(DISPATCHER).get(f"/dispatch/{no}").text
    assert "不属本单位职责" in page
    assert "职责清单第三条" in page
    units = re.findall(r'name="unit" value="([^"]*)"', page)
    assert units[0] == OTHER_UNIT
    assert LEAD_UNIT not in units
    assert units[-1] == ""


def test_a_granted_return_goes_on_to_the_next_unit_at_once(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    form = {"version": str(seen(office, no).version), "queue": "return", "decision": "grant", "unit": OTHER_UNIT}
    assert as_(DISPATCHER).post(f"/dispatch/{no}/decide", data=form).status_code == 303
    assert seen(office, no).at is State.PENDING_SIGN
    assert [task.stage for task in assignments(office, no)] == ["RETURNED", "SENT"]


def test_a_return_is_refused_only_with_a_reason(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.RETURN_REVIEW)
    form = {"version": str(seen(office, no).version), "queue": "return", "decision": "refuse"}
    desk = as_(DISPATCHER)
    answer = desk.post(f"/dispatch/{no}/decide", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "请写明驳回理由" in answer.text
    assert desk.post(f"/dispatch/{no}/decide", data=form | {"opinion": "属本单位职责"}).status_code == 303
    assert seen(office, no).at is State.PROCESSING


def test_several_go_together_and_what_could_not_is_told(office: SetOffice, as_: Browser) -> None:
    good, stale = waiting(office), waiting(office)
    picks = [f"{no}:{seen(office, no).version}:{LEAD_UNIT}" for no in (good, stale)]
    act(office, stale, Action.SUPPLEMENT)
    answer = as_(DISPATCHER).post("/dispatch/together", data={"queue": "accept", "pick": [*picks, "nonsense"]})
    assert "已派出 1 件" in answer.text
    assert "有 2 件没有派出" in answer.text
    assert seen(office, good).at is State.PENDING_SIGN
    assert seen(office, stale).at is State.SUBMITTED


@pytest.mark.parametrize("state", list(State))
def test_a_ticket_in_any_state_can_be_looked_at(office: SetOffice, as_: Browser, state: State) -> None:
    no = a_ticket(office, state)
    answer = as_(DISPATCHER).get(f"/dispatch/{no}")
    assert answer.status_code == 200
    assert "None" not in answer.text


def test_fifty_tickets_cost_no_more_queries_than_one(office: SetOffice, as_: Browser, counted: Counted) -> None:
    for _ in range(50):
        a_ticket(office, State.SUBMITTED)
    desk = as_(DISPATCHER)
    desk.get("/dispatch/?queue=accept")
    with counted() as asked:
        page = desk.get("/dispatch/?queue=accept").text
    assert page.count("data-row") == 50
    assert len(asked) <= 6, asked


def test_what_is_only_accepted_waits_for_dispatch_with_the_category_chosen(office: SetOffice, as_: Browser) -> None:
    no = waiting(office)
    as_(DISPATCHER).post(f"/dispatch/{no}/send", data=chosen(office, no, only="accept"))
    assert (seen(office, no).at, seen(office, no).category) == (State.PENDING_DISPATCH, CATEGORY)
