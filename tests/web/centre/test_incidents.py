"""The events' pages: proposals made one, what waits sent along, and each ticket answered in its own words."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor
from hotline.store.matter import Incident
from tests.factories.actors import AGENT, DISPATCHER, OTHER, UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import act, seen, take, walk

Browser = Callable[[Actor], FlaskClient]


def three(office: SetOffice) -> list[str]:
    return [take(office, phone=f"1390000000{number}") for number in range(3)]


def event(office: SetOffice) -> str:
    with office.begin() as work:
        return work.session.scalars(sa.select(Incident.no)).one()


def test_who_does_not_dispatch_does_not_enter(as_: Browser) -> None:
    for who in (AGENT, UNIT):
        assert as_(who).get("/incidents/").status_code == 403


def test_empty_it_says_what_will_appear(as_: Browser) -> None:
    page = as_(DISPATCHER).get("/incidents/").text
    assert "满 3 人的会出现在这里" in page
    assert "近两周没有事件" in page


def test_a_proposal_becomes_an_event_with_the_oldest_as_its_master(office: SetOffice, as_: Browser) -> None:
    nos, desk = three(office), as_(DISPATCHER)
    page = desk.get("/incidents/").text
    assert all(no in page for no in nos)
    assert "3 人" in page
    answer = desk.post("/incidents/open", data={"pick": nos})
    shown = desk.get(answer.headers["Location"]).text
    assert "已把 3 件归为一个事件" in shown
    assert shown.index(nos[0]) < shown.index(nos[1])
    assert "主单" in shown
    assert event(office) in desk.get("/incidents/").text
    assert event(office) in desk.get(f"/tickets/{nos[1]}").text


def test_one_ticket_alone_is_no_event(office: SetOffice, as_: Browser) -> None:
    answer = as_(DISPATCHER).post("/incidents/open", data={"pick": three(office)[:1]})
    assert answer.status_code == 422
    assert "至少选择两张" in answer.text


def test_what_joined_before_the_master_went_is_sent_along(office: SetOffice, as_: Browser) -> None:
    nos, desk = three(office), as_(DISPATCHER)
    desk.post("/incidents/open", data={"pick": nos[:2]})
    walk(office, nos[0], Action.ACCEPT, Action.DISPATCH)
    no = event(office)
    act(office, nos[1], Action.REDISPATCH)
    assert "随主单派出" not in desk.get(f"/incidents/{no}").text
    answer = desk.post(f"/incidents/{no}/send")
    assert "没有可以派出的工单" in desk.get(answer.headers["Location"]).text


def test_the_unit_answers_each_in_its_own_words(office: SetOffice, as_: Browser) -> None:
    nos = three(office)
    as_(DISPATCHER).post("/incidents/open", data={"pick": nos})
    walk(office, nos[0], Action.ACCEPT, Action.DISPATCH, Action.SIGN)
    no, desk = event(office), as_(UNIT)
    assert desk.get(f"/incidents/{no}").text.count("<textarea") == 4
    words = {f"public-{each}": f"{number}号已处理" for number, each in enumerate(nos)}
    empty = desk.post(f"/incidents/{no}/reply", data={"internal": "已核实"})
    assert empty.status_code == 422
    assert "已核实" in empty.text
    answer = desk.post(f"/incidents/{no}/reply", data=words | {f"public-{nos[2]}": " ", "solved": "yes"})
    assert answer.status_code == 303, answer.text
    assert [seen(office, each).at for each in nos] == [State.REPLY_REVIEW] * 2 + [State.PROCESSING]
    assert seen(office, nos[1]).public_reply == "1号已处理"
    assert "提交 1 件的结果" in desk.get(f"/incidents/{no}").text


def test_a_unit_without_a_ticket_in_it_does_not_know_the_event(office: SetOffice, as_: Browser) -> None:
    as_(DISPATCHER).post("/incidents/open", data={"pick": three(office)})
    assert as_(OTHER).get(f"/incidents/{event(office)}").status_code == 404
    assert as_(DISPATCHER).get("/incidents/SJ000").status_code == 404
