"""One ticket as its appellant follows it: plain words, units' names, the next date; never the internal text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result
from hotline.domain.deadlines import ClockKind
from hotline.domain.lifecycle import ENDED, Action, State
from hotline.domain.retelling import IN_HAND, state_words
from hotline.read import attachments, retold
from hotline.read.attachments import File, WithFiles
from hotline.read.retold import Step
from hotline.read.story import Said
from hotline.store.clock import running
from hotline.store.journal import Entry
from hotline.store.journal import of_ticket as journal_of
from hotline.store.notice import Rating
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import access, callbacks, deadlines, desk, merging, steps
from hotline.usecases.intake import TIMED
from hotline.usecases.review import REQUESTED

MASTERS = frozenset(
    {Action.DISPATCH, Action.REDISPATCH, Action.DESIGNATE, Action.SIGN, Action.CONTACT, Action.PROGRESS, Action.REPLY}
    | {Action.ASK_INFO, Action.OK_EXTEND, Action.SUSPEND, Action.RESUME, Action.FAIL, Action.PASS, Action.LAPSE}
    | {Action.REWORK, Action.REOPEN, Action.REJECT, Action.HANDOVER, Action.ANSWER, Action.WITHDRAW}
)
"""What the appellant of a merged ticket reads of its master."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the appellant can ask for, or why not now."""

    action: Action
    why_not: str = ""
    """Empty when it can be done now."""


@dataclass(frozen=True, slots=True)
class Followed(WithFiles):
    """Everything the appellant may know of the ticket."""

    no: str
    version: int
    state: State
    state_words: str
    title: str
    content: str
    supplements: tuple[Said, ...]
    address: str
    region_name: str
    created_at: datetime
    closed_at: datetime | None
    unit: str
    """Full name of the unit that has it in hand; empty while there is none."""
    next_words: str
    """What happens next and by when, in one sentence; empty when nothing does any more."""
    next_at: datetime | None
    late: bool
    """The next date has passed."""
    again: bool
    """It is being handled anew; the reply that stands is the one before."""
    public_reply: str
    replied_at: datetime | None
    asked: str
    """What the appellant is asked to add; empty when nothing is."""
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]
    result: str
    score: str
    rate_until: datetime | None
    review_until: datetime | None
    master: str = ""
    """Number of the ticket of the same matter that this one was merged into."""
    publish: bool = False
    """The appellant agrees to publication."""
    files: tuple[File, ...] = ()

    def may(self, action: str) -> bool:
        """Whether it can be done now."""
        return any(c.action == action and not c.why_not for c in self.choices)

    def why_not(self, action: str) -> str:
        """Why it cannot be done now, where that is worth saying."""
        return next((c.why_not for c in self.choices if c.action == action), "")


def of(work: Work, no: str, code: str) -> Followed:
    """The ticket for whoever holds its query code; four queries however long its story.

    Raises:
        NotFound: unknown number or wrong code, alike.
    """
    ticket = access.citizens(work, no, code, lock=False)
    return shown(work, ticket)


def shown(work: Work, ticket: Ticket) -> Followed:
    """The ticket, already found, for its appellant."""
    city, session = work.rules.city, work.session
    entries = journal_of(session, ticket.id)
    # A merged ticket shows what becomes of its master.
    master = merging.master_of(work, ticket)
    told = master or ticket
    theirs = journal_of(session, master.id) if master else entries
    if master:
        shared = [entry for entry in theirs if entry.action in MASTERS]
        entries = sorted([*entries, *shared], key=lambda entry: (entry.at, entry.id))
    supplements = session.scalars(select(Supplement).where(Supplement.ticket_id == ticket.id).order_by(Supplement.id))
    lead = city.units.get(told.lead_unit or "")
    replied = _let_out(theirs)
    contested = REQUESTED in ticket.tags
    next_words, next_at = ("", None)
    if told.at not in ENDED:
        next_words, next_at = retold.next_step(work, told, lead)
    elif contested and (answer := _review_due(work, ticket)):
        next_words, next_at = "复核结果在{}前告诉您", answer
    limits = work.rules.limits
    answered = told.at in (State.CALLBACK, State.CLOSED)
    since = (told.reviewed_at or told.closed_at) if answered and told.close_mode != "DIRECT" else None
    rate_until = since + limits.callbacks.rate_within if since else None
    closed_at = ticket.closed_at if ticket.at is State.CLOSED else None
    return Followed(
        no=ticket.no,
        version=ticket.version,
        state=ticket.at,
        state_words=state_words(told.at, told.round, rated=told.rework_wanted, contested=contested),
        master=master.no if master else "",
        title=ticket.title,
        content=ticket.content,
        supplements=tuple(Said(s.at, s.by, s.text) for s in supplements),
        address=ticket.address,
        region_name=city.region_name(ticket.region),
        created_at=ticket.created_at,
        closed_at=told.closed_at,
        unit=lead.name if lead else "",
        next_words=next_words,
        next_at=next_at,
        late=next_at is not None and next_at < work.now,
        again=told.round > 1 and told.at in IN_HAND,
        public_reply=told.public_reply if replied else "",
        replied_at=replied,
        asked=_asked(told, theirs),
        steps=retold.steps(entries, told, city),
        choices=tuple(_choices(work, ticket, entries, rate_until)),
        result=RESULT_LABELS[Result(ticket.result)] if ticket.result else "",
        score=SCORE_LABELS.get(ticket.score or 0, ""),
        rate_until=rate_until,
        publish=ticket.publish_consent,
        files=attachments.followed(work, ticket, told, replied),
        review_until=closed_at + limits.reviews.request_within if closed_at else None,
    )


def let_out(work: Work, ticket: Ticket) -> bool:
    """Whether the reply that concerns this ticket has been let out."""
    told = merging.master_of(work, ticket) or ticket
    return _let_out(journal_of(work.session, told.id)) is not None


def promise(work: Work, ticket: Ticket) -> datetime:
    """By when the appellant is answered: the call-back, the first promise, else by the limit of its type."""
    if TIMED in ticket.tags and ticket.at is State.SUBMITTED and ticket.due_at is not None:
        return ticket.due_at
    if ticket.promise_due_at is not None:
        return ticket.promise_due_at
    limit = deadlines.limit_of(work, ticket, ClockKind.HANDLING)
    assert limit is not None, "every type has a handling limit"
    return work.rules.calendar.due(ticket.created_at, limit).at


def _review_due(work: Work, ticket: Ticket) -> datetime | None:
    """By when the review that was asked for is answered."""
    clocks = (clock for clock in running(work.session, ticket.id) if clock.kind == ClockKind.REVIEW_REQUEST)
    return next((clock.due_at for clock in clocks), None)


def _let_out(entries: Sequence[Entry]) -> datetime | None:
    """When the reply as it now stands was let out; None while it waits for review or was sent back."""
    let_out = None
    for entry in entries:
        match Action(entry.action):
            case Action.PASS | Action.ANSWER:
                let_out = entry.at
            case Action.REPLY if not (entry.payload.get("co") or entry.payload.get("to")):
                let_out = None
            case _:
                pass
    return let_out


def _asked(ticket: Ticket, entries: Sequence[Entry]) -> str:
    if ticket.at is not State.NEED_INFO:
        return ""
    asked = [e.payload.get("what", "") for e in entries if e.action == Action.ASK_INFO]
    return str(asked[-1]) if asked else ""


def _choices(work: Work, ticket: Ticket, entries: Sequence[Entry], rate_until: datetime | None) -> list[Choice]:
    found = []
    for action in steps.offered(work, ticket):
        match action:
            case Action.URGE:
                found.append(Choice(action, desk.why_not_urge(work, ticket)))
            case Action.RATE:
                if rate_until is not None:
                    found.append(Choice(action, _why_not_rate(work, ticket, rate_until)))
            case Action.REVIEW_REQUEST:
                if any(e.action == Action.REVIEW_REQUEST for e in entries):
                    waits = REQUESTED in ticket.tags
                    found.append(Choice(action, "已经申请过复核，请等待答复" if waits else "已经复核过，不能再次申请"))
                elif ticket.closed_at and work.now <= ticket.closed_at + work.rules.limits.reviews.request_within:
                    found.append(Choice(action))
            case _:
                found.append(Choice(action))
    return found


def _why_not_rate(work: Work, ticket: Ticket, until: datetime) -> str:
    if work.now > until:
        return f"评价时间为答复后 {work.rules.limits.callbacks.rate_within.days} 天内，现已截止"
    given = select(func.count()).where(Rating.ticket_id == ticket.id, Rating.round == ticket.round)
    if (work.session.scalar(given) or 0) > callbacks.CHANGES:
        return "评价只能修改一次"
    return ""
