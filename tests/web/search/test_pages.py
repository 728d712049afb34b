"""The search page: nothing of what is looked for stands in an address, and nothing is shown that may not be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Role
from hotline.store.search import SavedSearch
from hotline.usecases import indexing
from tests.factories.actors import AGENT, DISPATCHER, UNIT, a_person
from tests.factories.offices import SetOffice, statements
from tests.factories.tickets import a_ticket, take

As = Callable[[Actor], FlaskClient]


@pytest.fixture
def lamp(office: SetOffice) -> str:
    no = take(office, channel="phone", title="路灯不亮", content="示范新村门口的路灯坏了三天，电话13912345678")
    file_all(office)
    return no


def file_all(office: SetOffice) -> None:
    with office.begin() as work:
        while indexing.file_due(work):
            pass


def look(browser: FlaskClient, **form: str) -> str:
    sent = browser.post("/search", data=form)
    assert sent.status_code == 303, sent.text
    answer = browser.get(sent.headers["Location"])
    return f"{sent.headers['Location']}\n{answer.status_code}\n{answer.text}"


def test_words_lead_to_a_page_of_their_own_with_the_words_marked(as_: As, lamp: str) -> None:
    shown = look(as_(DISPATCHER), q="路灯")
    assert lamp in shown
    assert "<mark>路灯</mark>" in shown
    assert shown.startswith("/search/")
    assert "13912345678" not in shown


def test_what_is_looked_for_is_never_in_an_address_and_is_kept_sealed(as_: As, lamp: str, office: SetOffice) -> None:
    shown = look(as_(AGENT), q="13800005678")
    address, body = shown.split("\n", 1)
    assert "138" not in address
    assert lamp in body
    kept = office.value(select(SavedSearch.criteria))
    assert isinstance(kept, bytes)
    assert b"13800005678" not in kept
    listed = as_(AGENT).get("/search").text
    assert "13800005678" not in listed
    assert "138****5678" in listed


def test_a_whole_number_leads_straight_to_its_ticket(as_: As, lamp: str) -> None:
    sent = as_(DISPATCHER).post("/search", data={"q": lamp.lower()})
    assert sent.headers["Location"] == f"/tickets/{lamp}"


def test_a_number_out_of_scope_looks_like_one_that_is_not_there(as_: As, lamp: str) -> None:
    assert "没有找到" in look(as_(UNIT), q=lamp)


def test_a_phone_is_refused_beside_the_form(as_: As, lamp: str) -> None:
    shown = look(as_(UNIT), q="13800005678")
    assert "\n403\n" in shown
    assert "限话务员" in shown
    assert lamp not in shown


def test_a_search_is_kept_under_a_name_and_let_go_again(as_: As, lamp: str) -> None:
    browser = as_(DISPATCHER)
    address = look(browser, q="路灯", state="open").split("\n", 1)[0]
    browser.post(f"{address}/name", data={"name": "鼓楼路灯"})
    assert "鼓楼路灯" in browser.get("/search").text
    assert "鼓楼路灯" in browser.get("/search/saved").text
    assert "鼓楼路灯" not in as_(AGENT).get("/search/saved").text
    assert as_(AGENT).get(address).status_code == 404
    browser.post(f"{address}/forget")
    assert "鼓楼路灯" not in browser.get("/search").text
    assert browser.get(address).status_code == 404


def test_only_the_last_searches_are_kept_by_themselves(as_: As, office: SetOffice) -> None:
    browser = as_(DISPATCHER)
    for n in range(15):
        browser.post("/search", data={"q": f"路灯{n:02}"})
    with office.begin() as work:
        assert len(work.session.scalars(select(SavedSearch)).all()) == 12


def test_pages_lead_on_and_back(as_: As, office: SetOffice) -> None:
    for n in range(23):
        take(office, channel="phone", title=f"路灯不亮第{n}处")
    file_all(office)
    browser = as_(DISPATCHER)
    sent = browser.post("/search", data={"q": "路灯", "sort": "newest"})
    first = browser.get(sent.headers["Location"]).text
    assert first.count("found-row") == 20
    onward = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(onward).text
    assert second.count("found-row") == 3
    assert browser.get(f"{sent.headers['Location']}?cursor=xx").status_code == 422


@pytest.mark.parametrize(
    ("typed", "said"), [("？？", "没有可以查找的词"), ("不存在的事情", "在您可以查看的工单里没有")]
)
def test_what_is_not_found_says_what_to_do(as_: As, lamp: str, typed: str, said: str) -> None:
    assert said in look(as_(DISPATCHER), q=typed)


def test_an_empty_form_stays_where_it_is_and_a_wrong_date_is_said(as_: As, lamp: str) -> None:
    browser = as_(DISPATCHER)
    assert browser.post("/search", data={"q": " "}).status_code == 200
    wrong = browser.post("/search", data={"q": "路灯", "since": "三月"})
    assert wrong.status_code == 422
    assert "填写日期" in wrong.text


def test_a_sealed_ticket_shows_no_excerpt_to_its_unit(as_: As, office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, confidential=True, content="垃圾没人清，我是某某")
    file_all(office)
    shown = look(as_(UNIT), q="垃圾")
    assert no in shown
    assert "不显示摘录" in shown
    assert "我是某某" not in shown


def test_who_reads_no_tickets_finds_no_search(as_: As) -> None:
    editor = as_(a_person(Role.KB_EDITOR, number=77))
    assert editor.get("/search").status_code == 403
    assert 'class="search"' not in editor.get("/home").text
    assert 'class="search"' in as_(UNIT).get("/home").text


def test_a_page_of_results_costs_few_queries(as_: As, lamp: str, office: SetOffice) -> None:
    browser = as_(UNIT)
    address = browser.post("/search", data={"q": "路灯"}).headers["Location"]
    with statements(office) as asked:
        browser.get(address)
    assert len(asked) <= 7
