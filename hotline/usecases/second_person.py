"""Steps that one person proposes and another performs (双人决定): rejecting as FINISHED or ILLEGAL, terminating.

The first call records the proposal on the ticket; the same step taken by another person performs it, with what the
first one filled in. Once the ticket has moved on, the proposal is void. Source: handbook §3, §7.
"""

from __future__ import annotations

from typing import Any

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, permit
from hotline.domain.permissions import Permission
from hotline.store.joint import Joint, open_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, progress

RULE = {Action.REJECT: "§3", Action.TERMINATE: "§7"}
TAG = "joint:"
"""Begins the tag by which lists know a ticket that waits for a second person; the state it holds for ends it."""
WITH_SUPERVISOR = frozenset({Action.TERMINATE})
"""Steps of which one of the two is a supervisor."""


def waiting(work: Work, ticket: Ticket) -> Joint | None:
    """The proposal that waits for a second person; None when there is none or the ticket has moved on since."""
    found = open_on(work.session, ticket.id)
    return found if found is not None and found.state == ticket.state else None


def settle(work: Work, ticket: Ticket, action: Action, fields: dict[str, Any]) -> dict[str, Any] | None:
    """Propose the step, or let it go ahead as the second person; call it after every other check.

    Args:
        fields: what was filled in; a second person agrees to what the first one filled in.

    Returns:
        The first person's fields, to perform the step with; None when it has only been proposed now.

    Raises:
        NotYours: the house decides nothing of the kind; or neither of the two is a supervisor where one must be.
        NotNow: the same person again, or another proposal waits.
    """
    if work.by.id is None:
        raise NotYours(f"“{action.label}”须由两名工作人员决定", rule=RULE[action])
    found = waiting(work, ticket)
    if found is None:
        _propose(work, ticket, action, fields)
        return None
    if found.action != action or found.fields.get("reason") != fields.get("reason"):
        waits = Action(found.action).label
        raise NotNow(f"{found.by}提请的“{waits}”还在等待第二人确认，请先同意或不同意", rule=RULE[action])
    if found.by_id == work.by.id:
        raise NotNow("您已提请，须由另一人确认", rule=RULE[action])
    supervised = found.supervisor or work.by.may(Permission.TICKET_SUPERVISE)
    if action in WITH_SUPERVISOR and not supervised:
        raise NotYours(f"“{action.label}”的两人中须有一名督办员，请由督办员确认", rule=RULE[action])
    _end(work, found, agreed=True)
    ticket.tags = _untagged(ticket)
    audit_log.write(work, Kind.SECOND_PERSON, ticket, action.label, first=found.by)
    return dict(found.fields)


def decline(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Do not agree to what was proposed, or take back what one proposed oneself; the ticket stays as it is.

    Raises:
        NotNow: nothing is proposed.
        NotYours: the person could not have taken the step either.
    """
    progress.check(work, ticket, Action.DECLINE)
    found = waiting(work, ticket)
    if found is None:
        raise NotNow("没有等待第二人确认的提请", rule="§3")
    permit(Action(found.action), work.by)
    if not clean(opinion):
        raise Invalid({"opinion": "请写明不同意的理由"}, rule="§3")
    _end(work, found, agreed=False)
    ticket.tags = _untagged(ticket)
    progress.advance(work, ticket, Action.DECLINE, step=found.action, opinion=clean(opinion))


def _propose(work: Work, ticket: Ticket, action: Action, fields: dict[str, Any]) -> None:
    stale = open_on(work.session, ticket.id)
    if stale is not None:
        _end(work, stale, agreed=None)
        work.session.flush()
    assert work.by.id is not None, "the house proposes nothing"
    work.session.add(
        Joint(
            ticket_id=ticket.id,
            action=action,
            state=ticket.state,
            fields=fields,
            by_id=work.by.id,
            by=work.by.name[:40],
            supervisor=work.by.may(Permission.TICKET_SUPERVISE),
            at=work.now,
        )
    )
    ticket.tags = sorted({*_untagged(ticket), f"{TAG}{ticket.state}"})
    progress.advance(work, ticket, Action.PROPOSE, step=action.value, reason=fields.get("reason"))


def _untagged(ticket: Ticket) -> list[str]:
    return [tag for tag in ticket.tags if not tag.startswith(TAG)]


def _end(work: Work, joint: Joint, *, agreed: bool | None) -> None:
    joint.settled_at, joint.settled_by, joint.agreed = work.now, work.by.name[:40], agreed
