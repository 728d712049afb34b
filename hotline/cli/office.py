"""The office for a verb of the command line: on the running house, or on its data while the house is down."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline import settings
from hotline.domain.errors import NotFound
from hotline.office import Office
from hotline.stack import standby
from hotline.stack.redis_server import RedisServer


def data_argument(parser: argparse.ArgumentParser) -> None:
    """``--data DIR``, as every verb that reads the data takes it."""
    parser.add_argument("--data", type=Path, help="数据目录(默认 var)", metavar="DIR")


@contextmanager
def office(data: Path | None) -> Iterator[Office]:
    """The office of this deployment.

    Raises:
        NotFound: nothing was ever started in the data folder, and no ``DATABASE_URL`` names a database.
    """
    deployment = settings.look(os.environ, data_dir=data)
    if not deployment.storage.database_url and not (deployment.data / "postgres").exists():
        raise NotFound(f"数据目录 {deployment.data} 里还没有数据:请先运行 hotline up,或用 --data 指明目录")
    deployment = settings.load(data_dir=data)
    redis = deployment.storage.redis_url or RedisServer.at(deployment.data).url()
    with standby.database(deployment) as url:
        opened = Office(deployment, url, redis)
        try:
            yield opened
        finally:
            opened.close()
