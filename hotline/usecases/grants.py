"""What the security administrator does: roles for others, keys for programs. Never for himself (handbook §2)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hotline.domain.appeal import CHANNEL_LABELS, clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotFound, NotYours, Stale
from hotline.domain.permissions import GRANTS, ROLE_LABELS, Actor, Permission, Role, Scope
from hotline.domain.separation import THREE, fault_of
from hotline.store.person import Client, Person
from hotline.store.work import Work
from hotline.usecases import audit_log, people


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of roles would do."""

    person: Person
    before: tuple[Role, ...]
    after: tuple[Role, ...]
    gained: tuple[Permission, ...]
    lost: tuple[Permission, ...]
    scope_before: Scope
    scope_after: Scope

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return self.before != self.after


def preview(work: Work, person_id: int, roles: Iterable[str]) -> Effect:
    """What these roles would change for the person.

    Raises:
        NotYours: the own account, or no right to give roles.
        Invalid: an unknown role, or roles that one person may not hold together.
    """
    return _effect(_other(work, person_id), roles)


def grant(work: Work, person_id: int, roles: Iterable[str], *, seen: Collection[str]) -> Effect:
    """Give exactly these roles.

    Args:
        seen: the roles the person had on the page where this was decided.

    Raises:
        Stale: somebody has changed them since. Else as :func:`preview`.
    """
    person = _other(work, person_id, lock=True)
    effect = _effect(person, roles)
    if set(seen) != set(person.roles):
        raise Stale("这个人的岗位在您查看之后被改过，请看过现在的岗位再决定")
    if effect.changes:
        person.roles = [role.value for role in effect.after]
        audit_log.write(
            work,
            Kind.GRANT,
            about=person.username,
            before=[role.value for role in effect.before],
            after=[role.value for role in effect.after],
        )
    return effect


def _effect(person: Person, roles: Iterable[str]) -> Effect:
    wanted = list(dict.fromkeys(roles))
    if unknown := [name for name in wanted if name not in Role.__members__]:
        raise Invalid({"roles": f"没有“{unknown[0][:20]}”这个岗位，请从列表中选择"})
    after = tuple(role for role in Role if role.value in wanted)
    if fault := fault_of(after):
        raise Invalid({"roles": fault}, rule="§2")
    before = tuple(role for role in Role if role.value in person.roles)
    then, now = Actor(None, "", frozenset(before)), Actor(None, "", frozenset(after))
    return Effect(
        person,
        before,
        after,
        tuple(p for p in Permission if p in now.permissions - then.permissions),
        tuple(p for p in Permission if p in then.permissions - now.permissions),
        then.scope,
        now.scope,
    )


def grantable() -> tuple[tuple[Role, str, bool], ...]:
    """Roles that can be given: the role, its label, whether it is one of the three administrators."""
    return tuple((r, ROLE_LABELS[r], r in THREE) for r in GRANTS if r not in (Role.CITIZEN, Role.SYSTEM))


# -- keys of programs ------------------------------------------------------------------------------------------------


def clients(work: Work) -> Sequence[Client]:
    """The programs that have keys, by name."""
    _allowed(work)
    return work.session.scalars(select(Client).order_by(Client.name)).all()


def issue(work: Work, *, name: str, channel: str) -> str:
    """A key for a new program that may submit appeals; told once and kept only as a hash.

    Raises:
        Invalid: no name, a taken one, or an unknown channel.
    """
    _allowed(work)
    name, faults = clean(name), {}
    if not name or len(name) > 40:
        faults["name"] = "请填写接口名称，最多 40 个字"
    elif work.session.scalar(select(Client.id).where(Client.name == name)):
        faults["name"] = "这个名称已被使用，请换一个，或为原来的接口更换密钥"
    if channel not in CHANNEL_LABELS:
        faults["channel"] = "没有这个来源，请从列表中选择"
    if faults:
        raise Invalid(faults)
    key = people.add_client(work, name=name, kind="api", channel=channel)
    audit_log.write(work, Kind.KEY, about=name, step="issue", channel=channel)
    return key


def rotate(work: Work, client_id: int) -> str:
    """A new key in place of the old one, which opens nothing from now on."""
    client = _client(work, client_id)
    client.active = True
    audit_log.write(work, Kind.KEY, about=client.name, step="rotate")
    return people.add_client(work, name=client.name, kind=client.kind, channel=client.channel)


def revoke(work: Work, client_id: int) -> Client:
    """The program's key opens nothing any more."""
    client = _client(work, client_id)
    client.active = False
    audit_log.write(work, Kind.KEY, about=client.name, step="revoke")
    return client


def rotate_gateway(work: Work, name: str, known: Collection[str]) -> str:
    """A new secret for a gateway such as ``sms/generic``; it is shown once, and the one in the file is void.

    Args:
        known: the gateways of this deployment.
    """
    _allowed(work)
    if name not in known:
        raise NotFound("没有这个网关，请核对名称")
    secret = secrets.token_urlsafe(24)
    client = work.session.scalar(select(Client).where(Client.name == name).with_for_update())
    if client is None:
        client = Client(name=name, kind="gateway", channel=name.split("/")[0], active=True, sealed=b"")
        work.session.add(client)
    client.key_hash, client.sealed = people.hashed(secret), work.sealer.seal(secret)
    audit_log.write(work, Kind.KEY, about=name, step="rotate gateway")
    return secret


def gateway_secret(work: Work, name: str) -> str:
    """The secret in force of a gateway that was rotated here; empty: the one in the file holds."""
    client = work.session.scalar(select(Client).where(Client.name == name, Client.kind == "gateway"))
    return work.sealer.open(client.sealed) if client else ""


def _allowed(work: Work) -> None:
    if not work.by.may(Permission.GRANTS_AND_KEYS):
        raise NotYours("岗位和密钥由安全管理员管理，您没有这项权限", rule="§2")


def _other(work: Work, person_id: int, *, lock: bool = False) -> Person:
    _allowed(work)
    if person_id == work.by.id:
        raise NotYours("不能给自己授予或取消岗位，请由另一位安全管理员办理", rule="§2")
    person = work.session.get(Person, person_id, with_for_update=lock or None, populate_existing=True)
    if person is None:
        raise NotFound("没有找到这个账号，可能已被删除")
    return person


def _client(work: Work, client_id: int) -> Client:
    _allowed(work)
    client = work.session.get(Client, client_id, with_for_update=True, populate_existing=True)
    if client is None or client.kind != "api":
        raise NotFound("没有找到这个接口，请回到列表重新选择")
    return client
