"""Which open steps this person's unit can really take: by its own assignment, not by the ticket's state alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Permission
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import cooperation, extensions, returns, steps
from hotline.usecases.handling import nearest

A = Action
BY_UNIT = frozenset(
    {A.SIGN, A.CONTACT, A.PROGRESS, A.RELAY, A.REQ_RETURN, A.DRAFT_REPLY, A.REPLY, A.ASK_INFO}
    | {A.SUB_DISPATCH, A.ADD_UNIT, A.DROP_UNIT, A.ASSIGN, A.REQ_EXTEND, A.REQ_SUSPEND, A.RESUME, A.GRADE}
    | {A.REQ_RELEASE, A.OK_RELEASE, A.NO_RELEASE}
)
"""Steps that a unit takes for its own assignment."""
BY_LEAD = frozenset({A.REQ_RETURN, A.ASK_INFO, A.ADD_UNIT, A.REQ_EXTEND, A.REQ_SUSPEND, A.RESUME})
"""Steps that a co-unit leaves to the lead."""
LETS_GO = frozenset({A.DROP_UNIT, A.OK_RELEASE, A.NO_RELEASE})
"""Steps towards the units that help, whatever one's own stage."""
WHILE_WORKING = frozenset(
    {A.CONTACT, A.PROGRESS, A.RELAY, A.DRAFT_REPLY, A.REPLY, A.ASK_INFO, A.REQ_RETURN}
    | {A.SUB_DISPATCH, A.ADD_UNIT, A.ASSIGN, A.REQ_EXTEND, A.REQ_SUSPEND, A.RESUME, A.REQ_RELEASE}
)


def offered(
    work: Work, ticket: Ticket, mine: Sequence[Assignment] | None, droppable: Sequence[Assignment]
) -> tuple[Action, ...]:
    """What this person can do now, in the table's order.

    Args:
        mine: the assignments of the person's units on this ticket; None when the person works for no unit.
        droppable: the co-units and sub-units that the person may let go.
    """
    found = [action for action in steps.offered(work, ticket) if _apt(ticket, action)]
    if not droppable:
        found = [action for action in found if action is not A.DROP_UNIT]
    if not any(task.stage == Stage.RETURN_PENDING for task in droppable):
        found = [action for action in found if action not in (A.OK_RELEASE, A.NO_RELEASE)]
    if mine is None:
        return tuple(found)
    task = _task(mine, work.by.unit)
    if task is None:
        return tuple(action for action in found if action not in BY_UNIT)
    if not cooperation.may_pass_on(work, task):
        found = [action for action in found if action is not A.SUB_DISPATCH]
    co = task.kind != Kind.LEAD
    if not co:
        found = [action for action in found if not _in_vain(work, ticket, task, mine, action)]
    if not co or task.return_decided_at is not None:
        found = [action for action in found if action is not A.REQ_RELEASE]
    able = LETS_GO | {
        Stage.SENT: {A.SIGN, A.REQ_RETURN, A.REQ_RELEASE},
        Stage.WORKING: WHILE_WORKING,
    }.get(Stage(task.stage), set())
    if co and task.stage == Stage.SENT and A.SIGN not in found and work.by.may(Permission.TICKET_SIGN):
        # The lead may have signed long ago: a co-unit signs for itself.
        found.insert(0, A.SIGN)
    if co and task.stage == Stage.WORKING and A.REPLY not in found and work.by.may(Permission.TICKET_REPLY):
        # Nor does it matter that the lead has replied: closing waits for every co-unit.
        found.append(A.REPLY)
    return tuple(
        action
        for action in found
        if action not in BY_UNIT or action is A.GRADE or (action in able and not (co and action in BY_LEAD))
    )


def _in_vain(work: Work, ticket: Ticket, task: Assignment, mine: Sequence[Assignment], action: Action) -> bool:
    """Whether the lead would be refused whatever it fills in: too late, or asked often enough."""
    if action is A.REQ_EXTEND:
        return extensions.over(work, ticket, task)
    if action is A.REQ_RETURN:
        asked = sum(
            1 for each in mine if each.unit == task.unit and each.kind == Kind.LEAD and each.return_requested_at
        )
        return returns.why_not(work, ticket, task, asked=asked, contacted=True) is not None
    return False


def _apt(ticket: Ticket, action: Action) -> bool:
    """Whether the use case will not refuse it out of hand."""
    if action in (A.KEEP, A.TRY) and ticket.at is State.CALLBACK:
        return ticket.rework_wanted is (action is A.KEEP)
    return not (action is A.REWORK and ticket.lead_unit is None)


def _task(mine: Iterable[Assignment], unit: str) -> Assignment | None:
    """The assignment that a step of this person is for, as ``usecases/handling.task_of`` chooses it."""
    active = [task for task in mine if task.stage in ACTIVE]
    return nearest(active, unit) if active else None
