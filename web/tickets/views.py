"""The ticket page that every desk shares, and the one address to which all its steps are sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, request, url_for

from hotline.domain.errors import NotFound, Refused
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.domain.permissions import Permission
from hotline.read import ticket_page
from hotline.read.hops import shares
from hotline.read.story import Line
from hotline.usecases import access, handling, second_person
from web import replies
from web.files.parts import takes_files
from web.guard import actor, needs, now, office
from web.tickets import trying
from web.tickets.checks import checked
from web.tickets.choices import LISTS, choices
from web.tickets.form_base import StepForm
from web.tickets.forms import FORMS
from web.tickets.steps import DONE, STAYS, Attempt, Steps, steps_of

bp = Blueprint("tickets", __name__, template_folder="templates")


@bp.app_template_global("ticket_steps")
def ticket_steps(
    ticket: ticket_page.TicketPage,
    attempt: Attempt | None = None,
    only: tuple[str, ...] = (),
    way_on: str = "",
    stay: str = "",
) -> Steps:
    """For ``tickets/_actions.html``: the forms of what can be done now."""
    return steps_of(ticket, office().rules.city, attempt, only=only, way_on=way_on, stay=stay)


@bp.app_template_filter("state_kind")
def state_kind(state: State) -> str:
    """The badge of a state: somebody works on it, it waits for somebody, or it is over."""
    if state in ENDED:
        return "done"
    return "live" if state in (State.PROCESSING, State.CALLBACK) else "wait"


@bp.app_template_filter("journal_entries")
def journal_entries(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """The journal for ``ui.timeline``: where it stands now is marked."""
    last = lines[-1].seq if lines else 0
    return [
        {
            "at": line.at,
            "title": line.title,
            "who": " · ".join(part for part in (line.unit, line.who) if part),
            "words": line.words,
            "kind": "now" if line.seq == last else "",
        }
        for line in lines
    ]


bp.add_app_template_filter(shares, "shares")


@bp.get("/tickets/<no>")
@needs(Permission.TICKET_VIEW)
def show(no: str) -> Response:
    """One ticket, as this person may see it."""
    with office().begin(by=actor()) as work:
        ticket = ticket_page.of(work, no)
    return replies.page("tickets/page.html", ticket=ticket, now=now())


@bp.post("/tickets/<no>/actions/<action>")
@needs(Permission.TICKET_VIEW)
@takes_files
def act(no: str, action: str) -> Response:
    """Take one step. What is refused comes back with everything that was typed."""
    if action not in Action.__members__ or Action(action) not in FORMS:
        raise NotFound("没有这个操作，请从工单页面上的按钮进入")
    code = Action(action)
    form = FORMS[code](formdata=request.form, meta={"csrf": False})
    refusal = trying.take(no, code, form)
    if refusal:
        return _again(no, code, form, refusal)
    flash(_done(no, code), "done")
    onward = (form.stay.data if code in STAYS else "") or form.next.data or ""
    return replies.to_path(replies.local_path(onward, url_for("tickets.show", no=no)))


@bp.post("/tickets/checks/reply")
@needs(Permission.TICKET_REPLY, Permission.TICKET_HANDLE)
def checks() -> Response:
    """What could be better about a reply while it is being written; nothing is kept."""
    found = checked(request.form.get("public", "")[:5000], contacted=request.form.get("contacted") == "yes")
    return replies.fragment("tickets/_checks.html", checks=found)


@bp.get("/tickets/choices/<name>")
@needs(Permission.TICKET_VIEW, Permission.KNOWLEDGE_READ)
def listed(name: str) -> Response:
    """A long list for the fields that search while one types: ``[words, other words]`` each."""
    if name not in LISTS:
        abort(404)
    answer = jsonify([[each.words, each.also] for each in choices(office().rules.city, name).entries])
    answer.cache_control.private = True
    answer.cache_control.max_age = 600
    return answer


def _done(no: str, code: Action) -> str:
    """What is said after the step; after a reply, who reads it next; of a mere proposal, that it waits for another."""
    if code in second_person.RULE:
        with office().begin(by=actor()) as work:
            if second_person.waiting(work, access.staff(work, no, lock=False)):
                return "已提请，由另一人确认后生效"
    if code is Action.REPLY:
        with office().begin(by=actor()) as work:
            reader = handling.reader_of(work, access.staff(work, no, lock=False))
        return f"已提交，由{reader}查看" if reader else DONE[code]
    return DONE.get(code, f"已{code.label}")


def _again(no: str, code: Action, form: StepForm, refusal: Refused) -> Response:
    with office().begin(by=actor()) as work:
        ticket = ticket_page.of(work, no)
    attempt = trying.attempt(code, form, refusal, ticket)
    template = "tickets/_actions.html" if replies.wants_fragment() else "tickets/page.html"
    status = attempt.problem.status
    way_on, stay = form.next.data or "", form.stay.data or ""
    return replies.fragment(template, ticket=ticket, attempt=attempt, after=way_on, stay=stay, now=now(), status=status)
