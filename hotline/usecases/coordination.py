"""Co-ordination (协调): when neither dispatch nor return settles whose it is, a decision fixes the lead for good.

The handling clock stands still; the centre has its own limit. What is designated can't be returned (handbook §4, §5).
"""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid
from hotline.domain.lifecycle import Action, State
from hotline.store.assignment import Assignment, Stage, lead_of
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, dispatch, precedents, progress

DESIGNATED = "designate"
"""The rule of an assignment that co-ordination made."""
RULE = "§4 DESIGNATE"


def submit(work: Work, ticket: Ticket, *, why: str, invited: Sequence[str] = ()) -> None:
    """Bring the ticket before the supervision desk, which fixes its lead.

    The clocks of the centre's dispatching and of the units stand still; those of co-ordination start.

    Args:
        why: what the units disagree about.
        invited: units that should take part.

    Raises:
        Invalid: no reason, or an unknown unit.
    """
    progress.check(work, ticket, Action.COORDINATE)
    faults = {}
    if not clean(why):
        faults["why"] = "请写明提交协调的原因和各单位的意见"
    if [code for code in invited if code not in work.rules.city.units]:
        faults["invited"] = "没有这个单位，请从列表中选择"
    if faults:
        raise Invalid(faults, rule="§4 COORDINATE")
    deadlines.stop(work, ticket, ClockKind.DISPATCH, ClockKind.RETURN_DECISION, *deadlines.UNIT_KINDS)
    old = lead_of(work.session, ticket.id)
    if old is not None:
        old.paused_at = work.now
    clock = deadlines.start(work, ticket, ClockKind.COORDINATION)
    ticket.due_at = clock.due_at if clock else None
    progress.advance(
        work,
        ticket,
        Action.COORDINATE,
        why=clean(why),
        invited=list(invited),
        asked_by=old.unit if old else None,
        returned=ticket.returns_granted,
    )


def designate(
    work: Work,
    ticket: Ticket,
    unit: str,
    *,
    minutes_no: str,
    minutes: str,
    co_units: Sequence[str] = (),
    keywords: Sequence[str] = (),
) -> Assignment:
    """Fix the lead by the decision of a meeting; the unit can't return it, and its limits start now.

    A return that was still waiting is decided by it: granted when another unit leads, refused when the same one does.

    Args:
        minutes_no: number of the minutes (会议纪要编号).
        minutes: what was decided, and why.
        keywords: words by which the next such ticket is known; with any, the decision becomes a precedent.

    Raises:
        Invalid: no minutes, a unit that may not lead, or keywords that do not occur in this very ticket.
    """
    progress.check(work, ticket, Action.DESIGNATE)
    faults = {}
    if not clean(minutes_no):
        faults["minutes_no"] = "请填写会议纪要编号"
    elif len(clean(minutes_no)) > 60:
        faults["minutes_no"] = "会议纪要编号最多 60 个字"
    if not clean(minutes):
        faults["minutes"] = "请写明协调结论和依据"
    words = precedents.checked_keywords(ticket, keywords, faults)
    if faults:
        raise Invalid(faults, rule=RULE)
    dispatch.check_units(work, ticket, unit, co_units)
    _settle(work, ticket, unit)
    deadlines.stop(work, ticket, ClockKind.COORDINATION)
    lead = dispatch.send(work, ticket, unit, co_units, rule=DESIGNATED)
    lead.returnable, lead.minutes_no = False, clean(minutes_no)
    dispatch.start_clocks(work, ticket, lead)
    made = precedents.make(work, ticket, unit, co_units, words, minutes_no=lead.minutes_no) if words else None
    progress.advance(
        work,
        ticket,
        Action.DESIGNATE,
        State.PENDING_SIGN,
        unit=unit,
        co_units=list(co_units),
        rule=DESIGNATED,
        minutes_no=lead.minutes_no,
        opinion=clean(minutes),
        precedent=made.id if made else None,
        due_at=lead.due_at.isoformat(),
    )
    return lead


def _settle(work: Work, ticket: Ticket, unit: str) -> None:
    """End what the ticket was to its units before: the old lead is freed of it, or begins anew."""
    old = lead_of(work.session, ticket.id)
    granted = False
    if old is not None and old.stage == Stage.RETURN_PENDING:
        granted = old.unit != unit
        old.return_decided_at, old.return_granted = work.now, granted
        ticket.returns_granted += granted
    dispatch.end_all(work, ticket, Stage.RETURNED if granted else Stage.CANCELLED)
