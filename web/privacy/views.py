"""``/tickets/<no>/unmask`` and ``/relay``: a reason opens what is masked; the centre carries words for the units."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import relays
from hotline.usecases import access, audit_log, relaying, unmasking
from web import replies
from web.forms import Form
from web.guard import actor, needs, now, office
from web.privacy.forms import Carried

bp = Blueprint("privacy", __name__, template_folder="templates")
CALLERS = (Permission.TICKET_CALLBACK, Permission.TICKET_REGISTER)


@bp.post("/tickets/<no>/unmask")
@needs(Permission.TICKET_VIEW)
def unmask(no: str) -> Response:
    """See in full what is masked, for a reason and for a while."""
    with office().begin(by=actor()) as work:
        ticket = access.staff(work, no)
        made = unmasking.unmask(work, ticket, request.form.get("reason", ""), request.form.getlist("data"))
        minutes = int((made.until - made.at).total_seconds() // 60)
    onward = replies.local_path(request.form.get("back", ""), url_for("tickets.show", no=no))
    flash(f"{minutes} 分钟内可查看完整信息，已记入审计日志", "done")
    return replies.to_path(onward)


@bp.post("/tickets/<no>/printed")
@needs(Permission.TICKET_VIEW)
def printed(no: str) -> Response:
    """A ticket page is being printed: that is recorded, whatever comes of it."""
    with office().begin(by=actor()) as work:
        audit_log.write(work, Kind.PRINT, access.staff(work, no, lock=False), about="工单页面")
    return Response(status=204)


@bp.get("/relay")
@needs(*CALLERS)
def index() -> Response:
    """Messages that wait to be carried, the oldest first."""
    return _page()


@bp.get("/relay/<int:number>")
@needs(*CALLERS)
def one(number: int) -> Response:
    """One of them: whom to ring and what to say."""
    return _page(number)


@bp.post("/relay/<int:number>")
@needs(*CALLERS)
def report(number: int) -> Response:
    """How the call went."""
    form = Carried()
    if not form.validate():
        return _page(number, form, status=422)
    try:
        with office().begin(by=actor()) as work:
            done = relaying.report(work, number, reached=form.reached.data == "yes", answer=form.answer.data or "")
            over = done.done_at is not None
    except Invalid as invalid:
        form.answer.errors = [invalid.fields.get("answer", invalid.message)]
        return _page(number, form, status=422)
    return replies.to("privacy.index", told="已记录，承办单位可以看到" if over else "已记录未接通，稍后再试")


def _page(number: int | None = None, form: Form | None = None, *, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        waiting = relays.waiting(work)
    chosen = next((each for each in waiting if each.id == number), None)
    gone = number is not None and chosen is None
    return replies.page(
        "privacy/relay.html",
        waiting=waiting,
        chosen=chosen,
        form=form or Carried(formdata=None),
        now=now(),
        gone=gone,
        with_detail=number is not None,
        no_queues=True,
        status=404 if gone else status,
    )
