"""The only writer of a ticket's state: the lifecycle table decides, the journal remembers."""

from __future__ import annotations

from typing import Any

from hotline.domain.events import Event
from hotline.domain.lifecycle import Action, State, permit, step
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work


def check(work: Work, ticket: Ticket, action: Action) -> None:
    """Refuse what the table does not allow, before anything is written.

    Raises:
        NotNow, NotYours: as :func:`hotline.domain.lifecycle.step`.
    """
    step(ticket.at, action, work.by)


def begin(work: Work, ticket: Ticket, state: State, payload: dict[str, Any]) -> Entry:
    """The first event of a ticket: CREATE, into DRAFT or SUBMITTED."""
    assert state in (State.DRAFT, State.SUBMITTED), "a ticket begins as a draft or as submitted"
    ticket.state = state
    return work.record(ticket, Event(Action.CREATE, None, state, payload))


def advance(work: Work, ticket: Ticket, action: Action, to: State | None = None, **payload: Any) -> Entry:
    """Take one step of the table and record it.

    Args:
        to: the target where the table offers several; it must be one of them.
        payload: JSON values for the journal; no personal data.
    """
    rule = step(ticket.at, action, work.by)
    source = ticket.at
    target = to or (next(iter(rule.targets)) if len(rule.targets) == 1 else source)
    assert target in (rule.targets or {source}), f"{action} leads from {source} to {set(rule.targets)}, not to {target}"
    ticket.state = target
    return work.record(ticket, Event(action, source, target, payload))


def note(work: Work, ticket: Ticket, action: Action, **payload: Any) -> Entry:
    """Record what a co-unit did for itself; the ticket does not move.

    Raises:
        NotYours: the person's roles never allow this action.
    """
    permit(action, work.by)
    return work.record(ticket, Event(action, ticket.at, ticket.at, payload))
