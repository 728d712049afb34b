"""What somebody may see of the appellant of one ticket: relation, column of the table, and unmaskings that hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.appeal import AppealType
from hotline.domain.lifecycle import ENDED
from hotline.domain.masking import TABLE, Datum, Relation, Shown, View, Viewer, show, viewer_of
from hotline.domain.permissions import Actor
from hotline.domain.privacy import hide
from hotline.store.assignment import Assignment, Kind, Stage
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.unmasking import running
from hotline.store.work import Work

_GONE = frozenset({Stage.RETURNED, Stage.RECALLED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True)
class Sight:
    """How one viewer sees one ticket."""

    viewer: Viewer
    view: View
    unmasked: frozenset[Datum] = frozenset()
    until: datetime | None = None
    """When the unmasking ends."""
    known: tuple[str, ...] = field(default=(), repr=False)
    """The appellant's name and numbers, to take out of redacted text."""

    def text(self, words: str) -> str:
        """Free text as it may be seen: the appellant's own name and numbers are masked in it as they are beside it."""
        if self.view.text is Shown.FULL:
            return hide(words, self.known) if self.known else words
        return show(words, Datum.TEXT, self.view.text, self.known)

    @property
    def can_unmask(self) -> tuple[Datum, ...]:
        """What may be unmasked with a reason and isn't yet."""
        return tuple(d for d in Datum if d in self.view.unmask and d not in self.unmasked)


def is_sealed(ticket: Ticket) -> bool:
    """Confidential or a REPORT: the unit reaches the appellant only through the platform."""
    return ticket.confidential or ticket.type == AppealType.REPORT


def relation(work: Work, ticket: Ticket, tasks: Sequence[Assignment]) -> Relation:
    """How the person of ``work`` stands to the ticket. A county that doesn't handle it is no lead."""
    by, city = work.by, work.rules.city
    own = set(city.below(by.unit)) if by.unit in city.units else set()
    leads = [
        task
        for task in tasks
        if _leads(task, tasks)
        and task.stage not in _GONE
        and task.signed_at
        and not task.return_granted
        and (task.unit in own or any(t.id == task.parent_id and t.unit in own for t in tasks))
    ]
    about = ticket.complained_unit
    return Relation(
        leads=bool(leads),
        sealed=is_sealed(ticket),
        ended=ticket.at in ENDED,
        complained=bool(about and by.unit in city.units and about in city.units and city.within(by.unit, about)),
    )


def _leads(task: Assignment, tasks: Sequence[Assignment]) -> bool:
    """Whether it is the lead's, or was passed on by the lead: whoever does the lead's work must reach the person."""
    above = next((each for each in tasks if each.id == task.parent_id), None)
    return task.kind == Kind.LEAD or (task.kind == Kind.SUB and above is not None and _leads(above, tasks))


def sight(work: Work, ticket: Ticket, tasks: Sequence[Assignment], who: Contact | None) -> Sight:
    """How the person of ``work`` sees the ticket now; one query where unmasking is possible, else none."""
    viewer = viewer_of(work.by, relation(work, ticket, tasks))
    view = TABLE[viewer]
    held = running(work.session, ticket.id, work.by.id, work.now) if view.unmask and work.by.id else []
    open_now = {Datum(d) for each in held for d in each.data} & view.unmask
    shown = view.opened(open_now)
    known = _masked_here(work, who, shown)
    until = max((each.until for each in held), default=None)
    return Sight(viewer, shown, frozenset(open_now), until, known)


def _masked_here(work: Work, who: Contact | None, view: View) -> tuple[str, ...]:
    """What of the appellant's own is not to be read in the text either."""
    if view.text is Shown.REDACTED:
        return known_of(work, who)
    if view.text is not Shown.FULL or who is None:
        return ()
    kept = ((view.name, who.name), (view.phone, who.phone))
    return tuple(filter(None, (work.sealer.open(sealed) for shown, sealed in kept if shown is not Shown.FULL)))


def known_of(work: Work, who: Contact | None) -> tuple[str, ...]:
    """The appellant's own name and numbers."""
    if who is None:
        return ()
    return tuple(filter(None, map(work.sealer.open, (who.name, who.phone, who.identity))))


def reads_all(by: Actor) -> bool:
    """Whether this person sees the appellant of every open ticket in scope, sealed ones too."""
    return TABLE[viewer_of(by, Relation(sealed=True))].name is Shown.FULL


def in_list(work: Work, ticket: Ticket) -> View:
    """The column for a row of a list; who leads the ticket is not asked there, so it is never wider than the page."""
    return TABLE[viewer_of(work.by, relation(work, ticket, ()))]


def title_in_list(work: Work, ticket: Ticket) -> str:
    """The title as a list may show it. Restricted: of a sealed ticket, who only looks on sees its category."""
    view = in_list(work, ticket)
    if view.text is Shown.FULL and not (is_sealed(ticket) and _looks_on(work.by, view)):
        return ticket.title
    if is_sealed(ticket):
        known = work.rules.city.categories.get(ticket.category or "")
        return f"保密工单（{known.name if known else '类别待定'}）"
    return show(ticket.title, Datum.TEXT, view.text)


def _looks_on(by: Actor, view: View) -> bool:
    return view in (TABLE[Viewer.LEADER], TABLE[Viewer.NOBODY])
