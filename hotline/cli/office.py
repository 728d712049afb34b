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
from hotline.settings.city import read_city
from hotline.stack import schema, standby
from hotline.stack.redis_server import RedisServer
from hotline.usecases import setup


def data_argument(parser: argparse.ArgumentParser) -> None:
    """``--data DIR``, as every verb that reads the data takes it."""
    parser.add_argument("--data", type=Path, help="数据目录（默认 var）", metavar="DIR")


@contextmanager
def office(data: Path | None, *, new: bool = False) -> Iterator[Office]:
    """The office of this deployment.

    Args:
        new: there need be nothing yet; a new database gets its schema and the city first.

    Raises:
        NotFound: nothing was ever started in the data folder, and no ``DATABASE_URL`` names a database.
    """
    deployment = settings.look(os.environ, data_dir=data)
    if not new and not deployment.storage.database_url and not (deployment.data / "postgres").exists():
        raise NotFound(f"数据目录 {deployment.data} 里还没有数据：请先运行 hotline up,或用 --data 指明目录")
    deployment = settings.load(data_dir=data)
    redis = deployment.storage.redis_url or RedisServer.at(deployment.data).url()
    with standby.database(deployment) as url:
        if new and not schema.at_head(url):
            schema.upgrade(url)
        opened = Office(deployment, url, redis)
        try:
            if new:
                load_city(opened)
            yield opened
        finally:
            opened.close()


def load_city(office: Office) -> None:
    """Units and categories as they are shipped, once; from then on only an import changes them."""
    with office.begin() as work:
        if not setup.is_loaded(work):
            shipped, _ = read_city(settings.CONFIG)
            setup.load_organisation(work, shipped.units.values(), shipped.categories.values())
