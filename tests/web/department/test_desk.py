"""The desk of a unit: what is due first comes first, several are signed at once, messages are read once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.store.journal import Entry
from hotline.usecases import notices
from tests.factories.actors import AGENT, CO, CO_UNIT, COUNTY, LEAD_UNIT, OTHER, UNIT, a_person
from tests.factories.offices import SetOffice, statements
from tests.factories.tickets import a_ticket, act, seen

Browser = Callable[[Actor], FlaskClient]


def numbers(page: str) -> list[str]:
    return re.findall(r'id="row-(\w+)"', page)


def sign_versions(office: SetOffice, *tickets: str) -> dict[str, list[str]]:
    return {"ticket": [f"{no}@{seen(office, no).version}" for no in tickets]}


def test_an_empty_desk_says_what_will_appear(office: SetOffice, as_: Browser) -> None:
    assert "派给您单位的工单会出现在这里" in as_(UNIT).get("/department").text


def test_what_is_due_first_comes_first_under_its_day(office: SetOffice, as_: Browser) -> None:
    early = a_ticket(office, State.PROCESSING)
    office.later(days=2)
    late = a_ticket(office, State.PROCESSING)
    office.at("2026-03-25 16:00")
    page = as_(UNIT).get("/department").text
    assert numbers(page) == [early, late]
    assert page.index("今天到期") < page.index(early) < page.index("本周") < page.index(late)


def test_a_ticket_is_only_on_the_desks_of_its_own_units(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PROCESSING)
    assert numbers(as_(UNIT).get("/department").text) == [no]
    assert not numbers(as_(OTHER).get("/department").text)
    county = a_person(Role.COUNTY_DISPATCH, number=60, unit=LEAD_UNIT)
    assert numbers(as_(county).get("/department").text) == [no]


@pytest.mark.parametrize(
    ("state", "queue"),
    [
        (State.PENDING_SIGN, "sign"),
        (State.PROCESSING, "work"),
        (State.RETURN_REVIEW, "returns"),
        (State.REPLY_REVIEW, "review"),
        (State.CLOSED, "done"),
    ],
)
def test_each_queue_holds_what_it_says_and_counts_it(office: SetOffice, as_: Browser, state: State, queue: str) -> None:
    no = a_ticket(office, state)
    browser = as_(UNIT)
    for each in ("sign", "work", "mend", "returns", "review", "done"):
        assert (no in numbers(browser.get(f"/department?queue={each}").text)) is (each == queue), each


def test_a_reply_sent_back_waits_to_be_mended_with_its_text(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.REPLY_REVIEW)
    act(office, no, Action.FAIL)
    browser = as_(UNIT)
    assert numbers(browser.get("/department?queue=mend").text) == [no]
    page = browser.get(f"/department/{no}?queue=mend").text
    assert "退回补正" in page
    assert re.search(r'name="public"[^>]*>\s*垃圾已清运完毕</textarea>', page)


def test_several_are_signed_and_one_that_cannot_be_holds_up_no_other(office: SetOffice, as_: Browser) -> None:
    first, second, taken = (a_ticket(office, State.PENDING_SIGN) for _ in range(3))
    chosen = sign_versions(office, first, second, taken)
    act(office, taken, Action.REDISPATCH)
    page = as_(UNIT).post("/department/sign", data=chosen, follow_redirects=True).text
    assert "已签收 2 件" in page
    assert f"{taken} 没有签收" in page
    assert {seen(office, no).at for no in (first, second)} == {State.PROCESSING}
    assert seen(office, taken).at is State.PENDING_SIGN


def test_what_another_unit_has_to_sign_is_not_signed_with_the_own_by_one_press(office: SetOffice, as_: Browser) -> None:
    own, other = a_ticket(office, State.PENDING_DISPATCH), a_ticket(office, State.PENDING_SIGN)
    act(office, own, Action.DISPATCH, unit=COUNTY.unit)
    page = as_(COUNTY).get("/department?queue=sign").text
    assert set(numbers(page)) == {own, other}
    assert re.findall(r'name="ticket" value="(\w+)@', page) == [own]


def test_what_is_drafted_waits_in_a_list_of_its_own_and_is_checked_as_it_opens(office: SetOffice, as_: Browser) -> None:
    drafted, untouched = (a_ticket(office, State.PROCESSING) for _ in range(2))
    act(office, drafted, Action.DRAFT_REPLY, public="已清运")
    approver = as_(a_person(Role.UNIT_APPROVER, number=61, unit=LEAD_UNIT))
    page = approver.get(f"/department/{drafted}?queue=drafted").text
    assert numbers(page) == [drafted]
    assert 'hx-trigger="load, input from:#reply-public' in page
    assert 'hx-trigger="input from:#reply-public' in approver.get(f"/department/{untouched}").text


def test_signing_nothing_says_what_to_do(office: SetOffice, as_: Browser) -> None:
    assert "请先勾选" in as_(UNIT).post("/department/sign", data={}, follow_redirects=True).text


def test_after_a_reply_comes_the_next_ticket_and_after_a_contact_the_same(office: SetOffice, as_: Browser) -> None:
    one, two = (a_ticket(office, State.PROCESSING) for _ in range(2))
    browser = as_(UNIT)
    page = browser.get(f"/department/{one}").text
    next_, stay = (re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("next", "stay"))
    assert next_
    assert stay
    carried = {"next": next_.group(1), "stay": stay.group(1)}
    filled = carried | {"version": seen(office, one).version, "way": "phone", "result": "已联系"}
    assert browser.post(f"/tickets/{one}/actions/CONTACT", data=filled).headers["Location"] == f"/department/{one}"
    filled = carried | {"version": seen(office, one).version, "public": "垃圾已于今天上午清运完毕，感谢反映。"}
    assert browser.post(f"/tickets/{one}/actions/REPLY", data=filled).headers["Location"] == f"/department/{two}"


def test_a_co_unit_signs_and_answers_for_itself(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, co_units=[CO_UNIT])
    act(office, no, Action.SIGN)
    browser = as_(CO)
    page = browser.get(f"/department/{no}").text
    assert "actions/SIGN" in page
    assert "actions/REQ_RETURN" not in page
    answer = browser.post(f"/tickets/{no}/actions/SIGN", data={"version": seen(office, no).version})
    assert answer.status_code == 303
    assert "actions/REPLY" in browser.get(f"/department/{no}").text


def test_a_list_of_fifty_costs_no_more_than_a_list_of_one(office: SetOffice, as_: Browser) -> None:
    browser = as_(UNIT)
    a_ticket(office, State.PROCESSING)
    browser.get("/department")
    with statements(office) as few:
        browser.get("/department")
    last = [a_ticket(office, State.PENDING_SIGN) for _ in range(51)][-1]
    with statements(office) as many:
        page = browser.get("/department").text
    assert len(numbers(page)) == 50
    assert "下一页" in page
    assert len(many) == len(few) <= 6
    with statements(office) as one:
        browser.get(f"/tickets/{last}")
    assert len(one) <= 12


def test_the_next_page_goes_on_where_the_first_ended(office: SetOffice, as_: Browser) -> None:
    made = {a_ticket(office, State.PENDING_SIGN) for _ in range(52)}
    browser = as_(UNIT)
    first = browser.get("/department").text
    on = re.search(r'href="(/department\?cursor=[^"]+)"', first)
    assert on
    second = browser.get(on.group(1).replace("&amp;", "&")).text
    assert {*numbers(first), *numbers(second)} == made
    assert len(numbers(second)) == 2


@pytest.mark.parametrize("query", ["queue=nothing", "cursor=abc", "cursor=2026~1~2", "cursor=%00"])
def test_an_address_that_makes_no_sense_is_refused_in_words(office: SetOffice, as_: Browser, query: str) -> None:
    assert as_(UNIT).get(f"/department?{query}").status_code in (400, 422)


def test_who_works_for_no_unit_is_told_who_does(office: SetOffice, as_: Browser) -> None:
    assert as_(AGENT).get("/department").status_code == 403


def test_messages_lead_to_their_ticket_and_are_read_once(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    with office.begin() as work:
        notices.compose(work, list(work.session.scalars(sa.select(Entry.id))))
    browser = as_(UNIT)
    page = browser.get("/inbox/").text
    assert f"新工单 {no}，请签收" in page
    assert page.count("message-new") == 1
    one = re.search(r'name="one" value="(u\d+)"', page)
    assert one
    assert as_(OTHER).post("/inbox/", data={"one": one.group(1)}).status_code == 303
    assert "message-new" in browser.get("/inbox/").text
    answer = browser.post("/inbox/", data={"one": one.group(1), "next": f"/department/{no}"})
    assert answer.headers["Location"] == f"/department/{no}"
    assert "message-new" not in browser.get("/inbox/").text


@pytest.mark.parametrize("one", ["", "x", "u" + "9" * 40])
def test_a_message_that_is_none_changes_nothing(office: SetOffice, as_: Browser, one: str) -> None:
    assert as_(UNIT).post("/inbox/", data={"one": one}).status_code == 422
