"""What has happened to a ticket, and who must hear of it.

An event is written to the journal with what changed, in one transaction. :data:`LISTENERS` says which subscribers of
the relay get a line in the outbox for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hotline.domain.lifecycle import Action, State


class Subscriber(StrEnum):
    """Who listens to the relay."""

    BOARD = "board"
    """Marks and figures; exactly once, in the relay's own transaction."""
    NOTICE = "notice"
    """Words to the appellant and to the unit; written as notices, sent by a job."""
    ROUTE = "route"
    """Something waits to be classified and routed; wakes the job."""
    LIVE = "live"
    """A hint to the pages that show the ticket's queue."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal before it is written."""

    action: Action
    source: State | None
    """None when the ticket begins."""
    target: State
    payload: dict[str, Any] = field(default_factory=dict)
    """JSON values: what was recorded besides the common fields; no names, phones or addresses."""


TOLD = frozenset(
    {Action.CREATE, Action.SUBMIT, Action.ACCEPT, Action.REJECT, Action.ASK_INFO, Action.DISPATCH, Action.REDISPATCH}
    | {Action.OK_EXTEND, Action.NO_EXTEND, Action.SUSPEND, Action.NO_SUSPEND, Action.RESUME}
    | {Action.PASS, Action.RATE, Action.REWORK, Action.LAPSE, Action.KEEP}
    | {Action.MERGE, Action.ANSWER, Action.WARN, Action.URGE, Action.FAIL, Action.NO_RETURN, Action.SUPPLEMENT}
    | {Action.SUPERVISE, Action.INSTRUCT, Action.FAIL_SUPERVISION, Action.END_SUPERVISION}
    | {Action.REVIEW_REQUEST, Action.WITHDRAW, Action.COORDINATE, Action.DESIGNATE, Action.REOPEN}
    | {Action.SUB_DISPATCH, Action.ADD_UNIT, Action.DROP_UNIT, Action.REPLY, Action.TIMED_CALLBACK, Action.TERMINATE}
    | {Action.GRADE, Action.COMPLEX, Action.TRANSFER, Action.PROPOSE}
    | {Action.REQ_RELEASE, Action.OK_RELEASE, Action.NO_RELEASE, Action.DRAFT_REPLY}
)
"""Events of which the appellant or the unit is told (handbook §14)."""


def listeners(event: Event) -> list[Subscriber]:
    """Who gets an outbox line for this event."""
    wanted = [Subscriber.BOARD, Subscriber.LIVE]
    if event.action in TOLD:
        wanted.append(Subscriber.NOTICE)
    if event.target in (State.SUBMITTED, State.PENDING_DISPATCH):
        wanted.append(Subscriber.ROUTE)
    return wanted
