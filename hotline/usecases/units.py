"""Units that are merged into others, and people who change units, while tickets are open.

A unit with a successor holds no open duty: from the moment of the merger it is closed and takes nothing new, and the
house moves what it has, some tickets at a time, until nothing is left. What moves stays as it stands: same round, same
due times, same promise; the journal says so on every ticket. Whatever dies in between, the next look goes on: what has
moved is no longer found. Source: docs/hard-cases.md.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select

from hotline.domain.appeal import clean
from hotline.domain.audit import Kind as Audited
from hotline.domain.city import City, Unit
from hotline.domain.errors import Invalid, NotFound, NotNow, NotYours
from hotline.domain.lifecycle import ENDED, Action
from hotline.domain.permissions import Permission
from hotline.store.assignment import ACTIVE, Assignment, Kind, of_ticket
from hotline.store.clock import running
from hotline.store.person import Person
from hotline.store.precedent import Precedent
from hotline.store.succession import Succession, heir
from hotline.store.supervision import open_on
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, cooperation, organisation, precedents, progress

RULE = "§4"
_RANK = {Kind.LEAD: 0, Kind.CO: 1, Kind.SUB: 2}


def merge_into(work: Work, unit: str, into: str, *, words: str, seen: int | None = None) -> int:
    """Merge a unit into another one: precedents and accounts go there at once, and it is closed; :func:`hand_over`
    moves its open tickets.

    Args:
        seen: how often the unit had been changed when the page was drawn; None skips the check.

    Returns:
        How many tickets are to move.

    Raises:
        NotYours: the person does not look after the organisation.
        Invalid: no reason, or a successor that cannot take its tickets.
        NotNow: it is closed already, or units stand below it.
        Stale: somebody else changed it meanwhile.
    """
    if not work.by.may(Permission.CONFIGURE):
        raise NotYours("单位由中心管理员管理，您没有这项权限", rule="§2")
    city = work.rules.city
    old, new = _both(city, unit, into)
    if not clean(words):
        raise Invalid({"words": "请写明撤并的依据"}, rule=RULE)
    if below := [child.short_name for child in city.children(unit) if child.active]:
        raise NotNow(f"{old.short_name}还有下级单位（{'、'.join(below[:5])}），请先改正它们的上级", rule=RULE)
    waiting = work.session.scalar(select(func.count()).select_from(held_by(unit).subquery())) or 0
    for precedent in work.session.scalars(select(Precedent).where(Precedent.ended_at.is_(None))):
        if unit in (precedent.lead, *precedent.co_units):
            before = precedents.kept(precedent)
            precedent.lead = into if precedent.lead == unit else precedent.lead
            named = dict.fromkeys(into if code == unit else code for code in precedent.co_units)
            precedent.co_units = [code for code in named if code != precedent.lead]
            precedents.note(work, precedent, before, clean(words))
    people = work.session.scalars(select(Person).where(Person.unit == unit)).all()
    for person in people:
        person.unit = into
    work.session.merge(
        Succession(unit=unit, into=into, at=work.now, by=work.by.name[:40], words=clean(words)[:200], tickets=waiting)
    )
    work.session.flush()
    known = organisation.seen(work, organisation.What.UNIT, unit) if seen is None else seen
    organisation.save(work, organisation.closed(old), fresh=False, words=clean(words)[:200], seen=known)
    about = f"{old.short_name}并入{new.short_name}"
    audit_log.write(work, Audited.CONFIGURATION, about=about, tickets=waiting, accounts=len(people))
    return waiting


def usual_heir(city: City, unit: str) -> str:
    """Who takes over when nobody else is named: the nearest unit above that can answer; empty where there is none."""
    above = (city.unit(code) for code in city.ancestors(unit)[1:])
    return next((each.code for each in above if each.active and each.dispatchable), "")


def held_by(*units: str) -> Select[int]:
    """Open tickets with a duty of one of these units; of any unit with a successor when none is named."""
    mine = Assignment.unit.in_(units or select(Succession.unit))
    held = select(Assignment.ticket_id).where(mine, Assignment.stage.in_(ACTIVE))
    return select(Ticket.id).where(Ticket.id.in_(held), Ticket.state.not_in(ENDED))


def hand_over(work: Work, most: int) -> int:
    """Let successors take over the next open tickets; how many. Run by the house.

    Who is at work on a ticket just now is not disturbed: it comes next time.
    """
    those = select(Ticket).where(Ticket.id.in_(held_by())).order_by(Ticket.id).limit(most)
    found = work.session.scalars(those.with_for_update(skip_locked=True)).all()
    for ticket in found:
        holding = {task.unit for task in of_ticket(work.session, ticket.id) if task.stage in ACTIVE}
        for unit in sorted(holding):
            left = work.session.get(Succession, unit)
            if left is not None:
                _move(work, ticket, unit, heir(work.session, unit), left)
    return len(found)


def move_person(work: Work, person: Person, unit: str) -> int:
    """Somebody changes units: the tickets he handled stay where they are, without a handler; how many."""
    freed = cooperation.release_handler(work, person.id)
    person.unit = unit
    return freed


def _both(city: City, unit: str, into: str) -> tuple[Unit, Unit]:
    old, new = city.units.get(unit), city.units.get(into)
    if old is None:
        raise NotFound("没有这个单位")
    if not old.active:
        raise NotNow(f"{old.short_name}已经撤销", rule=RULE)
    if new is None or new.code == unit or not new.active or not new.dispatchable:
        raise Invalid({"into": "请选择另一个在用的承办单位"}, rule=RULE)
    if new.is_township and not old.is_township:
        raise Invalid({"into": "部门职责不得并入街道（乡镇），请选择部门"}, rule="§6.5")
    return old, new


def _move(work: Work, ticket: Ticket, unit: str, into: str, left: Succession) -> None:
    tasks = [task for task in of_ticket(work.session, ticket.id) if task.stage in ACTIVE]
    both = sorted((t for t in tasks if t.unit in (unit, into)), key=lambda t: (_RANK[Kind(t.kind)], t.id))
    kept, gone = both[0], both[1:]
    for task in gone:
        # The successor has a part in it already: it keeps the weightier one, and what hung on the other hangs on it.
        for below in tasks:
            if below.parent_id == task.id and below.id != kept.id:
                below.parent_id = kept.id
        cooperation.end(work, task)
    _hand(work, ticket, kept, into)
    progress.advance(work, ticket, Action.TRANSFER, unit=into, left=unit, words=left.words, by=left.by)


def _hand(work: Work, ticket: Ticket, task: Assignment, into: str) -> None:
    if task.unit == into:
        return
    left, task.unit, task.handler_id, task.handler = task.unit, into, None, ""
    for clock in running(work.session, ticket.id):
        if clock.assignment_id == task.id and clock.unit == left:
            clock.unit = into
    if task.kind == Kind.LEAD:
        ticket.lead_unit = into
        ordered = open_on(work.session, ticket.id)
        if ordered is not None and ordered.unit == left:
            ordered.unit = into
