"""What an appellant adds later 补充: to an open ticket, a merged one, or for some days after the end (handbook §13)."""

from __future__ import annotations

from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import NotNow
from hotline.domain.lifecycle import Action, State
from hotline.store.clock import running
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, intake, merging, progress

LATE = "late_supplement"
"""The tag of a ticket to which something was added after its end, until a reviewer has looked."""
AFTER = frozenset({State.CLOSED, State.REJECTED})


def supplement(work: Work, ticket: Ticket, text: str, *, merged: str = "") -> None:
    """Keep what is added, where it can do something.

    On a merged ticket it is kept with both and lands on the master; after the end it lands with the reviewer.

    Raises:
        NotNow: the ticket ended too long ago, or in a way that leaves nothing to add to.
    """
    progress.check(work, ticket, Action.SUPPLEMENT)
    if (into := merging.master_of(work, ticket, lock=True)) is not None:
        progress.check(work, into, Action.SUPPLEMENT)
        _keep(work, ticket, text)
        brought = list(work.bringing)
        progress.advance(work, ticket, Action.SUPPLEMENT, master=into.no)
        work.bringing = brought  # the files go where the matter is handled
        supplement(work, into, text, merged=ticket.no)
    elif ticket.at in AFTER:
        _late(work, ticket, text, merged)
    else:
        intake.supplement(work, ticket, text, merged=merged)


def _late(work: Work, ticket: Ticket, text: str, merged: str) -> None:
    if refused := why_not_late(work, ticket):
        raise NotNow(refused, rule="§13")
    _keep(work, ticket, text)
    ticket.tags = sorted({*ticket.tags, LATE})
    await_review(work, ticket)
    progress.advance(work, ticket, Action.SUPPLEMENT, late=True, merged=merged)


def why_not_late(work: Work, ticket: Ticket) -> str:
    """Why nothing can be added any more, in words; empty if it can."""
    within = work.rules.limits.reviews.request_within
    late = ticket.at in AFTER and (ticket.closed_at is None or work.now > ticket.closed_at + within)
    return f"办结已超过 {within.days} 天，请作为新的诉求反映" if late else ""


def await_review(work: Work, ticket: Ticket) -> None:
    """The centre's clock for looking at an ended ticket again; one that runs already runs on."""
    if all(clock.kind != ClockKind.REVIEW_REQUEST.value for clock in running(work.session, ticket.id)):
        deadlines.start(work, ticket, ClockKind.REVIEW_REQUEST)


def _keep(work: Work, ticket: Ticket, text: str) -> None:
    work.session.add(Supplement(ticket_id=ticket.id, at=work.now, by=work.by.role_label[:20], text=text))
