"""Who may not, what is not there, what cannot be done now: each has its status, and says why in Chinese."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.domain.lifecycle import State
from hotline.store.person import Person
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, seen
from tests.integration.api.conftest import PASSWORD, Desk

Desks = Callable[[str], Desk]


def detail(answer: TestResponse) -> str:
    assert answer.mimetype == "application/problem+json", answer.text
    return str(answer.json["detail"])


STAFF_CALLS = [
    ("GET", "/tickets"),
    ("GET", "/tickets/FZ000000000000"),
    ("POST", "/tickets/FZ000000000000/actions/SIGN"),
    ("POST", "/classify"),
    ("GET", "/board"),
    ("GET", "/figures/on_time/tickets"),
    ("DELETE", "/tokens"),
]


@pytest.mark.parametrize(("method", "path"), STAFF_CALLS)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic dTpw", "Bearer " + "a" * 5000])
def test_without_a_good_token_staff_calls_answer_401(client: FlaskClient, method: str, path: str, header: str) -> None:
    answer = client.open(f"/api/v1{path}", method=method, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "登录" in detail(answer)


@pytest.mark.parametrize("path", ["/nothing", "/appeals/x/y/z", "/tickets/a/b"])
def test_an_unknown_path_answers_404(client: FlaskClient, path: str) -> None:
    assert detail(client.get(f"/api/v1{path}"))


@pytest.mark.parametrize(("method", "path"), [("GET", "/tokens"), ("PUT", "/appeals"), ("DELETE", "/tickets")])
def test_another_method_answers_405_and_names_the_right_ones(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(f"/api/v1{path}", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    assert detail(answer)


# -- signing in


@pytest.mark.parametrize(
    "body",
    [
        {"username": "agent", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "agent", "password": PASSWORD, "otp": "000000"},
    ],
)
def test_a_wrong_sign_in_answers_401_with_the_same_words(client: FlaskClient, body: dict[str, str]) -> None:
    answer = client.post("/api/v1/tokens", json=body)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert detail(answer) == "用户名、密码或动态码不对，请重新输入"


def test_wrong_sign_ins_are_counted_and_lock_the_account(client: FlaskClient, office: SetOffice) -> None:
    most = office.settings.security.attempts
    for _ in range(most):
        client.post("/api/v1/tokens", json={"username": "sysadmin", "password": "wrong"})
    answer = client.post("/api/v1/tokens", json={"username": "sysadmin", "password": PASSWORD})
    assert answer.status_code == 401
    assert "锁定" in detail(answer)
    office.later(hours=1)
    assert client.post("/api/v1/tokens", json={"username": "sysadmin", "password": PASSWORD}).status_code == 201


def test_a_token_ends_when_it_is_given_back_and_when_its_time_is_up(client: FlaskClient, office: SetOffice) -> None:
    def fresh() -> Desk:
        given = client.post("/api/v1/tokens", json={"username": "agent", "password": PASSWORD})
        return Desk(client, given.json["token"])

    back, old = fresh(), fresh()
    assert client.delete("/api/v1/tokens", headers=back.headers).status_code == 204
    assert back.get("/tickets").status_code == 401
    assert old.get("/tickets").status_code == 200
    office.later(hours=24)
    assert old.get("/tickets").status_code == 401


def test_a_dismissed_person_is_out_at_once(client: FlaskClient, office: SetOffice) -> None:
    given = client.post("/api/v1/tokens", json={"username": "callback", "password": PASSWORD})
    desk = Desk(client, given.json["token"])
    with office.begin() as work:
        person = work.session.query(Person).filter_by(username="callback").one()
        person.active = False
    assert desk.get("/tickets").status_code == 401
    with office.begin() as work:
        work.session.query(Person).filter_by(username="callback").one().active = True


# -- appeals


def test_only_who_registers_calls_may_say_that_it_was_a_call(client: FlaskClient, desks: Desks) -> None:
    call = {"content": "路灯不亮", "channel": "phone", "call_id": "x-1"}
    assert client.post("/api/v1/appeals", json=call).status_code == 401
    assert desks("unit").post("/appeals", json=call).status_code == 403
    assert desks("agent").post("/appeals", json=call).status_code == 201
    assert desks("agent").post("/appeals", json=call | {"channel": "import"}).status_code == 422


def test_a_wrong_key_of_a_program_answers_401(client: FlaskClient) -> None:
    answer = client.post("/api/v1/appeals", json={"content": "路灯不亮"}, headers={"X-Api-Key": "x"})
    assert answer.status_code == 401


def test_a_stale_token_is_told_rather_than_taken_for_a_stranger(client: FlaskClient) -> None:
    answer = client.post("/api/v1/appeals", json={"content": "路灯不亮"}, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def test_a_citizen_is_refused_with_the_reason(client: FlaskClient, office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    code = {"code": seen(office, no).query_code}
    path = f"/api/v1/appeals/{no}"
    assert client.post(f"{path}/urge", json=code).status_code == 200
    again = client.post(f"{path}/urge", data=code)
    assert again.status_code == 409
    assert "24 小时" in detail(again)
    rate = client.post(f"{path}/rate", json=code | {"solved": True})
    assert rate.status_code == 409
    assert "办理中" in detail(rate)
    empty = client.post(f"{path}/supplement?code={code['code']}")
    assert empty.status_code == 422
    assert client.post(f"{path}/praise", json=code).status_code == 404
    assert client.post(f"{path}/withdraw", headers={"X-Query-Code": code["code"]}).status_code == 200
    assert client.post(f"{path}/withdraw", json=code).status_code == 409
    assert client.post(f"{path}/supplement", json={"text": "补充"}).status_code == 404


# -- tickets


def test_out_of_scope_and_unknown_look_alike(office: SetOffice, desks: Desks) -> None:
    no = a_ticket(office, State.PENDING_SIGN)
    assert seen(office, no).lead_unit == LEAD_UNIT
    foreign, unknown = (desks("other").get(f"/tickets/{n}") for n in (no, "FZ000000000000"))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json == unknown.json
    assert desks("other").act(no, "SIGN").json == unknown.json
    assert no not in desks("other").get("/tickets").text


def test_an_action_says_which_way_it_is_refused(office: SetOffice, desks: Desks) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    dispatcher, agent = desks("dispatcher"), desks("agent")
    version = dispatcher.get(f"/tickets/{no}").json["version"]
    assert agent.act(no, "DISPATCH", unit=LEAD_UNIT).status_code == 403
    assert dispatcher.act(no, "DANCE").status_code == 404
    assert dispatcher.act(no, "CREATE").status_code == 404
    not_now = dispatcher.act(no, "OK_RETURN")
    assert not_now.status_code == 409
    assert "待派单" in detail(not_now)
    wrong = dispatcher.act(no, "DISPATCH", unit="nobody")
    assert wrong.status_code == 422
    assert [error["field"] for error in wrong.json["errors"]] == ["unit"]
    stale = dispatcher.act(no, "DISPATCH", unit=LEAD_UNIT, version=version - 1)
    assert stale.status_code == 409
    assert dispatcher.act(no, "dispatch", unit=LEAD_UNIT, version=version).status_code == 200
    assert dispatcher.act(no, "DISPATCH", unit=LEAD_UNIT, version=version).status_code == 409


@pytest.mark.parametrize(("username", "status"), [("agent", 200), ("unit", 403), ("sysadmin", 403)])
def test_only_the_desk_asks_the_classifier(desks: Desks, username: str, status: int) -> None:
    assert desks(username).post("/classify", json={"content": "路灯不亮"}).status_code == status


def test_who_keeps_accounts_reads_no_ticket(office: SetOffice, desks: Desks) -> None:
    no = a_ticket(office)
    assert desks("sysadmin").get(f"/tickets/{no}").status_code == 403
    assert desks("sysadmin").get("/tickets").status_code == 403


# -- lists


def test_a_list_is_walked_to_its_end_without_repeating_a_ticket(office: SetOffice, desks: Desks) -> None:
    made = {a_ticket(office, content=f"第 {n} 处路灯不亮") for n in range(7)}
    for sort in ("due", "newest"):
        found: list[str] = []
        cursor = ""
        while True:
            page = desks("dispatcher").get(f"/tickets?limit=3&sort={sort}&cursor={cursor}").json
            found += [item["no"] for item in page["items"]]
            if not (cursor := page["next"]):
                break
        assert len(found) == len(set(found))
        assert made <= set(found)


def test_a_list_is_narrowed_by_each_filter(office: SetOffice, desks: Desks) -> None:
    here, there = a_ticket(office, State.PROCESSING), a_ticket(office)

    def found(query: str) -> set[str]:
        return {item["no"] for item in desks("dispatcher").get(f"/tickets?limit=100&{query}").json["items"]}

    assert here in found("state=PROCESSING")
    assert there not in found("state=PROCESSING")
    assert here in found(f"unit={LEAD_UNIT}")
    assert there not in found(f"unit={LEAD_UNIT}")
    assert {here, there} <= found("category=0101")
    assert not found("category=13")
    assert found(f"q={there}") == {there}
    assert here not in found("light=red")
