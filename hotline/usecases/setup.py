"""Loading what a city brings: units, categories, and the accounts of a demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from hotline.domain.city import Category, City, Level, Unit
from hotline.domain.permissions import ROLE_LABELS, Role
from hotline.store.organisation import CategoryRow, Revision, UnitRow
from hotline.store.person import Person
from hotline.store.work import Work

UNIT_ROLES = (Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER)
CENTRE_ACCOUNTS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("agent1", (Role.AGENT,)),
    ("agent2", (Role.AGENT,)),
    ("agent3", (Role.AGENT,)),
    ("lead", (Role.LEAD, Role.DISPATCHER)),
    ("dispatcher", (Role.DISPATCHER,)),
    ("dispatcher2", (Role.DISPATCHER,)),
    ("reviewer", (Role.REVIEWER,)),
    ("callback", (Role.CALLBACK,)),
    ("qa", (Role.QA,)),
    ("editor", (Role.KB_EDITOR,)),
    ("supervisor", (Role.SUPERVISOR,)),
    ("admin", (Role.CENTER_ADMIN,)),
    ("inspector", (Role.INSPECTOR,)),
    ("analyst", (Role.ANALYST,)),
    ("sysadmin", (Role.SYS_ADMIN,)),
    ("secadmin", (Role.SEC_ADMIN,)),
    ("auditor", (Role.AUDITOR,)),
)
_QUICK = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
"""For six hundred random passwords at once; each is hashed anew, in full, at its first sign-in."""


@dataclass(frozen=True, slots=True)
class Account:
    """One line of ``demo-accounts.csv``; the password is known nowhere else."""

    username: str
    password: str
    roles: str
    unit: str
    totp_secret: str


def load_organisation(work: Work, units: Iterable[Unit], categories: Iterable[Category]) -> None:
    """Put these units and categories into the database; those known before are brought up to date."""
    _upsert(work, UnitRow, [{"code": u.code, "data": asdict(u), "active": u.active} for u in units])
    _upsert(work, CategoryRow, [{"code": c.code, "data": asdict(c), "active": c.active} for c in categories])
    raised = insert(Revision).values(name="organisation", n=1)
    raised = raised.on_conflict_do_update(index_elements=["name"], set_={"n": Revision.n + 1})
    work.session.execute(raised)


def _upsert(work: Work, table: type[Any], rows: list[dict[str, Any]]) -> None:
    if rows:
        put = insert(table).values(rows)
        changed = {"data": put.excluded.data, "active": put.excluded.active}
        work.session.execute(put.on_conflict_do_update(index_elements=["code"], set_=changed))


def is_loaded(work: Work) -> bool:
    """Whether units and categories have been loaded; from then on only an import changes them."""
    return work.session.get(Revision, "organisation") is not None


def organisation(session: Session) -> tuple[tuple[Unit, ...], tuple[Category, ...]]:
    """All units and categories, the dissolved and retired ones too: past tickets name them."""
    units = session.scalars(select(UnitRow)).all()
    categories = session.scalars(select(CategoryRow)).all()
    return tuple(map(unit_of, units)), tuple(map(category_of, categories))


def unit_of(row: UnitRow) -> Unit:
    """A row as a unit."""
    data = dict(row.data)
    return Unit(
        **data
        | {
            "level": Level(data["level"]),
            "active": row.active,
            "service_regions": tuple(data["service_regions"]),
            "duties": tuple(data["duties"]),
        }
    )


def category_of(row: CategoryRow) -> Category:
    """A row as a category."""
    data = dict(row.data)
    return Category(
        **data
        | {
            "handling_level": Level(data["handling_level"]),
            "active": row.active,
            "appeal_types": tuple(data["appeal_types"]),
            "keywords": tuple(data["keywords"]),
        }
    )


def demo_people(work: Work, city: City) -> list[Account]:
    """One account for each role of the centre, each county and each unit; empty if anybody has an account already."""
    if work.session.scalar(select(Person.id).limit(1)):
        return []
    wanted = [(name, roles, city.centre) for name, roles in CENTRE_ACCOUNTS]
    wanted.append(("leader", (Role.LEADER,), city.root))
    for unit in sorted(city.units.values(), key=lambda u: u.code):
        if unit.fallback and unit.level is Level.COUNTY:
            wanted.append((f"county-{unit.region_code}", (Role.COUNTY_DISPATCH,), unit.code))
        elif unit.dispatchable:
            wanted.append((f"u-{unit.code.lower()}", UNIT_ROLES, unit.code))
    accounts = [
        Account(name, secrets.token_urlsafe(12), "|".join(roles), unit, pyotp.random_base32())
        for name, roles, unit in wanted
    ]
    rows = [
        {
            "username": account.username,
            "name": _name(city, account),
            "password_hash": _QUICK.hash(account.password),
            "totp_secret": work.sealer.seal(account.totp_secret),
            "roles": account.roles.split("|"),
            "unit": account.unit,
            "active": True,
            "failures": 0,
            "created_at": work.now,
        }
        for account in accounts
    ]
    work.session.execute(insert(Person), rows)
    return accounts


def _name(city: City, account: Account) -> str:
    unit = city.unit(account.unit)
    if account.unit in (city.centre, city.root):
        return ROLE_LABELS[Role(account.roles.split("|")[0])] + account.username[-1:].strip(
            "abcdefghijklmnopqrstuvwxyz"
        )
    return f"{unit.short_name}联络员"[:40]
