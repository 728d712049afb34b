"""Files on their way: uploaded, brought with a step, opened, let through, and swept when nobody came back for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from hotline.domain.attachment import ANSWERS, APPELLANTS, why_closed
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.masking import Viewer
from hotline.domain.permissions import Role
from hotline.store.assignment import of_ticket
from hotline.store.attachment import Attachment
from hotline.store.contact import Contact
from hotline.store.ticket import Ticket
from hotline.store.vault import Kept
from hotline.store.work import Work
from hotline.usecases import access, audit_log, seeing
from hotline.usecases.seeing import Sight

FIELD = "files"
GONE = "有附件已经失效，请重新添加"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be read."""

    key: str
    name: str
    mime: str
    kind: str


def before(work: Work, once: str) -> Attachment | None:
    """What an upload that is sent again has become; None when it is new."""
    return work.session.scalar(select(Attachment).where(Attachment.once == _once(work, once))) if once else None


def keep(work: Work, kept: Kept, once: str = "") -> Attachment:
    """Note bytes that have been written; they wait for their form. Sent twice at once, one of the two is kept.

    Args:
        once: names this upload among those of its sender; empty: every one is another.
    """
    new = insert(Attachment).values(
        key=kept.key,
        once=_once(work, once) if once else None,
        person_id=work.by.id,
        uploaded_at=work.now,
        name=kept.name,
        kind=kept.format.kind.value,
        mime=kept.format.mime,
        size=kept.size,
        sha256=kept.sha256,
        thumb=kept.thumb,
        action="",
        role="",
        unit="",
        public=False,
        released=False,
    )
    work.session.execute(new.on_conflict_do_nothing(index_elements=["once"]))
    mine = Attachment.once == _once(work, once) if once else Attachment.key == kept.key
    return work.session.scalars(select(Attachment).where(mine)).one()


def _once(work: Work, once: str) -> str:
    return sha256(f"{work.by.id or work.by.source}/{once}".encode()).hexdigest()


def keys_in(given: object) -> list[str]:
    """The keys that a form or a program gave, each once: a list, or one text with commas."""
    listed = given if isinstance(given, list | tuple) else re.split(r"[,，\s]+", str(given or ""))
    return [key for key in dict.fromkeys(str(each).strip() for each in listed) if key]


def waiting(work: Work, keys: Sequence[str]) -> list[Attachment]:
    """Those of the files that this person uploaded and that still wait, in the order given."""
    rows = work.session.scalars(select(Attachment).where(Attachment.key.in_(keys), Attachment.ticket_id.is_(None)))
    found = {row.key: row for row in rows if row.person_id == work.by.id}
    return [found[key] for key in keys if key in found]


def bring(work: Work, ticket: Ticket | None, given: object, public: object = ()) -> None:
    """Take files along with the step about to be taken: the journal's next entry binds them to its ticket.

    A file of which the ticket has the same already, from the same side, is not kept twice.

    Args:
        ticket: None: one that is being registered.
        public: keys of those that go out with the public reply.

    Raises:
        Invalid: too many, or one that is gone.
    """
    keys, marked = keys_in(given), set(keys_in(public))
    if not keys:
        return
    limits = work.rules.files
    if len(keys) > limits.most:
        raise Invalid(
            {FIELD: f"一次最多 {limits.most} 个附件，现有 {len(keys)} 个，请移除一些，分几次补充"}, rule="§13"
        )
    locked = select(Attachment.id).where(Attachment.key.in_(keys)).order_by(Attachment.id).with_for_update()
    work.session.scalars(locked).all()
    rows = waiting(work, keys)
    if len(rows) + _bound(work, ticket, keys) < len(keys):
        raise Invalid({FIELD: GONE})
    there = {} if ticket is None else {row.sha256: row for row in _from_this_side(work, ticket)}
    if ticket is not None and _count(work, ticket) + len(rows) > limits.ticket:
        raise Invalid({FIELD: f"这张工单的附件已满 {limits.ticket} 个，不能再添加"})
    for row in rows:
        same = there.setdefault(row.sha256, row)
        same.public = same.public or row.key in marked
        if same is row:
            work.bringing.append(row)
        else:
            work.session.delete(row)  # its bytes are swept


def to_draft(work: Work, ticket: Ticket, given: object) -> None:
    """Files of a draft that is being gone on with: no step is taken, they belong to what was registered."""
    bring(work, ticket, given)
    for row in work.bringing:
        row.ticket_id = row.given_id = ticket.id
        row.seq, row.at, row.action = ticket.journal_seq, work.now, Action.CREATE
        row.role, row.unit = work.by.role_label, work.by.unit
    work.bringing = []


def with_step(work: Work, ticket: Ticket, action: Action, fields: object) -> None:
    """The same for a step's fields ``files`` and ``files_public``; only answers may mark files as public."""
    given = fields if isinstance(fields, dict) else {}
    bring(work, ticket, given.get(FIELD), given.get("files_public") if action in ANSWERS else ())


def _bound(work: Work, ticket: Ticket | None, keys: Sequence[str]) -> int:
    """How many of the keys came to this ticket already: the same submission, sent twice."""
    if ticket is None:
        return 0
    query = select(func.count()).select_from(Attachment)
    return work.session.scalar(query.where(Attachment.key.in_(keys), Attachment.given_id == ticket.id)) or 0


def _from_this_side(work: Work, ticket: Ticket) -> list[Attachment]:
    outside = Role.CITIZEN in work.by.roles
    rows = work.session.scalars(select(Attachment).where(Attachment.given_id == ticket.id))
    return [row for row in rows if (row.person_id is None) == outside]


def _count(work: Work, ticket: Ticket) -> int:
    query = select(func.count()).select_from(Attachment).where(Attachment.ticket_id == ticket.id)
    return work.session.scalar(query) or 0


def publish(work: Work, ticket: Ticket, keys: Collection[str]) -> None:
    """The reviewer's choice: exactly these of the units' files go out with the public reply."""
    query = select(Attachment).where(Attachment.ticket_id == ticket.id, Attachment.action.in_(ANSWERS))
    for row in work.session.scalars(query):
        row.public = row.key in keys


# -- opening ---------------------------------------------------------------------------------------------------------


def closed(row: Attachment, sight: Sight) -> str:
    """Why this viewer may not open it, in words; empty when it may be opened."""
    appellants = row.action in APPELLANTS
    return why_closed(sight.viewer, sight.view, appellants=appellants, released=row.released, public=row.public)


def for_staff(work: Work, no: str, key: str, *, small: bool = False, again: bool = False) -> Opened:
    """A file of a ticket for a member of staff; that it was opened is recorded.

    Args:
        small: its thumbnail, as the ticket's page shows it; like reading the page, that leaves no line.
        again: a further part of a file that is being played.

    Raises:
        NotFound: no such ticket or file in the person's reach.
        NotYours: the person may see the ticket, and not this file.
    """
    ticket = access.staff(work, no, lock=False)
    row = _row(work, ticket, key)
    if why := closed(row, _sight(work, ticket)):
        raise NotYours(why, rule="§12")
    if not (small or again):
        audit_log.write(work, AuditKind.FILE, ticket, file=row.id, of=row.kind)
    return _opened(row)


def for_citizen(work: Work, ticket: Ticket, key: str, *, let_out: bool) -> Opened:
    """A file for the appellant: an own one, or one that went out with the public reply.

    Args:
        let_out: the reply has been let out.
    """
    row = work.session.scalar(select(Attachment).where(Attachment.key == key))
    own = row is not None and row.given_id == ticket.id and row.action in APPELLANTS
    told = {ticket.no, ticket.master_no}
    if row is not None and not own and let_out and row.public and row.ticket_id is not None:
        own = work.session.get_one(Ticket, row.ticket_id).no in told
    if row is None or not own:
        raise NotFound("没有找到这个附件")
    return _opened(row)


def waiting_one(work: Work, key: str) -> Opened:
    """A file that still waits for its form, for whoever uploaded it."""
    found = waiting(work, [key])
    if not found:
        raise NotFound("没有找到这个附件")
    return _opened(found[0])


def release(work: Work, no: str, key: str, *, through: bool) -> None:
    """Let an appellant's file of a sealed ticket through to the units, or take that back; recorded.

    Raises:
        NotYours: only the centre, which sees the appellant, can tell whether a file gives the person away.
        NotNow: the ticket is not sealed.
    """
    ticket = access.staff(work, no)
    row = _row(work, ticket, key)
    if not may_release(_sight(work, ticket)):
        raise NotYours("由热线中心的在办人员看过后决定，请联系派单员或审核员", rule="§12")
    if not seeing.is_sealed(ticket) or row.action not in APPELLANTS:
        raise NotNow("这个附件承办单位本来就能打开")
    row.released = through
    audit_log.write(work, AuditKind.FILE, ticket, "附件转给承办单位" if through else "附件不再给承办单位", file=row.id)


def may_release(sight: Sight) -> bool:
    """Whether this person has the appellant before them, and so can tell."""
    return sight.viewer is Viewer.HAND


def _sight(work: Work, ticket: Ticket) -> Sight:
    tasks = of_ticket(work.session, ticket.id)
    return seeing.sight(work, ticket, tasks, work.session.get(Contact, ticket.id))


def _row(work: Work, ticket: Ticket, key: str) -> Attachment:
    row = work.session.scalar(select(Attachment).where(Attachment.key == key, Attachment.ticket_id == ticket.id))
    if row is None:
        raise NotFound("没有找到这个附件")
    return row


def _opened(row: Attachment) -> Opened:
    return Opened(row.key, row.name, row.mime, row.kind)


# -- letting go ------------------------------------------------------------------------------------------------------


def sweep(work: Work) -> int:
    """Forget files for which nobody sent a form; their bytes go with the next sweep of the vault."""
    late = Attachment.uploaded_at < work.now - work.rules.files.waits
    done = work.session.execute(delete(Attachment).where(Attachment.ticket_id.is_(None), late))
    assert isinstance(done, CursorResult), "a delete tells how many rows it took"
    return done.rowcount


def forget(work: Work, ticket: Ticket) -> None:
    """All files of a ticket whose time of keeping is over."""
    work.session.execute(delete(Attachment).where(Attachment.ticket_id == ticket.id))
