"""Signing in as a program: a token for a name and a password."""

from __future__ import annotations

from flask import Response, request

from hotline.domain.errors import Invalid
from hotline.domain.permissions import citizen
from hotline.usecases import people
from web.api import bodies
from web.api.answers import answer, moment
from web.api.declaration import Field, Who, call
from web.guard import NotSignedIn, door, needs, office, public

SIGN_IN = (
    Field("username", "用户名", required=True, most=200),
    Field("password", "密码", required=True, most=500),
    Field("otp", "动态码，账号启用了双因素登录时填写", most=20),
)


@call(
    "POST",
    "/tokens",
    "登录，取得令牌",
    Who.ANYONE,
    tag="登录",
    answers={
        201: "令牌；之后每次请求带上 Authorization: Bearer 令牌",
        401: "用户名、密码或动态码不对，或账号已锁定",
        422: "缺少用户名或密码",
    },
    schema="Token",
    body=SIGN_IN,
    example={"username": "dispatcher", "password": "..."},
)
@public
def sign_in() -> Response:
    given = bodies.taken(SIGN_IN)
    missing = {f.name: f"请填写{f.words}" for f in SIGN_IN if f.required and not given.get(f.name)}
    if missing:
        raise Invalid(missing)
    with office().begin(by=citizen(request.remote_addr or "")) as work:
        found = people.check(work, given["username"], given["password"], given.get("otp", ""))
        if not isinstance(found, str):
            session = people.open_session(work, found, program=True, agent=request.user_agent.string)
    if isinstance(found, str):
        # Told only now: leaving the block has kept the count of failures.
        raise NotSignedIn(found)
    return answer(
        {
            "token": session.token,
            "expires_at": moment(session.expires_at),
            "roles": sorted(found.roles),
            "unit": found.unit or None,
            "name": found.name,
        },
        201,
    )


@call(
    "DELETE",
    "/tokens",
    "退出，作废当前令牌",
    Who.STAFF,
    tag="登录",
    answers={204: "令牌已作废", 401: "令牌无效或已过期"},
)
@needs()
def sign_out() -> Response:
    _, _, secret = request.headers.get("Authorization", "").partition(" ")
    door().leave(secret.strip())
    return Response(status=204)
