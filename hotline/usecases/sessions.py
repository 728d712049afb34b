"""What everybody does with the own account: sessions, password, second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, select

from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotFound, NotYours
from hotline.store.person import Person, SignIn
from hotline.store.work import Work
from hotline.usecases import audit_log, people

ISSUER = "12345"


@dataclass(frozen=True, slots=True)
class Seat:
    """One session of the own account."""

    key: str
    """Beginning of the token's hash: enough to name it, useless to open anything."""
    created_at: datetime
    expires_at: datetime
    address: str
    agent: str
    program: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Own:
    """The own account."""

    username: str
    name: str
    has_factor: bool
    must_change: bool
    must_enrol: bool
    seats: tuple[Seat, ...]
    most: int
    """Sessions one may have at once."""


def own(work: Work, token: str) -> Own:
    """The account and sessions of the person of ``work``, who came with this token."""
    person = _me(work)
    here = people.hashed(token)
    rows = select(SignIn).where(SignIn.person_id == person.id, SignIn.expires_at > work.now)
    seats = [
        Seat(s.token_hash.hex()[:16], s.created_at, s.expires_at, s.address, s.agent, s.program, s.token_hash == here)
        for s in work.session.scalars(rows.order_by(SignIn.created_at.desc()))
    ]
    return Own(
        person.username,
        person.name,
        bool(person.totp_secret),
        person.must_change,
        person.must_enrol,
        tuple(seats),
        work.rules.privacy.sessions,
    )


def end(work: Work, key: str) -> None:
    """End one of the own sessions.

    Raises:
        NotFound: there is none with this key.
    """
    mine = select(SignIn).where(SignIn.person_id == _me(work).id)
    found = next((s for s in work.session.scalars(mine) if s.token_hash.hex()[:16] == key), None)
    if found is None:
        raise NotFound("这个会话已经结束")
    work.session.delete(found)
    audit_log.write(work, Kind.SESSION, ended=1)


def end_all(work: Work) -> int:
    """Sign out everywhere, here too; how many sessions there were."""
    gone = work.session.execute(delete(SignIn).where(SignIn.person_id == _me(work).id).returning(SignIn.person_id))
    ended = len(gone.all())
    audit_log.write(work, Kind.SESSION, ended=ended)
    return ended


def change_password(work: Work, token: str, *, old: str, new: str, again: str) -> None:
    """A new password of one's own; every other session ends.

    Raises:
        Invalid: the old one is wrong, the new one is short, the same, or typed differently twice.
    """
    person = _me(work, lock=True)
    faults = {}
    if not people.verify(person.password_hash, old):
        faults["old"] = "原密码不对，请重新输入"
    if len(new) < people.PASSWORD_MIN:
        faults["new"] = f"新密码至少 {people.PASSWORD_MIN} 位"
    elif new == old:
        faults["new"] = "新密码不能与原密码相同"
    elif person.username.lower() in new.lower():
        faults["new"] = "新密码不能包含用户名"
    if new != again:
        faults["again"] = "两次输入的新密码不同，请重新输入"
    if faults:
        raise Invalid(faults)
    person.password_hash, person.must_change = people.HASHER.hash(new), False
    here = people.hashed(token)
    work.session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.token_hash != here))
    audit_log.write(work, Kind.PASSWORD, about=person.username, step="change")


def begin_factor(work: Work) -> str:
    """A second factor to be confirmed: its ``otpauth`` address, for the QR code. Asking again shows the same one."""
    person = _me(work, lock=True)
    if person.totp_secret:
        raise NotYours("动态口令已经开通；更换手机请找系统管理员重设", rule="§12")
    secret = work.sealer.open(person.totp_pending)
    if not secret:
        secret = pyotp.random_base32()
        person.totp_pending = work.sealer.seal(secret)
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=ISSUER)


def confirm_factor(work: Work, code: str) -> None:
    """From now on the code of the person's phone is asked for.

    Raises:
        Invalid: the code is not the one of this moment.
    """
    person = _me(work, lock=True)
    secret = work.sealer.open(person.totp_pending)
    if not secret or not pyotp.TOTP(secret).verify(code.strip(), for_time=work.now, valid_window=1):
        raise Invalid({"code": "动态码不对，请等手机上出现新的 6 位数字再输入"})
    person.totp_secret, person.totp_pending, person.must_enrol = person.totp_pending, b"", False
    audit_log.write(work, Kind.PASSWORD, about=person.username, step="factor")


def _me(work: Work, *, lock: bool = False) -> Person:
    person = work.session.get(Person, work.by.id, with_for_update=lock or None, populate_existing=lock)
    if person is None:
        raise NotYours("请先登录")
    return person
