"""An office of paper: probe routes and a door that knows two people, to test what stands around every page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, Request, Response, request
from sqlalchemy.exc import OperationalError

from hotline import settings
from hotline.domain.errors import Conflict, Invalid, NotFound, NotNow, NotYours, Refused, Stale
from hotline.domain.permissions import Actor, Permission, Role
from hotline.settings.secrets import Secrets
from web import replies
from web.app import create_app
from web.guard import SEAT, actor, needs, public

AGENT = Actor(id=1, name="林晓", roles=frozenset({Role.AGENT}))
LEADER = Actor(id=2, name="陈班长", roles=frozenset({Role.LEAD, Role.DISPATCHER}))

REFUSALS: dict[str, Refused] = {
    "not-found": NotFound("没有这件工单"),
    "not-yours": NotYours("这件工单由别的单位办理"),
    "not-now": NotNow("工单已办结，不能再签收"),
    "stale": Stale("工单刚被别人修改过"),
    "conflict": Conflict("同一个编号已用于另一份内容"),
    "invalid": Invalid({"phone": "手机号应为 11 位"}),
}


class PaperOffice:
    """What the frame asks of an office: its settings and the moment."""

    def __init__(self) -> None:
        self.settings = replace(settings.look({}, data_dir=Path("paper")), secrets=Secrets(b"paper" * 8, {}))

    def now(self) -> datetime:
        return datetime(2026, 3, 11, 6, 32, tzinfo=UTC)


class PaperDoor:
    """Two people by their secrets, and one password."""

    def who(self, request: Request) -> Actor | None:
        return {"agent": AGENT, "leader": LEADER}.get(request.cookies.get(SEAT, ""))

    def enter(self, username: str, password: str, otp: str, *, source: str, agent: str = "") -> str:
        if username == "locked":
            raise NotNow("密码连续输错，账号已锁定，请 15 分钟后再试")
        if password != "right":
            raise NotYours("用户名或密码不对")
        return "leader"

    def leave(self, secret: str) -> None:
        return None


def probes() -> Blueprint:
    bp = Blueprint("probe", __name__)

    @bp.route("/probe/refuse/<kind>", methods=["GET", "POST"])
    @bp.get("/api/v1/probe/refuse/<kind>", endpoint="api_refuse")
    @public
    def refuse(kind: str) -> Response:
        raise REFUSALS[kind]

    @bp.get("/probe/fault")
    @public
    def fault() -> Response:
        raise RuntimeError("secret 13800000000")

    @bp.get("/probe/away")
    @public
    def away() -> Response:
        raise OperationalError("select secret", {"phone": "13800000000"}, RuntimeError("gone"))

    @bp.post("/probe/echo")
    @public
    def echo() -> Response:
        told = request.get_json() if request.is_json else request.form.get("text", "")
        return Response(str(told))

    @bp.get("/probe/dispatch")
    @needs(Permission.TICKET_DISPATCH)
    def dispatch() -> Response:
        return Response(actor().name)

    @bp.get("/probe/unmarked")
    def unmarked() -> Response:
        return Response("open to all by mistake")

    @bp.post("/probe/onward")
    @public
    def onward() -> Response:
        return replies.to("public.index", told="已提交")

    return bp


def paper_app() -> Flask:
    """The application of the paper office, with its probe routes."""
    made = create_app(PaperOffice(), door=PaperDoor(), development=True)
    made.register_blueprint(probes())
    return made
