"""Calling back (回访): tries, the appellant's answer, and the end without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.domain import callback
from hotline.domain.calendar import day_of, local
from hotline.domain.callback import Answer, Result
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Role
from hotline.domain.supervision import Ground, Level
from hotline.store.assignment import lead_of
from hotline.store.contact import Contact
from hotline.store.journal import Entry
from hotline.store.notice import Rating
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import claims, closing, merging, progress, supervision

CHANGES = 1
"""How often an appellant may change the rating within the time allowed (handbook §13)."""
BY_KEY = "key"
"""The way of a rating that was pressed after the call (handbook §9)."""


def rate(work: Work, ticket: Ticket, answer: Answer, *, way: str) -> None:
    """Record the answer. A satisfied appellant closes the ticket; else a reviewer decides between rework and keeping.

    Args:
        way: ``sms``, ``link``, ``phone``, or ``key``: pressed after a call that was answered directly.

    Raises:
        Invalid: a low score without its reason.
        NotNow: the time for rating is over, it was changed once already, or another person has the call-back open.
        NotYours: a call-back of a ticket that the same person registered.
    """
    progress.check(work, ticket, Action.RATE)
    limits = work.rules.limits.callbacks
    if (ticket.close_mode == "DIRECT") is not (way == BY_KEY):
        raise NotNow("直接答复的诉求在通话后按键评价，这里不再评价", rule="§9")
    answered = merging.rateable_since(work, ticket) if ticket.at is State.MERGED else ticket
    since = answered.reviewed_at or answered.closed_at
    if since is not None and work.now > since + limits.rate_within:
        raise NotNow(f"评价时间为答复后 {limits.rate_within.days} 天内，现已截止", rule="§13")
    least = work.rules.counting.satisfied_min
    if way != BY_KEY and callback.needs_reason(answer, least):
        raise Invalid({"reason": f"不满意请选择原因：{'、'.join(callback.REASONS.values())}"}, rule="§9")
    earlier = list(
        work.session.scalars(select(Rating).where(Rating.ticket_id == ticket.id, Rating.round == ticket.round))
    )
    if len(earlier) > CHANGES:
        raise NotNow("评价只能修改一次", rule="§13")
    _check_own(work, ticket)
    claims.check(work, ticket)
    if earlier and answer.result is None:
        answer = replace(answer, result=Result(ticket.result) if ticket.result else None)
    work.session.add(
        Rating(
            ticket_id=ticket.id,
            round=ticket.round,
            at=work.now,
            way=way,
            result=answer.result,
            score=answer.score,
            reason=answer.reason,
            words=answer.words,
        )
    )
    ticket.result, ticket.score, ticket.rated_at = answer.result, answer.score, work.now
    ticket.called_back_at = work.now
    satisfied = answer.satisfied(least)
    payload: dict[str, Any] = {"solved": answer.result, "score": answer.score, "reason": answer.reason, "way": way}
    claims.drop(work, ticket)
    if ticket.at in (State.CLOSED, State.MERGED):
        progress.advance(work, ticket, Action.RATE, None, **payload)
        if ticket.at is State.MERGED:
            merging.rated(work, ticket, answer)
        return
    more_rounds = ticket.round <= work.rules.limits.rework.most
    if satisfied or not more_rounds:
        ticket.rework_wanted = False
        if not satisfied:
            # After the last rework there is no further one: supervision, and the ticket waits for it (handbook §5).
            supervision.open(work, ticket, Level.CENTRE, Ground.DISSATISFIED)
        closing.end(work, ticket, Action.RATE, closing.mode_of(lead_of(work.session, ticket.id)), **payload)
        return
    ticket.rework_wanted = True
    progress.advance(work, ticket, Action.RATE, State.CALLBACK, **payload)


def miss(work: Work, ticket: Ticket) -> None:
    """Record a call that nobody answered; after the last try on at least two days the ticket closes unrated."""
    progress.check(work, ticket, Action.TRY)
    if ticket.rework_wanted:
        raise NotNow("诉求人已经评价，请审核员决定是否重办", rule="§9")
    if closing.WAITS in ticket.tags:
        raise NotNow("这张工单只等督办办结，不必再回访", rule="§4")
    if (wait := too_early(work, ticket)) is not None:
        until = local(wait)
        raise NotNow(f"短信评价还没满 24 小时，请在 {until.month}月{until.day}日 {until:%H:%M} 以后再打电话", rule="§9")
    _check_own(work, ticket)
    claims.check(work, ticket)
    ticket.callback_tries += 1
    claims.drop(work, ticket)
    progress.advance(work, ticket, Action.TRY, tries=ticket.callback_tries)
    if ticket.callback_tries < work.rules.limits.callbacks.tries:
        return
    tries = work.session.scalars(
        select(Entry.at).where(Entry.ticket_id == ticket.id, Entry.action == Action.TRY, Entry.at >= ticket.reviewed_at)
    )
    if len({day_of(at) for at in tries}) >= 2:
        closing.lapse(work, ticket, mode=closing.mode_of(lead_of(work.session, ticket.id)), why="回访未接通")


def too_early(work: Work, ticket: Ticket) -> datetime | None:
    """From when people may call, while the link in the SMS still has its time; None when they may now.

    Whoever asked to be answered by phone need not wait.
    """
    who = work.session.get(Contact, ticket.id)
    if ticket.reviewed_at is None or (who is not None and who.reply_by == "phone"):
        return None
    from_then = ticket.reviewed_at + work.rules.matters.asking.sms_first
    return from_then if work.now < from_then else None


def _check_own(work: Work, ticket: Ticket) -> None:
    if work.by.id is None:
        return
    first = work.session.scalars(select(Entry.actor_id).where(Entry.ticket_id == ticket.id, Entry.seq == 1)).first()
    if first == work.by.id and Role.SYSTEM not in work.by.roles:
        raise NotYours("登记人不能回访自己登记的工单，请交其他回访员", rule="§2")
