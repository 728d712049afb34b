"""A running house with stand-ins for the programs that know something."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from hotline.settings import ROOT
from hotline.stack.folder import born

STANDIN = Path(__file__).with_name("standin.py")
PATIENCE = 30.0


def until(claim: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Comes back when the claim holds; fails when it takes too long."""
    deadline = time.monotonic() + patience
    while not claim():
        assert time.monotonic() < deadline, f"waited {patience:.0f} s in vain: {what}"
        time.sleep(0.05)


class House:
    """A ``hotline up`` in a process of its own, seen from outside."""

    def __init__(self, data: Path, port: int, *, command: tuple[str, ...] = (), **environ: str) -> None:
        self.data, self.port = data, port
        usual = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.process = subprocess.Popen(
            command or (sys.executable, str(STANDIN), str(data), str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**usual, "PYTHONPATH": str(ROOT), **environ},
            start_new_session=True,
        )

    def answers(self) -> bool:
        """Whether the web page does."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def pid(self, name: str) -> int:
        """The process in the place of that name, 0 while it is empty."""
        record = self.data / "run" / name
        pid, _, birth = record.read_text().partition(" ") if record.exists() else ("0", "", "")
        return int(pid) if birth and born(int(pid)) == birth else 0

    def pids(self) -> list[int]:
        """All processes of the house that live."""
        records = self.data / "run"
        return [pid for path in records.iterdir() if (pid := self.pid(path.name))]

    def came_up(self, patience: float = PATIENCE) -> "House":
        """Waits until it serves."""
        until(lambda: self.answers() or self.process.poll() is not None, "the house answers", patience)
        assert self.process.poll() is None, self.process.communicate()
        return self

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Asks it to stop; exit code and what it said."""
        self.process.send_signal(by)
        return self.end()

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr once it has ended by itself."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port that nobody listens on."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="hotline-up-") as folder:
        yield Path(folder) / "data"


@pytest.fixture
def start(data: Path, free_port: Callable[[], int]) -> Iterator[Callable[..., House]]:
    """Starts a house; whatever still runs at the end is stopped."""
    started: list[House] = []

    def begin(port: int | None = None, **environ: str) -> House:
        started.append(House(data, port or free_port(), **environ))
        return started[-1]

    yield begin
    for house in started:
        if house.process.poll() is None:
            house.process.terminate()
            house.process.communicate(timeout=PATIENCE)
