"""``hotline migrate``: the database's schema at the newest migration."""

import argparse
import sys

from hotline import settings
from hotline.domain.errors import Refused
from hotline.stack import address, schema


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings: ``DATABASE_URL`` names the database."""


def run(_args: argparse.Namespace) -> int:
    """Upgrades; safe to run again and from several machines at once."""
    url = settings.load().storage.database_url
    if not url:
        raise Refused("请用 DATABASE_URL 指定数据库;内置数据库由 hotline up 自动升级")
    address.check_database(url)
    schema.upgrade(url)
    print("数据库结构已是最新。", file=sys.stdout)
    return 0
