"""An appeal from a citizen's program to the closing, every step by the API alone."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

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
