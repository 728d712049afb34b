"""Appeals taken in per second over HTTP, beside a bare insert by the same kind of server into the same PostgreSQL.

`python -m bench.intake [--seconds N]` starts a real `hotline up`; eight clients post one appeal after the other.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from bench import house, told
from bench.told import Line
from hotline.settings import ROOT
from hotline.stack.postgres import Postgres

CLIENTS = 8
WORDS = (
    "路灯连续三晚不亮",
    "小区门口垃圾没有人清运",
    "井盖松动夜里响",
    "工地半夜还在施工",
    "公交站牌倒了",
    "水管漏水路面结冰",
)


def main(seconds: float = 12.0) -> list[Line]:
    """Both servers one after the other, each for so long."""
    with house.up() as running:
        server = Postgres.at(running.data)
        bare_rate, bare_times, _ = bare(server, seconds)
        rate, times, count = load(running.port, "/api/v1/appeals", seconds, "h")
        with server.connect("hotline") as connection:
            found = connection.execute("SELECT count(*) FROM ticket").fetchone()
            drained = drain(connection)
    assert found == (count,), f"{count} accepted, {found} stored"
    return [
        Line("bare Flask insert, 8 clients", f"{bare_rate:.0f}/s; {told.milliseconds(bare_times)}"),
        Line(
            "intake over HTTP, 8 clients",
            f"{rate:.0f}/s; {told.milliseconds(times)}; {count} accepted = {found[0]} tickets",
            f"{rate / bare_rate:.2f} × bare insert",
        ),
        Line("the rest (route, board, notices) after the last appeal", drained),
    ]


def bare(server: Postgres, seconds: float) -> tuple[float, list[float], int]:
    """One gunicorn worker of the same kind over one table, in the same database server."""
    server.ensure_database("bare")
    port = house.free_port()
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "log"
        with log.open("w") as sink:
            server_of = (sys.executable, "-m", "gunicorn", "bench.bare:app", "--bind", f"127.0.0.1:{port}")
            process = subprocess.Popen(
                [*server_of, "--worker-class", "gevent", "--no-control-socket", "--log-level", "warning"],
                cwd=ROOT,
                env={**os.environ, "BARE_DATABASE_URL": server.url("bare")},
                stdout=sink,
                stderr=sink,
            )
            try:
                house.await_answer(port, process, log)
                return load(port, "/", seconds, "b")
            finally:
                process.terminate()
                process.wait(timeout=20)


def load(port: int, path: str, seconds: float, mark: str) -> tuple[float, list[float], int]:
    """Appeals per second, the seconds of each, and how many were accepted; half a second of warming up is left out."""
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    accepted = [0] * CLIENTS
    faults: list[str] = []
    begun = time.perf_counter()
    warm, end = begun + 0.5, begun + 0.5 + seconds

    def client(me: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number = 0
        while (asked := time.perf_counter()) < end:
            number += 1
            body = json.dumps(
                {"content": f"{WORDS[number % len(WORDS)]}，{mark}{me}-{number}", "phone": f"139{me}{number:07d}"}
            )
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != http.client.CREATED:
                faults.append(f"{answer.status} {said[:200]!r}")
                return
            accepted[me] += 1
            if asked >= warm:
                times[me].append(time.perf_counter() - asked)

    clients = [threading.Thread(target=client, args=(me,)) for me in range(CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    assert not faults, faults[0]
    told_times = [one for mine in times for one in mine]
    return len(told_times) / seconds, told_times, sum(accepted)


def drain(connection: psycopg.Connection, patience: float = 60) -> str:
    """How long until nothing waits in the outbox and every ticket has been looked at by the rules."""
    begun = time.monotonic()
    while True:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM ticket WHERE routed_at IS NULL)"
        ).fetchone()
        assert row is not None, "counts always come"
        took = time.monotonic() - begun
        if not any(row):
            return f"{took:.1f} s until all was done"
        if took > patience:
            return f"after {took:.0f} s {row[0]} outbox lines and {row[1]} unrouted tickets were left"
        time.sleep(0.2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0)
    told.show(main(parser.parse_args().seconds))
