"""``/me``: who is signed in where, a new password, and the code on one's phone."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, request
from markupsafe import Markup

from hotline.domain.errors import Invalid
from hotline.usecases import sessions
from web import replies
from web.account.forms import Code, NewPassword
from web.forms import Form
from web.guard import SEAT, actor, needs, now, office

bp = Blueprint("account", __name__, template_folder="templates", url_prefix="/me")


@bp.get("/")
@needs()
def index() -> Response:
    """The own account."""
    return _page()


@bp.post("/password")
@needs()
def password() -> Response:
    """A new password."""
    form = NewPassword()
    if not form.validate():
        return _page(form, status=422)
    try:
        with office().begin(by=actor()) as work:
            sessions.change_password(work, _token(), old=form.old.data, new=form.new.data, again=form.again.data)
    except Invalid as invalid:
        for name, words in invalid.fields.items():
            form[name].errors = [words]
        return _page(form, status=422)
    return replies.to("people.desk" if actor().held else "account.index", told="密码已更换，其他会话已退出")


@bp.get("/factor")
@needs()
def factor() -> Response:
    """The QR code for the phone, drawn here: it goes to no other host."""
    return _factor()


@bp.post("/factor")
@needs()
def confirm() -> Response:
    """The first code proves that the phone has it."""
    form = Code()
    if not form.validate():
        return _factor(form, status=422)
    try:
        with office().begin(by=actor()) as work:
            sessions.confirm_factor(work, form.code.data)
    except Invalid as invalid:
        form.code.errors = [invalid.fields["code"]]
        return _factor(form, status=422)
    return replies.to("people.desk" if actor().held else "account.index", told="动态口令已开通，下次登录需要填写")


@bp.post("/sessions/<key>/end")
@needs()
def end(key: str) -> Response:
    """End one session."""
    with office().begin(by=actor()) as work:
        sessions.end(work, key)
    return replies.to("account.index", told="已结束这个会话")


@bp.post("/sessions/end")
@needs()
def end_all() -> Response:
    """Sign out everywhere."""
    with office().begin(by=actor()) as work:
        sessions.end_all(work)
    response = replies.to("people.sign_in", told="已在所有地方退出登录")
    response.delete_cookie(SEAT)
    return response


def _token() -> str:
    return request.cookies.get(SEAT, "")


def _page(form: Form | None = None, *, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        own = sessions.own(work, _token())
    form = form or NewPassword(formdata=None)
    return replies.page("account/index.html", own=own, form=form, now=now(), status=status)


def _factor(form: Form | None = None, *, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        address = sessions.begin_factor(work)
    drawn = Markup(segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff"))
    secret = address.split("secret=")[1].split("&")[0]
    return replies.page("account/factor.html", qr=drawn, secret=secret, form=form or Code(formdata=None), status=status)
