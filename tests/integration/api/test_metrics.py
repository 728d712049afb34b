"""Numbers for the operator: right, cheap to read, and not for the public side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from hotline.domain.lifecycle import State
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket
from tests.integration.api.conftest import Desk, Submit


def read(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(f"{k}={v}" for k, v in sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_came_in_and_what_waits_is_counted(client: FlaskClient, office: SetOffice, submit: Submit) -> None:
    before = read(client.get("/metrics").text)
    submit()
    a_ticket(office, State.PENDING_SIGN)
    after = read(client.get("/metrics").text)

    def grown(*name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown("hotline_appeals_today", "channel=web") == 1
    assert grown("hotline_appeals_today", "channel=phone") == 1
    assert grown("hotline_dispatches_today", "by=person") == 1
    assert grown("hotline_tickets_open", "state=SUBMITTED") == 1
    assert grown("hotline_outbox_lines", "state=waiting", "subscriber=board") == 4
    assert grown("hotline_requests_total", "method=POST", "rule=/api/v1/appeals", "status=201") == 1
    assert after[("hotline_redis_up",)] == 1
    assert after["hotline_jobs", "state=queued"] == 0


def test_no_path_and_no_address_stands_in_the_numbers(client: FlaskClient, submit: Submit) -> None:
    mine = submit()
    client.get(f"/api/v1/appeals/{mine.no}?code={mine.code}")
    client.get("/13800000000")
    text = client.get("/metrics").text
    assert mine.no not in text
    assert mine.code not in text
    assert "13800000000" not in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.8", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.8"}, 403),
        ("127.0.0.1", {"X-Real-IP": "10.0.0.8"}, 403),
    ],
)
def test_the_public_side_reads_none(client: FlaskClient, address: str, headers: dict[str, str], status: int) -> None:
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)
    assert answer.status_code == status


def test_from_elsewhere_only_a_system_administrator_reads_them(
    client: FlaskClient, desks: Callable[[str], Desk]
) -> None:
    for username, status in (("sysadmin", 200), ("dispatcher", 403)):
        answer = client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.8"}, headers=desks(username).headers)
        assert answer.status_code == status
