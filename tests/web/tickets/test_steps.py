"""Steps taken on the ticket page: the forms carry what the use cases read, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from tests.factories.actors import AGENT, CALLBACK, DISPATCHER, LEAD_UNIT, REVIEWER, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice
from tests.factories.tickets import FIELDS, a_ticket, act, seen

Browser = Callable[[Actor], FlaskClient]
STAFF = [AGENT, DISPATCHER, UNIT, REVIEWER, CALLBACK, SUPERVISOR]


def version_of(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found.group(1)


def steps_on(page: str) -> set[str]:
    return set(re.findall(r'action="/tickets/\w+/actions/(\w+)"', page))


@pytest.mark.parametrize("state", list(State))
def test_every_state_shows_everybody_a_page_with_the_steps_open_to_them(
    office: SetOffice, as_: Browser, state: State
) -> None:
    no = a_ticket(office, state)
    for who in STAFF:
        answer = as_(who).get(f"/tickets/{no}")
        assert answer.status_code in (200, 404), (who.roles, answer.status_code)
        if answer.status_code == 200:
            assert "小区门口的装修垃圾堆了三天没有清走" in answer.text
            assert "None" not in answer.text


ROAD = [
    (State.SUBMITTED, DISPATCHER, Action.ACCEPT),
    (State.SUBMITTED, DISPATCHER, Action.REJECT),
    (State.SUBMITTED, DISPATCHER, Action.ASK_INFO),
    (State.SUBMITTED, DISPATCHER, Action.HANDOVER),
    (State.SUBMITTED, AGENT, Action.ANSWER),
    (State.NEED_INFO, AGENT, Action.SUPPLEMENT),
    (State.DRAFT, AGENT, Action.SUBMIT),
    (State.PENDING_DISPATCH, DISPATCHER, Action.DISPATCH),
    (State.PENDING_SIGN, UNIT, Action.SIGN),
    (State.PENDING_SIGN, DISPATCHER, Action.REDISPATCH),
    (State.PROCESSING, UNIT, Action.CONTACT),
    (State.PROCESSING, UNIT, Action.PROGRESS),
    (State.PROCESSING, UNIT, Action.REQ_RETURN),
    (State.PROCESSING, UNIT, Action.REPLY),
    (State.PROCESSING, DISPATCHER, Action.URGE),
    (State.RETURN_REVIEW, DISPATCHER, Action.OK_RETURN),
    (State.RETURN_REVIEW, DISPATCHER, Action.NO_RETURN),
    (State.REPLY_REVIEW, REVIEWER, Action.PASS),
    (State.REPLY_REVIEW, REVIEWER, Action.FAIL),
    (State.CALLBACK, CALLBACK, Action.TRY),
    (State.CALLBACK, CALLBACK, Action.RATE),
    (State.CLOSED, REVIEWER, Action.REWORK),
]


@pytest.mark.parametrize(("state", "who", "action"), ROAD, ids=lambda each: getattr(each, "value", None))
def test_each_step_is_offered_and_its_form_is_taken(
    office: SetOffice, as_: Browser, state: State, who: Actor, action: Action
) -> None:
    no = a_ticket(office, state)
    office.later(days=1 if action is Action.TRY else 0)
    browser = as_(who)
    page = browser.get(f"/tickets/{no}").text
    assert action.value in steps_on(page)
    filled = {"version": version_of(page)} | FIELDS.get(action, {})
    if action is Action.PASS:
        filled["checked"] = re.findall(r'name="checked" value="(\w+)"', page)
    answer = browser.post(f"/tickets/{no}/actions/{action}", data=filled)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == f"/tickets/{no}"
    assert browser.get(f"/tickets/{no}").status_code == 200


def test_a_unit_is_found_by_what_people_call_it(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    known = office.rules.city.unit(LEAD_UNIT)
    answer = as_(DISPATCHER).post(
        f"/tickets/{no}/actions/DISPATCH",
        data={"version": seen(office, no).version, "unit": known.short_name, "co_units": "350102-YJJ、"},
    )
    assert answer.status_code == 303
    assert seen(office, no).lead_unit == LEAD_UNIT


def test_a_refused_field_keeps_what_was_typed_and_says_what_to_do(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    answer = as_(DISPATCHER).post(
        f"/tickets/{no}/actions/DISPATCH", data={"version": seen(office, no).version, "unit": "没有这个局"}
    )
    assert answer.status_code == 422
    assert 'value="没有这个局"' in answer.text
    assert "没有这个承办单位" in answer.text


def test_a_stale_form_comes_back_with_the_news_and_with_what_was_typed(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    old = seen(office, no).version
    act(office, no, Action.SUPPLEMENT, text="又堆了一车")
    for headers in ({}, {"HX-Request": "true"}):
        answer = as_(UNIT).post(
            f"/tickets/{no}/actions/PROGRESS", data={"version": old, "text": "正在清运"}, headers=headers
        )
        assert answer.status_code == 409
        assert "有了新进展" in answer.text
        assert "又堆了一车" in answer.text
        assert "正在清运" in answer.text
        assert f'value="{seen(office, no).version}"' in answer.text
        assert ("<html" in answer.text) is not bool(headers)


def test_whoever_submits_an_older_draft_reads_the_newer_one_first(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.DRAFT_REPLY, public="已联系企业，请拨打13800000000监督")
    old = seen(office, no).version
    act(office, no, Action.DRAFT_REPLY, public="已联系企业，车辆已经清走")
    answer = as_(UNIT).post(
        f"/tickets/{no}/actions/REPLY", data={"version": old, "public": "已联系企业，请拨打13800000000监督"}
    )
    assert answer.status_code == 409
    assert '<p class="said">已联系企业，车辆已经清走</p>' in answer.text


def test_what_speaks_against_a_step_stands_in_its_form_where_it_was_sent(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    asked = {"version": seen(office, no).version, "reason": "WORKS", "days": "20"}
    answer = as_(UNIT).post(f"/tickets/{no}/actions/REQ_EXTEND", data=asked, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    form = re.search(r'action="/tickets/\w+/actions/REQ_EXTEND".*?</form>', answer.text, re.DOTALL)
    assert form
    assert "不能超过 7 个工作日" in form.group(0)
    assert answer.text.count("不能超过 7 个工作日") == 1


def test_other_words_at_the_same_moment_from_a_second_tab_are_not_taken_for_a_second_press(
    office: SetOffice, as_: Browser
) -> None:
    no = a_ticket(office, State.PROCESSING)
    version, browser = seen(office, no).version, as_(UNIT)

    def posted(words: str) -> int:
        return browser.post(f"/tickets/{no}/actions/CONTACT", data={"version": version, "result": words}).status_code

    assert [posted("约好下午上门"), posted("约好下午上门"), posted("电话无人接听")] == [303, 303, 409]


def test_a_text_whose_step_is_no_longer_open_is_shown_to_be_copied(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    old = seen(office, no).version
    act(office, no, Action.REDISPATCH)
    answer = as_(UNIT).post(f"/tickets/{no}/actions/REPLY", data={"version": old, "public": "垃圾已经清运"})
    assert answer.status_code == 409
    assert "垃圾已经清运" in answer.text


def test_a_second_press_changes_nothing_and_reads_as_done(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    browser, filled = as_(UNIT), {"version": seen(office, no).version, "text": "正在清运"}
    first, second = (browser.post(f"/tickets/{no}/actions/PROGRESS", data=filled) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    with office.begin() as work:
        from hotline.store.journal import of_ticket

        ticket = seen(office, no)
        assert [e.action for e in of_ticket(work.session, ticket.id)].count("PROGRESS") == 1


def test_the_way_on_never_leads_to_another_host(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    filled = {"version": seen(office, no).version, "next": "//elsewhere.example"}
    answer = as_(UNIT).post(f"/tickets/{no}/actions/SIGN", data=filled)
    assert answer.headers["Location"] == f"/tickets/{no}"


@pytest.mark.parametrize("action", ["CREATE", "NOTHING", "WITHDRAW", "%00"])
def test_a_step_that_is_none_is_not_found(office: SetOffice, as_: Browser, action: str) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    assert as_(UNIT).post(f"/tickets/{no}/actions/{action}", data={"version": 1}).status_code in (400, 404)


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30])
def test_a_form_without_a_readable_version_changes_nothing(office: SetOffice, as_: Browser, version: str) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    answer = as_(UNIT).post(f"/tickets/{no}/actions/SIGN", data={"version": version})
    assert answer.status_code == 409
    assert seen(office, no).at is State.PENDING_SIGN


def test_a_ticket_of_another_unit_is_not_there(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    stranger = a_person(Role.UNIT_COORD, number=77, unit="350103-CGW")
    assert as_(stranger).get(f"/tickets/{no}").status_code == 404
    assert as_(stranger).post(f"/tickets/{no}/actions/SIGN", data={"version": 1}).status_code == 404


def test_who_may_not_read_tickets_is_told_so(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    assert as_(a_person(Role.AUDITOR, number=78)).get(f"/tickets/{no}").status_code == 403


def test_the_long_lists_are_for_staff_and_hold_every_unit(office: SetOffice, as_: Browser) -> None:
    answer = as_(DISPATCHER).get("/tickets/choices/units")
    assert len(answer.json) == sum(unit.dispatchable for unit in office.rules.city.units.values())
    assert as_(DISPATCHER).get("/tickets/choices/people").status_code == 404


def test_what_waits_for_a_second_person_is_said_so_and_no_other_step_is_opened(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.SUBMITTED)
    first, second = as_(DISPATCHER), as_(a_person(Role.DISPATCHER, number=91))
    sent = {"version": version_of(first.get(f"/tickets/{no}").text), "reason": "ILLEGAL"}
    first.post(f"/tickets/{no}/actions/REJECT", data=sent)
    assert "已提请，由另一人确认后生效" in first.get(f"/tickets/{no}").text
    page = second.get(f"/tickets/{no}").text
    assert "同意并办理" in page
    assert "step-first" not in page
    sent["version"] = version_of(page)
    second.post(f"/tickets/{no}/actions/REJECT", data=sent)
    assert "已记录不予受理" in second.get(f"/tickets/{no}").text
