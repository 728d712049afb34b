"""``/timing``: what units ask time for, what stands still, and a region's tickets in one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import State
from hotline.domain.permissions import Actor, Permission
from hotline.read import queues, standing_still, ticket_page
from hotline.read.queues import Wanted
from hotline.store.work import Work
from hotline.usecases import suspensions
from web import replies
from web.guard import actor, needs, office
from web.timing.forms import RegionForm

bp = Blueprint("timing", __name__, template_folder="templates", url_prefix="/timing")

P = Permission


@dataclass(frozen=True, slots=True)
class Queue:
    """One list of the desk."""

    name: str
    wanted: Wanted
    needs: Permission
    icon: str
    empty: str


QUEUES = {
    "extend": Queue(
        "延期待审", Wanted(asked=("EXTEND", 1)), P.TICKET_DISPATCH, "clock", "没有等待审核的首次延期申请。"
    ),
    "again": Queue(
        "二次延期待审", Wanted(asked=("EXTEND", 2)), P.TICKET_SUPERVISE, "clock", "没有等待审核的二次延期申请。"
    ),
    "suspend": Queue(
        "挂起待审", Wanted(asked=("SUSPEND", 2)), P.TICKET_SUPERVISE, "message", "没有等待审核的挂起申请。"
    ),
    "stopped": Queue("已挂起", Wanted(states=(State.SUSPENDED,)), P.TICKET_SUPERVISE, "inbox", "没有挂起的工单。"),
}
"""In the order in which they press."""
OFFERED = ("OK_EXTEND", "NO_EXTEND", "SUSPEND", "NO_SUSPEND", "PROLONG", "RESUME")


@bp.get("/")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def index() -> Response:
    """The queue asked for, or the first that holds anything."""
    with office().begin(by=actor()) as work:
        shown = _desk(work)
    return replies.page("timing/index.html", **shown)


@bp.get("/list")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def listed() -> Response:
    """The list alone, fetched anew when something has changed."""
    with office().begin(by=actor()) as work:
        shown = _desk(work, current=request.args.get("no", ""))
    return replies.fragment("timing/_list.html", **shown)


@bp.get("/<no>")
@needs(P.TICKET_DISPATCH, P.TICKET_SUPERVISE)
def ticket(no: str) -> Response:
    """One ticket: what is asked and why, and the decision."""
    with office().begin(by=actor()) as work:
        page = ticket_page.of(work, no)
        shown = _desk(work, current=no)
    here = url_for("timing.index", queue=shown["queue"])
    return replies.page(
        "timing/ticket.html", ticket=page, with_detail=True, back=here, after=here, only=OFFERED, **shown
    )


@bp.get("/region")
@needs(P.TICKET_SUPERVISE)
def region() -> Response:
    """The form for a region."""
    return _region(_form())


@bp.post("/region")
@needs(P.TICKET_SUPERVISE)
def region_do() -> Response:
    """Let a region's ordinary tickets stand still, or go on; everyone concerned is told."""
    form = _form()
    until = form.until.data.isoformat() if form.until.data else ""
    regions, words = form.region.data or [], form.words.data or ""
    try:
        with office().begin(by=actor()) as work:
            if form.deed.data == "resume":
                found = suspensions.resume_region(work, regions, words=words)
                told = f"已恢复 {len(found.done)} 件工单"
            else:
                found = suspensions.suspend_region(work, regions, until=until, words=words)
                left = f"特急、紧急 {found.urgent} 件照常计时，待签收 {found.unsigned} 件未挂起"
                told = f"已挂起 {len(found.done)} 件工单；{left}"
    except Invalid as invalid:
        for name, fault in invalid.fields.items():
            if name in form:
                form[name].errors = [*form[name].errors, fault]
        return _region(form, status=422)
    return replies.to("timing.index", queue="stopped", told=told)


def _form() -> RegionForm:
    form = RegionForm(formdata=request.form if request.method == "POST" else None)
    city = office().rules.city
    form.region.choices = {unit.region_code: unit.region_name for unit in city.units.values() if _is_county(unit)}
    return form


def _is_county(unit: Any) -> bool:
    return unit.fallback and len(unit.region_code) == 6 and not unit.region_code.endswith("00")


def _region(form: RegionForm, *, status: int = 200) -> Response:
    with office().begin(by=actor()) as work:
        counted = standing_still.by_county(work)
    return replies.page("timing/region.html", form=form, counted=counted, status=status)


def _open_to(who: Actor) -> list[str]:
    return [name for name, queue in QUEUES.items() if who.may(queue.needs)]


def _desk(work: Work, *, current: str = "") -> dict[str, Any]:
    mine = _open_to(work.by)
    counts = {name: queues.count(work, QUEUES[name].wanted) for name in mine}
    asked = request.args.get("queue", "")
    queue = asked if asked in mine else next((name for name in mine if counts[name]), mine[0])
    cursor = request.args.get("cursor", "")
    return {
        "names": {name: QUEUES[name] for name in mine},
        "counts": counts,
        "queue": queue,
        "rows": queues.page(work, QUEUES[queue].wanted, cursor=cursor or None),
        "cursor": cursor,
        "current": current,
        "can_stop": work.by.may(P.TICKET_SUPERVISE),
        "now": work.now,
    }
