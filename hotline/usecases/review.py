"""Checking a unit's reply (审核), and ordering rework (重办)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from hotline.domain.appeal import AppealType, clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.store.assignment import Stage, lead_of
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import attachments, closing, deadlines, dispatch, intake, points, progress, repeats
from hotline.usecases.adding import LATE
from hotline.usecases.repeats import REPEATED

MOST_AT_ONCE = 100
"""Replies of an event passed in one go."""
REQUESTED = "review_request"
"""The tag of a ticket whose closing is contested and not yet answered."""
LOOK_AGAIN = frozenset({REQUESTED, LATE, REPEATED})
"""What brings an ended ticket back to a reviewer."""
ANSWERED = frozenset({REQUESTED, LATE})
"""What the appellant asked for, and hears the result of (text 13)."""


def needs_callback(work: Work, ticket: Ticket) -> bool:
    """All dispatched tickets with a contact are called back, except PRAISE and anonymous ones (handbook §9)."""
    who = work.session.get(Contact, ticket.id)
    return bool(ticket.type != AppealType.PRAISE and not ticket.anonymous and who and who.phone)


def approve(
    work: Work,
    ticket: Ticket,
    *,
    public: str = "",
    publish: bool = False,
    checked: Collection[str] | None = None,
    shown: object = None,
) -> None:
    """Let the reply go to the appellant: on to call-back, or closed where none is needed.

    Args:
        public: the public reply as the reviewer edited it; empty keeps the unit's words.
        publish: the reviewer chooses it for the public list; only with the appellant's consent.
        checked: codes of the checklist's items that hold, every required one among them; None: a program that
            passes the reply as a whole. Either is kept in the journal.
        shown: keys of the units' files that go out with the reply; None keeps the units' marks.
    """
    progress.check(work, ticket, Action.PASS)
    looked_at = work.rules.checklist.confirmed(checked)
    if clean(public):
        ticket.public_reply = clean(public)
    closing.check_complete(work, ticket)
    deadlines.stop(work, ticket)
    ticket.reviewed_at = work.now
    if shown is not None:
        attachments.publish(work, ticket, attachments.keys_in(shown))
    tags = set(ticket.tags) - {"public"} | ({"public"} if publish and ticket.publish_consent else set())
    ticket.tags = sorted(tags)
    if needs_callback(work, ticket):
        clock = deadlines.start(work, ticket, ClockKind.CALLBACK)
        ticket.due_at = clock.due_at if clock else None
        progress.advance(work, ticket, Action.PASS, State.CALLBACK, **looked_at)
        return
    lead = lead_of(work.session, ticket.id)
    points.praised(work, ticket, lead)
    closing.end(work, ticket, Action.PASS, closing.mode_of(lead), **looked_at)


def alike(work: Work, ticket: Ticket) -> list[Ticket]:
    """The other replies of its event that wait for review, by the same unit in the same words; the oldest first.

    One handling has one result (handbook §7); what the unit wrote for one of them alone is looked at alone.
    """
    return [other for other in beside(work, ticket) if clean(other.public_reply) == clean(ticket.public_reply)]


def beside(work: Work, ticket: Ticket) -> list[Ticket]:
    """The other tickets of its event whose reply by the same unit waits for review, whatever it says."""
    if ticket.incident_id is None or ticket.at is not State.REPLY_REVIEW:
        return []
    found = select(Ticket).where(
        Ticket.incident_id == ticket.incident_id,
        Ticket.id != ticket.id,
        Ticket.state == State.REPLY_REVIEW.value,
        Ticket.lead_unit == ticket.lead_unit,
    )
    return list(work.session.scalars(found.order_by(Ticket.id).limit(MOST_AT_ONCE)))


def send_back(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Send the reply back; the first time the unit gets until the close of the next working day at least."""
    progress.check(work, ticket, Action.FAIL)
    opinion = clean(opinion)
    if not opinion:
        raise Invalid({"opinion": "请写明退回的原因和需要补正的内容"})
    lead = lead_of(work.session, ticket.id)
    assert lead is not None, "a reply under review has a lead"
    deadlines.stop(work, ticket, ClockKind.REVIEW)
    lead.stage = Stage.WORKING
    lead.replied_at = ticket.replied_at = None
    due_at = deadlines.send_back(work, ticket, lead)
    lead.fails += 1
    progress.advance(work, ticket, Action.FAIL, opinion=opinion, due_at=due_at.isoformat())


def rework(work: Work, ticket: Ticket, *, ground: str) -> None:
    """Order a new round; at most two after the first, then supervision instead (handbook §5)."""
    progress.check(work, ticket, Action.REWORK)
    if not clean(ground):
        raise Invalid({"ground": "请写明重办的理由"})
    if ticket.lead_unit is None:
        raise NotNow("直接答复的工单没有承办单位，请恢复办理后派单", rule="§4")
    if ticket.round > work.rules.limits.rework.most:
        raise NotNow(f"已重办 {ticket.round - 1} 次，请转督办", rule="§5 Rework")
    requested = bool(ANSWERED & set(ticket.tags))
    ticket.tags = [tag for tag in ticket.tags if tag not in LOOK_AGAIN]
    dispatch.next_round(work, ticket, ground=clean(ground), requested=requested)
    repeats.follow(work, ticket)


def reopen(work: Work, ticket: Ticket, *, ground: str) -> None:
    """Take an ended ticket up again (恢复办理): it waits for dispatch, in a new round where a unit has handled it.

    Raises:
        NotNow: nobody asked for it in time, or all rounds are used up.
    """
    progress.check(work, ticket, Action.REOPEN)
    if not clean(ground):
        raise Invalid({"ground": "请写明恢复办理的理由"})
    asked = LOOK_AGAIN & set(ticket.tags)
    if not asked and ticket.at is State.CLOSED:
        raise NotNow("诉求人没有申请复核、没有在办结后补充，也没有重复反映，不能恢复办理", rule="§4")
    within = work.rules.limits.reviews.request_within
    if not asked and (ticket.closed_at is None or work.now > ticket.closed_at + within):
        raise NotNow(f"已超过 {within.days} 天，请作为新的诉求登记", rule="§13")
    handled = ticket.first_dispatched_at is not None and ticket.at is State.CLOSED
    if handled and ticket.round > work.rules.limits.rework.most:
        raise NotNow(f"已重办 {ticket.round - 1} 次，请转督办", rule="§5 Rework")
    ticket.round += 1 if handled else 0
    ticket.tags = [tag for tag in ticket.tags if tag not in LOOK_AGAIN]
    ticket.closed_at = ticket.close_mode = ticket.replied_at = ticket.reviewed_at = None
    ticket.lead_unit = ticket.routed_at = None
    ticket.rework_wanted, ticket.callback_tries = False, 0
    ticket.accepted_at = ticket.accepted_at or work.now
    deadlines.stop(work, ticket)
    intake.complete(work, ticket)
    clock = deadlines.start(work, ticket, ClockKind.DISPATCH)
    ticket.due_at = clock.due_at if clock else None
    requested = bool(asked & ANSWERED)
    progress.advance(work, ticket, Action.REOPEN, ground=clean(ground), round=ticket.round, requested=requested)
    repeats.follow(work, ticket)


def keep(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Let the result stand: of a call-back that found somebody unsatisfied, or of a closing that was contested.

    The demand is not justified; the rating stays as it is.
    """
    progress.check(work, ticket, Action.KEEP)
    ended = ticket.at in ENDED
    asked = LOOK_AGAIN & set(ticket.tags)
    if ended and not asked:
        raise NotNow("诉求人没有申请复核或补充，或已有结论", rule="§13")
    if not ended and not ticket.rework_wanted:
        raise NotNow("诉求人还没有评价，请先回访", rule="§9")
    if not clean(opinion):
        raise Invalid({"opinion": "请写明维持办结的理由"})
    if ended:
        deadlines.stop(work, ticket, ClockKind.REVIEW_REQUEST)
        ticket.tags = [tag for tag in ticket.tags if tag not in LOOK_AGAIN]
        progress.advance(work, ticket, Action.KEEP, opinion=clean(opinion), requested=bool(asked & ANSWERED))
        return
    ticket.rework_wanted = False
    closing.end(work, ticket, Action.KEEP, closing.mode_of(lead_of(work.session, ticket.id)), opinion=clean(opinion))
