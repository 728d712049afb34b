"""Taking one step from a form: checked, at the version that was seen, once; what is refused keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from wtforms import TextAreaField

from hotline.domain.appeal import clean
from hotline.domain.errors import Invalid, NotNow, NotYours, Refused, Stale
from hotline.domain.lifecycle import Action
from hotline.read.story import Line
from hotline.read.ticket_page import TicketPage
from hotline.store import journal
from hotline.store.assignment import of_ticket
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import access, steps
from web.guard import actor, office
from web.tickets.form_base import StepForm
from web.tickets.steps import Attempt, attempt_of

TWICE = timedelta(seconds=15)
"""Within this time the same step by the same person on the same version is a second press, not a second wish."""

Take = Callable[[Work, Ticket, dict[str, Any]], None]
"""What is done with the ticket and what was filled in."""


def take(no: str, code: Action, form: StepForm, do: Take | None = None) -> Refused | None:
    """Take the step; None when it is done, else why not.

    Args:
        code: names the step; its event is the first that ``do`` records.
        do: what to do, where it is more than the step itself.
    """
    seen = _seen(form)
    try:
        if not form.validate():
            raise Invalid({name: said[0] for name, said in form.errors.items() if name})
        with office().begin(by=actor()) as work:
            ticket = access.staff(work, no)
            if seen is None:
                raise Stale("没有收到您看到的是哪一版工单，请看过最新内容再提交，您填写的内容已保留")
            if seen != ticket.version:
                if _pressed_twice(work, ticket, code, seen) and _kept(work, ticket, form):
                    return None
                raise Stale("工单在您填写时有了新进展，请看过再提交，您填写的内容已保留")
            fields = form.fields(work.rules.city)
            if do is None:
                steps.take(work, ticket, code, fields)
            else:
                do(work, ticket, fields)
    except (Invalid, NotNow, Stale, NotYours) as refusal:
        return refusal
    return None


def attempt(code: Action, form: StepForm, refusal: Refused, ticket: TicketPage) -> Attempt:
    """The refused step as a page shows it: the form as it was filled in, what is wrong, and what is newer.

    Args:
        ticket: as it is now.
    """
    newer = _since(ticket, _seen(form)) if isinstance(refusal, Stale) else ()
    return attempt_of(code, form, refusal, newer)


def _seen(form: StepForm) -> int | None:
    return int(form.version.data) if (form.version.data or "").isdecimal() else None


def _pressed_twice(work: Work, ticket: Ticket, code: Action, seen: int) -> bool:
    """Whether this very step was taken a moment ago by the same person from the same page."""
    entries = [entry for entry in journal.of_ticket(work.session, ticket.id) if entry.seq > seen]
    first = entries[0] if entries else None
    return bool(first and first.action == code and first.actor_id == work.by.id and work.now - first.at < TWICE)


def _kept(work: Work, ticket: Ticket, form: StepForm) -> bool:
    """Whether every long text of this form is on record: other words in a second tab are no second press."""
    typed = {clean(field.data) for field in form if isinstance(field, TextAreaField) and field.data}
    entries = journal.of_ticket(work.session, ticket.id)
    kept = {value for entry in entries for value in entry.payload.values() if isinstance(value, str)}
    kept |= {reply for task in of_ticket(work.session, ticket.id) for reply in (task.public_reply, task.internal_reply)}
    kept |= set(work.session.scalars(select(Supplement.text).where(Supplement.ticket_id == ticket.id)))
    return typed - {""} <= kept | {ticket.public_reply}


def _since(ticket: TicketPage, seen: int | None) -> tuple[Line, ...]:
    """What happened since that version, a supplement and the latest draft of the own result with their texts."""
    added = {said.at: said.text for said in ticket.supplements}
    lines = [line for line in ticket.journal if seen is not None and line.seq > seen]
    own = next((task for task in ticket.assignments if task.acting and not task.replied_at), None)
    drafted = [
        line.at for line in lines if own and line.action is Action.DRAFT_REPLY and line.payload.get("unit") == own.unit
    ]
    if own and drafted:
        added[drafted[-1]] = own.public_reply or own.internal_reply
    return tuple(replace(line, words=line.words or added.get(line.at, "")) for line in lines)
