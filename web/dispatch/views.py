"""``/dispatch``: queues, list and the ticket; one key sends it on and brings the next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from hotline.domain.errors import Invalid, Refused
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.read import counts, dispatching, queues
from hotline.read.queues import Wanted
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, steps
from web import replies
from web.dispatch.forms import ReturnForm, SendForm
from web.guard import actor, needs, office
from web.tickets import trying
from web.tickets.choices import choices

bp = Blueprint("dispatch", __name__, template_folder="templates", url_prefix="/dispatch")

QUEUES = {
    "dispatch": State.PENDING_DISPATCH,
    "accept": State.SUBMITTED,
    "return": State.RETURN_REVIEW,
    "info": State.NEED_INFO,
}
"""The queues of the desk, in the order in which they press."""
OFFERED = {
    State.SUBMITTED: ("MERGE", "JOIN_EVENT", "LINK", "REJECT", "ASK_INFO", "HANDOVER", "GRADE", "TERMINATE", "DECLINE"),
    State.PENDING_DISPATCH: (
        "MERGE",
        "JOIN_EVENT",
        "LEAVE_EVENT",
        "LINK",
        "COORDINATE",
        "ASK_INFO",
        "HANDOVER",
        "GRADE",
        "TERMINATE",
        "DECLINE",
    ),
    State.RETURN_REVIEW: ("COORDINATE", "GRADE"),
    State.NEED_INFO: ("SUPPLEMENT",),
}
"""What else can be done beside the desk's own step; in other states everything that is open to the person."""
MOST_AT_ONCE = 50

P = Permission

OTHER_PROPOSALS = Invalid({"unit": "类别、地点或等级已改，建议单位随之更新，请看过再派"})
"""Enter was pressed before the proposals for what is chosen now had come."""


@bp.get("/")
@needs(P.TICKET_DISPATCH, P.TICKET_ACCEPT)
def index() -> Response:
    """The queue asked for, or the first that holds anything."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("dispatch/index.html", **shown)


@bp.get("/list")
@needs(P.TICKET_DISPATCH, P.TICKET_ACCEPT)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("dispatch/_list.html", **shown)


@bp.get("/queues")
@needs(P.TICKET_DISPATCH, P.TICKET_ACCEPT)
def queue_counts() -> Response:
    """The queues alone."""
    with office().begin(by=actor()) as work:
        shown = counts.of(work, list(QUEUES.values()))
    return replies.fragment("dispatch/_queues.html", counts=shown, queue=request.args.get("queue", ""), names=QUEUES)


@bp.get("/next")
@needs(P.TICKET_DISPATCH, P.TICKET_ACCEPT)
def onward() -> Response:
    """On to what comes after the place in the list where the last ticket stood."""
    queue = _queue() or "dispatch"
    with office().begin(by=actor()) as work:
        no = queues.following(work, Wanted(states=(QUEUES[queue],)), request.args.get("at", ""))
    return replies.to("dispatch.ticket", no=no, queue=queue) if no else replies.to("dispatch.index", queue=queue)


@bp.get("/<no>")
@needs(P.TICKET_DISPATCH, P.TICKET_ACCEPT)
def ticket(no: str) -> Response:
    """One ticket beside the list."""
    return _ticket(no)


@bp.post("/<no>/propose")
@needs(P.TICKET_DISPATCH)
def propose(no: str) -> Response:
    """Who could take it with what is chosen now; the ticket stays as it is."""
    form = SendForm(formdata=request.form, meta={"csrf": False})
    with office().begin(by=actor()) as work:
        proposed = dispatching.proposed(work, no, form.fields(work.rules.city))
    known = {option.unit for option in proposed.options}
    untouched = form.unit.data == request.form.get("proposed")
    if (untouched or form.unit.data not in known) and proposed.options:
        form.unit.data = proposed.options[0].unit
    return replies.fragment("dispatch/_proposals.html", proposed=proposed, form=form, no=no)


@bp.post("/<no>/send")
@needs(P.TICKET_DISPATCH)
def send(no: str) -> Response:
    """Accept it, if that is still to be done, and send it to the unit chosen: one transaction."""
    form = SendForm(formdata=request.form, meta={"csrf": False})
    way_on = _way_on(no)
    code = Action.ACCEPT if form.queue.data == "accept" else Action.DISPATCH
    only = code is Action.ACCEPT and request.form.get("only") == "accept"
    refusal: Refused | None = None
    if not only and not form.other_unit.data and request.form.get("about", form.about) != form.about:
        refusal = OTHER_PROPOSALS
    refusal = refusal or trying.take(no, code, form, None if only else _send)
    if refusal:
        return _again("dispatch/_send.html", no, form, code, refusal)
    if only:
        return _on(way_on, "已受理，工单在待派单里")
    unit = form.fields(office().rules.city)["unit"]
    return _on(way_on, f"已派给{_unit_name(unit)}")


@bp.post("/<no>/decide")
@needs(P.RETURN_DECIDE)
def decide(no: str) -> Response:
    """Grant or refuse what a unit gives back; granted, it may go on to another unit at once."""
    form = ReturnForm(formdata=request.form, meta={"csrf": False})
    way_on = _way_on(no)
    granted = request.form.get("decision") != "refuse"
    code = Action.OK_RETURN if granted else Action.NO_RETURN
    refusal = trying.take(no, code, form, _grant if granted else None)
    if refusal:
        return _again("dispatch/_return.html", no, form, code, refusal)
    unit = form.fields(office().rules.city)["unit"]
    if not granted:
        return _on(way_on, "已驳回退单")
    return _on(way_on, f"已同意退单，改派给{_unit_name(unit)}" if unit else "已同意退单，工单回到待派单")


@bp.post("/together")
@needs(P.TICKET_DISPATCH)
def together() -> Response:
    """Send several tickets to the unit proposed for each of them, each in its own transaction."""
    done: list[str] = []
    failed: list[tuple[str, str]] = []
    for picked in dict.fromkeys(request.form.getlist("pick")[:MOST_AT_ONCE]):
        no, _, rest = picked.partition(":")
        version, _, unit = rest.partition(":")
        try:
            with office().begin(by=actor()) as work:
                found = access.staff(work, no, seen=int(version) if version.isdecimal() else 0)
                _send(work, found, {"unit": unit, "co_units": _co_units(found, unit)})
            done.append(no)
        except Refused as refusal:
            said = next(iter(getattr(refusal, "fields", {}).values()), refusal.message)
            failed.append((no, said))
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("dispatch/together.html", done=done, failed=failed, with_detail=True, **shown)


def _send(work: Work, found: Ticket, fields: dict[str, Any]) -> None:
    if found.at is State.SUBMITTED:
        steps.take(work, found, Action.ACCEPT, fields)
    steps.take(work, found, Action.DISPATCH, fields)


def _grant(work: Work, found: Ticket, fields: dict[str, Any]) -> None:
    steps.take(work, found, Action.OK_RETURN, fields)
    if fields["unit"]:
        steps.take(work, found, Action.DISPATCH, {"unit": fields["unit"], "reason": fields["opinion"]})


def _co_units(found: Ticket, unit: str) -> list[str]:
    return next((list(p.get("co_units", [])) for p in found.proposals if p["unit"] == unit), [])


def _queue() -> str:
    asked = request.values.get("queue", "")
    return asked if asked in QUEUES else ""


def _desk(work: Work, *, current: str = "", otherwise: str = "") -> dict[str, Any]:
    """Queues and list; without a queue asked for, the first that holds anything."""
    counted = counts.of(work, list(QUEUES.values()))
    first = next((name for name, state in QUEUES.items() if counted[state].count), "dispatch")
    queue = _queue() or otherwise or first
    cursor = request.values.get("cursor", "")
    page = queues.page(work, Wanted(states=(QUEUES[queue],)), cursor=cursor or None)
    return {
        "counts": counted,
        "names": QUEUES,
        "queue": queue,
        "rows": page,
        "cursor": cursor,
        "current": current,
        "now": work.now,
    }


def _ticket(no: str) -> Response:
    with office().begin(by=actor()) as work:
        case = dispatching.of(work, no)
        city = work.rules.city
    form: SendForm | ReturnForm = SendForm(formdata=None) if case.asked is None else ReturnForm(formdata=None)
    around = _around(case)
    form.version.data, form.queue.data = str(case.page.version), around["queue"]
    if isinstance(form, SendForm):
        form.begin(case.page, city)
    form.propose(case.proposed)
    return replies.page(
        "dispatch/ticket.html", case=case, ticket=case.page, proposed=case.proposed, form=form, **around
    )


def _around(case: dispatching.Case) -> dict[str, Any]:
    """What stands beside the ticket: the queue it is in, and the ways back and on."""
    own = next((name for name, state in QUEUES.items() if state is case.page.state), "dispatch")
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=case.page.no, otherwise=own)
    queue = shown["queue"]
    return shown | {
        "with_detail": True,
        "back": url_for("dispatch.index", queue=queue),
        "after": url_for("dispatch.onward", queue=queue, at=case.place),
        "stay": url_for("dispatch.ticket", no=case.page.no, queue=queue),
        "only": OFFERED.get(case.page.state, ()),
        "narrowed": case.page.state in OFFERED,
    }


def _again(template: str, no: str, form: SendForm | ReturnForm, code: Action, refusal: Refused) -> Response:
    """The form with everything that was typed, what is wrong, and what is newer."""
    with office().begin(by=actor()) as work:
        case = dispatching.of(work, no)
        attempt = trying.attempt(code, form, refusal, case.page)
        proposed = case.proposed
        if isinstance(form, SendForm) and (not attempt.problem.fields or refusal is OTHER_PROPOSALS):
            proposed = dispatching.proposed(work, no, form.fields(work.rules.city))
            if refusal is OTHER_PROPOSALS:
                form.propose(proposed)
    form.version.data = str(case.page.version)
    return replies.fragment(
        template if replies.wants_fragment() else "dispatch/ticket.html",
        case=case,
        ticket=case.page,
        proposed=proposed,
        form=form,
        attempt=attempt,
        status=attempt.problem.status,
        **_around(case),
    )


def _way_on(no: str) -> str:
    """Where the next ticket is: asked before the step moves this one out of the list."""
    with office().begin(by=actor()) as work:
        found = access.staff(work, no, lock=False)
        return url_for("dispatch.onward", queue=_queue() or "dispatch", at=queues.place(found))


def _on(path: str, told: str) -> Response:
    flash(told, "done")
    return replies.to_path(path)


def _unit_name(code: str) -> str:
    unit = office().rules.city.units.get(code)
    return unit.short_name if unit else choices(office().rules.city, "units").words(code)
