"""``/callback``: who is to be called, what to say, two questions, and the next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.errors import Refused
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.read import queues, ticket_page
from hotline.read.queues import Wanted
from hotline.read.ticket_page import TicketPage
from hotline.store.matter import CallbackClaim
from hotline.store.work import Work
from hotline.usecases import access, claims
from web import replies
from web.callback.forms import AnswerForm, TryForm
from web.guard import actor, needs, now, office
from web.tickets import trying
from web.tickets.steps import Attempt

bp = Blueprint("callback", __name__, template_folder="templates", url_prefix="/callback")

QUEUES = {
    "call": Wanted(states=(State.CALLBACK,), rework_wanted=False, others=True, to_call=True),
    "sms": Wanted(states=(State.CALLBACK,), rework_wanted=False, others=True, to_call=False),
    "rest": Wanted(states=(State.CALLBACK,), rework_wanted=False, others=True, resting=True),
}
"""Not what has been answered already, and not what the person has registered (handbook §2); the SMS link comes first,
the phone after a day without an answer (handbook §9), unless surge mode has stopped the call (§15)."""

P = Permission


@bp.get("/")
@needs(P.TICKET_CALLBACK)
def index() -> Response:
    """The queue, oldest first."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("callback/index.html", **shown)


@bp.get("/list")
@needs(P.TICKET_CALLBACK)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("callback/_list.html", **shown)


@bp.get("/queues")
@needs(P.TICKET_CALLBACK)
def queue_counts() -> Response:
    """The queues alone."""
    with office().begin(by=actor()) as work:
        counted = {name: queues.count(work, wanted) for name, wanted in QUEUES.items()}
    return replies.fragment("callback/_queues.html", counts=counted, queue=_queue())


@bp.get("/next")
@needs(P.TICKET_CALLBACK)
def onward() -> Response:
    """On to who is to be called after the last one."""
    with office().begin(by=actor()) as work:
        no = queues.following(work, QUEUES["call"], request.args.get("at", ""))
    # Who alone is left and did not answer is not called again at once.
    if no and no != request.args.get("left", ""):
        return replies.to("callback.ticket", no=no)
    return replies.to("callback.index")


@bp.get("/<no>")
@needs(P.TICKET_CALLBACK)
def ticket(no: str) -> Response:
    """Whom to call, and what to ask."""
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        held = claims.claim(work, access.staff(work, no)) if page.state is State.CALLBACK else None
    return _shown(page, AnswerForm(formdata=None), held=held)


@bp.post("/<no>/answer")
@needs(P.TICKET_CALLBACK)
def answer(no: str) -> Response:
    """Record what was said."""
    form = AnswerForm(formdata=request.form, meta={"csrf": False})
    place = _place(no)
    refusal = trying.take(no, Action.RATE, form)
    if refusal:
        return _again(no, form, Action.RATE, refusal)
    flash(f"已记录 {no}：{form.spoken}", "done")
    return replies.to_path(url_for("callback.onward", at=place))


@bp.post("/<no>/missed")
@needs(P.TICKET_CALLBACK)
def missed(no: str) -> Response:
    """Record that nobody answered."""
    form = TryForm(formdata=request.form, meta={"csrf": False})
    place = _place(no)
    refusal = trying.take(no, Action.TRY, form)
    if refusal:
        return _again(no, AnswerForm(formdata=request.form, meta={"csrf": False}), Action.TRY, refusal)
    flash("已记录未接通", "done")
    return replies.to_path(url_for("callback.onward", at=place, left=no))


def _again(no: str, form: AnswerForm, action: Action, refusal: Refused) -> Response:
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
    return _shown(page, form, trying.attempt(action, form, refusal, page))


def _shown(
    page: TicketPage, form: AnswerForm, attempt: Attempt | None = None, *, held: CallbackClaim | None = None
) -> Response:
    form.version.data = str(page.version)
    rules = office().rules
    given: dict[str, Any] = {
        "ticket": page,
        "form": form,
        "script_of": rules.signature.strip("【】"),
        "tries": rules.limits.callbacks.tries,
        "held": held,
        "early": "TRY" not in page.actions,
        "open": held is None and "RATE" in page.actions and page.state is State.CALLBACK and not page.rework_wanted,
        "now": now(),
    }
    if attempt:
        given |= {"attempt": attempt, "status": attempt.problem.status}
        if replies.wants_fragment():
            return replies.fragment("callback/_answer.html", **given)
    with office().begin(by=actor()) as work:
        given |= _desk(work, current=page.no)
    return replies.page("callback/ticket.html", with_detail=True, back=url_for("callback.index"), **given)


def _queue() -> str:
    asked = request.values.get("queue", "")
    return asked if asked in QUEUES else "call"


def _place(no: str) -> str:
    with office().begin(by=actor()) as work:
        return queues.place(access.staff(work, no, lock=False))


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    cursor = request.values.get("cursor", "")
    queue = _queue()
    page = queues.page(work, QUEUES[queue], cursor=cursor or None)
    return {
        "counts": {name: queues.count(work, wanted) for name, wanted in QUEUES.items()},
        "queue": queue,
        "rows": page,
        "cursor": cursor,
        "current": current,
        "now": work.now,
    }
