"""我要反映: three questions and a look at the whole, then a number. Works without scripts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request

from hotline.domain import appeal as appeals
from hotline.domain.appeal import Appeal
from hotline.domain.calendar import local
from hotline.domain.errors import Conflict, Invalid, NotFound
from hotline.domain.permissions import citizen
from hotline.read import attachments, followed
from hotline.usecases import access, intake
from hotline.usecases.attachments import keys_in
from web import replies
from web.files.field import FilesField
from web.files.parts import takes_files
from web.forms import Form
from web.guard import now, office, public
from web.report import carried
from web.report.carried import KEY, WHOLE, Said
from web.report.forms import FORMS, What, Where, Who
from web.track import codes

bp = Blueprint("report", __name__, template_folder="templates")

STEPS = ("what", "where", "who", "confirm")


@bp.get("/report")
@public
def index() -> Response:
    """The first question."""
    return _ask("what", carried.fresh())


@bp.get("/report/<any(what, where, who, confirm):step>")
@public
def lost(step: str) -> Response:
    """An address without what was said before: from the beginning."""
    return replies.to("report.index")


@bp.post("/report/<any(what, where, who):step>")
@public
@takes_files
def answer(step: str) -> Response:
    """Take the answer to one question, and put the next; or the one before, with all that was said."""
    before = _carried()
    form = _form(step)
    said = before | _given(form)
    if "back" in request.form:
        return _ask("confirm", before) if WHOLE in before else _ask(STEPS[max(STEPS.index(step) - 1, 0)], said)
    well = form.checked(office().rules.city, now()) if isinstance(form, Where) else form.validate()
    if not well:
        return _ask(step, said, form, status=422)
    if WHOLE not in said:
        return _ask(STEPS[STEPS.index(step) + 1], said)
    try:
        _read(said)
    except Invalid as invalid:
        return _again(invalid, said)
    return _ask("confirm", said)


@bp.post("/report/confirm")
@public
def send() -> Response:
    """Take the appeal: once, however often it is sent."""
    said = _carried()
    if (step := request.form.get("edit", "")) in FORMS:
        return _ask(step, said)
    try:
        appeal = _read(said)
    except Invalid as invalid:
        return _again(invalid, said)
    key = f"form/{said.get(KEY, '')}"
    with office().begin(by=citizen(request.remote_addr or "")) as work:
        try:
            taken = intake.take(work, appeal, key=key, body=intake.body_hash(_words(said)))
        except Conflict:
            taken = intake.take(work, appeal, key=key)
            flash("这件诉求刚才已经提交。后来改动的内容没有提交，请在进度页用“补充”告诉我们。", "info")
        codes.remember(taken.ticket.no, taken.ticket.query_code)
        no = taken.ticket.no
    return replies.to("report.done", no=no)


@bp.get("/report/done/<no>")
@public
def done(no: str) -> Response:
    """Number and code, what happens next and by when; only in the browser that sent it."""
    code = codes.known(no)
    if not code:
        return replies.to("track.ticket", no=no)
    with office().begin(by=citizen()) as work:
        try:
            ticket = access.citizens(work, no, code, lock=False)
        except NotFound:
            codes.forget(no)
            return replies.to("track.ticket", no=no)
        shown = followed.shown(work, ticket)
        promised = followed.promise(work, ticket)
        link = f"{work.rules.public_url}/t/{ticket.no}"
    return replies.page(
        "report/done.html",
        ticket=shown,
        code=code,
        promised=promised,
        link=link,
        now=now(),
    )


def _words(said: Said) -> Said:
    """What the citizen has said, without what we carry for ourselves."""
    return {name: value for name, value in said.items() if name not in (KEY, WHOLE)}


def _read(said: Said) -> Appeal:
    return appeals.read(_words(said), channel="web", city=office().rules.city, now=now())


def _ask(step: str, said: Said, form: Form | None = None, *, status: int = 200) -> Response:
    if step == "confirm":
        said = said | {WHOLE: "y"}
    values: dict[str, Any] = {
        "said": said,
        "carried": carried.sealed(said),
        "at": STEPS.index(step),
        "whole": WHOLE in said,
    }
    if step == "confirm":
        values["region_name"] = office().rules.city.region_name(said.get("region"))
        with office().begin(by=citizen(request.remote_addr or "")) as work:
            values["files"] = attachments.waiting(work, keys_in(said.get("files", "")))
    else:
        values["form"] = form or _form(step, said)
    response = replies.page(f"report/{step}.html", status=status, **values)
    # Without this the back button would show an error instead of the question that was answered.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _form(step: str, said: Said | None = None) -> Form:
    if said is None:
        form = FORMS[step]()
    else:
        data: dict[str, Any] = dict(said)
        for name in ("confidential", "anonymous", "publish_consent"):
            data[name] = bool(said.get(name))
        data["files"] = keys_in(said.get("files", ""))
        data["occurred_at"] = appeals.day_typed(said.get("occurred_at", ""))
        form = FORMS[step](formdata=None, data=data)
    return form.among(office().rules.city) if isinstance(form, Where) else form


def _given(form: Form) -> Said:
    """The answers as text; empty ones too, so that a later change to nothing holds."""
    found: Said = {}
    for field in form:
        if field.name == "csrf_token":
            continue
        if isinstance(field, FilesField):
            found[field.name] = ",".join(field.data)
            continue
        raw = field.raw_data[0] if field.raw_data else ""
        found[field.name] = ("y" if field.data else "") if field.type == "BooleanField" else str(raw).strip()
    return found


def _carried() -> Said:
    said = carried.opened(request.form.get("carried", ""))
    if said is None:
        flash("页面停留得太久，前面的内容已经失效，请重新填写", "info")
        return carried.fresh()
    return said


def _again(invalid: Invalid, said: Said) -> Response:
    """Back to the first question whose answer cannot be taken, with the sentence beside it."""
    for step, kind in (("what", What), ("where", Where), ("who", Who)):
        form = _form(step, said)
        wrong = [field for field in form if field.name in invalid.fields]
        if wrong:
            for field in wrong:
                field.errors = [invalid.fields[field.name]]
            assert isinstance(form, kind)
            return _ask(step, said, form, status=422)
    raise invalid


def today() -> str:
    """The city's date, for the date field's bound."""
    return local(now()).date().isoformat()


bp.add_app_template_global(today, "today")
