"""``/incidents``: what may be one event, the events that go on, and one event handled in one go."""

from __future__ import annotations

from flask import Blueprint, Response, request

from hotline.domain.errors import Invalid, Refused
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.read import incidents as shown
from hotline.usecases import access, incidents, steps
from web import replies
from web.guard import actor, needs, now, office

bp = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/incidents")

P = Permission
MOST_AT_ONCE = 200


@bp.get("/")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def index() -> Response:
    """Proposals first, then what goes on."""
    with office().begin(by=actor()) as work:
        proposed, listed = shown.proposed(work), shown.listed(work)
    return replies.page("incidents/index.html", proposed=proposed, listed=listed, now=now())


@bp.get("/<no>")
@needs(P.TICKET_VIEW)
def show(no: str) -> Response:
    """One event with its tickets, as far as the person may see them."""
    return _page(no)


@bp.post("/open")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def begin() -> Response:
    """Make one event of the tickets chosen; the oldest is the master."""
    picked = list(dict.fromkeys(request.form.getlist("pick")))[:MOST_AT_ONCE]
    with office().begin(by=actor()) as work:
        found = [access.staff(work, no) for no in sorted(picked)]
        incident = incidents.open_with(work, found)
        number, n = incident.no, len(found)
    return replies.to("incidents.show", no=number, told=f"已把 {n} 件归为一个事件")


@bp.post("/<no>/send")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def send(no: str) -> Response:
    """What still waits goes to the master's unit."""
    with office().begin(by=actor()) as work:
        gone = incidents.bring_along(work, incidents.by_no(work, no, lock=True))
    return replies.to("incidents.show", no=no, told=f"已随主单派出 {gone} 件" if gone else "没有可以派出的工单")


@bp.post("/<no>/reply")
@needs(P.TICKET_REPLY)
def reply(no: str) -> Response:
    """Each ticket its own words, all in one transaction."""
    typed = {name.removeprefix("public-"): words for name, words in request.form.items() if name.startswith("public-")}
    internal, solved = request.form.get("internal", ""), request.form.get("solved", "yes")
    try:
        with office().begin(by=actor()) as work:
            wanted = [each for each in shown.of(work, no).to_reply if typed.get(each, "").strip()]
            if not wanted:
                raise Invalid({"public": "请至少填写一件的公开答复"})
            for each in sorted(wanted):
                fields = {"public": typed[each], "internal": internal, "solved": solved}
                steps.take(work, access.staff(work, each), Action.REPLY, fields)
    except Refused as refused:
        return _page(no, typed=typed, internal=internal, refused=refused)
    return replies.to("incidents.show", no=no, told=f"已提交 {len(wanted)} 件的结果，等待审核")


def _page(
    no: str, *, typed: dict[str, str] | None = None, internal: str = "", refused: Refused | None = None
) -> Response:
    with office().begin(by=actor()) as work:
        page = shown.of(work, no)
    said = next(iter(refused.fields.values()), refused.message) if isinstance(refused, Invalid) else ""
    return replies.page(
        "incidents/page.html",
        page=page,
        typed=typed or {},
        internal=internal,
        refused=said or (refused.message if refused else ""),
        may_send=actor().may(P.TICKET_DISPATCH),
        may_reply=actor().may(P.TICKET_REPLY),
        status=(422 if isinstance(refused, Invalid) else 409) if refused else 200,
        now=now(),
    )
