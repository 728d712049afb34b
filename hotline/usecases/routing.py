"""Reading waiting tickets and sending each to its unit, or to a dispatcher with proposals (handbook §6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from hotline.domain import routing
from hotline.domain.errors import Refused
from hotline.domain.events import Subscriber
from hotline.domain.lifecycle import State
from hotline.domain.reading import Reading
from hotline.store.assignment import Stage, of_ticket
from hotline.store.journal import Entry
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import dispatch, incidents, intake, precedents, repeats, sameness

WAITING = (State.SUBMITTED, State.PENDING_DISPATCH)


def route_batch(work: Work, most: int = 50) -> int:
    """Look at the oldest tickets that no rule has looked at yet; returns how many.

    Run by the house. A ticket that somebody is working on right now is left for the next batch.
    """
    waiting = work.session.scalars(
        select(Ticket)
        .where(Ticket.routed_at.is_(None), Ticket.state.in_(WAITING))
        .order_by(Ticket.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for ticket in waiting:
        route(work, ticket)
    return len(waiting)


def route(work: Work, ticket: Ticket) -> None:
    """Propose units for the ticket; dispatch it where the rules are sure."""
    reading = work.reader(ticket.title, ticket.content, ticket.address)
    by_hand = is_chosen(ticket)
    filled = ticket.category is not None and not by_hand
    ticket.suggested = reading.kept() | ({intake.FILLED: True} if filled else {})
    ticket.routed_at = work.now
    if ticket.region is None:
        ticket.region = reading.region
    if not by_hand and ticket.urgency == "NORMAL":
        ticket.urgency = reading.urgency
    held = _held(work, ticket)
    decided = decide(work, ticket, reading)
    ticket.proposals = kept(decided)
    ticket.why_waiting = (held or reading.doubt or decided.why_not)[:200]
    if decided.automatic and decided.proposals and not reading.doubt and not held:
        _send(work, ticket, reading, decided.proposals[0])
    _tell(work, ticket)


def _tell(work: Work, ticket: Ticket) -> None:
    """What was read from the text counts (its district) and shows (the proposals), though nothing has moved."""
    work.tell(Subscriber.BOARD, ticket)
    entry = work.session.scalar(
        select(Entry).where(Entry.ticket_id == ticket.id, Entry.seq == ticket.journal_seq).limit(1)
    )
    work.tell(Subscriber.LIVE, ticket, entry)


def kept(decided: routing.Routing) -> list[dict[str, Any]]:
    """The proposals as they are kept with the ticket."""
    return [
        {"unit": p.unit, "score": round(p.score, 4), "reason": p.reason, "rule": p.rule, "co_units": list(p.co_units)}
        for p in decided.proposals
    ]


def propose(
    work: Work,
    ticket: Ticket,
    *,
    category: str | None = None,
    region: str | None = None,
    urgency: str | None = None,
    complained_unit: str | None = None,
) -> routing.Routing:
    """What the rules would say if a person chose these; the ticket stays as it is."""
    read = ticket.suggested
    reading = Reading.of(read) if read else work.reader(ticket.title, ticket.content, ticket.address)
    return decide(
        work, ticket, reading, category=category, region=region, urgency=urgency, complained_unit=complained_unit
    )


def is_chosen(ticket: Ticket) -> bool:
    """Whether a person chose the category; one that was only filled in is no surer than the reading."""
    return ticket.category is not None and not ticket.suggested.get(intake.FILLED)


def decide(
    work: Work,
    ticket: Ticket,
    reading: Reading,
    *,
    category: str | None = None,
    region: str | None = None,
    urgency: str | None = None,
    complained_unit: str | None = None,
) -> routing.Routing:
    """What the rules say; a category that a person chose is certain, and no unit is asked again that gave it back."""
    chosen, place = category or ticket.category, region or ticket.region
    case = routing.Case(
        category=chosen or reading.category,
        confidence=1.0 if category or is_chosen(ticket) else reading.confidence,
        region=place,
        place_certain=reading.place_certain or (place is not None and place != reading.region),
        outside=reading.outside,
        urgency=urgency or ticket.urgency,
        text=f"{ticket.title}\n{ticket.content}",
        complained_unit=complained_unit or ticket.complained_unit,
        confidential=ticket.confidential,
        alternatives=tuple((g.code, g.score) for g in reading.guesses[1:]),
    )
    rules = precedents.rules_with(work, [case.category or "", *(code for code, _ in case.alternatives)])
    decided = routing.route(case, work.rules.city, rules, work.now, work.rules.auto_threshold)
    return _not_again(work, ticket, decided)


def _not_again(work: Work, ticket: Ticket, decided: routing.Routing) -> routing.Routing:
    """After a granted return or a recall a person chooses, and not among the units it came back from."""
    gone = {task.unit for task in of_ticket(work.session, ticket.id) if task.stage in (Stage.RETURNED, Stage.RECALLED)}
    if not gone:
        return decided
    left = tuple(p for p in decided.proposals if p.unit not in gone)
    why_not = "退单后须由派单员确认承办单位"
    if dispatch.must_coordinate(work, ticket):
        why_not = f"已退单 {ticket.returns_granted} 次，须提交协调，由协调确定主办单位"
    return replace(decided, proposals=left, automatic=False, why_not=why_not)


def _send(work: Work, ticket: Ticket, reading: Reading, best: routing.Proposal) -> None:
    try:
        with work.session.begin_nested():
            if ticket.at is State.SUBMITTED:
                intake.accept(work, ticket)
            else:
                intake.complete(work, ticket)
            dispatch.dispatch(work, ticket, best.unit, co_units=best.co_units, rule=best.rule, reason=best.reason)
    except Refused as refused:
        # The rules and the guards disagree: a person decides, and reads why.
        work.session.refresh(ticket)
        ticket.why_waiting = refused.message[:200]
        ticket.routed_at = work.now


def _held(work: Work, ticket: Ticket) -> str:
    """Why a person looks first: it may be an open matter once more, or a closed one. Danger is never held back."""
    repeated = repeats.note(work, ticket)
    same = sameness.duplicates(work, ticket)
    if ticket.urgency != "NORMAL":
        return ""
    if same:
        return f"与在办工单 {same[0].ticket.no} 疑为同一事项（相似 {same[0].alike:.0%}），请并单或确认派单"
    if (incident := incidents.active_for(work, ticket)) is not None:
        return f"与事件 {incident.no} 疑为同一事件，请归入事件或确认派单"
    if ticket.round > 1:
        return "恢复办理的工单，由派单员确认承办单位"
    return repeated
