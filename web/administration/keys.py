"""``/accounts/keys``: keys of programs and secrets of gateways, each shown once."""

from __future__ import annotations

from flask import Response

from hotline.domain.appeal import CHANNEL_LABELS
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.usecases import grants
from web import replies
from web.administration.blueprint import bp
from web.administration.forms import NewClient
from web.forms import Form
from web.guard import actor, needs, office

P = Permission
ONCE = "请立即保存到对方系统，只显示这一次；系统里只留校验值，遗失后只能更换"


@bp.get("/keys")
@needs(P.GRANTS_AND_KEYS)
def keys() -> Response:
    """Who has a key."""
    return _keys()


@bp.post("/keys")
@needs(P.GRANTS_AND_KEYS)
def issue() -> Response:
    """发放."""
    form = NewClient()
    if not form.validate():
        return _keys(form, 422)
    try:
        with office().begin(by=actor()) as work:
            key = grants.issue(work, name=form.name.data, channel=form.channel.data)
    except Invalid as invalid:
        for name, words in invalid.fields.items():
            form[name].errors = [words]
        return _keys(form, 422)
    return _once("接口密钥已发放", key, form.name.data or "")


@bp.post("/keys/<int:client_id>/rotate")
@needs(P.GRANTS_AND_KEYS)
def rotate(client_id: int) -> Response:
    """更换."""
    with office().begin(by=actor()) as work:
        key = grants.rotate(work, client_id)
        whose = next((client.name for client in grants.clients(work) if client.id == client_id), "")
    return _once("接口密钥已更换，旧密钥立即失效", key, whose)


@bp.post("/keys/<int:client_id>/revoke")
@needs(P.GRANTS_AND_KEYS)
def revoke(client_id: int) -> Response:
    """作废."""
    with office().begin(by=actor()) as work:
        grants.revoke(work, client_id)
    return replies.to("administration.keys", told="密钥已作废")


@bp.post("/keys/gateways/<kind>/<name>")
@needs(P.GRANTS_AND_KEYS)
def gateway(kind: str, name: str) -> Response:
    """更换网关密钥."""
    with office().begin(by=actor()) as work:
        secret = grants.rotate_gateway(work, f"{kind}/{name}", tuple(office().settings.secrets.gateways))
    return _once("网关密钥已更换，旧密钥立即失效", secret, f"{kind}/{name}")


def _keys(form: Form | None = None, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        clients = grants.clients(work)
    return replies.page(
        "administration/keys.html",
        programs=[client for client in clients if client.kind == "api"],
        gateways=sorted(office().settings.secrets.gateways),
        labels=CHANNEL_LABELS,
        form=form or NewClient(formdata=None),
        status=status,
    )


def _once(title: str, secret: str, whose: str) -> Response:
    response = replies.page(
        "administration/once.html", title=title, secret=secret, whose=whose, note=ONCE, person_id=None
    )
    response.cache_control.no_store = True
    return response
