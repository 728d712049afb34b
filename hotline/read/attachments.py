"""The files of a ticket as one person may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from hotline.domain.attachment import ANSWERS, APPELLANTS, Kind, size_words
from hotline.domain.lifecycle import Action
from hotline.read.story import Said
from hotline.store.attachment import Attachment, of_ticket
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import attachments, seeing
from hotline.usecases.seeing import Sight


@dataclass(frozen=True, slots=True)
class File:
    """One file; closed to this person, it shows what it is and why it does not open."""

    key: str
    name: str
    kind: str
    kind_words: str
    mime: str
    size: int
    size_words: str
    thumb: bool
    at: datetime
    seq: int
    action: Action | None
    """The step it came with; None while it waits for its form."""
    step: str
    """The same in words."""
    who: str
    """Role or unit that gave it."""
    unit: str
    """Code of the unit that gave it; empty for the appellant and the centre."""
    appellants: bool
    public: bool
    closed: str = ""
    """Why it can't be opened, in words; empty when it can."""
    released: bool = False
    can_release: bool = False
    """The reader decides whether the units may open it."""

    @property
    def answers(self) -> bool:
        """A unit's file that may go out with the public reply."""
        return self.action in ANSWERS


class WithFiles:
    """A ticket as somebody sees it: which of its files stand where."""

    __slots__ = ()
    files: tuple[File, ...]
    supplements: tuple[Said, ...]

    def given(self, at: datetime | None = None) -> list[File]:
        """The appellant's: those given with the supplement of that moment, else those with none."""
        told = {said.at for said in self.supplements}
        return [file for file in self.files if file.appellants and (file.at == at if at else file.at not in told)]

    def shown_by(self, unit: str) -> list[File]:
        """Those of a unit's reply."""
        return [file for file in self.files if file.action is Action.REPLY and file.unit == unit]

    @property
    def other_files(self) -> list[File]:
        """Those that came with other steps of who works on it."""
        return [file for file in self.files if not file.appellants and file.action is not Action.REPLY]

    @property
    def answered_with(self) -> list[File]:
        """Those that are not the appellant's; to the appellant: what went out with the public reply."""
        return [file for file in self.files if not file.appellants]


def waiting(work: Work, keys: Iterable[str]) -> tuple[File, ...]:
    """Files that wait for this person's form."""
    return tuple(_file(work, row) for row in attachments.waiting(work, list(keys)))


def on_page(work: Work, ticket: Ticket, sight: Sight) -> tuple[File, ...]:
    """All files of a ticket for a member of staff, the oldest first."""
    asks = seeing.is_sealed(ticket) and attachments.may_release(sight)
    return tuple(
        _file(work, row, attachments.closed(row, sight), asks=asks) for row in of_ticket(work.session, ticket.id)
    )


def of_draft(work: Work, ticket: Ticket) -> tuple[File, ...]:
    """Files of a draft for the agent who goes on with it."""
    return tuple(_file(work, row) for row in of_ticket(work.session, ticket.id))


def followed(work: Work, ticket: Ticket, told: Ticket, let_out: datetime | None) -> tuple[File, ...]:
    """What the appellant gave, and what went out with the public reply.

    Args:
        told: the ticket itself, or the master into which it was merged.
        let_out: when the reply was let out; None while there is none.
    """
    seen = [and_(Attachment.given_id == ticket.id, Attachment.action.in_(APPELLANTS))]
    if let_out is not None:
        seen.append(and_(Attachment.ticket_id == told.id, Attachment.public, Attachment.at <= let_out))
    rows = work.session.scalars(select(Attachment).where(or_(*seen)).order_by(Attachment.id))
    return tuple(_file(work, row) for row in rows)


def _file(work: Work, row: Attachment, closed: str = "", *, asks: bool = False) -> File:
    unit = work.rules.city.units.get(row.unit)
    action = Action(row.action) if row.action else None
    kind = Kind(row.kind)
    appellants = row.action in APPELLANTS
    return File(
        key=row.key,
        name=kind.label if closed else row.name,
        kind=row.kind,
        kind_words=kind.label,
        mime=row.mime,
        size=row.size,
        size_words=size_words(row.size),
        thumb=row.thumb and not closed,
        at=row.at or row.uploaded_at,
        seq=row.seq or 0,
        action=action,
        step=action.label if action else "",
        who=unit.short_name if unit and not appellants else row.role,
        unit="" if appellants else row.unit,
        appellants=appellants,
        public=row.public,
        closed=closed,
        released=row.released,
        can_release=asks and appellants,
    )
