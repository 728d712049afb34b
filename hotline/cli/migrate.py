"""``hotline migrate``: the schema at the newest migration, and what the city brings loaded into it."""

import argparse
import csv
import os
import sys
from dataclasses import astuple, fields
from pathlib import Path

from hotline import settings
from hotline.cli.office import load_city
from hotline.domain.errors import Refused
from hotline.office import Office
from hotline.stack import address, schema
from hotline.usecases import knowledge_import, setup


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the settings: ``DATABASE_URL`` names the database."""


def run(_args: argparse.Namespace) -> int:
    """Upgrades; safe to run again and from several machines at once."""
    loaded = settings.load()
    url = loaded.storage.database_url
    if not url:
        raise Refused("请用 DATABASE_URL 指定数据库；内置数据库由 hotline up 自动升级")
    address.check_database(url)
    schema.upgrade(url)
    office = Office.open(loaded)
    load_city(office)
    if loaded.demo:
        _accounts(office, loaded.data / "demo-accounts.csv")
        _knowledge(office)
    office.close()
    print("数据库结构已是最新。", file=sys.stdout)
    return 0


def _accounts(office: Office, path: Path) -> None:
    """The demonstration's accounts, once; the file is the only place where their passwords stand."""
    with office.begin() as work:
        accounts = setup.demo_people(work, work.rules.city)
        if not accounts:
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow([field.name for field in fields(setup.Account)])
            rows.writerows(astuple(account) for account in accounts)


def _knowledge(office: Office) -> None:
    """The demonstration's knowledge items, once."""
    with (
        (settings.CONFIG / "demo" / "knowledge.csv").open(encoding="utf-8", newline="") as file,
        office.begin() as work,
    ):
        knowledge_import.load(work, csv.DictReader(file))
