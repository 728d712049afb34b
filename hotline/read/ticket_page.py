"""One ticket as one person may see it: text, person, clocks, assignments, journal, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hotline.domain.appeal import CHANNEL_LABELS, AppealType, Urgency
from hotline.domain.callback import RESULT_LABELS, SCORE_LABELS, Result
from hotline.domain.checklist import Item
from hotline.domain.lifecycle import Action, State
from hotline.domain.masking import WHY, Datum, Shown, show
from hotline.read import attachments, queues, story, supervision, tree
from hotline.read import related as around
from hotline.read.asked import Asked, asked_of
from hotline.read.attachments import File, WithFiles
from hotline.read.clocks import ClockShown, clock_shown
from hotline.read.hops import Hop, hops
from hotline.read.lamps import Lamp, foremost
from hotline.read.offers import offered
from hotline.read.tree import Task
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, of_ticket
from hotline.store.clock import Clock
from hotline.store.contact import Contact
from hotline.store.journal import of_ticket as journal_of
from hotline.store.notice import Rating
from hotline.store.ticket import Supplement, Ticket
from hotline.store.work import Work
from hotline.usecases import access, cooperation, foresight, grading, second_person, seeing
from hotline.usecases.desk import REFUSALS, Refusal
from hotline.usecases.handling import nearest
from hotline.usecases.seeing import Sight

CLOSE_MODES = {
    "DIRECT": "直接答复",
    "HANDLED": "办理办结",
    "EXPLAINED": "解释办结",
    "UNVERIFIED": "无法核实",
    "TERMINATED": "程序终结",
}


@dataclass(frozen=True, slots=True)
class Appellant:
    """The person, as far as this viewer may know."""

    name: str
    phone: str
    identity: str
    address: str
    sealed: bool
    """Confidential or a REPORT: the unit reaches the person through the platform only."""
    note: str
    """Why something is masked, in words; empty when nothing is."""
    can_unmask: tuple[Datum, ...] = ()
    """What the viewer may see in full for a reason."""
    unmasked_until: datetime | None = None
    """Until when something is seen in full that otherwise would not be."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that one person proposed and another must confirm."""

    action: Action
    by: str
    at: datetime
    mine: bool
    """The reader proposed it."""
    able: bool
    """The reader may confirm it."""
    facts: tuple[tuple[str, str], ...]
    """What was filled in: words for the page and the value."""
    fields: dict[str, Any]
    """What the confirming form sends along."""


@dataclass(frozen=True, slots=True)
class TicketPage(WithFiles):
    """Everything about one ticket that this person may see."""

    no: str
    version: int
    state: State
    state_words: str
    round: int
    close_mode: str
    channel: str
    type: str | None
    type_words: str
    urgency: Urgency
    confidential: bool
    anonymous: bool
    publish_consent: bool
    category: str | None
    category_path: str
    title: str
    content: str
    supplements: tuple[story.Said, ...]
    region: str | None
    region_name: str
    occurred_at: datetime | None
    created_at: datetime
    accepted_at: datetime | None
    dispatched_at: datetime | None
    closed_at: datetime | None
    lead_unit: str | None
    lead_name: str
    lamp: Lamp | None
    due_at: datetime | None
    promise_due_at: datetime | None
    appellant: Appellant
    suggested: dict[str, Any]
    """What the classifier read: categories (with names), confidence, urgency."""
    proposals: tuple[dict[str, Any], ...]
    why_waiting: str
    assignments: tuple[Task, ...]
    clocks: tuple[ClockShown, ...]
    journal: tuple[story.Line, ...]
    public_reply: str
    result: str
    score: str
    rework_wanted: bool
    callback_tries: int
    repeat_of: str | None
    urged: int
    info_asked: int
    actions: tuple[Action, ...]
    """What this person can do now, in the table's order."""
    rating_words: str = ""
    """What the appellant said with the last rating."""
    asked: tuple[Asked, ...] = ()
    """Requests of the unit that wait for a decision."""
    related: tuple[around.Related, ...] = ()
    """Other tickets that belong to it, within the reader's scope."""
    event: around.Event | None = None
    hops: tuple[Hop, ...] = ()
    """Who had it in hand, from registration until now or until its end."""
    waiting: Waiting | None = None
    """For whoever may confirm or decline it."""
    replies_to: str | None = None
    """Name of the unit that the reader's reply goes to; None when it goes to the appellant."""
    grades: tuple[Urgency, ...] = ()
    """The grades that the reader may give it."""
    risks: tuple[str, ...] = ()
    """What it speaks of that 110 must know, in words."""
    orders: tuple[supervision.Order, ...] = ()
    """Supervisions, the oldest first."""
    checklist: tuple[Item, ...] = ()
    """What is confirmed before its reply passes, for whoever may pass it."""
    handlers: tuple[tuple[str, str], ...] = ()
    """Account and name of those who may be assigned to handle it."""
    files: tuple[File, ...] = ()

    @property
    def contacted(self) -> bool:
        """The reader's unit has talked with the appellant in this round."""
        return any(task.contacted_at for task in self.assignments if task.mine and task.round == self.round)

    @property
    def task_asked(self) -> story.Line | None:
        """What the reader's unit, which helps or was passed the work, was asked to do; None for a lead."""
        own = next((task.unit for task in self.assignments if task.acting and task.helps), "")
        asked = (line for line in reversed(self.journal) if own in _helpers_named(line.payload))
        return next(asked, None) if own else None

    @property
    def sent_back(self) -> story.Line | None:
        """Why the unit has it again: a reply or request that was refused, or rework; none once it has answered."""
        for line in reversed(self.journal):
            if line.action in (Action.FAIL, Action.NO_RETURN, Action.REWORK) or self._kept_here(line):
                return line
            if line.action in (Action.REPLY, Action.REQ_RETURN, Action.DISPATCH, Action.REDISPATCH):
                return None
        return None

    def _kept_here(self, line: story.Line) -> bool:
        """The reader's unit wanted to give the work back and was told to go on."""
        acting = [task.unit for task in self.assignments if task.acting]
        return line.action is Action.NO_RELEASE and line.payload.get("unit") in acting


def _helpers_named(payload: dict[str, Any]) -> list[str]:
    return [*(payload.get("units") or ()), *(payload.get("co_units") or ())]


def of(work: Work, no: str) -> TicketPage:
    """The ticket for the person of ``work``; ten queries at most however long its story.

    Raises:
        NotFound, NotYours: as :func:`hotline.usecases.access.staff`.
    """
    return shown(work, access.staff(work, no, lock=False))


def shown(work: Work, ticket: Ticket) -> TicketPage:
    """The ticket, already found, for the person of ``work``."""
    city, session = work.rules.city, work.session
    tasks = of_ticket(session, ticket.id)
    clocks = session.scalars(select(Clock).where(Clock.ticket_id == ticket.id).order_by(Clock.id)).all()
    units = access.units_in_scope(city, work.by)
    mine = {task.id for task in tasks if units is not None and task.unit in units}
    who = session.get(Contact, ticket.id)
    sight = seeing.sight(work, ticket, tasks, who)
    text = sight.text
    lead = city.units.get(ticket.lead_unit or "")
    supplements = session.scalars(select(Supplement).where(Supplement.ticket_id == ticket.id).order_by(Supplement.id))
    journal = tuple(_told(story.line(e, city, apart=units is not None), sight) for e in journal_of(session, ticket.id))
    names = {task.unit: city.units[task.unit].short_name for task in tasks if task.unit in city.units}
    active = [task for task in tasks if task.id in mine and task.stage in ACTIVE]
    acting = nearest(active, work.by.unit) if active else None
    droppable = cooperation.droppable(work, tasks)
    own = None if units is None else [task for task in tasks if task.id in mine]
    actions = offered(work, ticket, own, droppable)
    return TicketPage(
        no=ticket.no,
        version=ticket.version,
        state=ticket.at,
        state_words=ticket.at.words(ticket.round),
        round=ticket.round,
        close_mode=CLOSE_MODES.get(ticket.close_mode or "", ""),
        channel=CHANNEL_LABELS.get(ticket.channel, ticket.channel),
        type=ticket.type,
        type_words=AppealType(ticket.type).label if ticket.type else "",
        urgency=Urgency(ticket.urgency),
        confidential=ticket.confidential,
        anonymous=ticket.anonymous,
        publish_consent=ticket.publish_consent,
        category=ticket.category,
        category_path=city.category_path(ticket.category) if ticket.category else "",
        title=text(ticket.title),
        content=text(ticket.content),
        supplements=tuple(story.Said(s.at, s.by, text(s.text)) for s in supplements),
        region=ticket.region,
        region_name=city.region_name(ticket.region),
        occurred_at=ticket.occurred_at,
        created_at=ticket.created_at,
        accepted_at=ticket.accepted_at,
        dispatched_at=ticket.dispatched_at,
        closed_at=ticket.closed_at,
        lead_unit=ticket.lead_unit,
        lead_name=lead.name if lead else "",
        lamp=_lamp(work, ticket, clocks, acting),
        due_at=ticket.due_at,
        promise_due_at=ticket.promise_due_at,
        appellant=_appellant(work, ticket, who, sight),
        suggested=_suggested(work, ticket),
        proposals=tuple(queues.named(work, ticket)),
        why_waiting=ticket.why_waiting,
        assignments=tuple(
            _read(task, sight)
            for task in tree.of(
                work, tasks, clocks, mine, {task.id for task in droppable}, acting.id if acting else None
            )
        ),
        clocks=tuple(clock_shown(work, clock) for clock in clocks),
        journal=journal,
        public_reply=text(ticket.public_reply),
        result=RESULT_LABELS[Result(ticket.result)] if ticket.result else "",
        score=SCORE_LABELS.get(ticket.score or 0, ""),
        rework_wanted=ticket.rework_wanted,
        callback_tries=ticket.callback_tries,
        repeat_of=ticket.repeat_of,
        urged=ticket.urged,
        info_asked=ticket.info_asked,
        actions=actions,
        waiting=_waiting(work, ticket, actions) if Action.DECLINE in actions else None,
        replies_to=_replies_to(work, ticket, tasks, acting),
        grades=grading.open_to(work, ticket),
        handlers=_handlers(work, acting) if acting and Action.ASSIGN in actions else (),
        checklist=work.rules.checklist.items if Action.PASS in actions else (),
        related=around.tickets(work, ticket),
        event=around.event(work, ticket),
        rating_words=text(_rating_words(work, ticket)),
        asked=asked_of(work, ticket),
        hops=hops(journal, work.now, names),
        orders=supervision.of_ticket(work, ticket, clocks),
        risks=foresight.risks_of(work, ticket.tags),
        files=attachments.on_page(work, ticket, sight),
    )


def _lamp(work: Work, ticket: Ticket, clocks: Sequence[Clock], acting: Assignment | None) -> Lamp | None:
    """What matters to the reader: to a co-unit or sub-unit its own part, to everybody else the ticket."""
    if acting is None or acting.kind == Kind.LEAD or acting.stage not in (Stage.SENT, Stage.WORKING):
        return foremost(clocks, ticket.at, work.now, work.rules.calendar)
    own = [clock for clock in clocks if clock.assignment_id == acting.id]
    state = State.PENDING_SIGN if acting.stage == Stage.SENT else State.PROCESSING
    return foremost(own, state, work.now, work.rules.calendar)


def _waiting(work: Work, ticket: Ticket, actions: tuple[Action, ...]) -> Waiting | None:
    found = second_person.waiting(work, ticket)
    if found is None:
        return None
    said = found.fields
    reason = said.get("reason")
    facts = (
        ("理由", REFUSALS[Refusal(reason)][0] if reason else ""),
        ("说明", said.get("words", "")),
        ("原工单", said.get("earlier", "")),
        ("告知诉求人", said.get("public", "")),
    )
    mine = found.by_id == work.by.id
    action = Action(found.action)
    return Waiting(
        action,
        found.by,
        found.at,
        mine,
        action in actions and not mine,
        tuple((name, value) for name, value in facts if value),
        {"reason": reason} if reason else {},
    )


def _replies_to(work: Work, ticket: Ticket, tasks: list[Assignment], task: Assignment | None) -> str | None:
    if task is None or task.kind == Kind.LEAD:
        return None
    asker = next((each.unit for each in tasks if each.id == task.parent_id), ticket.lead_unit)
    unit = work.rules.city.units.get(asker or "")
    return unit.short_name if unit else ""


def _handlers(work: Work, task: Assignment) -> tuple[tuple[str, str], ...]:
    return tuple((person.username, person.name) for person in cooperation.handlers_of(work, task.unit))


def _rating_words(work: Work, ticket: Ticket) -> str:
    if ticket.rated_at is None:
        return ""
    last = select(Rating.words).where(Rating.ticket_id == ticket.id).order_by(Rating.id.desc()).limit(1)
    return work.session.scalar(last) or ""


def _told(line: story.Line, sight: Sight) -> story.Line:
    """The line as this viewer may read it: what people wrote stands in its words and in its payload."""
    if sight.view.text is Shown.FULL:
        return line
    return replace(line, words=sight.text(line.words), payload=_redacted(line.payload, sight))


def _read(task: Task, sight: Sight) -> Task:
    """The assignment as this viewer may read it."""
    if sight.view.text is Shown.FULL:
        return task
    texts = (task.public_reply, task.internal_reply, task.return_basis)
    public, internal, basis = map(sight.text, texts)
    return replace(task, public_reply=public, internal_reply=internal, return_basis=basis)


def _redacted(value: Any, sight: Sight) -> Any:
    if isinstance(value, str):
        return sight.text(value)
    if isinstance(value, dict):
        return {key: _redacted(each, sight) for key, each in value.items()}
    return [_redacted(each, sight) for each in value] if isinstance(value, list) else value


def _appellant(work: Work, ticket: Ticket, who: Contact | None, sight: Sight) -> Appellant:
    opened, view = work.sealer.open, sight.view
    return Appellant(
        name="匿名" if ticket.anonymous else show(opened(who.name) if who else "", Datum.NAME, view.name),
        phone=show(opened(who.phone) if who else "", Datum.PHONE, view.phone),
        identity=show(opened(who.identity) if who else "", Datum.IDENTITY, view.identity),
        address=show(ticket.address, Datum.ADDRESS, view.address),
        sealed=seeing.is_sealed(ticket),
        note=WHY.get(sight.viewer, ""),
        can_unmask=tuple(d for d in sight.can_unmask if _is_there(ticket, who, d)),
        unmasked_until=sight.until,
    )


def _is_there(ticket: Ticket, who: Contact | None, datum: Datum) -> bool:
    match datum:
        case Datum.ADDRESS:
            return bool(ticket.address)
        case Datum.NAME:
            return bool(who and who.name) and not ticket.anonymous
        case Datum.PHONE:
            return bool(who and who.phone)
        case Datum.IDENTITY:
            return bool(who and who.identity)
        case _:
            return False


def _suggested(work: Work, ticket: Ticket) -> dict[str, Any]:
    city = work.rules.city
    read = dict(ticket.suggested)
    read["categories"] = [
        {**each, "name": city.category(each["code"]).name, "path": city.category_path(each["code"])}
        for each in read.get("categories", [])
        if each["code"] in city.categories
    ]
    return read
