"""Accounts for the administrators who keep them: found by name, unit or role, never with anything of an appellant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from hotline.domain.errors import NotFound, NotYours
from hotline.domain.permissions import ROLE_LABELS, Permission, Role
from hotline.store.person import Person, SignIn
from hotline.store.work import Work

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Account:
    """One account as its administrators see it."""

    id: int
    username: str
    name: str
    unit: str
    unit_name: str
    roles: tuple[Role, ...]
    active: bool
    locked_until: datetime | None
    has_factor: bool
    held: str
    created_at: datetime
    sessions: int = 0

    @property
    def roles_words(self) -> str:
        """The roles in words."""
        return "、".join(ROLE_LABELS[role] for role in self.roles)


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts."""

    rows: tuple[Account, ...]
    total: int
    next: int | None


def _check(work: Work) -> None:
    if not (work.by.may(Permission.ACCOUNTS) or work.by.may(Permission.GRANTS_AND_KEYS)):
        raise NotYours("账号由系统管理员和安全管理员管理，您没有这项权限", rule="§2")


def page(work: Work, *, q: str = "", role: str = "", after: int = 0) -> Accounts:
    """Accounts whose username, name or unit has ``q`` in it; two queries."""
    _check(work)
    query = select(Person)
    if q:
        wanted = "%" + q.replace("%", "").replace("_", r"\_") + "%"
        units = [u.code for u in work.rules.city.units.values() if q in u.name or q in u.short_name or q == u.code]
        query = query.where(or_(Person.username.ilike(wanted), Person.name.ilike(wanted), Person.unit.in_(units)))
    if role:
        query = query.where(Person.roles.contains([role]))
    total = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = work.session.scalars(query.where(Person.id > after).order_by(Person.id).limit(A_PAGE + 1)).all()
    shown = found[:A_PAGE]
    return Accounts(tuple(_account(work, each) for each in shown), total, shown[-1].id if len(found) > A_PAGE else None)


def one(work: Work, person_id: int) -> Account:
    """One account, with how many sessions it has now."""
    _check(work)
    person = work.session.get(Person, person_id)
    if person is None:
        raise NotFound("没有找到这个账号，可能已被删除")
    now_in = select(func.count()).select_from(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at > work.now)
    return _account(work, person, work.session.scalar(now_in) or 0)


def _account(work: Work, person: Person, sessions: int = 0) -> Account:
    unit = work.rules.city.units.get(person.unit)
    locked = person.locked_until if person.locked_until and person.locked_until > work.now else None
    return Account(
        id=person.id,
        username=person.username,
        name=person.name,
        unit=person.unit,
        unit_name=unit.name if unit else person.unit,
        roles=tuple(role for role in Role if role.value in person.roles),
        active=person.active,
        locked_until=locked,
        has_factor=bool(person.totp_secret),
        held="password" if person.must_change else "factor" if person.must_enrol else "",
        created_at=person.created_at,
        sessions=sessions,
    )
