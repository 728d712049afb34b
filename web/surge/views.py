"""``/surge``: the decision, what it brings, and the desk of three fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request, url_for

from hotline.domain import appeal as appeals
from hotline.domain.calendar import ZONE, local
from hotline.domain.errors import Conflict, Invalid
from hotline.domain.permissions import Permission
from hotline.read import knowledge
from hotline.read import surge as reading
from hotline.usecases import calls, intake, registering, surge
from web import replies
from web.forms import Form
from web.guard import actor, needs, now, office
from web.surge.forms import OnForm, QuickCall, WhyForm

bp = Blueprint("surge", __name__, template_folder="templates", url_prefix="/surge")

P = Permission
USUAL = timedelta(hours=24)
"""The end that the form suggests."""


@bp.get("/")
@needs(P.SURGE, P.INSTRUCT)
def index() -> Response:
    """The volume beside the usual one, what is on, and what was."""
    return _page()


@bp.post("/on")
@needs(P.SURGE)
def switch_on() -> Response:
    """Switch it on, or change its end and announcement."""
    form = OnForm()
    try:
        with office().begin(by=actor()) as work:
            until, announcement = _moment(form.until.data), form.announcement.data or ""
            if surge.active(work) is not None:
                surge.change(work, until=until, announcement=announcement)
                told = "应急模式已修改"
            else:
                surge.switch_on(work, until=until, why=form.why.data or "", announcement=announcement)
                told = "应急模式已启动"
    except Invalid as invalid:
        _say(form, invalid)
        return _page(on_form=form, status=422)
    return replies.to("surge.index", told=told)


@bp.post("/<any(off, dismiss):deed>")
@needs(P.SURGE)
def end(deed: str) -> Response:
    """Switch it off, or do not follow the proposal."""
    form = WhyForm()
    try:
        with office().begin(by=actor()) as work:
            if deed == "off":
                surge.switch_off(work, why=form.why.data or "")
            else:
                surge.dismiss(work, why=form.why.data or "")
    except Invalid as invalid:
        _say(form, invalid)
        return _page(why_form=form, status=422)
    return replies.to("surge.index", told="应急模式已结束" if deed == "off" else "已记为不启动")


@bp.get("/briefs/<int:number>")
@needs(P.SURGE, P.INSTRUCT)
def brief(number: int) -> Response:
    """One brief as it was written."""
    with office().begin(by=actor()) as work:
        at, body = reading.brief(work, number)
    since = datetime.fromisoformat(body["since"])
    return replies.page("surge/brief.html", at=at, since=since, body=body, now=now())


@bp.get("/call")
@needs(P.TICKET_REGISTER)
def call() -> Response:
    """The desk of three fields, perhaps for a missed caller who was called back."""
    data = {"key": str(uuid4())}
    wanted = request.args.get("missed", type=int)
    if wanted is not None:
        with office().begin(by=actor()) as work:
            data["phone"] = next((each.phone for each in reading.missed(work) if each.id == wanted), "")
    return _desk(QuickCall(formdata=None, data=data), done=request.args.get("done", ""))


@bp.post("/call")
@needs(P.TICKET_REGISTER)
def take() -> Response:
    """Register it, everything else is read from the words; or close it with what is pinned, when that answers it."""
    form, quoted = QuickCall(), request.form.get("knowledge", "")
    try:
        with office().begin(by=actor()) as work:
            if quoted and not form.content.data:
                form.content.data = knowledge.title_of(work, quoted)
            raw = {name: form[name].data or "" for name in ("content", "address", "phone")}
            faults = {} if raw["address"] or quoted else {"address": "请问清地点再登记"}
            try:
                appeal = appeals.read(raw, channel="phone", city=work.rules.city, now=work.now)
            except Invalid as invalid:
                raise Invalid(invalid.fields | faults) from invalid
            if faults:
                raise Invalid(faults)
            appeal = replace(appeal, call_id=calls.of_seat(work, work.by, appeal.phone) or None)
            key, body = f"quick/{form.key.data or uuid4()}", intake.body_hash(raw | {"knowledge": quoted})
            if quoted:
                taken = registering.answer(work, appeal, text="", knowledge=quoted, key=key, body=body)
            else:
                taken = intake.take(work, appeal, key=key, body=body)
            if taken.fresh:
                taken.ticket.tags = sorted({*taken.ticket.tags, surge.TAG})
            no = taken.ticket.no
    except Invalid as invalid:
        _say(form, invalid)
        if "knowledge" in invalid.fields:
            form.content.errors = [invalid.fields["knowledge"]]
        return _desk(form, status=422)
    except Conflict:
        form.content.errors = ["这通来电已经登记过，请核对后按“登记”另登一张"]
        form.key.data = str(uuid4())
        return _desk(form, status=422)
    return replies.to("surge.call", done=no)


@bp.get("/missed")
@needs(P.TICKET_REGISTER)
def missed() -> Response:
    """Callers whom nobody answered."""
    with office().begin(by=actor()) as work:
        found = reading.missed(work)
    return replies.page("surge/missed.html", calls=found, now=now())


@bp.post("/missed/<int:number>")
@needs(P.TICKET_REGISTER)
def called_back(number: int) -> Response:
    """Somebody has called back."""
    with office().begin(by=actor()) as work:
        calls.called_back(work, number)
    return replies.to("surge.missed", told="已记为回拨")


@bp.app_template_global("surge_on")
def surge_on() -> reading.Past | None:
    """The surge that is on, for desks that work differently meanwhile; one query, only where a template asks."""
    with office().begin(by=actor()) as work:
        found = reading.state(work)
    return found if found and found.stage == "ON" else None


def _moment(typed: datetime | None) -> datetime:
    if typed is None:
        raise Invalid({"until": "请选择结束时间"})
    return typed.replace(tzinfo=ZONE)


def _say(form: Form, invalid: Invalid) -> None:
    for name, words in invalid.fields.items():
        if name in form:
            form[name].errors = [words]


def _page(on_form: OnForm | None = None, why_form: WhyForm | None = None, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        shown = reading.page(work)
    if on_form is None:
        known = shown.on
        until = local(known.until if known and known.until else now() + USUAL).replace(tzinfo=None, second=0)
        announcement = known.announcement if known else ""
        on_form = OnForm(formdata=None, data={"until": until, "announcement": announcement})
    return replies.page(
        "surge/index.html",
        shown=shown,
        on_form=on_form,
        why_form=why_form or WhyForm(formdata=None),
        may=actor().may(P.SURGE),
        now=now(),
        status=status,
    )


def _desk(form: QuickCall, *, done: str = "", status: int = 200) -> Response:
    slip: dict[str, Any] | None = None
    with office().begin(by=actor()) as work:
        on = reading.state(work)
        pinned = knowledge.pinned(work)
        waiting = len(reading.missed(work))
        if done:
            ticket = registering.my_ticket(work, done)
            told = "已直接答复" if ticket.closed_at else "已登记"
            slip = {"no": ticket.no, "code": ticket.query_code, "told": told}
    full = url_for("operator.index")
    shown: dict[str, Any] = {"form": form, "slip": slip, "on": on, "missed": waiting, "full": full, "pinned": pinned}
    return replies.page("surge/call.html", status=status, **shown)
