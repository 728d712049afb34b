"""Who may enter a route: every view is marked ``@needs(…)`` or ``@public``, and an unmarked one is refused.

The mark says what the *role* must grant; whether it holds on *this* ticket is asked by ``usecases/access``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Request, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hotline.domain.errors import NotYours
from hotline.domain.permissions import Actor, Permission
from hotline.office import Office

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__access__"

SEAT = "seat"
"""The cookie that holds the secret of the server-side session, and nothing else."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of who enters."""

    public: bool
    any_of: tuple[Permission, ...] = ()
    """One of these must be held; empty: any person signed in."""


class NotSignedIn(Exception):  # noqa: N818 - an outcome, not a failure
    """The route is for people signed in, and nobody is; its text, if any, says why in words."""


class Door(Protocol):
    """Lets people in and recognises them; ``web/door.py`` has the real one."""

    def who(self, request: Request) -> Actor | None:
        """The person behind the request's cookie or token, if it is still good."""

    def enter(self, username: str, password: str, otp: str, *, source: str, agent: str = "") -> str:
        """A new secret for the cookie; refuses in words when name, password or code is wrong, or the name is locked."""

    def leave(self, secret: str) -> None:
        """The secret opens nothing any more."""


def needs(*any_of: Permission) -> Callable[[View], View]:
    """Mark a view: only for people who hold one of these permissions; ``@needs()`` for anybody signed in."""

    def mark(view: View) -> View:
        setattr(view, _MARK, Access(public=False, any_of=any_of))
        return view

    return mark


def public(view: View) -> View:
    """Mark a view: anybody may enter; what it shows is for the public (or guarded by a code or a key of its own)."""
    setattr(view, _MARK, Access(public=True))
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view, or none when it was forgotten."""
    return cast("Access | None", getattr(view, _MARK, None))


def office() -> Office:
    """The office this application works for."""
    return cast(Office, current_app.extensions["office"])


def door() -> Door:
    """The door of this application."""
    return cast(Door, current_app.extensions["door"])


def now() -> datetime:
    """The moment of this request: one for the whole page."""
    if "now" not in g:
        g.now = office().now()
    return cast(datetime, g.now)


def visitor() -> Actor | None:
    """Who asks, if signed in."""
    if "visitor" not in g:
        g.visitor = door().who(request)
    return cast("Actor | None", g.visitor)


def actor() -> Actor:
    """The person signed in; only for views marked ``@needs``."""
    who = visitor()
    if who is None:
        raise NotSignedIn
    return who


def watch(app: Flask) -> None:
    """Check the mark of every view before it runs."""

    @app.before_request
    def check() -> BaseResponse | None:
        if request.endpoint is None:
            return None  # no such page: the router's refusal comes next
        access = access_of(app.view_functions[request.endpoint])
        if access is None:
            raise NotYours("这个页面还没有说明谁可以使用，请联系系统管理员")
        if access.public:
            return None
        who = actor()
        if who.held and request.blueprint != "account":
            return _first(who)
        if access.any_of and not any(who.may(permission) for permission in access.any_of):
            raise NotYours("您的岗位没有办理这一步的权限，需要的话请联系班长或管理员")
        return None


def _first(who: Actor) -> BaseResponse:
    """To what must be done before anything else; a program can't do it."""
    if request.path.startswith("/api/"):
        raise NotYours("请先在网页登录，更换密码并开通动态口令", rule="§12")
    return redirect(url_for("account.index" if who.held == "password" else "account.factor"), 303)
