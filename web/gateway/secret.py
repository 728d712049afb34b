"""How a gateway shows that it is ours: its secret as it is, or a signature of the body made with it."""

from __future__ import annotations

import hmac
from hashlib import sha256

from flask import request

from hotline.domain.errors import NotFound, NotYours
from hotline.usecases import grants
from web.guard import office


def check(kind: str, name: str) -> None:
    """Let this gateway in.

    Raises:
        NotFound: no such gateway is set up here.
        NotYours: neither its secret nor a signature made with it.
    """
    secret = office().settings.secrets.gateways.get(f"{kind}/{name}")
    if not secret:
        raise NotFound("没有设置这个网关，请核对地址")
    with office().begin() as work:
        secret = grants.gateway_secret(work, f"{kind}/{name}") or secret
    if not _shown(secret):
        raise NotYours("网关密钥或签名不对，请核对设置")


def _shown(secret: str) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    given = request.headers.get("X-Gateway-Secret") or (token.strip() if kind.lower() == "bearer" else "")
    if given:
        return _same(given, secret)
    # The body as it was sent; the check of its text has kept it.
    right = "sha256=" + hmac.new(secret.encode(), request.get_data(cache=True), sha256).hexdigest()
    return _same(request.headers.get("X-Signature", ""), right)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())
