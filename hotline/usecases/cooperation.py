"""Several units at one ticket: passing on downwards (下派), asking for help (加派), letting go, and who handles it.

Whoever gives work out answers for it: a unit's own reply waits for the units below it that it asked; closing waits
for every lead and co-unit (handbook §4); a sub-unit's and a co-unit's reply goes to the unit, never to the appellant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from hotline.domain import deadlines as clock_rules
from hotline.domain.appeal import clean
from hotline.domain.city import City
from hotline.domain.deadlines import ClockKind
from hotline.domain.errors import Invalid, NotNow, NotYours
from hotline.domain.lifecycle import Action
from hotline.domain.permissions import GRANTS, Permission, Role, Scope
from hotline.domain.routing import why_not_lead
from hotline.store.assignment import ACTIVE, Assignment, Kind, Stage, lead_of, of_ticket
from hotline.store.clock import running
from hotline.store.person import Person
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import deadlines, dispatch, progress
from hotline.usecases.access import units_in_scope
from hotline.usecases.handling import nearest, task_of

SUB_RULE, ADD_RULE = "sub", "add"
OWES = (Stage.SENT, Stage.WORKING, Stage.RETURN_PENDING)
"""Stages in which a unit still owes its reply."""


def sub_dispatch(work: Work, ticket: Ticket, units: Sequence[str], *, words: str = "") -> list[Assignment]:
    """Pass the work on to units below; the unit that passes it on stays responsible.

    Each gets its own sign-in limit, and is due a working day before the unit above if there is time, never after it.

    Raises:
        Invalid: no unit, a unit that is not below the own one (for a county: not in it), one that is asked already,
            or only townships where the category forbids it (handbook §6.5).
        NotNow: the own unit has not signed.
    """
    progress.check(work, ticket, Action.SUB_DISPATCH)
    parent = task_of(work, ticket)
    if parent.stage != Stage.WORKING:
        raise NotNow("请先签收再下派", rule="§5 Sub-dispatch")
    tasks = of_ticket(work.session, ticket.id)
    chosen = list(dict.fromkeys(units))
    _check_below(work, parent, chosen)
    _check_fresh(work, tasks, chosen, field="units")
    _forbid_townships_alone(work, ticket, parent, [*_below(tasks, parent), *chosen], field="units")
    due_at = clock_rules.child_due(parent.due_at, work.now, work.rules.calendar)
    made = [_ask(work, ticket, code, Kind.SUB, parent, SUB_RULE, due_at) for code in chosen]
    progress.advance(
        work,
        ticket,
        Action.SUB_DISPATCH,
        unit=parent.unit,
        units=chosen,
        text=clean(words),
        due_at=due_at.isoformat(),
    )
    return made


def add_units(work: Work, ticket: Ticket, units: Sequence[str], *, words: str) -> list[Assignment]:
    """Ask further units to help; each signs and replies for itself and is due no later than the lead.

    The lead asks when only part of the matter is its own (首接负责, handbook §6.4), or a dispatcher does.

    Raises:
        Invalid: no unit, no reason, or a unit that is at work already.
        NotYours: somebody else's ticket.
    """
    progress.check(work, ticket, Action.ADD_UNIT)
    if work.by.scope is Scope.ALL:
        _need_dispatcher(work)
        lead = lead_of(work.session, ticket.id)
    else:
        lead = task_of(work, ticket)
        if lead.kind != Kind.LEAD:
            raise NotYours("由主办单位加派协办单位，请联系主办单位", rule="§6.4")
        if lead.stage != Stage.WORKING:
            raise NotNow("请先签收再加派", rule="§6.4")
    assert lead is not None, "a ticket in hand has a lead"
    chosen, faults = list(dict.fromkeys(units)), {}
    if not clean(words):
        faults["words"] = "请写明需要协办什么"
    if faults:
        raise Invalid(faults, rule="§6.4")
    for code in chosen:
        co = work.rules.city.units.get(code)
        if co is None or not co.dispatchable:
            raise Invalid({"units": "没有这个协办单位，请从列表中选择"}, rule="§6.4")
    _check_fresh(work, of_ticket(work.session, ticket.id), chosen, field="units")
    made = [_ask(work, ticket, code, Kind.CO, None, ADD_RULE, lead.due_at) for code in chosen]
    progress.advance(work, ticket, Action.ADD_UNIT, unit=lead.unit, co_units=chosen, text=clean(words))
    return made


def drop_unit(work: Work, ticket: Ticket, unit: str, *, cause: str) -> Assignment:
    """Let a co-unit or sub-unit go that has not replied, with a reason; what it passed on ends with it.

    The lead lets its co-units go, every unit those below it that it asked itself, a dispatcher any of them.

    Raises:
        Invalid: no reason, or no such unit; or only townships would be left where the category forbids it.
        NotNow: it has replied already.
        NotYours: another unit asked it.
    """
    progress.check(work, ticket, Action.DROP_UNIT)
    tasks = of_ticket(work.session, ticket.id)
    task = next((t for t in tasks if t.unit == unit and t.kind != Kind.LEAD and t.stage in ACTIVE), None)
    faults = {}
    if task is None:
        faults["unit"] = "没有这个协办或下派单位，请从列表中选择"
    if not clean(cause):
        faults["cause"] = "请写明取消的原因"
    if faults or task is None:
        raise Invalid(faults, rule="§4")
    if not may_drop(work, tasks, task):
        raise NotYours("协办单位由主办单位或派单员取消，下派单位由下派它的单位取消", rule="§4")
    if task.stage not in OWES:
        raise NotNow("该单位已经答复，不必取消", rule="§4")
    gone = let_go(work, ticket, tasks, task)
    progress.advance(
        work, ticket, Action.DROP_UNIT, dropped=[each.unit for each in gone], kind=task.kind, cause=clean(cause)
    )
    return task


def let_go(work: Work, ticket: Ticket, tasks: Sequence[Assignment], task: Assignment) -> list[Assignment]:
    """End the duty of a co-unit or sub-unit, and of those it passed the work on to; all that ended, its own first.

    Raises:
        Invalid: only townships would be left where the category forbids it.
    """
    if task.kind == Kind.SUB:
        parent = next(t for t in tasks if t.id == task.parent_id)
        _forbid_townships_alone(
            work, ticket, parent, [code for code in _below(tasks, parent) if code != task.unit], field="unit"
        )
    gone = [task, *_descendants(tasks, task)]
    for each in gone:
        end(work, each)
    return gone


def may_pass_on(work: Work, task: Assignment) -> bool:
    """Whether there is any unit that this person could pass the work on to."""
    city = work.rules.city
    if Role.COUNTY_DISPATCH in work.by.roles:
        return True
    return any(city.unit(code).dispatchable for code in city.below(task.unit) if code != task.unit)


def droppable(work: Work, tasks: Sequence[Assignment]) -> list[Assignment]:
    """The co-units and sub-units that this person may let go now."""
    owing = [task for task in tasks if task.kind != Kind.LEAD and task.stage in OWES]
    return [task for task in owing if may_drop(work, tasks, task)]


def assign_handler(work: Work, ticket: Ticket, username: str) -> Person:
    """Say which person of the unit handles it (承办人).

    Raises:
        Invalid: nobody of the unit has this account, or may handle tickets.
    """
    progress.check(work, ticket, Action.ASSIGN)
    task = task_of(work, ticket)
    if task.stage != Stage.WORKING:
        raise NotNow("请先签收再指派承办人", rule="§4")
    person = next((p for p in handlers_of(work, task.unit) if p.username == clean(username)), None)
    if person is None:
        raise Invalid({"handler": "请从本单位的承办人中选择"}, rule="§2")
    task.handler_id, task.handler = person.id, person.name
    progress.advance(work, ticket, Action.ASSIGN, unit=task.unit, handler=person.name)
    return person


def handlers_of(work: Work, unit: str) -> list[Person]:
    """People of the unit who may handle tickets, by name."""
    able = {role.value for role in Role if Permission.TICKET_HANDLE in GRANTS[role][1]}
    query = select(Person).where(Person.unit == unit, Person.active).order_by(Person.name, Person.id)
    return [person for person in work.session.scalars(query) if able & set(person.roles)]


def release_handler(work: Work, person_id: int) -> int:
    """Free the open tickets that somebody handled who leaves the unit; the co-ordinator assigns them anew."""
    freed = work.session.scalars(
        select(Assignment).where(Assignment.handler_id == person_id, Assignment.stage.in_(ACTIVE)).with_for_update()
    ).all()
    for task in freed:
        task.handler_id, task.handler = None, ""
    return len(freed)


def _ask(
    work: Work, ticket: Ticket, unit: str, kind: Kind, parent: Assignment | None, rule: str, due_at: datetime
) -> Assignment:
    """Give a unit its own duty under the lead's: sign-in by its own limit, the result by ``due_at``."""
    task = dispatch.assign(work, ticket, unit, kind, rule, parent.id if parent else None)
    sign = deadlines.start(work, ticket, ClockKind.SIGN, assignment=task)
    words = "不晚于上级任务的时限" if kind is Kind.SUB else "与主办单位同时到期"
    handling = deadlines.start(
        work, ticket, ClockKind.HANDLING, assignment=task, basis="child", until=due_at, words=words
    )
    assert sign is not None, "sign-in always has a limit"
    assert handling is not None, "handling always has a limit"
    task.sign_due_at, task.due_at, task.promise_due_at = sign.due_at, handling.due_at, handling.due_at
    task.warn_at, task.severe_at, task.provisional = handling.warn_at, handling.severe_at, handling.provisional
    return task


def _check_below(work: Work, parent: Assignment, units: Sequence[str]) -> None:
    city = work.rules.city
    if not units:
        raise Invalid({"units": "请选择下派的单位"}, rule="§5 Sub-dispatch")
    for code in units:
        unit = city.units.get(code)
        if unit is None or not unit.dispatchable:
            raise Invalid({"units": "没有这个承办单位，请从列表中选择"}, rule="§5 Sub-dispatch")
        if code == parent.unit or not (city.within(code, parent.unit) or _in_own_county(work, city, code)):
            raise Invalid(
                {"units": f"{unit.short_name}不是下属单位，不能下派；需要其配合的，请加派协办"}, rule="§5 Sub-dispatch"
            )


def _in_own_county(work: Work, city: City, code: str) -> bool:
    if Role.COUNTY_DISPATCH not in work.by.roles or work.by.unit not in city.units:
        return False
    county = city.unit(work.by.unit).region_code[:6]
    return city.unit(code).region_code.startswith(county)


def _check_fresh(work: Work, tasks: Sequence[Assignment], units: Sequence[str], *, field: str) -> None:
    if not units:
        raise Invalid({field: "请选择单位"})
    busy = {task.unit for task in tasks if task.stage in ACTIVE}
    if twice := [code for code in units if code in busy]:
        names = "、".join(work.rules.city.unit(code).short_name for code in twice)
        raise Invalid({field: f"{names}已在办理这张工单，不必再派"})


def _forbid_townships_alone(
    work: Work, ticket: Ticket, parent: Assignment, units: Sequence[str], *, field: str
) -> None:
    """A township may help, but is never the only one a departmental duty is passed on to (handbook §6.5)."""
    city, category = work.rules.city, work.rules.city.categories.get(ticket.category or "")
    duty_lists = work.rules.routing.duty_lists
    refused = [why_not_lead(city.unit(code), category, duty_lists.get(code, ())) for code in units]
    if units and all(refused):
        raise Invalid({field: "本类别属部门职责，不得只下派给街道（乡镇），请同时下派主管部门"}, rule="§6.5")


def _below(tasks: Iterable[Assignment], parent: Assignment) -> list[str]:
    return [task.unit for task in tasks if task.parent_id == parent.id and task.stage in ACTIVE]


def _descendants(tasks: Sequence[Assignment], task: Assignment) -> list[Assignment]:
    children = [each for each in tasks if each.parent_id == task.id and each.stage in ACTIVE]
    return [each for child in children for each in (child, *_descendants(tasks, child))]


def may_drop(work: Work, tasks: Sequence[Assignment], task: Assignment) -> bool:
    """Whether it is this person's to let that co-unit or sub-unit go: the lead's, any unit's above it, a dispatcher's.

    Of a co-unit's own sub-units the co-unit decides.
    """
    if work.by.scope is Scope.ALL:
        return work.by.may(Permission.TICKET_DISPATCH)
    if not work.by.may(Permission.TICKET_SIGN):
        return False
    units = units_in_scope(work.rules.city, work.by) or []
    mine = [each for each in tasks if each.stage in ACTIVE and each.unit in units]
    if not mine:
        return False
    own = nearest(mine, work.by.unit)
    if task.kind == Kind.CO:
        return own.kind == Kind.LEAD
    return task in _descendants(tasks, own)


def _need_dispatcher(work: Work) -> None:
    if not work.by.may(Permission.TICKET_DISPATCH):
        raise NotYours("由主办单位或派单员加派协办单位", rule="§6.4")


def end(work: Work, task: Assignment) -> None:
    """Cancel one unit's duty and stop its clocks."""
    task.stage, task.ended_at = Stage.CANCELLED, work.now
    for clock in running(work.session, task.ticket_id):
        if clock.assignment_id == task.id:
            clock.stopped_at = work.now
