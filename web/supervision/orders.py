"""The queues of the supervision desk beside the lamps: orders, proposals, instructions, and what units ask for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from wtforms import TextAreaField

from hotline.domain.errors import Invalid
from hotline.domain.permissions import Permission
from hotline.read import supervision as reading
from hotline.read import ticket_page
from hotline.store.work import Work
from hotline.usecases import supervision
from web import replies
from web.forms import Form, stripped
from web.guard import actor, needs, now, office
from web.supervision.views import queue_counts
from web.tickets.form_base import SHORT

bp = Blueprint("orders", __name__, template_folder="templates", url_prefix="/supervision/orders")

P = Permission
LOOK = (P.TICKET_SUPERVISE, P.SUPERVISION, P.INSTRUCT)
EMPTY = {
    "open": "没有督办中的工单。",
    "answered": "没有等待审核的督办答复。",
    "proposed": "没有待决定的督办建议。群体诉求、媒体关注等会自动出现在这里。",
    "instructed": "没有办理中的领导批示。",
    "extend": "没有等待决定的二次延期。",
    "suspend": "没有等待决定的挂起申请。",
    "suspended": "没有挂起的工单。",
}


class DismissForm(Form):
    """Why a proposal is not followed."""

    words = TextAreaField("不予督办的理由", SHORT, filters=[stripped])


@bp.get("/")
@needs(*LOOK)
def index() -> Response:
    """One queue."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("supervision/orders.html", **shown)


@bp.get("/list")
@needs(*LOOK)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("supervision/_orders.html", **shown)


@bp.get("/<no>")
@needs(*LOOK)
def one(no: str) -> Response:
    """One ticket of a queue, with what can be done about it."""
    return _one(no, DismissForm(formdata=None))


@bp.post("/proposals/<int:number>/dismiss")
@needs(P.SUPERVISION)
def dismiss(number: int) -> Response:
    """A proposal is not followed."""
    form = DismissForm()
    no = request.form.get("no", "")
    try:
        with office().begin(by=actor()) as work:
            supervision.dismiss(work, number, words=form.words.data or "")
    except Invalid as invalid:
        form.words.errors = list(invalid.fields.values())
        return _one(no, form, status=422)
    return replies.to("orders.index", queue="proposed", told="已记为不予督办")


def _one(no: str, form: DismissForm, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=no)
        page = ticket_page.of(work, no)
    proposal = next((each for each in page.orders if each.stage == "PROPOSED"), None)
    queue = shown["queue"]
    return replies.page(
        "supervision/order.html",
        ticket=page,
        proposal=proposal if actor().may(P.SUPERVISION) else None,
        form=form,
        with_detail=True,
        back=url_for("orders.index", queue=queue),
        after=url_for("orders.index", queue=queue),
        stay=url_for("orders.one", no=no, queue=queue),
        status=status,
        **shown,
    )


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    queue = request.values.get("queue", "open")
    after = request.values.get("after", "")
    rows: Any = ()
    following = None
    if queue in reading.OF_ORDERS:
        page = reading.page(work, queue, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
        rows, following = page.rows, page.next
        tickets: Any = ()
    else:
        tickets = reading.waiting(work, queue)
    return {
        "queue": queue,
        "name": reading.QUEUES[queue],
        "rows": rows,
        "tickets": tickets,
        "following": following,
        "after_id": after,
        "current": current,
        "nothing": EMPTY.get(queue, ""),
        "now": now(),
        **queue_counts(work),
    }
