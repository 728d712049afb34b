"""Taking an appeal: the one door behind every channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from hotline.domain.appeal import Appeal, AppealType, Urgency
from hotline.domain.calendar import ZONE
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Conflict, Invalid
from hotline.domain.lifecycle import Action, State
from hotline.domain.number import number, query_code
from hotline.domain.permissions import Permission
from hotline.store.clock import running
from hotline.store.contact import Contact
from hotline.store.ticket import Receipt, Supplement, Ticket, claim, next_serial
from hotline.store.work import Work
from hotline.usecases import attachments, deadlines, foresight, progress

TIMED = "timed_callback"
"""The tag of a ticket that the centre answers itself by a timed call-back (限时回访); the router leaves it alone."""
FILLED = "filled"
"""In what was read from a ticket: its category was filled in from it, nobody chose it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to an appeal."""

    ticket: Ticket
    fresh: bool
    """False when the same delivery had been taken before."""


def body_hash(raw: Mapping[str, Any]) -> str:
    """What tells two deliveries under one key apart: a hash over the normalised fields."""
    body = {key: str(value) for key, value in raw.items() if value not in (None, "")}
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def take(
    work: Work,
    appeal: Appeal,
    *,
    key: str | None = None,
    body: str = "",
    draft: bool = False,
) -> Taken:
    """Make the appeal a ticket, or find the one that this delivery already is.

    Args:
        key: what names this delivery in its channel (message id, call, ``Idempotency-Key``); None takes it in any case.
        body: hash of what was delivered, to notice another content under the same key.
        draft: the agent keeps it for later.

    Raises:
        Conflict: the key was used for another content.
    """
    receipt = None
    if key is not None:
        receipt, fresh = claim(work.session, appeal.channel, key[:200], body, work.now)
        if not fresh:
            if body and receipt.body_hash != body:
                raise Conflict("这个 Idempotency-Key 已用于另一条诉求，请换一个再提交")
            known = work.session.get_one(Ticket, receipt.ticket_id)
            return Taken(known, fresh=False)
    by_agent = work.by.may(Permission.TICKET_REGISTER)
    read: dict[str, Any] = {}
    if by_agent and not draft and not (appeal.category and appeal.type and appeal.region):
        # Before the number is taken: reading takes milliseconds, and the day's counter is everybody's.
        read = work.reader(appeal.title, appeal.content, appeal.address).kept()
    attachments.bring(work, None, appeal.files)
    ticket = _register(work, appeal, read)
    foresight.mark_risks(work, ticket)
    if receipt is not None:
        receipt.ticket_id = ticket.id
    progress.begin(
        work,
        ticket,
        State.DRAFT if draft or by_agent else State.SUBMITTED,
        {"channel": appeal.channel, "long_letter": bool(appeal.rest)},
    )
    if by_agent and not draft:
        submit(work, ticket)
    elif not draft:
        _wait_for(work, ticket, ClockKind.ACCEPT)
    return Taken(ticket, fresh=True)


def known(work: Work, channel: str, key: str) -> str:
    """Number of the ticket that a delivery of this key became; empty when there was none."""
    query = select(Ticket.no).join(Receipt, Receipt.ticket_id == Ticket.id)
    return work.session.scalar(query.where(Receipt.channel == channel, Receipt.external_id == key)) or ""


def submit(work: Work, ticket: Ticket) -> None:
    """The agent's registration goes to dispatch at once: a person has already accepted it."""
    complete(work, ticket)
    foresight.mark_risks(work, ticket)
    foresight.at_least_urgent(ticket)
    ticket.accepted_at = work.now
    progress.advance(work, ticket, Action.SUBMIT)
    _wait_for(work, ticket, ClockKind.DISPATCH)


def accept(
    work: Work,
    ticket: Ticket,
    *,
    type: AppealType | None = None,
    category: str | None = None,
    region: str | None = None,
    urgency: Urgency | None = None,
    complained_unit: str | None = None,
) -> None:
    """Accept what came by web or SMS; what the dispatcher leaves out stays as it was read from the text."""
    progress.check(work, ticket, Action.ACCEPT)
    describe(
        work, ticket, type=type, category=category, region=region, urgency=urgency, complained_unit=complained_unit
    )
    complete(work, ticket)
    foresight.at_least_urgent(ticket)
    deadlines.stop(work, ticket, ClockKind.ACCEPT, ClockKind.TIMED_CALLBACK)
    if TIMED in ticket.tags:
        # It was to be answered by a timed call-back; now a unit gets it, and the rules may look at it.
        ticket.routed_at = None
    ticket.tags = [tag for tag in ticket.tags if tag != TIMED]
    ticket.accepted_at = ticket.accepted_at or work.now
    progress.advance(work, ticket, Action.ACCEPT, type=ticket.type, category=ticket.category, urgency=ticket.urgency)
    _wait_for(work, ticket, ClockKind.DISPATCH)


def complete(work: Work, ticket: Ticket) -> None:
    """Fill what nobody said about the ticket with what its text says: category, type, urgency, region."""
    if ticket.category and ticket.type and ticket.region:
        return
    read = ticket.suggested
    if not read.get("categories"):
        read = ticket.suggested = work.reader(ticket.title, ticket.content, ticket.address).kept()
    guesses = read.get("categories") or []
    given, chosen = ticket.urgency, ticket.category
    describe(
        work,
        ticket,
        type=None if ticket.type else AppealType(read["type"]),
        category=guesses[0]["code"] if guesses and not chosen else None,
        region=ticket.region or read["region"] or work.rules.city.region_code,
        urgency=Urgency(read["urgency"]) if given == Urgency.NORMAL else None,
    )
    if not chosen and ticket.category:
        ticket.suggested = {**ticket.suggested, FILLED: True}


def describe(
    work: Work,
    ticket: Ticket,
    *,
    type: AppealType | None = None,
    category: str | None = None,
    region: str | None = None,
    urgency: Urgency | None = None,
    complained_unit: str | None = None,
) -> None:
    """Say what the ticket is about; a category brings its default type and urgency where none was given.

    Raises:
        Invalid: a lower grade for an accepted ticket; that is a step of its own, with a reason (handbook §5).
    """
    if urgency and ticket.accepted_at and urgency.is_below(Urgency(ticket.urgency)):
        raise Invalid({"urgency": "受理后降低等级须由派单班长用“变更等级”办理，并写明理由"}, rule="§5 Grade")
    known = work.rules.city.categories.get(category or ticket.category or "")
    if category:
        ticket.category = category
        ticket.suggested = {name: value for name, value in ticket.suggested.items() if name != FILLED}
    if type or (category and known and not ticket.type):
        ticket.type = type or (known.appeal_types[0] if known else None)
    if region:
        ticket.region = region
    if urgency:
        ticket.urgency = urgency
    if complained_unit:
        ticket.complained_unit = complained_unit
    if known and known.sensitive:
        ticket.confidential = True
    if ticket.type == AppealType.REPORT:
        ticket.confidential = True


def supplement(work: Work, ticket: Ticket, text: str, *, merged: str = "") -> None:
    """Add to an open appeal what its appellant says later; a ticket that waited for it goes on.

    Args:
        merged: number of the merged ticket by which it came.
    """
    progress.check(work, ticket, Action.SUPPLEMENT)
    work.session.add(Supplement(ticket_id=ticket.id, at=work.now, by=work.by.role_label[:20], text=text))
    back = None
    if ticket.at is State.NEED_INFO:
        back = State(ticket.origin_state or State.SUBMITTED)
        ticket.origin_state = None
        deadlines.stop(work, ticket, ClockKind.INFO_WAIT)
        resume_after_info(work, ticket, back)
    progress.advance(work, ticket, Action.SUPPLEMENT, back, **({"merged": merged} if merged else {}))


def resume_after_info(work: Work, ticket: Ticket, back: State) -> None:
    """Start again the clock that stood still while the appellant was asked."""
    if back is State.PROCESSING:
        deadlines.resume(work, ticket)
        return
    timed = next((c for c in running(work.session, ticket.id) if c.kind == ClockKind.TIMED_CALLBACK.value), None)
    if timed is not None:
        ticket.due_at = timed.due_at
        return
    _wait_for(work, ticket, ClockKind.ACCEPT if back is State.SUBMITTED else ClockKind.DISPATCH)


def _wait_for(work: Work, ticket: Ticket, kind: ClockKind) -> None:
    clock = deadlines.start(work, ticket, kind)
    assert clock is not None, "accepting and dispatching always have a limit"
    ticket.due_at = clock.due_at


def _register(work: Work, appeal: Appeal, read: dict[str, Any]) -> Ticket:
    on = work.now.astimezone(ZONE).date()
    ticket = Ticket(
        query_code=query_code(),
        version=0,
        state=State.DRAFT,
        channel=appeal.channel,
        source_line=appeal.source_line,
        call_id=appeal.call_id,
        urgency=Urgency.NORMAL,
        confidential=appeal.confidential,
        anonymous=appeal.anonymous,
        publish_consent=appeal.publish_consent,
        title=appeal.title,
        content=appeal.content,
        occurred_at=appeal.occurred_at,
        address=appeal.address,
        lon=appeal.lon,
        lat=appeal.lat,
        suggested=read,
        created_at=appeal.created_at or work.now,
        changed_at=work.now,
        tags=[],
        proposals=[],
        journal_seq=0,
        journal_hash="",
        round=1,
    )
    if appeal.category or appeal.type:
        describe(work, ticket, type=appeal.type, category=appeal.category)
    ticket.region = appeal.region
    if appeal.urgency:
        ticket.urgency = appeal.urgency
    ticket.no = number(work.rules.number_prefix, on, next_serial(work.session, on))
    work.session.add(ticket)
    work.session.flush()
    sealer = work.sealer
    work.session.add(
        Contact(
            ticket_id=ticket.id,
            name=sealer.seal(appeal.name),
            phone=sealer.seal(appeal.phone),
            identity=sealer.seal(appeal.identity),
            phone_hash=sealer.look_up(appeal.phone) if appeal.phone else None,
            identity_hash=sealer.look_up(appeal.identity) if appeal.identity else None,
            reply_by=appeal.reply_by,
        )
    )
    if appeal.rest:
        work.session.add(Supplement(ticket_id=ticket.id, at=work.now, by="诉求人", text=appeal.rest))
    return ticket
