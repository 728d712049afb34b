"""The dispatcher's queue at 100,000 tickets beside the same pages at 1,000: a page must not cost what is stored.

`python -m bench.queue [--large N]` measures the server's own time, without the network.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench import house, tickets, told
from bench.told import Line
from hotline.domain.permissions import Role
from hotline.office import Office
from hotline.usecases import people
from web.app import create_app

SMALL = 1_000
TIMES = 60
PASSWORD = "a-long-password-12"
PAGES = {
    "GET /api/v1/tickets, queue of the dispatcher": "/api/v1/tickets?state=SUBMITTED,PENDING_DISPATCH&limit=50",
    "GET /api/v1/tickets, red lamps only": "/api/v1/tickets?light=red&limit=50",
    "GET /dispatch/, the dispatcher's page": "/dispatch/",
}


def main(large: int = 100_000) -> list[Line]:
    """Small first, then the same database grown."""
    with house.office() as office:
        with office.begin() as work:
            people.add(work, username="pai", name="派单员", password=PASSWORD, roles=[Role.DISPATCHER], unit="")
        app = create_app(office)
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        assert client.post("/login", data={"username": "pai", "password": PASSWORD}).status_code == 303
        answer = client.post("/api/v1/tokens", json={"username": "pai", "password": PASSWORD})
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['token']}"
        tickets.fill(office, SMALL)
        pages = {name: path for name, path in PAGES.items() if client.get(path).status_code != 404}
        small = {name: timed(office, client, path) for name, path in pages.items()}
        begun = time.perf_counter()
        tickets.fill(office, large - SMALL, seed=2)
        lines = [Line(f"filling the database with {large - SMALL} tickets", f"{time.perf_counter() - begun:.1f} s")]
        for name, path in pages.items():
            few, few_queries = small[name]
            many, many_queries = timed(office, client, path)
            lines.append(
                Line(
                    f"{name}, {large} tickets",
                    f"{told.milliseconds(many, 0.5, 0.95)}; {many_queries} queries",
                    f"{told.middle(many) / told.middle(few):.2f} × the page at {SMALL} tickets"
                    f" (p50 {told.middle(few) * 1000:.1f} ms; {few_queries} queries)",
                )
            )
        return lines


def timed(office: Office, client: FlaskClient, path: str) -> tuple[list[float], int]:
    """The seconds of each call once warm, and the queries of one."""
    for _ in range(5):
        client.get(path)
    with counted(office) as statements:
        assert client.get(path).status_code == 200
    seconds = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        client.get(path)
        seconds.append(time.perf_counter() - begun)
    return seconds, len(statements)


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements that the office sends meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(office.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(office.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__)
    parser.add_argument("--large", type=int, default=100_000)
    told.show(main(parser.parse_args().large))
