"""Supervision 督办: ordered, answered, judged, and raised a level when its own limit is missed (handbook §8).

At most one is open on a ticket, and the ticket cannot close before it has ended (§4). The order follows the ticket: a
new lead unit is served with a limit of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hotline.domain import deadlines as clock_rules
from hotline.domain import supervision as rules
from hotline.domain.appeal import clean
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import HOUSE, Permission
from hotline.domain.supervision import BY_PEOPLE, Ground, How, Level, Stage
from hotline.store.assignment import Assignment, lead_of
from hotline.store.clock import Clock
from hotline.store.supervision import Supervision, open_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import closing, deadlines, progress
from hotline.usecases.access import units_in_scope


def open(work: Work, ticket: Ticket, level: int, ground: str, words: str = "") -> Supervision | None:
    """Something calls for supervision: the house orders it, proposes it or lets it be, as the city has decided.

    For every ground that is not a person's own (those are :func:`supervise` and :func:`instruct`). Where one is open
    already, it is raised to ``level`` if that is higher, else nothing happens.

    Returns:
        What is open or proposed now; None when the city lets this ground be.
    """
    wanted = Ground(ground)
    assert wanted not in BY_PEOPLE, "a person orders through supervise() or instruct()"
    trigger = work.rules.supervision.triggers[wanted]
    if trigger.how is How.OFF:
        return None
    rank = max(Level(level), trigger.level)
    row = open_on(work.session, ticket.id)
    if trigger.how is How.PROPOSE and row is None:
        return _propose(work, ticket, rank, wanted, words)
    by, work.by = work.by, HOUSE
    try:
        progress.check(work, ticket, Action.SUPERVISE)
        if row is None:
            return _order(work, ticket, rank, wanted, words)
        if rank > row.rank:
            raise_to(work, ticket, row, rank, wanted.label)
        return row
    finally:
        work.by = by


def supervise(work: Work, ticket: Ticket, *, words: str) -> Supervision:
    """A person orders it: the centre at level 1, the efficiency office at level 2; a higher one takes over a lower.

    A proposal that waits on the ticket is accepted by it, and its ground kept.
    """
    progress.check(work, ticket, Action.SUPERVISE)
    words = clean(words)
    if not words:
        raise Invalid({"words": "请写明督办要求"})
    rank, row = rules.level_of(work.by), open_on(work.session, ticket.id)
    if row is not None:
        if rank <= row.rank:
            raise NotNow(f"工单已在{row.rank.label}，请在原督办上处理", rule="§8")
        row.words = f"{row.words}\n{words}".strip()
        row.since, row.by_id, row.by = work.now, work.by.id, work.by.name
        raise_to(work, ticket, row, rank, words)
        return row
    proposed = work.session.scalars(
        select(Supervision)
        .where(Supervision.ticket_id == ticket.id, Supervision.stage == Stage.PROPOSED.value)
        .order_by(Supervision.id)
    ).all()
    ground = Ground(proposed[0].ground) if proposed else Ground.HAND
    for other in proposed[1:]:
        _end(work, other, Stage.DISMISSED, "并入另一条督办")
    return _order(work, ticket, rank, ground, words, proposal=proposed[0] if proposed else None)


def instruct(work: Work, ticket: Ticket, *, words: str) -> Supervision:
    """A leader's instruction (批示): supervision of level 3, on top of whatever is open."""
    progress.check(work, ticket, Action.INSTRUCT)
    words = clean(words)
    if not words:
        raise Invalid({"words": "请写明批示内容"})
    row = open_on(work.session, ticket.id)
    if row is None:
        row = _row(work, ticket, Level.LEADER, Ground.INSTRUCTION, words)
    else:
        row.words = f"{row.words}\n{words}".strip()
        row.level, row.stage = Level.LEADER, Stage.OPEN
        row.since, row.by_id, row.by = work.now, work.by.id, work.by.name
    clock = _serve(work, ticket, row)
    progress.advance(
        work, ticket, Action.INSTRUCT, level=row.level, words=words, unit=row.unit, due_at=clock.due_at.isoformat()
    )
    return row


def answer(work: Work, ticket: Ticket, *, text: str, signer: str = "") -> None:
    """The unit's answer, signed a level higher.

    An approver of a unit above the lead unit signs by sending it. Whoever sends it for the lead unit itself names who
    signed: a department's deputy head, say, who stands above the approver and has no account.
    """
    progress.check(work, ticket, Action.ANSWER_SUPERVISION)
    row = open_on(work.session, ticket.id)
    if row is None or row.stage != Stage.OPEN:
        raise NotNow("没有等待答复的督办，请看办理过程中的督办结论", rule="§8")
    units = units_in_scope(work.rules.city, work.by)
    if units is None or ticket.lead_unit not in units:
        raise NotYours("督办由主办单位答复，请联系主办单位", rule="§8")
    text, signer = clean(text), clean(signer)
    faults = {}
    if not text:
        faults["text"] = "请写明督办事项的办理情况"
    if not rules.signs_above(work.rules.city, ticket.lead_unit or "", work.by) and not signer:
        faults["signer"] = "督办答复须由上一级签发，请填写签发领导的姓名和职务"
    if len(signer) > 60:
        faults["signer"] = "签发人最多 60 字"
    if faults:
        raise Invalid(faults, rule="§2")
    row.answer, row.signed_by = text, signer or work.by.name
    row.answered_at, row.stage = work.now, Stage.ANSWERED
    deadlines.stop(work, ticket, ClockKind.SUPERVISION)
    progress.advance(
        work, ticket, Action.ANSWER_SUPERVISION, unit=ticket.lead_unit, text=text, signer=row.signed_by, level=row.level
    )


def fail(work: Work, ticket: Ticket, *, opinion: str) -> None:
    """The answer is not accepted; the first time the unit gets until the close of the next working day at least."""
    progress.check(work, ticket, Action.FAIL_SUPERVISION)
    row = open_on(work.session, ticket.id)
    if row is None or row.stage != Stage.ANSWERED:
        raise NotNow("没有待审核的督办答复", rule="§8")
    _check_judge(work, row)
    if not clean(opinion):
        raise Invalid({"opinion": "请写明退回的原因和需要补正的内容"})
    before = work.session.get_one(Clock, row.clock_id)
    due_at = clock_rules.due_after_fail(before.due_at, work.now, row.fails, work.rules.limits, work.rules.calendar)
    row.fails += 1
    row.stage, row.answered_at = Stage.OPEN, None
    clock = _serve(work, ticket, row)
    deadlines.put_off(work, ticket, clock, due_at, words="督办答复被退回")
    progress.advance(
        work, ticket, Action.FAIL_SUPERVISION, opinion=clean(opinion), unit=row.unit, due_at=due_at.isoformat()
    )


def end(work: Work, ticket: Ticket, *, opinion: str = "") -> None:
    """Done. Without an answer it is lifted, and the reason is said; a ticket that only waited for this closes."""
    progress.check(work, ticket, Action.END_SUPERVISION)
    row = open_on(work.session, ticket.id)
    if row is None:
        raise NotNow("工单没有在督办", rule="§8")
    _check_judge(work, row)
    if row.stage == Stage.OPEN and not clean(opinion):
        raise Invalid({"opinion": "单位还没有答复，解除督办请写明理由"})
    deadlines.stop(work, ticket, ClockKind.SUPERVISION)
    _end(work, row, Stage.ENDED, clean(opinion))
    progress.advance(
        work,
        ticket,
        Action.END_SUPERVISION,
        opinion=clean(opinion),
        level=row.level,
        lifted=row.answered_at is None,
        ordered_by=row.by_id if row.rank is Level.LEADER else None,
    )
    closing.let_go(work, ticket)


def dismiss(work: Work, number: int, *, words: str) -> Ticket:
    """A proposal is not followed, and why; a ticket that only waited for it closes."""
    if not work.by.may(Permission.SUPERVISION):
        raise NotYours("督办建议由督办员决定", rule="§8")
    row = work.session.get(Supervision, number)
    if row is None or row.stage != Stage.PROPOSED:
        raise NotFound("这条督办建议已经有结论，请看下一条")
    if not clean(words):
        raise Invalid({"words": "请写明不予督办的理由"})
    ticket = work.session.get_one(Ticket, row.ticket_id, with_for_update=True)
    _end(work, row, Stage.DISMISSED, clean(words))
    closing.let_go(work, ticket)
    return ticket


def follow(work: Work, ticket: Ticket, lead: Assignment) -> None:
    """The ticket has gone to a lead unit: serve what is open on it; a channel that calls for supervision is noticed."""
    row = open_on(work.session, ticket.id)
    if row is not None:
        row.stage, row.answered_at = Stage.OPEN, None
        _serve(work, ticket, row)
        return
    ground = work.rules.supervision.channels.get(ticket.channel)
    if ground is not None and ticket.first_dispatched_at == work.now and ticket.round == 1:
        trigger = work.rules.supervision.triggers[ground]
        if trigger.how is How.PROPOSE:
            _propose(work, ticket, trigger.level, ground, "")


# Below: what the verbs share.


def _propose(work: Work, ticket: Ticket, level: Level, ground: Ground, words: str) -> Supervision:
    known = work.session.scalar(
        select(Supervision).where(
            Supervision.ticket_id == ticket.id,
            Supervision.ground == ground.value,
            Supervision.stage == Stage.PROPOSED.value,
        )
    )
    if known is not None:
        return known
    row = _row(work, ticket, level, ground, words, stage=Stage.PROPOSED)
    work.session.flush()
    return row


def _row(
    work: Work, ticket: Ticket, level: Level, ground: Ground, words: str, stage: Stage = Stage.OPEN
) -> Supervision:
    row = Supervision(
        ticket_id=ticket.id,
        stage=stage,
        level=level,
        ground=ground,
        words=clean(words),
        unit=ticket.lead_unit or "",
        since=work.now,
        by_id=work.by.id,
        by=work.by.name,
        fails=0,
        missed=0,
    )
    work.session.add(row)
    return row


def _order(
    work: Work, ticket: Ticket, level: Level, ground: Ground, words: str, proposal: Supervision | None = None
) -> Supervision:
    row = proposal or _row(work, ticket, level, ground, words)
    if proposal is not None:
        row.stage, row.level = Stage.OPEN, max(level, proposal.level)
        row.words, row.since, row.by_id, row.by = clean(words), work.now, work.by.id, work.by.name
    clock = _serve(work, ticket, row)
    _record(work, ticket, row, clock, words=clean(words))
    return row


def raise_to(work: Work, ticket: Ticket, row: Supervision, level: Level, why: str) -> None:
    """The next level takes over, with a limit of its own; an answer that was being judged is judged by it."""
    by, row.level = work.by, level
    answered = row.stage == Stage.ANSWERED
    clock = work.session.get_one(Clock, row.clock_id) if answered else _serve(work, ticket, row)
    if not by.may(Permission.SUPERVISION):
        work.by = HOUSE
    try:
        _record(work, ticket, row, clock, why=why, missed=row.missed)
    finally:
        work.by = by


def _record(work: Work, ticket: Ticket, row: Supervision, clock: Clock, **said: Any) -> None:
    progress.advance(
        work,
        ticket,
        Action.SUPERVISE,
        level=row.level,
        ground=row.ground,
        unit=row.unit,
        due_at=clock.due_at.isoformat(),
        **{name: value for name, value in said.items() if value},
    )


def _serve(work: Work, ticket: Ticket, row: Supervision) -> Clock:
    """Start the order's clock on whoever has the ticket now."""
    deadlines.stop(work, ticket, ClockKind.SUPERVISION)
    lead = lead_of(work.session, ticket.id)
    clock = deadlines.start(work, ticket, ClockKind.SUPERVISION, assignment=lead)
    assert clock is not None, "supervision always has a limit"
    if lead is not None and lead.paused_at is not None:
        clock.paused_at = work.now
    work.session.flush()
    row.unit, row.clock_id = lead.unit if lead else "", clock.id
    work.session.flush()
    return clock


def _end(work: Work, row: Supervision, stage: Stage, words: str) -> None:
    row.stage, row.ended_at, row.ended_by, row.end_words = stage, work.now, work.by.name, words
    work.session.flush()


def _check_judge(work: Work, row: Supervision) -> None:
    if not rules.may_judge(row.rank, work.by):
        raise NotYours("效能督办由效能监察人员审核和办结，请联系效能监察", rule="§8")


def apt(work: Work, ticket: Ticket) -> frozenset[Action]:
    """Which of the steps of supervision are of use to this person on this ticket now."""
    row = open_on(work.session, ticket.id)
    if row is None:
        return frozenset({Action.SUPERVISE, Action.INSTRUCT})
    able = {Action.INSTRUCT}
    if rules.level_of(work.by) > row.rank:
        able.add(Action.SUPERVISE)
    if rules.may_judge(row.rank, work.by):
        able |= {Action.END_SUPERVISION} | ({Action.FAIL_SUPERVISION} if row.stage == Stage.ANSWERED else set())
    units = units_in_scope(work.rules.city, work.by)
    if row.stage == Stage.OPEN and units is not None and ticket.lead_unit in units:
        able.add(Action.ANSWER_SUPERVISION)
    return frozenset(able)


STEPS = frozenset(
    {Action.SUPERVISE, Action.INSTRUCT, Action.ANSWER_SUPERVISION, Action.FAIL_SUPERVISION, Action.END_SUPERVISION}
)
"""The steps that :func:`apt` speaks of."""
