"""What the public side says about an appeal: nothing from inside the house, nobody's name, number or address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from tests.factories.offices import SetOffice
from tests.factories.tickets import ROADS, a_ticket, act, seen

NAME, PHONE, ADDRESS = "欧阳试探", "13987654321", "鼓楼区探针巷 77 号 8 栋 1203 室"
INSIDE = "内部探针甲乙丙"
SECRET = {
    Action.FAIL: {"opinion": INSIDE},
    Action.CONTACT: {"way": "phone", "result": INSIDE},
    Action.REPLY: {"public": "已清运完毕。", "internal": INSIDE, "why_not": INSIDE},
    Action.REQ_RETURN: {"reason": "NOT_DUTY", "basis": INSIDE},
    Action.NO_RETURN: {"opinion": INSIDE},
    Action.REWORK: {"ground": INSIDE},
    Action.KEEP: {"opinion": INSIDE},
    Action.REDISPATCH: {"unit": "350103-CGW", "cause": INSIDE},
}


def told(client: FlaskClient, office: SetOffice, no: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/appeals/{no}", headers={"X-Query-Code": seen(office, no).query_code})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json
    return shown


def check_nothing_slips(shown: Any) -> None:
    text = json.dumps(shown, ensure_ascii=False)
    for secret in (NAME, PHONE, PHONE[-4:], ADDRESS, "探针巷", INSIDE):
        assert secret not in text


@pytest.mark.parametrize("state", ROADS)
def test_in_no_state_is_the_person_or_the_inside_told(client: FlaskClient, office: SetOffice, state: State) -> None:
    no = a_ticket(office, state, name=NAME, phone=PHONE, address=ADDRESS, content=f"垃圾没有清运，我是{NAME}，{PHONE}")
    shown = told(client, office, no)
    check_nothing_slips(shown)
    assert shown["state"] == state
    assert all(step["at"] and step["title"] and step["state"] for step in shown["states"])


def test_what_was_said_inside_stays_there_on_a_long_way(client: FlaskClient, office: SetOffice) -> None:
    no = a_ticket(office, State.PENDING_SIGN, name=NAME, phone=PHONE, address=ADDRESS)
    way = [Action.REQ_RETURN, Action.NO_RETURN, Action.CONTACT, Action.REPLY, Action.FAIL, Action.REPLY, Action.PASS]
    for action in way:
        act(office, no, action, **SECRET.get(action, {}))
        check_nothing_slips(told(client, office, no))


def test_a_reply_is_told_only_while_it_stands_reviewed(client: FlaskClient, office: SetOffice) -> None:
    no = a_ticket(office, State.PROCESSING)
    act(office, no, Action.CONTACT)
    shown = []
    for action, fields in (
        (Action.REPLY, {"public": "第一稿"}),
        (Action.FAIL, {}),
        (Action.REPLY, {"public": "第二稿"}),
        (Action.PASS, {}),
        (Action.RATE, {"solved": "U", "score": 1, "reason": "result"}),
        (Action.REWORK, {}),
        (Action.SIGN, {}),
        (Action.REPLY, {"public": "第三稿"}),
        (Action.PASS, {}),
    ):
        act(office, no, action, **fields)
        shown.append(told(client, office, no)["public_reply"])
    assert shown == [None, None, None, "第二稿", "第二稿", "第二稿", "第二稿", None, "第三稿"]


def test_the_answer_to_a_submission_repeats_nothing_of_it(client: FlaskClient) -> None:
    body = {"content": f"垃圾没有清运{INSIDE}", "name": NAME, "phone": PHONE, "address": ADDRESS}
    answer = client.post("/api/v1/appeals", json=body)
    assert set(answer.json) == {"no", "query_code", "state", "created_at", "track_url"}
    assert answer.json["query_code"] not in answer.json["track_url"]
    assert answer.json["query_code"] not in answer.headers["Location"]
    check_nothing_slips(answer.json)


@pytest.mark.parametrize("code", ["", "000000", "１２３４５６", "x" * 500, "字"])
def test_a_wrong_code_and_an_unknown_number_look_alike(client: FlaskClient, office: SetOffice, code: str) -> None:
    no = a_ticket(office)
    office_code = seen(office, no).query_code
    assert code != office_code
    wrong = client.get(f"/api/v1/appeals/{no}", query_string={"code": code})
    unknown = client.get("/api/v1/appeals/FZ000000000000", query_string={"code": code})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json == unknown.json


def test_a_number_is_found_however_it_is_written(client: FlaskClient, office: SetOffice) -> None:
    no = a_ticket(office)
    code = seen(office, no).query_code
    for written in (no.lower(), f" {no} ", "-".join((no[:2], no[2:8], no[8:]))):
        assert client.get(f"/api/v1/appeals/{written}", query_string={"code": code}).status_code == 200


def test_who_guesses_codes_waits_and_the_right_code_does_not_help_meanwhile(
    client: FlaskClient, office: SetOffice
) -> None:
    no = a_ticket(office)
    code = seen(office, no).query_code
    answers = [client.get(f"/api/v1/appeals/{no}?code=x{n}") for n in range(25)]
    assert [a.status_code for a in answers[:20]] == [404] * 20
    assert {a.status_code for a in answers[20:]} == {429}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].mimetype == "application/problem+json"
    assert client.get(f"/api/v1/appeals/{no}?code={code}").status_code == 429
    assert client.post(f"/api/v1/appeals/{no}/urge", json={"code": "x"}).status_code == 429
    elsewhere = client.get(f"/api/v1/appeals/{no}?code={code}", environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert elsewhere.status_code == 200


def test_many_addresses_together_cannot_guess_one_number(client: FlaskClient, office: SetOffice) -> None:
    no = a_ticket(office)
    seen_status = [
        client.get(f"/api/v1/appeals/{no}?code=x", environ_base={"REMOTE_ADDR": f"10.1.{n}.1"}).status_code
        for n in range(35)
    ]
    assert seen_status == [404] * 30 + [429] * 5
