"""Servers and houses that live as long as a measurement: real, durable, in a temporary folder."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hotline import settings
from hotline.cli.office import load_city
from hotline.office import Office
from hotline.settings import ROOT
from hotline.stack.child import Child, Program, stop_together
from hotline.stack.postgres import STOP, Postgres
from hotline.stack.redis_server import RedisServer
from hotline.stack.schema import upgrade

PATIENCE = timedelta(seconds=60)


@contextmanager
def office() -> Iterator[Office]:
    """An office on servers of its own, with the demo city and nothing else."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        database, redis = Postgres.at(folder), RedisServer.at(folder)
        database.prepare()
        redis.prepare()
        children = [
            Child(
                Program("postgres", database.command(), account=database.account, stop_by=STOP),
                folder / "postgres.log",
            ),
            Child(Program("redis", redis.command()), folder / "redis.log"),
        ]
        try:
            assert database.wait(PATIENCE, alive=children[0].alive), (folder / "postgres.log").read_text()
            assert redis.wait(PATIENCE, alive=children[1].alive), (folder / "redis.log").read_text()
            database.ensure_database()
            upgrade(database.url())
            opened = Office(settings.load({}, data_dir=folder, demo=True), database.url(), redis.url())
            load_city(opened)
            yield opened
            opened.close()
        finally:
            stop_together(children)


@dataclass(frozen=True, slots=True)
class Up:
    """A house that is up."""

    data: Path
    port: int


@contextmanager
def up() -> Iterator[Up]:
    """``hotline up --demo`` as people run it, on a free port and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        data, port = folder / "data", free_port()
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        with (folder / "up.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hotline", "up", "--demo", "--data", str(data), "--port", str(port)],
                stdout=log,
                stderr=log,
                env={**kept, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
            try:
                await_answer(port, process, folder / "up.log")
                yield Up(data, port)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(port: int, process: "subprocess.Popen[bytes]", log: Path, path: str = "/healthz") -> None:
    """Comes back when the page answers."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, f"no answer within {PATIENCE}: {log.read_text()}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
