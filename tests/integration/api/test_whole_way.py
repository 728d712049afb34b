"""An appeal from a citizen's program to the closing, every step by the API alone."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.lifecycle import State
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket
from tests.integration.api.conftest import UNIT, Desk, Submit

CATEGORY = "070101"


def test_an_appeal_goes_from_the_citizen_to_the_closing(
    client: FlaskClient, submit: Submit, desks: Callable[[str], Desk]
) -> None:
    mine = submit(content="示例路 8 号门口路灯连续三晚不亮。", phone="13800000001", name="林试")
    dispatcher, unit, reviewer = desks("dispatcher"), desks("unit"), desks("reviewer")

    seen = dispatcher.get(f"/tickets/{mine.no}").json
    assert seen["state"] == "SUBMITTED"
    assert {"ACCEPT", "REJECT"} <= set(seen["actions"])
    accepted = dispatcher.act(
        mine.no, "ACCEPT", version=seen["version"], category=CATEGORY, type="COMPLAINT", region="350102"
    )
    assert accepted.status_code == 200, accepted.text
    sent = dispatcher.act(mine.no, "DISPATCH", unit=UNIT)
    assert sent.status_code == 200, sent.text
    assert sent.json["unit"] == UNIT
    assert any(clock["kind"] == "handling" and clock["explain"] for clock in sent.json["clocks"])
    assert unit.act(mine.no, "SIGN").json["state"] == "PROCESSING"
    assert unit.act(mine.no, "CONTACT", way="phone", result="已与反映人通话").status_code == 200
    replied = unit.act(mine.no, "REPLY", public="路灯已修复。", internal="灯头进水", solved=True, facts_true=True)
    assert replied.json["state"] == "REPLY_REVIEW"
    waiting = client.get(f"/api/v1/appeals/{mine.no}?code={mine.code}").json
    assert waiting["public_reply"] is None
    assert reviewer.act(mine.no, "PASS").json["state"] == "CALLBACK"
    shown = client.get(f"/api/v1/appeals/{mine.no}", headers={"X-Query-Code": mine.code}).json
    assert shown["public_reply"] == "路灯已修复。"
    assert shown["next_due_words"]
    rated = client.post(f"/api/v1/appeals/{mine.no}/rate", json={"code": mine.code, "solved": True, "score": 5})
    assert rated.status_code == 200, rated.text
    assert rated.json["state"] == "CLOSED"
    assert [step["event"] for step in rated.json["states"]] == [
        "CREATE", "ACCEPT", "DISPATCH", "SIGN", "CONTACT", "REPLY", "PASS", "RATE",
    ]  # fmt: skip


def test_several_units_and_a_second_person_work_by_the_api_too(submit: Submit, desks: Callable[[str], Desk]) -> None:
    mine = submit(content="河边栏杆坏了，几家单位都说不归自己。", phone="13800000001")
    dispatcher, unit, supervisor = desks("dispatcher"), desks("unit"), desks("supervisor")
    dispatcher.act(mine.no, "ACCEPT", category=CATEGORY, type="COMPLAINT", region="350102")
    assert dispatcher.act(mine.no, "COORDINATE", why="各说不归自己").json["state"] == "COORDINATING"
    refused = supervisor.act(mine.no, "DESIGNATE", unit=UNIT, minutes="由城管主办")
    assert (refused.status_code, "minutes_no" in refused.text) == (422, True)
    fixed = supervisor.act(mine.no, "DESIGNATE", unit=UNIT, minutes_no="纪要9号", minutes="由城管主办")
    assert fixed.json["assignments"][0]["minutes_no"] == "纪要9号"
    unit.act(mine.no, "SIGN")
    assert unit.act(mine.no, "REQ_RETURN", reason="NOT_DUTY", basis="三定方案").status_code == 409
    passed = unit.act(mine.no, "SUB_DISPATCH", units=["350100-GSGS"])
    assert [(t["unit"], t["parent"], t["stage"]) for t in passed.json["assignments"]][1:] == [
        ("350100-GSGS", UNIT, "SENT")
    ]
    assert dispatcher.act(mine.no, "GRADE", urgency="URGENT").json["urgency"] == "URGENT"
    assert dispatcher.act(mine.no, "GRADE", urgency="NORMAL", words="误报").status_code == 403
    other = submit(content="装修垃圾堆在路边没有人清。", phone="13800000001")
    assert dispatcher.act(other.no, "REJECT", reason="ILLEGAL").json["state"] == "SUBMITTED"
    assert dispatcher.act(other.no, "REJECT", reason="ILLEGAL").status_code == 409
    assert desks("agent").act(other.no, "REJECT", reason="ILLEGAL").json["state"] == "REJECTED"


def test_a_program_passes_a_reply_as_a_whole_or_confirms_every_required_item(
    office: SetOffice, desks: Callable[[str], Desk]
) -> None:
    reviewer = desks("reviewer")
    whole, by_item = a_ticket(office, State.REPLY_REVIEW), a_ticket(office, State.REPLY_REVIEW)
    assert reviewer.act(whole, "PASS").json["state"] == "CALLBACK"
    assert reviewer.get(f"/tickets/{whole}").json["journal"][-1]["words"] == "未逐项检查"
    items = [each["code"] for each in reviewer.get(f"/tickets/{by_item}").json["checklist"]]
    for some in ([], items[:-1]):
        refused = reviewer.act(by_item, "PASS", checked=some)
        assert refused.status_code == 422
        assert refused.json["errors"][0]["field"] == "checked"
    assert reviewer.act(by_item, "PASS", checked=items).json["state"] == "CALLBACK"
    assert "语言得体" in reviewer.get(f"/tickets/{by_item}").json["journal"][-1]["words"]
