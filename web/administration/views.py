"""``/accounts``: who has an account, and what the two administrators may each do with it."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hotline.domain.errors import Invalid
from hotline.domain.permissions import ROLE_LABELS, Permission, Role
from hotline.read import people as reading
from hotline.usecases import accounts, grants, people
from web import replies
from web.administration.blueprint import bp
from web.administration.forms import Move, NewAccount
from web.administration.labels import words_of
from web.forms import Form
from web.guard import actor, needs, now, office

P = Permission
EITHER = (P.ACCOUNTS, P.GRANTS_AND_KEYS)


@bp.get("/")
@needs(*EITHER)
def index() -> Response:
    """The accounts, found by name, unit or role."""
    q, role = request.args.get("q", "").strip()[:60], request.args.get("role", "")
    after = request.args.get("after", "0")
    with office().begin(by=actor()) as work:
        found = reading.page(work, q=q, role=role, after=int(after) if after.isdecimal() else 0)
        nobody_grants = bool(people.missing(work, Role.SEC_ADMIN))
    roles = {r.value: ROLE_LABELS[r] for r, _, _ in grants.grantable()}
    return replies.page(
        "administration/index.html", found=found, q=q, role=role, roles=roles, nobody_grants=nobody_grants, now=now()
    )


@bp.get("/new")
@needs(P.ACCOUNTS)
def new() -> Response:
    """The form of a new account."""
    return _new(NewAccount(formdata=None))


@bp.post("/new")
@needs(P.ACCOUNTS)
def create() -> Response:
    """Make it; its first password is shown once."""
    form = NewAccount()
    if not form.validate():
        return _new(form, 422)
    try:
        with office().begin(by=actor()) as work:
            made = accounts.create(work, username=form.username.data, name=form.name.data, unit=_unit(form.unit.data))
            person_id = made.person.id
    except Invalid as invalid:
        return _new(_told(form, invalid), 422)
    return _once(person_id, "账号已建立，还没有岗位", made.password, accounts.ONCE)


@bp.get("/<int:person_id>")
@needs(*EITHER)
def one(person_id: int) -> Response:
    """One account."""
    return _one(person_id)


@bp.post("/<int:person_id>/lock")
@needs(P.ACCOUNTS)
def lock(person_id: int) -> Response:
    """停用."""
    with office().begin(by=actor()) as work:
        accounts.lock(work, person_id)
    return replies.to("administration.one", person_id=person_id, told="已停用，所有会话已结束")


@bp.post("/<int:person_id>/unlock")
@needs(P.ACCOUNTS)
def unlock(person_id: int) -> Response:
    """启用."""
    with office().begin(by=actor()) as work:
        accounts.unlock(work, person_id)
    return replies.to("administration.one", person_id=person_id, told="已启用")


@bp.post("/<int:person_id>/password")
@needs(P.ACCOUNTS)
def password(person_id: int) -> Response:
    """重设密码: shown once."""
    with office().begin(by=actor()) as work:
        made = accounts.reset_password(work, person_id)
    return _once(person_id, "密码已重设，原来的会话已结束", made.password, accounts.ONCE)


@bp.post("/<int:person_id>/factor")
@needs(P.ACCOUNTS)
def factor(person_id: int) -> Response:
    """重设动态口令."""
    with office().begin(by=actor()) as work:
        accounts.reset_factor(work, person_id)
    return replies.to("administration.one", person_id=person_id, told="动态口令已重设，本人下次登录时重新开通")


@bp.post("/<int:person_id>/unit")
@needs(P.ACCOUNTS)
def move(person_id: int) -> Response:
    """调动."""
    form = Move()
    if not form.validate():
        return _one(person_id, move_form=form, status=422)
    try:
        with office().begin(by=actor()) as work:
            accounts.move(work, person_id, _unit(form.unit.data))
    except Invalid as invalid:
        return _one(person_id, move_form=_told(form, invalid), status=422)
    return replies.to("administration.one", person_id=person_id, told="已调动，权限范围随单位改变")


@bp.post("/<int:person_id>/roles")
@needs(P.GRANTS_AND_KEYS)
def roles(person_id: int) -> Response:
    """The effect of other roles first; then, confirmed, the roles."""
    wanted, seen = request.form.getlist("roles"), request.form.getlist("seen")
    try:
        with office().begin(by=actor()) as work:
            if request.form.get("sure"):
                grants.grant(work, person_id, wanted, seen=seen)
            else:
                effect = grants.preview(work, person_id, wanted)
    except Invalid as invalid:
        return _one(person_id, wanted=wanted, fault=invalid.fields.get("roles", ""), status=422)
    if request.form.get("sure"):
        return replies.to("administration.one", person_id=person_id, told="岗位已更改，立即生效")
    return replies.page(
        "administration/effect.html",
        effect=effect,
        before="、".join(ROLE_LABELS[role] for role in effect.before),
        after="、".join(ROLE_LABELS[role] for role in effect.after),
        gained="、".join(map(words_of, effect.gained)),
        lost="、".join(map(words_of, effect.lost)),
    )


def _unit(typed: str) -> str:
    """The code of a unit typed by code or name."""
    city = office().rules.city
    known = city.units.get(typed) or city.unit_named(typed)
    return known.code if known else typed


def _told(form: Form, invalid: Invalid) -> Form:
    for name, words in invalid.fields.items():
        form[name].errors = [words]
    return form


def _new(form: Form, status: int = 200) -> Response:
    units = office().rules.city.units.values()
    return replies.page("administration/new.html", form=form, units=units, status=status)


def _one(
    person_id: int,
    *,
    move_form: Form | None = None,
    wanted: list[str] | None = None,
    fault: str = "",
    status: int = 200,
) -> Response:
    with office().begin(by=actor()) as work:
        account = reading.one(work, person_id)
    given: dict[str, Any] = {
        "account": account,
        "move": move_form or Move(formdata=None),
        "units": office().rules.city.units.values(),
        "grantable": grants.grantable(),
        "wanted": wanted if wanted is not None else [role.value for role in account.roles],
        "fault": fault,
        "mine": account.id == actor().id,
        "now": now(),
        "labels": ROLE_LABELS,
        "held": {"password": "待更换密码", "factor": "待开通动态口令"},
    }
    return replies.page("administration/one.html", status=status, **given)


def _once(person_id: int, title: str, secret: str, note: str) -> Response:
    """Something that is shown this once: never kept by the browser, never in an address."""
    response = replies.page(
        "administration/once.html", title=title, secret=secret, note=note, person_id=person_id, role=Role.SYS_ADMIN
    )
    response.cache_control.no_store = True
    return response
