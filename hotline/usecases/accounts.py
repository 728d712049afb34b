"""What the administrator of accounts does: make, lock, open, reset, move. Never roles, never data (handbook §2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import delete, func, select

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.permissions import Permission, Role
from hotline.store.person import Person, SignIn
from hotline.store.work import Work
from hotline.usecases import audit_log, people, units

ONCE = "请当面或电话告知本人，只显示这一次；本人首次登录须更换"


@dataclass(frozen=True, slots=True)
class Opened:
    """An account with the password that opens it once."""

    person: Person
    password: str


def create(work: Work, *, username: str, name: str, unit: str, hasher: PasswordHasher = people.HASHER) -> Opened:
    """An account without roles, which the security administrator gives; its password must be changed at first.

    Args:
        hasher: a quicker one for hundreds at once; the password is random, and hashed in full when it is changed.

    Raises:
        Invalid: a taken username, no name, an unknown unit.
        NotYours: the person keeps no accounts.
    """
    _allowed(work)
    username, name = clean(username), clean(name)
    faults = {} if name and len(name) <= 40 else {"name": "请填写姓名，最多 40 个字"}
    faults |= people.faults_of_new(work, username=username, unit=unit)
    if not unit:
        faults["unit"] = "请选择单位"
    if faults:
        raise Invalid(faults)
    password = secrets.token_urlsafe(9)
    person = Person(
        username=username,
        name=name,
        password_hash=hasher.hash(password),
        totp_secret=b"",
        totp_pending=b"",
        roles=[],
        unit=unit,
        created_at=work.now,
        active=True,
        failures=0,
        must_change=True,
        must_enrol=work.rules.two_factor,
    )
    work.session.add(person)
    work.session.flush()
    audit_log.write(work, Kind.ACCOUNT, about=username, step="create", unit=unit)
    return Opened(person, password)


def lock(work: Work, person_id: int) -> Person:
    """The account opens nothing any more; its sessions end now.

    Raises:
        NotYours: the own account. NotNow: the last administrator of accounts.
    """
    person = _other(work, person_id)
    if Role.SYS_ADMIN in person.roles and _administrators(work) <= 1:
        raise NotNow("这是最后一个系统管理员账号，请先另建一个再停用", rule="§2")
    person.active = False
    ended = end_sessions(work, person)
    audit_log.write(work, Kind.ACCOUNT, about=person.username, step="lock", sessions=ended)
    return person


def unlock(work: Work, person_id: int) -> Person:
    """The account opens again, also after too many wrong passwords."""
    person = _other(work, person_id)
    person.active, person.failures, person.locked_until = True, 0, None
    audit_log.write(work, Kind.ACCOUNT, about=person.username, step="unlock")
    return person


def reset_password(work: Work, person_id: int) -> Opened:
    """A new password, told once, to be changed at the next sign-in; all sessions end."""
    person = _other(work, person_id)
    password = secrets.token_urlsafe(9)
    person.password_hash = people.HASHER.hash(password)
    person.must_change, person.failures, person.locked_until = True, 0, None
    ended = end_sessions(work, person)
    audit_log.write(work, Kind.PASSWORD, about=person.username, step="reset", sessions=ended)
    return Opened(person, password)


def reset_factor(work: Work, person_id: int) -> Person:
    """Forget the second factor (a lost phone); the person sets up a new one at the next sign-in."""
    person = _other(work, person_id)
    person.totp_secret = person.totp_pending = b""
    person.must_enrol, person.totp_last = work.rules.two_factor, None
    ended = end_sessions(work, person)
    audit_log.write(work, Kind.PASSWORD, about=person.username, step="factor reset", sessions=ended)
    return person


def move(work: Work, person_id: int, unit: str) -> Person:
    """To another unit: from now on the scope is the new one's; what was done stays under the old one."""
    person = _other(work, person_id)
    if unit not in work.rules.city.units:
        raise Invalid({"unit": "没有这个单位，请从列表中选择"})
    before = person.unit
    freed = units.move_person(work, person, unit)
    audit_log.write(work, Kind.ACCOUNT, about=person.username, step="move", before=before, after=unit, freed=freed)
    return person


def end_sessions(work: Work, person: Person) -> int:
    """End every session of the person; how many there were."""
    gone = work.session.execute(delete(SignIn).where(SignIn.person_id == person.id).returning(SignIn.person_id))
    return len(gone.all())


def _allowed(work: Work) -> None:
    if not work.by.may(Permission.ACCOUNTS):
        raise NotYours("账号由系统管理员管理，您没有这项权限", rule="§2")


def _other(work: Work, person_id: int) -> Person:
    _allowed(work)
    if person_id == work.by.id:
        raise NotYours("不能对自己的账号这样操作，请由另一位系统管理员办理", rule="§2")
    person = work.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound("没有找到这个账号，可能已被删除")
    return person


def _administrators(work: Work) -> int:
    able = select(func.count()).select_from(Person).where(Person.active, Person.roles.contains([Role.SYS_ADMIN.value]))
    return work.session.scalar(able) or 0
