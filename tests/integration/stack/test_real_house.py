"""``hotline up --demo`` as people run it: the page answers, an appeal is taken and routed, a stop leaves nothing."""

import csv
import http.client
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from hotline.stack.folder import born
from tests.integration.stack.conftest import House, until

pytestmark = pytest.mark.slow

LONG = 120.0
"""Seconds that a first start may take on a machine with other work to do."""
APPEAL = {"content": "鼓楼区东街口人行道的路灯连续三晚不亮，老人夜里出行不便。", "phone": "13800138000"}

Begin = Callable[..., House]


@pytest.fixture
def begin(data: Path, free_port: Callable[[], int]) -> Iterator[Begin]:
    """Starts the real house on the same data each time."""
    started: list[House] = []

    def up(**environ: str) -> House:
        port = free_port()
        command = (sys.executable, "-m", "hotline", "up", "--demo", "--data", str(data), "--port", str(port))
        started.append(House(data, port, command=command, **environ))
        return started[-1].came_up(LONG)

    yield up
    for house in started:
        if house.process.poll() is None:
            house.process.terminate()
            house.process.communicate(timeout=LONG)


def asked(house: House, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of one call."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    said = json.loads(answer.read() or b"null")
    connection.close()
    return answer.status, said


def dispatcher(house: House) -> dict[str, str]:
    """The headers of the demo's dispatcher."""
    with (house.data / "demo-accounts.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["username"] == "dispatcher")
    otp = pyotp.TOTP(row["totp_secret"]).now()
    who = {"username": row["username"], "password": row["password"], "otp": otp}
    status, said = asked(house, "POST", "/api/v1/tokens", who)
    assert status == 201, said
    return {"Authorization": f"Bearer {said['token']}"}


def taken(house: House) -> str:
    """The number of an appeal that the house has just accepted."""
    status, said = asked(house, "POST", "/api/v1/appeals", APPEAL, **{"Idempotency-Key": secrets.token_hex(8)})
    assert status == 201, said
    return str(said["no"])


def routed(house: House, no: str, headers: dict[str, str]) -> bool:
    """Whether the rules have sent it to a unit or say what they propose."""
    status, ticket = asked(house, "GET", f"/api/v1/tickets/{no}", **headers)
    assert status == 200, ticket
    return ticket["state"] == "PENDING_SIGN" or bool(ticket["proposals"])


def goes_whole_way(house: House) -> str:
    """Takes an appeal, sees it routed, and stops the house; its number."""
    no, headers = taken(house), dispatcher(house)
    until(lambda: routed(house, no, headers), f"{no} is routed", 20)
    left = house.pids()
    code, said, complaints = house.stop()
    assert code == 0, complaints
    assert "已停止" in said
    assert not [pid for pid in left if born(pid)]
    return no


def test_a_fresh_demo_serves_and_what_it_took_is_there_after_the_next_start(begin: Begin) -> None:
    first = goes_whole_way(begin())
    again = begin()
    assert asked(again, "GET", f"/api/v1/tickets/{first}", **dispatcher(again))[0] == 200
    goes_whole_way(again)


def test_it_serves_on_servers_that_somebody_else_runs(
    begin: Begin, new_database: Callable[[], str], redis_url: str, data: Path
) -> None:
    goes_whole_way(begin(DATABASE_URL=new_database(), REDIS_URL=redis_url))
    assert not (data / "postgres").exists()
