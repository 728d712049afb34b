"""查询进度: number and code open the ticket; its appellant adds, urges, takes back, rates, contests."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import TooManyRequests

from hotline.domain.errors import Invalid, NotFound, Refused
from hotline.domain.lifecycle import Action
from hotline.domain.number import normal
from hotline.domain.permissions import citizen
from hotline.read import followed, looked
from hotline.read.followed import Followed
from hotline.usecases import access, steps
from web import replies
from web.files.parts import takes_files
from web.forms import Form
from web.guard import now, office, public
from web.guessing import unless_guessing
from web.refusals import problem_of
from web.track import codes
from web.track.forms import FORMS, Find

bp = Blueprint("track", __name__, template_folder="templates")

ACTIONS = {
    "supplement": (Action.SUPPLEMENT, "已收到您的补充"),
    "urge": (Action.URGE, "催办已记下，会提醒办理的人尽快处理"),
    "withdraw": (Action.WITHDRAW, "诉求已撤回"),
    "rate": (Action.RATE, "谢谢您的评价"),
    "review": (Action.REVIEW_REQUEST, "复核申请已收到"),
    "publish": (Action.CONSENT, "已按您的意愿修改"),
}
"""Word of the address → step of the ticket's life, and what is said after it."""


@bp.get("/t")
@public
def index() -> Response:
    """Number and code."""
    return replies.page("track/find.html", form=Find())


@bp.post("/t")
@public
def find() -> Response:
    """Keep the code in this browser, and go on to the ticket; a wrong one is one sentence."""
    form = Find()
    if not form.validate():
        return replies.page("track/find.html", form=form, status=422)
    no, code = normal(form.no.data), normal(form.code.data)
    try:
        with office().begin(by=_me()) as work:
            ticket = unless_guessing(no, lambda: access.citizens(work, no, code, lock=False))
    except NotFound as wrong:
        form.code.errors = [wrong.message]
        return replies.page("track/find.html", form=form, status=404)
    except TooManyRequests as many:
        form.code.errors = ["试错次数太多，请过一会儿再试，或拨打 12345 查询"]
        response = replies.page("track/find.html", form=form, status=429)
        response.headers.extend(many.get_headers())
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        return response
    codes.remember(ticket.no, code)
    return replies.to("track.ticket", no=ticket.no)


@bp.get("/t/<no>")
@public
def ticket(no: str) -> Response:
    """The ticket for who gave its code in this browser; else the question for the code, whatever the number is."""
    code = codes.known(no)
    if not code:
        return replies.page("track/find.html", form=Find(formdata=None, data={"no": normal(no)[:24]}), by_link=True)
    try:
        with office().begin(by=_me()) as work:
            shown = followed.of(work, no, code)
    except NotFound:
        codes.forget(no)
        return replies.to("track.ticket", no=no)
    return _page(shown)


@bp.post("/t/<no>/<any(supplement, urge, withdraw, rate, review, publish):step>")
@public
@takes_files
def act(no: str, step: str) -> Response:
    """Take one step; what was typed stays when it is refused."""
    action, told = ACTIONS[step]
    code = codes.known(no)
    if not code:
        return replies.to("track.ticket", no=no, told="请先填写查询码，再继续")
    form = FORMS[step]()
    if not form.validate():
        return _refused(no, code, step, form)
    fields = {name: value for name, value in form.data.items() if name != "csrf_token"}
    try:
        with office().begin(by=_me()) as work:
            steps.take(work, access.citizens(work, no, code), action, fields)
    except Invalid as invalid:
        for field in form:
            field.errors = [invalid.fields[field.name]] if field.name in invalid.fields else []
        return _refused(no, code, step, form, invalid)
    except Refused as refusal:
        return _refused(no, code, step, form, refusal)
    return replies.to("track.ticket", no=normal(no), told=told)


@bp.get("/t/<no>/looks")
@public
def looks(no: str) -> Response:
    """Who saw the data, by role and unit; that it was asked is recorded."""
    code = codes.known(no)
    if not code:
        return replies.to("track.ticket", no=no)
    with office().begin(by=_me()) as work:
        ticket = access.citizens(work, no, code, lock=False)
        seen = looked.of(work, ticket)
    return replies.page("track/looks.html", no=ticket.no, looks=seen, now=now())


@bp.post("/t/leave")
@public
def leave() -> Response:
    """Forget every code on this device (a kiosk, somebody else's phone)."""
    codes.forget_all()
    return replies.to("track.index", told="这台设备上的查询记录已清除")


def _refused(no: str, code: str, step: str, form: Form, refusal: Refused | None = None) -> Response:
    with office().begin(by=_me()) as work:
        shown = followed.of(work, no, code)
    problem = problem_of(refusal) if refusal else None
    status = problem.status if problem else 422
    return _page(shown, status=status, problem=problem, opened=step, **{step: form})


def _page(shown: Followed, *, status: int = 200, **values: Any) -> Response:
    forms = {name: kind(formdata=None) for name, kind in FORMS.items() if name not in values}
    return replies.page("track/ticket.html", status=status, ticket=shown, now=now(), **forms, **values)


def _me() -> Any:
    return citizen(request.remote_addr or "")
