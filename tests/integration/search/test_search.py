"""Searching tickets: what is found, by whom, and what nobody can find out by searching."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hotline.domain.errors import NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.read import queues, search
from hotline.read.search import Criteria
from hotline.store.audit import AuditLine
from hotline.store.search import SearchDue, TicketSearch
from hotline.usecases import access, indexing
from tests.factories.actors import AGENT, CITY_UNIT, DISPATCHER, LEAD_UNIT, OTHER, SUPERVISOR, UNIT, a_person
from tests.factories.offices import SetOffice, statements
from tests.factories.tickets import a_ticket, act, seen, take

LEADER = a_person(Role.LEADER, number=60, unit="350102-GOV")


def file_all(office: SetOffice) -> None:
    with office.begin() as work:
        while indexing.file_due(work):
            pass


def found(office: SetOffice, by: Actor, q: str = "", **wanted: object) -> list[str]:
    file_all(office)
    with office.begin(by) as work:
        return [hit.row.no for hit in search.found(work, Criteria(q=q, **wanted)).hits]  # type: ignore[arg-type]


@pytest.fixture
def lamp(office: SetOffice) -> str:
    return take(office, channel="phone", title="路灯不亮", content="示范新村门口的路灯坏了三天，没人来修")


@pytest.fixture
def rubbish(office: SetOffice) -> str:
    return a_ticket(office, State.PROCESSING)


@pytest.mark.parametrize(
    "typed",
    [
        *("路灯", "路灯不亮", "路燈", "三天路灯", "示范新村", "新村", "路灯 修", "坏"),
        *("ldbl", "dbl", "LDBL", "ludeng", "dengbu", "lu deng", "ludengbuliang"),
    ],
)
def test_a_ticket_is_found_by_words_writing_and_sound(office: SetOffice, lamp: str, rubbish: str, typed: str) -> None:
    assert found(office, DISPATCHER, typed) == [lamp]


def test_a_word_inside_a_longer_one_is_found(office: SetOffice, rubbish: str) -> None:
    assert found(office, DISPATCHER, "垃圾") == [rubbish]


def test_all_words_must_stand_in_it(office: SetOffice, lamp: str, rubbish: str) -> None:
    assert found(office, DISPATCHER, "路灯 垃圾") == []


def test_the_public_answer_is_found_too(office: SetOffice, rubbish: str) -> None:
    assert found(office, DISPATCHER, "清运完毕") == []
    act(office, rubbish, Action.CONTACT)
    act(office, rubbish, Action.REPLY)
    act(office, rubbish, Action.PASS, by=SUPERVISOR)
    assert found(office, DISPATCHER, "清运完毕") == [rubbish]


def test_a_number_is_found_whole_and_in_part(office: SetOffice, lamp: str, rubbish: str) -> None:
    assert found(office, DISPATCHER, lamp.lower()) == [lamp]
    assert set(found(office, DISPATCHER, lamp[2:8])) == {lamp, rubbish}
    assert found(office, DISPATCHER, lamp[-6:]) == [lamp]


def test_the_title_counts_more_than_the_text(office: SetOffice) -> None:
    title = take(office, channel="phone", title="公园路灯损坏", content="晚上很黑")
    text = take(office, channel="phone", title="晚上很黑", content="公园里有一盏灯，是路灯")
    assert found(office, DISPATCHER, "路灯") == [title, text]
    assert found(office, DISPATCHER, "路灯", sort="newest") == [text, title]


def test_pages_hold_each_ticket_once(office: SetOffice) -> None:
    made = {take(office, channel="phone", title=f"路灯不亮第{n}处") for n in range(7)}
    file_all(office)
    for sort in search.SORTS:
        cursor, listed = "", []
        while True:
            with office.begin(DISPATCHER) as work:
                page = search.found(work, Criteria(q="路灯", sort=sort), cursor=cursor, limit=3)
            listed += [hit.row.no for hit in page.hits]
            if not page.next:
                break
            cursor = page.next
        assert len(listed) == 7
        assert set(listed) == made


def test_only_what_is_in_scope_is_found(office: SetOffice, lamp: str, rubbish: str) -> None:
    for by, expected in ((UNIT, [rubbish]), (OTHER, []), (LEADER, [rubbish, lamp])):
        mine = found(office, by, sort="newest", states=tuple(State))
        assert set(mine) == set(expected), by
        assert found(office, by, "路灯") == ([lamp] if lamp in expected else [])


def test_a_unit_that_once_had_it_still_finds_it_and_a_new_one_does_at_once(office: SetOffice, rubbish: str) -> None:
    act(office, rubbish, Action.REDISPATCH, unit=OTHER.unit)
    with office.begin(OTHER) as work:
        assert access.staff(work, rubbish).lead_unit == OTHER.unit
    assert found(office, OTHER, "垃圾") == [rubbish]
    assert found(office, UNIT, "垃圾") == [rubbish]


def test_a_phone_is_found_by_those_who_take_calls_and_recorded(office: SetOffice, lamp: str) -> None:
    assert found(office, AGENT, "138 0000 5678") == [lamp]
    with office.begin() as work:
        line = work.session.scalars(select(AuditLine)).one()
    assert (line.kind, line.about) == ("search_phone", "138****5678")


@pytest.mark.parametrize("by", [UNIT, SUPERVISOR, LEADER])
def test_a_phone_is_refused_to_all_others_whether_it_is_known_or_not(office: SetOffice, lamp: str, by: Actor) -> None:
    for phone in ("13800005678", "13900000000"):
        with pytest.raises(NotYours, match="限话务员"):
            found(office, by, phone)


def test_the_phone_of_a_sealed_ticket_leads_nobody_else_to_it(office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING, confidential=True, content="我的电话13800005678，请保密，垃圾没人清")
    assert found(office, AGENT, "13800005678") == [no]
    with pytest.raises(NotYours):
        found(office, UNIT, "13800005678")
    assert found(office, UNIT, "1380000") == []
    assert found(office, AGENT, "5678 垃圾") == []
    file_all(office)
    with office.begin(UNIT) as work:
        hit = search.found(work, Criteria(q="垃圾")).hits[0]
    assert hit.row.sealed
    assert hit.excerpt == ()


def test_numbers_of_people_are_not_filed_at_all(office: SetOffice) -> None:
    take(office, channel="phone", title="车牌闽A12345占道", content="联系13800005678，身份证350102199001011234")
    file_all(office)
    with office.begin() as work:
        words = work.session.scalar(select(TicketSearch.words))
    assert not [secret for secret in ("13800005678", "350102199001011234", "闽a12345") if secret in words]


def test_the_exact_place_is_found_only_by_those_who_may_read_it(office: SetOffice, rubbish: str) -> None:
    assert found(office, DISPATCHER, "示范路") == [rubbish]
    assert found(office, UNIT, "示范路") == [rubbish]
    no = a_ticket(office, State.PROCESSING, address="鼓楼区示范路1号蓝天公寓")
    assert found(office, DISPATCHER, "蓝天公寓") == [no]
    assert found(office, UNIT, "蓝天公寓") == []
    assert found(office, DISPATCHER, place="蓝天公寓") == [no]
    assert found(office, UNIT, place="蓝天公寓") == []


@pytest.mark.parametrize(
    "typed",
    [
        "'",
        "' OR 1=1 --",
        "a & | ! b",
        "路灯:*",
        "\\",
        "路灯'; drop table ticket",
        "<->",
        "((((",
        "%_",
        "👀",
        "\x00路灯",
    ],
)
def test_signs_of_a_query_language_are_only_characters(office: SetOffice, lamp: str, typed: str) -> None:
    assert set(found(office, DISPATCHER, typed)) <= {lamp}


def test_one_character_finds_the_words_it_begins(office: SetOffice, rubbish: str) -> None:
    assert found(office, DISPATCHER, "垃") == [rubbish]


def test_ten_thousand_characters_are_read_to_their_beginning_and_that_is_said(office: SetOffice, lamp: str) -> None:
    file_all(office)
    with office.begin(DISPATCHER) as work:
        page = search.found(work, Criteria(q="路灯不亮" + "很黑" * 5000))
    assert page.shortened
    assert found(office, DISPATCHER, "路灯" * 5000) == [lamp]


def test_nothing_asked_is_nothing_found(office: SetOffice, lamp: str) -> None:
    assert found(office, DISPATCHER, "  ") == []
    assert found(office, DISPATCHER, "？？") == []


def test_filters_narrow_what_is_found(office: SetOffice, lamp: str, rubbish: str) -> None:
    all_ = {"states": tuple(State)}
    assert found(office, DISPATCHER, unit=LEAD_UNIT) == [rubbish]
    assert found(office, DISPATCHER, unit=CITY_UNIT) == []
    assert found(office, DISPATCHER, states=(State.PROCESSING,)) == [rubbish]
    today = office.now().date()
    assert set(found(office, DISPATCHER, **all_, since=today, until=today)) == {lamp, rubbish}
    assert found(office, DISPATCHER, category="0106") == []


def test_the_list_of_programs_uses_the_same_words(office: SetOffice, lamp: str, rubbish: str) -> None:
    file_all(office)
    with office.begin(DISPATCHER) as work:
        assert [row.no for row in queues.page(work, queues.Wanted(q="路灯")).rows] == [lamp]
        assert [row.no for row in queues.page(work, queues.Wanted(q="ldbl")).rows] == [lamp]


def test_a_page_costs_few_queries(office: SetOffice) -> None:
    for n in range(6):
        take(office, channel="phone", title=f"路灯不亮第{n}处")
    file_all(office)
    with office.begin(UNIT) as work, statements(office) as asked:
        search.found(work, Criteria(q="路灯"))
    assert len(asked) <= 5


def test_what_is_said_later_is_filed_again_and_the_list_grows_empty(office: SetOffice, lamp: str) -> None:
    file_all(office)
    with office.begin() as work:
        seen_ticket = seen(office, lamp)
        work.session.merge(seen_ticket).content = "其实是井盖松动"
    assert found(office, DISPATCHER, "井盖") == [lamp]
    with office.begin() as work:
        assert work.session.scalars(select(SearchDue)).all() == []
