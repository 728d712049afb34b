"""Whatever is killed while appeals come in, every accepted appeal exists once and everything goes on by itself.

One real house (``hotline up --demo``) is driven from outside by the simulator; each process gets one ``kill -9``,
Redis with its data emptied.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline.settings import ROOT
from hotline.simulate.line import Line, Seat
from hotline.simulate.run import Plan, accounts, run
from hotline.simulate.town import Tally
from hotline.simulate.voices import invented
from hotline.stack.postgres import Postgres

PATIENCE = 90.0
COUNT = 60
KILLED = ("web", "worker-1", "relay", "redis", "postgres")


def until(claim: Callable[[], bool], what: str) -> None:
    """Comes back when the claim holds; fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s in vain: {what}"
        time.sleep(0.1)


class House:
    """The whole house in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        usual = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environ = usual | {"HOTLINE_DATA": str(data)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "up", "--demo", "--data", str(data), "--port", str(self.port)],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def pid(self, name: str) -> int:
        """The process in the place of that name, 0 while it is empty."""
        record = self.data / "run" / name
        words = record.read_text().split() if record.exists() else []
        return int(words[0]) if words else 0

    def kill(self, name: str) -> None:
        """``kill -9``, and wait until another process has taken its place."""
        before = self.pid(name)
        assert before, f"{name} runs"
        os.kill(before, signal.SIGKILL)
        until(lambda: self.pid(name) not in (0, before), f"{name} starts again")

    def database(self) -> sa.Engine:
        """A connection of our own to look at what is stored."""
        return sa.create_engine(Postgres.at(self.data).url(), poolclass=sa.NullPool)

    def verb(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A verb of the command line on this house."""
        return subprocess.run(
            [sys.executable, "-m", "hotline", *words, "--data", str(self.data)],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="hotline-faults-") as folder:
        started = House(Path(folder) / "data")
        line = Line(started.url, patience=PATIENCE)
        try:
            until(lambda: line.ask("GET", "/readyz").status_code == 200, "the house answers")
            yield started
        finally:
            line.close()
            if started.process.poll() is None:
                assert started.stop() == 0


@pytest.fixture(scope="module")
def tally(house: House) -> Tally:
    """What the town saw while every process was killed once."""
    told: list[Tally] = []
    plan = Plan(house.url, house.data, per_minute=240, minutes=None, count=COUNT, seed=7, afterwards=3)

    town = threading.Thread(target=lambda: told.append(run(plan, invented(random.Random(7)), lambda _: None)))
    town.start()
    for name in KILLED:
        if name == "redis":
            for kept in (house.data / "redis").glob("*.rdb"):
                kept.unlink()
        seen = _tickets(house)
        house.kill(name)
        until(lambda seen=seen: _tickets(house) > seen or not town.is_alive(), f"appeals go on after {name}")  # type: ignore[misc]
    town.join(timeout=PATIENCE * 2)
    assert told, "the town came to its end"
    return told[0]


def _tickets(house: House) -> int:
    try:
        with house.database().connect() as look:
            return look.scalar(sa.text("select count(*) from ticket")) or 0
    except sa.exc.OperationalError:
        return 0


def test_every_accepted_appeal_exists_exactly_once(house: House, tally: Tally) -> None:
    assert tally.refused == []
    assert tally["accepted"] == COUNT
    with house.database().connect() as look:
        tickets = look.scalar(sa.text("select count(*) from ticket"))
        people = look.scalar(sa.text("select count(distinct phone_hash) from contact"))
    assert tickets == COUNT
    assert people == COUNT, "each voice has a telephone of its own"


def test_everything_goes_on_by_itself(house: House, tally: Tally) -> None:
    waits = sa.text(
        "select (select count(*) from outbox) + (select count(*) from ticket where routed_at is null"
        " and state in ('SUBMITTED','PENDING_DISPATCH'))"
    )

    def quiet() -> bool:
        with house.database().connect() as look:
            return look.scalar(waits) == 0

    until(quiet, "nothing waits in the outbox, and nothing is unrouted")
    with house.database().connect() as look:
        stuck = look.execute(
            sa.text(
                "select no, state, proposals from ticket"
                " where state in ('SUBMITTED','PENDING_DISPATCH') and why_waiting = ''"
            )
        ).all()
    assert stuck == [], "whoever waits for a person can read why"


def test_the_figures_equal_the_tickets(house: House, tally: Tally) -> None:
    done = house.verb("recount")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_journal_is_whole(house: House, tally: Tally) -> None:
    done = house.verb("verify-journal")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_desk_still_works(house: House, tally: Tally) -> None:
    name, (password, _) = next((n, a) for n, a in accounts(house.data).items() if n == "dispatcher2")
    line = Line(house.url, patience=PATIENCE)
    answer = Seat(line, name, password).ask("GET", "/api/v1/tickets")
    line.close()
    assert answer.status_code == 200
    assert answer.json()["items"]
