"""The assignments of a ticket as a small tree: the lead, who helps it, and whom each of them passed the work on to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.domain.deadlines import ClockKind
from hotline.read.lamps import Lamp, lamp
from hotline.store.assignment import KIND_LABELS, STAGE_LABELS, Assignment, Kind, Stage
from hotline.store.clock import Clock
from hotline.store.work import Work
from hotline.usecases.returns import REASON_LABELS, Reason


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment."""

    unit: str
    unit_name: str
    kind: str
    stage: str
    stage_words: str
    round: int
    sent_at: datetime
    signed_at: datetime | None
    contacted_at: datetime | None
    due_at: datetime
    replied_at: datetime | None
    public_reply: str
    internal_reply: str
    return_reason: str | None
    return_basis: str
    return_suggested: str | None
    mine: bool
    return_words: str = ""
    """Why the unit asked to return it, in words."""
    return_to: str = ""
    """Short name of the unit it suggests."""
    fails: int = 0
    """How often its reply was sent back."""
    solved: bool | None = None
    sign_due_at: datetime | None = None
    parent: str | None = None
    """Code of the unit that asked it; none for a lead."""
    parent_name: str = ""
    depth: int = 0
    """How far below the lead it stands in the tree."""
    handler: str = ""
    """Name of the person of the unit who handles it."""
    minutes_no: str = ""
    """The minutes by which it was designated."""
    over: bool = False
    """The unit owes nothing any more."""
    lamp: Lamp | None = None
    """Of what it owes next: signing, then the result."""
    helps: bool = False
    """Not the lead: it answers to the unit that asked it."""
    acting: bool = False
    """What the reader does on this ticket is done for this task."""
    droppable: bool = False
    """The reader may let this unit go."""

    @property
    def drafted(self) -> bool:
        """Its result was written down, and not submitted."""
        return self.stage == Stage.WORKING and bool(self.public_reply or self.internal_reply)

    @property
    def releasable(self) -> bool:
        """It asks to give the work back, and the reader decides."""
        return self.droppable and self.stage == Stage.RETURN_PENDING

    @property
    def signed_late(self) -> bool:
        """It signed after its own limit."""
        return bool(self.signed_at and self.sign_due_at and self.signed_at > self.sign_due_at)


def of(
    work: Work,
    tasks: Sequence[Assignment],
    clocks: Iterable[Clock],
    mine: set[int],
    droppable: set[int],
    acting: int | None,
) -> tuple[Task, ...]:
    """The tasks in the order of the tree, each lead with what hangs on it.

    Args:
        mine: ids of the assignments of the reader's units.
        droppable: ids of those that the reader may let go.
        acting: id of the one that the reader acts for.
    """
    running = [clock for clock in clocks if clock.stopped_at is None and clock.paused_at is None]
    by_id = {task.id: task for task in tasks}
    placed = _placed(tasks)
    found = (_task(work, task, by_id[asker] if asker else None, depth, running) for task, asker, depth in placed)
    return tuple(
        replace(shown, mine=task.id in mine, droppable=task.id in droppable, acting=task.id == acting)
        for shown, (task, _, _) in zip(found, placed, strict=True)
    )


def _placed(tasks: Sequence[Assignment]) -> list[tuple[Assignment, int | None, int]]:
    """Each task with the id of whoever asked it and its depth: leads by age, co-units under their lead."""
    asker: dict[int, int | None] = {}
    lead: int | None = None
    for task in tasks:
        if task.kind == Kind.LEAD:
            lead = task.id
        asker[task.id] = None if task.kind == Kind.LEAD else task.parent_id or lead
    placed: list[tuple[Assignment, int | None, int]] = []

    def put(task: Assignment, depth: int) -> None:
        placed.append((task, asker[task.id], depth))
        below = [each for each in tasks if asker[each.id] == task.id]
        for each in sorted(below, key=lambda each: (each.kind == Kind.CO, each.id)):
            put(each, depth + 1)

    for task in tasks:
        if asker[task.id] is None:
            put(task, 0)
    return placed


def _stage_words(task: Assignment) -> str:
    """Of who helps or was passed the work: it is given back (交回) to whoever asked, not returned to the centre."""
    if task.kind != Kind.LEAD and task.stage == Stage.RETURN_PENDING:
        return "申请交回"
    if task.kind != Kind.LEAD and task.return_granted:
        return "已交回"
    return STAGE_LABELS[Stage(task.stage)]


def _task(
    work: Work,
    task: Assignment,
    asker: Assignment | None,
    depth: int,
    running: Sequence[Clock],
) -> Task:
    units = work.rules.city.units
    unit, suggested = units.get(task.unit), units.get(task.return_suggested or "")
    above = units.get(asker.unit) if asker else None
    wanted = ClockKind.SIGN if task.stage == Stage.SENT else ClockKind.HANDLING
    clock = next((c for c in running if c.assignment_id == task.id and c.kind == wanted.value), None)
    return Task(
        unit=task.unit,
        unit_name=unit.short_name if unit else task.unit,
        kind=KIND_LABELS[Kind(task.kind)],
        stage=task.stage,
        stage_words=_stage_words(task),
        round=task.round,
        sent_at=task.sent_at,
        signed_at=task.signed_at,
        contacted_at=task.contacted_at,
        due_at=task.due_at,
        replied_at=task.replied_at,
        public_reply=task.public_reply,
        internal_reply=task.internal_reply,
        return_reason=task.return_reason,
        return_basis=task.return_basis,
        return_suggested=task.return_suggested,
        mine=False,
        return_words=REASON_LABELS[Reason(task.return_reason)] if task.return_reason else "",
        return_to=suggested.short_name if suggested else "",
        fails=task.fails,
        solved=task.solved,
        sign_due_at=task.sign_due_at,
        parent=asker.unit if asker else None,
        parent_name=above.short_name if above else "",
        depth=depth,
        handler=task.handler,
        minutes_no=task.minutes_no,
        helps=task.kind != Kind.LEAD,
        over=task.stage in (Stage.RETURNED, Stage.RECALLED, Stage.DONE, Stage.CANCELLED),
        lamp=lamp(clock, work.now, work.rules.calendar) if clock else None,
    )
