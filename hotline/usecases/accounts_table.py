"""Accounts from a table: looked at row by row, then made; roles are the security administrator's to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.domain.errors import Invalid
from hotline.store.person import Person
from hotline.store.work import Work
from hotline.usecases import accounts, people
from hotline.usecases.organisation_table import Bad, Names, Row

COLUMNS: Names = {
    "username": ("用户名", "账号", "登录名", "account", "login"),
    "name": ("姓名", "名字"),
    "unit": ("单位", "单位编码", "所属单位", "unit_code"),
}
NEEDED = ("username", "name", "unit")
_QUICK = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
"""For hundreds of random passwords at once; each is changed, and hashed in full, at the first sign-in."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a table would do."""

    rows: tuple[Row, ...]
    """The good rows, the unit by its code."""
    same: int
    """Accounts that stand so already."""
    bad: tuple[Bad, ...]


def look(work: Work, given: Iterable[tuple[int, Row]], bad: Iterable[Bad] = ()) -> Looked:
    """Which rows would be accounts, which are so already, and what is wrong with the others; writes nothing."""
    city, faults, good, same = work.rules.city, list(bad), [], 0
    rows = list(given)
    names = [row.get("username", "") for _, row in rows]
    known = {p.username: p for p in work.session.scalars(select(Person).where(Person.username.in_(names)))}
    taken: set[str] = set()
    for line, row in rows:
        username, name = row.get("username", ""), row.get("name", "")
        unit = city.units.get(row.get("unit", "")) or city.unit_named(row.get("unit", ""))
        if unit and (there := known.get(username)) and (there.name, there.unit) == (name, unit.code):
            same += 1
            continue
        said = {} if name and len(name) <= 40 else {"name": "请填写姓名，最多 40 个字"}
        said |= (
            people.faults_of_new(work, username=username, unit="")
            if username not in known
            else {"username": "用户名已被使用，请换一个"}
        )
        if unit is None or not unit.active:
            said["unit"] = "没有这个在用的单位，请填写编码或全称"
        if username in taken:
            said["username"] = "用户名在表中重复，请换一个"
        if said:
            words = "；".join(f"{COLUMNS[field][0]}：{each}" for field, each in said.items())
            faults.append(Bad(line, tuple(row.values()), words))
            continue
        assert unit is not None, "a row without a unit has a fault"
        taken.add(username)
        good.append({"username": username, "name": name, "unit": unit.code})
    faults.sort(key=lambda each: each.line)
    return Looked(tuple(good), same, tuple(faults))


def take(work: Work, rows: Iterable[Row]) -> list[tuple[str, str, str]]:
    """Make the accounts that can be made: username, name and the password that opens each once.

    Raises:
        NotYours: the person keeps no accounts.
    """
    made = []
    for row in look(work, enumerate(rows, 1)).rows:
        try:
            with work.session.begin_nested():
                opened = accounts.create(work, **row, hasher=_QUICK)
        except Invalid:
            continue  # somebody took the name between looking and taking; it comes back when the table is tried again
        made.append((opened.person.username, opened.person.name, opened.password))
    return made
