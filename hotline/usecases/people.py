"""Accounts and sessions: signing in, signing out, who is there."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select

from hotline.domain import separation
from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotYours
from hotline.domain.permissions import Actor, Role
from hotline.store.person import Client, Person, SignIn
from hotline.store.work import Work
from hotline.usecases import audit_log

HASHER = PasswordHasher()
_NOBODY = HASHER.hash(secrets.token_hex(8))
"""Checked when the username is unknown, so that the answer takes as long as for a known one."""
PASSWORD_MIN = 10


class WrongPassword(NotYours):
    """Sign-in refused; the failure itself must still be committed."""


@dataclass(frozen=True, slots=True)
class Session:
    """A fresh sign-in: the token goes to the browser or program and is kept here only as a hash."""

    token: str
    expires_at: datetime
    person: Person


def add(
    work: Work, *, username: str, name: str, password: str, roles: list[Role], unit: str, totp_secret: str = ""
) -> Person:
    """Create an account.

    Raises:
        Invalid: a taken username, a short password, an unknown unit or no role.
    """
    faults = faults_of_new(work, username=username, unit=unit)
    if len(password) < PASSWORD_MIN:
        faults["password"] = f"密码至少 {PASSWORD_MIN} 位"
    if not roles:
        faults["roles"] = "至少要有一个角色"
    elif fault := separation.fault_of(roles):
        faults["roles"] = fault
    if faults:
        raise Invalid(faults)
    person = Person(
        username=username,
        name=name,
        password_hash=HASHER.hash(password),
        totp_secret=work.sealer.seal(totp_secret),
        roles=[role.value for role in roles],
        unit=unit,
        created_at=work.now,
        active=True,
        failures=0,
    )
    work.session.add(person)
    audit_log.write(work, Kind.ACCOUNT, about=username, step="create", unit=unit, after=person.roles)
    return person


def faults_of_new(work: Work, *, username: str, unit: str) -> dict[str, str]:
    """What is wrong with the name or unit of an account to be made."""
    faults = {}
    if not username or len(username) > 40:
        faults["username"] = "用户名应为 1 到 40 个字符"
    elif work.session.scalar(select(Person.id).where(Person.username == username)):
        faults["username"] = "用户名已被使用，请换一个"
    if unit and unit not in work.rules.city.units:
        faults["unit"] = "没有这个单位，请核对单位编码"
    return faults


def missing(work: Work, *roles: Role) -> list[Role]:
    """Which of these roles nobody with an open account holds."""
    held = select(Person.id).where(Person.active).limit(1)
    return [role for role in roles if work.session.scalar(held.where(Person.roles.contains([role.value]))) is None]


def check(work: Work, username: str, password: str, otp: str = "") -> Person | str:
    """The person whose username and password these are, or why not, in words.

    A failure is counted here and must be committed, so it is returned, not raised.
    """
    username, otp = clean(username), clean(otp)
    person = work.session.scalar(select(Person).where(Person.username == username).with_for_update())
    rules = work.rules
    if person is not None and person.locked_until and person.locked_until > work.now:
        minutes = int((person.locked_until - work.now).total_seconds() // 60) + 1
        audit_log.write(work, Kind.LOGIN_LOCKED, about=username, person=person)
        return f"登录失败次数过多，账号已锁定，请 {minutes} 分钟后再试"
    right = verify(person.password_hash if person else _NOBODY, password) and person is not None and person.active
    if person is not None and right and (otp or (rules.two_factor and person.totp_secret)):
        right = _code_holds(work, person, otp)
    if person is None or not right:
        audit_log.write(work, Kind.LOGIN_FAILED, about=username if person else _unknown(username), person=person)
        if person is not None:
            person.failures += 1
            if person.failures >= rules.lock_after:
                person.failures = 0
                person.locked_until = work.now + rules.lock_for
        return "用户名、密码或动态码不对，请重新输入"
    person.failures, person.locked_until = 0, None
    if HASHER.check_needs_rehash(person.password_hash):
        person.password_hash = HASHER.hash(password)
    return person


def _code_holds(work: Work, person: Person, otp: str) -> bool:
    """Whether the one-time code is right; where codes are required, none opens twice (RFC 6238 §5.2)."""
    secret = work.sealer.open(person.totp_secret)
    step = int(work.now.timestamp()) // 30
    for at in (step - 1, step, step + 1) if secret else ():
        if hmac.compare_digest(pyotp.TOTP(secret).at(at * 30).encode(), otp.encode(errors="replace")):
            if work.rules.two_factor and person.totp_last is not None and at <= person.totp_last:
                return False
            person.totp_last = at
            return True
    return False


def verify(hashed: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def open_session(work: Work, person: Person, *, program: bool = False, agent: str = "") -> Session:
    """Sign the person in; one session more than ``privacy.sessions`` ends the oldest.

    Args:
        program: it is a program's token; such are counted apart from browsers.
        agent: what the browser calls itself.
    """
    token = secrets.token_urlsafe(32)
    expires_at = work.now + work.rules.session_for
    mine = select(SignIn.token_hash).where(SignIn.person_id == person.id, SignIn.program == program)
    surplus = mine.order_by(SignIn.created_at.desc()).offset(work.rules.privacy.sessions - 1)
    work.session.execute(delete(SignIn).where(SignIn.token_hash.in_(surplus)))
    work.session.add(
        SignIn(
            token_hash=hashed(token),
            person_id=person.id,
            created_at=work.now,
            expires_at=expires_at,
            program=program,
            address=work.by.source,
            agent=agent[:120],
        )
    )
    audit_log.write(work, Kind.LOGIN, about=person.username, person=person)
    return Session(token, expires_at, person)


def close_session(work: Work, token: str) -> None:
    """Sign out."""
    work.session.execute(delete(SignIn).where(SignIn.token_hash == hashed(token)))


def who(work: Work, token: str, source: str = "") -> Actor | None:
    """The person behind a token, if it still holds."""
    person = work.session.scalar(
        select(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.token_hash == hashed(token), SignIn.expires_at > work.now, Person.active)
    )
    return actor_of(person, source) if person else None


def actor_of(person: Person, source: str = "") -> Actor:
    """The person as an actor; who has still to change the password or set up the second factor may do nothing else."""
    held = "password" if person.must_change else "factor" if person.must_enrol else ""
    roles = frozenset() if held else frozenset(Role(role) for role in person.roles)
    return Actor(person.id, person.name, roles, person.unit, source, held)


def still_in(work: Work, tokens: Collection[str]) -> set[str]:
    """Those of the tokens whose session still holds, in one query."""
    hashes = {hashed(token): token for token in tokens}
    good = (
        select(SignIn.token_hash)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash.in_(list(hashes)), SignIn.expires_at > work.now, Person.active)
    )
    return {hashes[found] for found in work.session.scalars(good)}


def sweep_sessions(work: Work) -> int:
    """Forget sessions that have expired; returns how many."""
    gone = work.session.execute(delete(SignIn).where(SignIn.expires_at <= work.now).returning(SignIn.person_id))
    return len(gone.all())


def add_client(work: Work, *, name: str, kind: str, channel: str) -> str:
    """Give a program its key, or a new one; the key is told once and kept only as a hash."""
    key = secrets.token_urlsafe(24)
    client = work.session.scalar(select(Client).where(Client.name == name))
    if client is None:
        client = Client(name=name, kind=kind, channel=channel, active=True, sealed=b"")
        work.session.add(client)
    client.key_hash = hashed(key)
    return key


def client(work: Work, kind: str, key: str, name: str | None = None) -> Client | None:
    """The program that holds this key."""
    query = select(Client).where(Client.key_hash == hashed(key), Client.kind == kind, Client.active)
    if name is not None:
        query = query.where(Client.name == name)
    return work.session.scalar(query) if key else None


def _unknown(username: str) -> str:
    """A name that nobody has, as the log keeps it: people type their passwords and phones in the wrong field."""
    return f"{username[:2]}**" if username else ""


def hashed(token: str) -> bytes:
    """What is kept of a token or key."""
    return sha256(token.encode()).digest()
