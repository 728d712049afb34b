"""The ticket page that every desk shares, and the one address to which all its steps are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, abort, flash, jsonify, request, url_for

from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours, Refused, Stale
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import Permission
from hotline.read import ticket_page
from hotline.read.story import Line
from hotline.store import journal
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import access, steps
from web import replies
from web.guard import actor, needs, now, office
from web.tickets.choices import LISTS, choices
from web.tickets.forms import FORMS, StepForm
from web.tickets.steps import DONE, Attempt, Steps, attempt_of, steps_of

bp = Blueprint("tickets", __name__, template_folder="templates")

TWICE = timedelta(seconds=15)
"""Within this time the same step by the same person on the same version is a second press, not a second wish."""


@bp.app_template_global("ticket_steps")
def ticket_steps(
    ticket: ticket_page.TicketPage, attempt: Attempt | None = None, only: tuple[str, ...] = (), way_on: str = ""
) -> Steps:
    """For ``tickets/_actions.html``: the forms of what can be done now."""
    return steps_of(ticket, office().rules.city, attempt, only=only, way_on=way_on)


@bp.get("/tickets/<no>")
@needs(Permission.TICKET_VIEW)
def show(no: str) -> Response:
    """One ticket, as this person may see it."""
    with office().begin(by=actor()) as work:
        ticket = ticket_page.of(work, no)
    return replies.page("tickets/page.html", ticket=ticket, now=now())


@bp.post("/tickets/<no>/actions/<action>")
@needs(Permission.TICKET_VIEW)
def act(no: str, action: str) -> Response:
    """Take one step. What is refused comes back with everything that was typed."""
    if action not in Action.__members__ or Action(action) not in FORMS:
        raise NotFound("没有这个操作，请从工单页面上的按钮进入")
    code = Action(action)
    form = FORMS[code](formdata=request.form, meta={"csrf": False})
    seen = int(form.version.data) if (form.version.data or "").isdecimal() else None
    try:
        _take(no, code, form, seen)
    except (Invalid, NotNow, Stale, NotYours) as refusal:
        return _again(no, code, form, refusal, seen)
    flash(DONE.get(code, f"已{code.label}"), "done")
    return replies.to_path(replies.local_path(form.next.data or "", url_for("tickets.show", no=no)))


@bp.get("/tickets/choices/<name>")
@needs(Permission.TICKET_VIEW)
def listed(name: str) -> Response:
    """A long list for the fields that search while one types: ``[words, other words]`` each."""
    if name not in LISTS:
        abort(404)
    answer = jsonify([[each.words, each.also] for each in choices(office().rules.city, name).entries])
    answer.cache_control.private = True
    answer.cache_control.max_age = 600
    return answer


def _take(no: str, code: Action, form: StepForm, seen: int | None) -> None:
    if not form.validate():
        raise Invalid({name: said[0] for name, said in form.errors.items() if name})
    with office().begin(by=actor()) as work:
        ticket = access.staff(work, no)
        if seen is None:
            raise Stale("没有收到您看到的是哪一版工单，请看过最新内容再提交，您填写的内容已保留")
        if seen != ticket.version:
            if _pressed_twice(work, ticket, code, seen):
                return
            raise Stale("工单在您填写时有了新进展，请看过再提交，您填写的内容已保留")
        steps.take(work, ticket, code, form.fields(work.rules.city))


def _pressed_twice(work: Work, ticket: Ticket, code: Action, seen: int) -> bool:
    """Whether this very step was taken a moment ago by the same person from the same page."""
    entries = [entry for entry in journal.of_ticket(work.session, ticket.id) if entry.seq > seen]
    first = entries[0] if entries else None
    return bool(first and first.action == code and first.actor_id == work.by.id and work.now - first.at < TWICE)


def _since(ticket: ticket_page.TicketPage, seen: int | None) -> tuple[Line, ...]:
    """What happened since that version, a supplement with its text."""
    added = {said.at: said.text for said in ticket.supplements}
    lines = [line for line in ticket.journal if seen is not None and line.seq > seen]
    return tuple(replace(line, words=line.words or added.get(line.at, "")) for line in lines)


def _again(no: str, code: Action, form: StepForm, refusal: Refused, seen: int | None) -> Response:
    with office().begin(by=actor()) as work:
        ticket = ticket_page.of(work, no)
    newer = _since(ticket, seen)
    attempt = attempt_of(code, form, refusal, newer if isinstance(refusal, Stale) else ())
    template = "tickets/_actions.html" if replies.wants_fragment() else "tickets/page.html"
    status = attempt.problem.status
    way_on = form.next.data or ""
    return replies.fragment(template, ticket=ticket, attempt=attempt, after=way_on, now=now(), status=status)
