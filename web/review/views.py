"""``/review``: the appeal and the reply side by side, passed or sent back; what did not satisfy, done again or kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, Refused
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.read import queues, ratings, ticket_page
from hotline.read.queues import Wanted
from hotline.read.ticket_page import TicketPage
from hotline.store.work import Work
from hotline.usecases import access
from web import replies
from web.files.parts import takes_files
from web.guard import actor, needs, office
from web.review import together
from web.review.forms import CHECKS, CONCLUSIONS, ConcludeForm, PassForm
from web.tickets import trying
from web.tickets.form_base import StepForm
from web.tickets.steps import Attempt

bp = Blueprint("review", __name__, template_folder="templates", url_prefix="/review")

QUEUES = {
    "reply": Wanted(states=(State.REPLY_REVIEW,)),
    "unsatisfied": Wanted(states=(State.CALLBACK,), rework_wanted=True),
    "contested": Wanted(states=(State.CLOSED, State.REJECTED), clock=ClockKind.REVIEW_REQUEST),
}
COURSE = (Action.CONTACT, Action.PROGRESS, Action.REPLY, Action.FAIL, Action.RATE, Action.REWORK)
"""What a reply is judged by: whom the unit talked to, what it says of its result, what was asked of it before."""
TOLD = {
    Action.PASS: "已通过，答复已转给诉求人",
    Action.FAIL: "已退回承办单位补正",
    Action.KEEP: "已维持办结",
    Action.REWORK: "已要求重办",
    Action.REOPEN: "已恢复办理，工单在待派单里",
}

FORMS: tuple[tuple[str, tuple[Action, ...], type[StepForm]], ...] = (
    *((action.value, (action,), made) for action, made in CHECKS.items()),
    ("CONCLUDE", CONCLUSIONS, ConcludeForm),
)
"""Name in the template, the steps it serves, the form."""

P = Permission


@bp.get("/")
@needs(P.TICKET_REVIEW)
def index() -> Response:
    """The queue asked for, or the first that holds anything."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("review/index.html", **shown)


@bp.get("/list")
@needs(P.TICKET_REVIEW)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("review/_list.html", **shown)


@bp.get("/queues")
@needs(P.TICKET_REVIEW)
def queue_counts() -> Response:
    """The queues alone."""
    with office().begin(by=actor()) as work:
        counted = _counts(work)
    return replies.fragment("review/_queues.html", counts=counted, queue=_queue())


@bp.get("/next")
@needs(P.TICKET_REVIEW)
def onward() -> Response:
    """On to what comes after the place where the last ticket stood."""
    queue = _queue() or "reply"
    with office().begin(by=actor()) as work:
        no = queues.following(work, QUEUES[queue], request.args.get("at", ""))
    return replies.to("review.ticket", no=no, queue=queue) if no else replies.to("review.index", queue=queue)


@bp.get("/<no>")
@needs(P.TICKET_REVIEW)
def ticket(no: str) -> Response:
    """One ticket: what was asked, what was answered, and the decision."""
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
    return _shown(page)


@bp.post("/<no>/<code>")
@needs(P.TICKET_REVIEW)
@takes_files
def decide(no: str, code: str) -> Response:
    """Pass the reply or send it back, and go on."""
    action = _known(CHECKS, code)
    if action is Action.PASS and "together" in request.form:
        return _passed_together(no, PassForm(formdata=request.form, meta={"csrf": False}))
    return _taken(no, action, CHECKS[action](formdata=request.form, meta={"csrf": False}))


@bp.post("/<no>/conclude")
@needs(P.TICKET_REVIEW)
def conclude(no: str) -> Response:
    """Have it done again, handed to another unit, or let it stand, as the button pressed says, and go on."""
    action = _known(CONCLUSIONS, request.form.get("decision", ""))
    return _taken(no, action, ConcludeForm(formdata=request.form, meta={"csrf": False}))


def _passed_together(no: str, form: PassForm) -> Response:
    with office().begin(by=actor()) as work:
        place = queues.place(access.staff(work, no, lock=False))
    allowed = together.likenesses(no)
    refusal = trying.take(no, Action.PASS, form)
    if refusal:
        return _again(no, form, Action.PASS, refusal)
    rest = together.passed(request.form.getlist("pick"), allowed, request.form)
    way_on = url_for("review.onward", queue=_queue() or "reply", at=place)
    if rest.refused:
        with office().begin(by=actor()) as work:
            page = ticket_page.of(work, no)
        return _shown(page, passed=rest, way_on=way_on)
    flash(f"已通过 {len(rest.done) + 1} 件，答复已转给诉求人", "done")
    return replies.to_path(way_on)


def _known(actions: Iterable[Action], code: str) -> Action:
    action = next((each for each in actions if each.value == code), None)
    if action is None:
        raise NotFound("没有这个操作，请从页面上的按钮进入")
    return action


def _taken(no: str, action: Action, form: StepForm) -> Response:
    with office().begin(by=actor()) as work:
        place = queues.place(access.staff(work, no, lock=False))
    refusal = trying.take(no, action, form)
    if isinstance(refusal, Invalid) and isinstance(form, ConcludeForm):
        refusal = Invalid({"words": next(iter(refusal.fields.values()))}, rule=refusal.rule)
    if refusal:
        return _again(no, form, action, refusal)
    flash(TOLD[action], "done")
    return replies.to_path(url_for("review.onward", queue=_queue() or "reply", at=place))


def _again(no: str, form: StepForm, action: Action, refusal: Refused) -> Response:
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
    return _shown(page, trying.attempt(action, form, refusal, page))


def _shown(page: TicketPage, attempt: Attempt | None = None, **more: Any) -> Response:
    city = office().rules.city
    forms: dict[str, StepForm] = {}
    for name, actions, made in FORMS:
        form = made(formdata=None)
        form.begin(page, city)
        if attempt and attempt.action in actions:
            form = attempt.form
        form.version.data = str(page.version)
        form.offer(page, city)
        forms[name] = form
    given: dict[str, Any] = {
        "ticket": page,
        "forms": forms,
        "course": [line for line in page.journal if line.action in COURSE],
        "objection": _objections(page),
        "added": _added(page),
        **more,
    }
    if attempt:
        picked = {each.partition(":")[0] for each in request.form.getlist("pick")}
        given |= {"attempt": attempt, "status": attempt.problem.status, "picked": picked}
    fragment = bool(attempt or more) and replies.wants_fragment()
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=page.no, otherwise=_own(page))
        shown["rated"] = ratings.last(work, page.no)
        shown["alike"] = together.alike(work, page.no)
    return replies.page(
        "review/_decision.html" if fragment else "review/ticket.html",
        with_detail=True,
        back=url_for("review.index", queue=shown["queue"]),
        **given,
        **shown,
    )


def _own(page: TicketPage) -> str:
    return {State.CALLBACK: "unsatisfied", State.CLOSED: "contested", State.REJECTED: "contested"}.get(
        page.state, "reply"
    )


def _objections(page: TicketPage) -> str:
    """Why the closing is contested."""
    return next((line.words for line in reversed(page.journal) if line.action is Action.REVIEW_REQUEST), "")


def _added(page: TicketPage) -> str:
    """What the appellant added after the end."""
    late = [each for each in page.supplements if page.closed_at and each.at >= page.closed_at]
    return late[-1].text if late else ""


def _queue() -> str:
    asked = request.values.get("queue", "")
    return asked if asked in QUEUES else ""


def _counts(work: Work) -> dict[str, int]:
    return {name: queues.count(work, wanted) for name, wanted in QUEUES.items()}


def _desk(work: Work, *, current: str = "", otherwise: str = "") -> dict[str, Any]:
    counted = _counts(work)
    queue = _queue() or otherwise or next((name for name in QUEUES if counted[name]), "reply")
    cursor = request.values.get("cursor", "")
    page = queues.page(work, QUEUES[queue], cursor=cursor or None)
    return {
        "counts": counted,
        "queue": queue,
        "rows": page,
        "cursor": cursor,
        "current": current,
        "now": work.now,
    }
