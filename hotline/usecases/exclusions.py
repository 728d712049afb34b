"""Exclusions 剔除: the unit asks, QA decides; the rating stays on record and in the raw rates (handbook §9)."""

from __future__ import annotations

from sqlalchemy import select

from hotline.domain import exclusions
from hotline.domain.appeal import clean
from hotline.domain.audit import Kind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.exclusions import Reason
from hotline.domain.lifecycle import Action
from hotline.store.exclusion import Exclusion
from hotline.store.journal import Entry
from hotline.store.notice import Rating
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, progress

DISPATCHING = (Action.DISPATCH, Action.REDISPATCH, Action.DESIGNATE)
MOST = 2000


def request(work: Work, ticket: Ticket, *, reason: str, evidence: str) -> None:
    """Ask to take the last rating out of the score, with evidence.

    Raises:
        Invalid: the reason or the evidence is missing.
        NotYours: the unit did not lead the ticket.
        NotNow: there is no rating, it was asked about already, or the time for asking is over.
    """
    progress.check(work, ticket, Action.REQ_EXCLUDE)
    faults = {}
    if reason not in list(Reason):
        faults["reason"] = f"剔除理由应为：{'、'.join(each.label for each in Reason)}"
    if not clean(evidence):
        faults["evidence"] = "请写明证据，例如现场记录、法规条文或通话编号"
    elif len(clean(evidence)) > MOST:
        faults["evidence"] = f"最多 {MOST} 字，现有 {len(clean(evidence))} 字"
    if faults:
        raise Invalid(faults, rule="§9")
    if ticket.lead_unit is None or ticket.lead_unit not in work.rules.city.below(work.by.unit):
        raise NotYours("只有主办单位可以申请剔除评价，请联系主办单位", rule="§9")
    limits, calendar = work.rules.limits.exclusions, work.rules.calendar
    rating = last_rating(work, ticket)
    asked = rating is not None and _of(work, rating) is not None
    until = exclusions.ask_until(rating.at, limits, calendar) if rating else None
    refused = exclusions.refusal(rated_at=rating.at if rating else None, asked=asked, until=until, now=work.now)
    if refused is not None:
        raise refused
    assert rating is not None, "no rating was refused above"
    work.session.add(
        Exclusion(
            ticket_id=ticket.id,
            rating_id=rating.id,
            unit=ticket.lead_unit,
            reason=reason,
            evidence=clean(evidence),
            asked_at=work.now,
            asked_by=work.by.id,
            due_at=exclusions.decide_until(work.now, limits, calendar),
        )
    )
    progress.advance(work, ticket, Action.REQ_EXCLUDE, reason=reason, rating=rating.id)


def grant(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Take the rating out of the score; the raw rates keep it. Raises as :func:`_decide`."""
    asked = _decide(work, ticket, Action.OK_EXCLUDE, opinion, granted=True)
    rating = work.session.get(Rating, asked.rating_id)
    assert rating is not None, "a rating is never deleted"
    rating.excluded = True
    progress.advance(
        work, ticket, Action.OK_EXCLUDE, reason=asked.reason, rating=asked.rating_id, opinion=asked.opinion
    )


def refuse(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """Let the rating count. Raises as :func:`_decide`."""
    asked = _decide(work, ticket, Action.NO_EXCLUDE, opinion, granted=False)
    progress.advance(
        work, ticket, Action.NO_EXCLUDE, reason=asked.reason, rating=asked.rating_id, opinion=asked.opinion
    )


def _decide(work: Work, ticket: Ticket, action: Action, opinion: str, *, granted: bool) -> Exclusion:
    """The open request, decided.

    Raises:
        NotNow: nothing waits for a decision.
        NotYours: the person dispatched the ticket, asked for it, or belongs to the unit (handbook §2).
        Invalid: no reason is given.
    """
    progress.check(work, ticket, action)
    asked = open_request(work, ticket)
    if asked is None:
        raise NotNow("没有等待审定的剔除申请", rule="§9")
    if work.by.unit and asked.unit in work.rules.city.below(work.by.unit) and work.by.unit != work.rules.city.centre:
        raise NotYours("承办单位的人员不能审定本单位的剔除申请，请交质检员", rule="§2")
    if work.by.id is not None and (asked.asked_by == work.by.id or _dispatched(work, ticket, work.by.id)):
        raise NotYours("派过这张工单或提出申请的人不能审定剔除，请交其他质检员", rule="§2")
    if not clean(opinion):
        raise Invalid({"opinion": "请写明审定意见"}, rule="§9")
    asked.decided_at, asked.decided_by = work.now, work.by.id
    asked.granted, asked.opinion = granted, clean(opinion)[:MOST]
    audit_log.write(work, Kind.EXCLUSION, ticket, "同意剔除评价" if granted else "驳回剔除申请", reason=asked.reason)
    return asked


def open_request(work: Work, ticket: Ticket) -> Exclusion | None:
    """The request that waits for a decision."""
    return work.session.scalar(
        select(Exclusion).where(Exclusion.ticket_id == ticket.id, Exclusion.decided_at.is_(None))
    )


def last_rating(work: Work, ticket: Ticket) -> Rating | None:
    """The rating that counts."""
    return work.session.scalar(select(Rating).where(Rating.ticket_id == ticket.id).order_by(Rating.id.desc()).limit(1))


def can_ask(work: Work, ticket: Ticket) -> bool:
    """Whether there is a rating to ask about, in time, and nobody has asked."""
    rating = last_rating(work, ticket)
    if rating is None or not work.by.unit or ticket.lead_unit not in work.rules.city.below(work.by.unit):
        return False
    until = exclusions.ask_until(rating.at, work.rules.limits.exclusions, work.rules.calendar)
    return work.now <= until and _of(work, rating) is None


def _of(work: Work, rating: Rating) -> Exclusion | None:
    return work.session.scalar(select(Exclusion).where(Exclusion.rating_id == rating.id))


def _dispatched(work: Work, ticket: Ticket, person: int) -> bool:
    """Whether this person ever sent the ticket to a unit."""
    query = select(Entry.id).where(
        Entry.ticket_id == ticket.id, Entry.actor_id == person, Entry.action.in_([str(a) for a in DISPATCHING])
    )
    return work.session.scalar(query.limit(1)) is not None
