"""The shift lead's page of numbers that hold the lines."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from hotline.domain.permissions import Actor
from tests.factories.actors import AGENT
from tests.factories.offices import SetOffice
from tests.integration.core.test_nuisance import LEAD, PHONE, calls

Browser = Callable[[Actor], FlaskClient]


def test_it_is_the_leads(as_: Browser) -> None:
    assert as_(AGENT).get("/nuisance/").status_code == 403
    assert "今天没有超过次数的号码" in as_(LEAD).get("/nuisance/").text


def test_a_number_is_limited_and_let_go_and_shown_masked(office: SetOffice, as_: Browser) -> None:
    calls(office, 12)
    desk = as_(LEAD)
    page = desk.get("/nuisance/").text
    assert "137****1111" in page
    assert PHONE not in page
    short = desk.post("/nuisance/limit", data={"phone": PHONE, "days": "9", "ground": ""})
    assert short.status_code == 422
    assert "限制应为 1 到 7 天" in short.text
    call = page.split('name="call" value="')[1].split('"')[0]
    answer = desk.post("/nuisance/limit", data={"call": call, "days": "3", "ground": "不说话"})
    shown = desk.get(answer.headers["Location"]).text
    assert "不说话" in shown
    assert "已限制" in shown.split("限制中的号码")[0], "not offered a second time"
    number = shown.split("/lift")[0].rsplit("/", 1)[-1]
    desk.post(f"/nuisance/{number}/lift")
    assert "没有限制中的号码" in desk.get("/nuisance/").text
