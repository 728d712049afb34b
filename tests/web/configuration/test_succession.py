"""A unit is merged into another one: what moves is said before, and what is wrong is said under its field."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import State
from hotline.jobs import tasks
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, seen
from tests.web.configuration.conftest import filled

MERGE = "/configuration/organisation/merge"
MERGED = "/configuration/organisation/merged"
pytestmark = pytest.mark.usefixtures("as_shipped")


def test_a_unit_is_merged_with_its_open_tickets(office: SetOffice, admin: FlaskClient) -> None:
    no = a_ticket(office, State.PROCESSING)
    assert "并入其他单位" in admin.get(f"/configuration/organisation/unit?code={LEAD_UNIT}").text
    page = admin.get(f"{MERGE}?code={LEAD_UNIT}").text
    assert "1 件在办工单" in page
    sent = filled(page, MERGE) | {"into": "鼓楼区市场监督管理局", "words": "机构改革方案"}
    answer = admin.post(MERGE, data=sent, follow_redirects=True)
    assert "1 件在办工单正在移转" in answer.text
    assert "还剩 1 件" in answer.text
    assert f"{MERGED}?code={LEAD_UNIT}" in answer.text, "the page looks again by itself"
    tasks.serve(office)
    assert tasks.hand_over() == 1
    assert seen(office, no).lead_unit == "350102-SCJ"
    done = admin.get(f"{MERGED}?code={LEAD_UNIT}").text
    assert ("已全部移转" in done, "hx-get" in done) == (True, False)


def test_what_is_missing_is_said_and_nothing_moves(office: SetOffice, admin: FlaskClient) -> None:
    no = a_ticket(office, State.PROCESSING)
    sent = filled(admin.get(f"{MERGE}?code={LEAD_UNIT}").text, MERGE)
    answer = admin.post(MERGE, data=sent | {"into": "350102-SCJ", "words": ""})
    assert (answer.status_code, "请写明撤并的依据" in answer.text) == (422, True)
    assert "请选择另一个在用的承办单位" in admin.post(MERGE, data=sent | {"into": LEAD_UNIT, "words": "改革"}).text
    later = str(int(sent["seen"]) + 1)
    stale = admin.post(MERGE, data=sent | {"into": "350102-SCJ", "words": "改革", "seen": later})
    assert stale.status_code == 409
    assert seen(office, no).lead_unit == LEAD_UNIT


def test_the_usual_successor_is_filled_in_and_a_unit_that_stands_has_no_progress(admin: FlaskClient) -> None:
    assert 'value="福州市鼓楼区人民政府' in admin.get(f"{MERGE}?code={LEAD_UNIT}").text
    assert admin.get(f"{MERGED}?code={LEAD_UNIT}").status_code == 404
