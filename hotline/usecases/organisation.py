"""Units and categories one by one: added, changed, closed; from a moment on, with what it was before on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select

from hotline.domain.audit import Kind
from hotline.domain.city import Category, City, Unit
from hotline.domain.errors import Invalid, NotFound, NotNow, Stale
from hotline.domain.lifecycle import ENDED
from hotline.settings.city import CATEGORY_COLUMNS, UNIT_COLUMNS, categories_in, units_in
from hotline.store.assignment import Assignment
from hotline.store.organisation import CategoryRow, OrganisationChange, Revision, UnitRow, take_turn
from hotline.store.person import Person
from hotline.store.precedent import Precedent
from hotline.store.succession import Succession
from hotline.store.ticket import Ticket
from hotline.store.work import Work
from hotline.usecases import audit_log, imports, setup
from hotline.usecases.effects import Effect

ACTIVE = ("SENT", "WORKING", "RETURN_PENDING")
"""Assignment states in which a unit still has something to do."""


class What(StrEnum):
    """What is changed."""

    UNIT = "unit"
    CATEGORY = "category"

    @property
    def label(self) -> str:
        """In words."""
        return "承办单位" if self is What.UNIT else "诉求分类"


@dataclass(frozen=True, slots=True)
class Load:
    """What hangs on a unit or a category."""

    open_tickets: int
    rules: tuple[str, ...]
    people: int = 0
    below: int = 0
    """Units under it."""
    precedents: int = 0


def read_unit(row: Mapping[str, str]) -> Unit:
    """A unit as typed, column by column as in ``departments.csv``. Raises Invalid, by column where it can be told."""
    found, faults = units_in(_csv(row, UNIT_COLUMNS), "")
    if faults or not found:
        raise Invalid(_by_column(faults[0].message if faults else "请填写", UNIT_COLUMNS))
    return found[0]


def read_category(row: Mapping[str, str]) -> Category:
    """The same for a category as in ``taxonomy.csv``."""
    found, faults = categories_in(_csv(row, CATEGORY_COLUMNS), "")
    if faults or not found:
        raise Invalid(_by_column(faults[0].message if faults else "请填写", CATEGORY_COLUMNS))
    return found[0]


def columns_of(thing: Unit | Category) -> dict[str, Any]:
    """What a row keeps of it."""
    return {key: value for key, value in asdict(thing).items() if key != "active"}


def check(work: Work, thing: Unit | Category, *, fresh: bool) -> None:
    """What is wrong with it beside the others. Raises Invalid, by column."""
    city = work.rules.city
    known = city.units if isinstance(thing, Unit) else city.categories
    if fresh and thing.code in known:
        raise Invalid({"code": f"编码 {thing.code} 已经有了；请改用新编码"})
    if not thing.active and (why := _why_keep(work, thing)):
        raise NotNow(why, rule="§6")
    if isinstance(thing, Unit):
        if fault := imports.unit_faults(city, {thing.code: thing}).get(thing.code):
            raise Invalid({"parent_code" if "上级" in fault else "fallback": fault})
        if not thing.active and thing.code in (city.centre, city.root):
            raise NotNow("热线中心和市政府不能撤销")
        twin = city.unit_named(thing.name)
        if thing.active and twin is not None and twin.code != thing.code:
            raise Invalid({"name": f"{twin.code} 已经叫这个名称；请写全称以便区分"})
    elif thing.active and thing.line not in {unit.line for unit in city.units.values() if unit.active}:
        raise Invalid({"line": f"条线“{thing.line}”没有任何单位承办；请改正，或先补上单位"})


def _why_keep(work: Work, thing: Unit | Category) -> str:
    if isinstance(thing, Category):
        return ""
    load = load_of(work, thing)
    if load.open_tickets and work.session.get(Succession, thing.code) is None:
        return f"{thing.short_name}还有 {load.open_tickets} 件在办工单；请用“并入其他单位”，把工单一并移交"
    if load.below:
        return f"{thing.short_name}还有 {load.below} 个下级单位；请先改正它们的上级"
    return ""


def load_of(work: Work, thing: Unit | Category) -> Load:
    """What hangs on it now."""
    explicit = work.rules.routing.explicit
    if isinstance(thing, Unit):
        mine = select(func.count()).select_from(Assignment).where(Assignment.unit == thing.code)
        return Load(
            open_tickets=work.session.scalar(mine.where(Assignment.stage.in_(ACTIVE))) or 0,
            rules=tuple(rule.id for rule in explicit if thing.code in (rule.unit, *rule.co_units)),
            people=work.session.scalar(
                select(func.count()).select_from(Person).where(Person.unit == thing.code, Person.active)
            )
            or 0,
            below=sum(child.active for child in work.rules.city.children(thing.code)),
        )
    open_ones = select(func.count()).select_from(Ticket).where(Ticket.category == thing.code)
    return Load(
        open_tickets=work.session.scalar(open_ones.where(Ticket.state.not_in(ENDED))) or 0,
        rules=tuple(rule.id for rule in explicit if rule.category and thing.code.startswith(rule.category)),
        precedents=work.session.scalar(
            select(func.count())
            .select_from(Precedent)
            .where(Precedent.category == thing.code, Precedent.ended_at.is_(None))
        )
        or 0,
    )


def effect(work: Work, thing: Unit | Category) -> Effect:
    """What the change does to what there is."""
    load, lines = load_of(work, thing), []
    if isinstance(thing, Unit):
        old = work.rules.city.units.get(thing.code)
        if load.open_tickets:
            lines.append(f"它名下有 {load.open_tickets} 件在办工单，继续由它办理。")
        if old is not None and old.name != thing.name:
            lines.append("新名称即刻用于所有页面，包括以往的工单；已发出的短信和已导出的文件不变。")
        if old is not None and old.dispatchable and not thing.dispatchable:
            lines.append("不再派给它新的工单。")
        if not thing.active and load.people:
            lines.append(f"它的 {load.people} 个账号仍可登录查看；请系统管理员调整或停用。")
    elif load.open_tickets:
        told = (
            "停用后它们保留这一分类办完，新的诉求不能再选"
            if not thing.active
            else "它们即刻按新的条线和办理层级推荐单位"
        )
        lines.append(f"有 {load.open_tickets} 件在办工单属于这一分类：{told}；已派出的不改派。")
    if load.precedents and not thing.active:
        lines.append(f"有 {load.precedents} 条派单先例属于这一分类，不再用于新的诉求。")
    if load.rules:
        lines.append(f"派单规则 {'、'.join(load.rules[:8])} 提到它。")
    return Effect(tuple(lines))


def seen(work: Work, what: What, code: str) -> int:
    """How often it has been changed; who saves says which state he has seen."""
    return work.session.scalar(select(Revision.n).where(Revision.name == f"{what}:{code}")) or 0


def save(
    work: Work, thing: Unit | Category, *, fresh: bool, words: str, seen: int, since: datetime | None = None
) -> OrganisationChange:
    """Change it from ``since`` on (default: at once).

    Raises:
        Stale: somebody else changed it since it was read. Invalid, NotNow: what is wrong, or there is nothing new.
    """
    if not words.strip() or len(words) > 200:
        raise Invalid({"words": "请写明修改原因，最多 200 个字"}, rule="§17")
    if since is not None and since < work.now:
        raise Invalid({"since": "生效时间已经过去；请改为以后的时刻，或留空立即生效"}, rule="§17")
    what = What.UNIT if isinstance(thing, Unit) else What.CATEGORY
    _turn(work, what, thing.code, seen)
    check(work, thing, fresh=fresh)
    before, after = kept(work.rules.city, what, thing.code), columns_of(thing) | {"active": thing.active}
    if plain(before) == plain(after):
        raise NotNow("和现在完全一样，没有需要保存的改动")
    change = OrganisationChange(
        what=what,
        code=thing.code,
        since=since or work.now,
        before=before,
        after=after,
        words=words.strip(),
        by=work.by.name[:40],
        at=work.now,
    )
    work.session.add(change)
    work.session.flush()
    about = f"{what.label} {thing.code}（{thing.name}）"
    audit_log.write(work, Kind.CONFIGURATION, about=about, why=words, since=change.since.isoformat())
    if since is None:
        _apply(work, change)
    return change


def withdraw(work: Work, number: int) -> OrganisationChange:
    """Take back a planned change. Raises NotFound, or NotNow once it has come."""
    change = work.session.get(OrganisationChange, number, with_for_update=True)
    if change is None:
        raise NotFound("没有这次修改；请回到列表")
    if change.applied_at is not None or change.withdrawn_at is not None:
        raise NotNow("这次修改已经生效或已被撤销")
    change.withdrawn_at = work.now
    audit_log.write(work, Kind.CONFIGURATION, about=f"撤销排定的修改 {What(change.what).label} {change.code}")
    return change


def thing_before(work: Work, number: int) -> Unit | Category:
    """What a change replaced, to be saved again as a change of its own. Raises NotFound; NotNow for a new thing."""
    change = work.session.get(OrganisationChange, number)
    if change is None or change.what not in set(What):
        raise NotFound("没有这次修改；请回到列表")
    if not change.before:
        raise NotNow("这是新增，没有以前的内容；不再需要的请停用")
    return thing_of(What(change.what), change.before)


def thing_of(what: What, data: Mapping[str, Any]) -> Unit | Category:
    """A unit or category from what a row keeps."""
    columns = {key: value for key, value in data.items() if key != "active"}
    row: Any = UnitRow if what is What.UNIT else CategoryRow
    made = row(code=data["code"], data=columns, active=bool(data.get("active", True)))
    return setup.unit_of(made) if what is What.UNIT else setup.category_of(made)


def apply_due(work: Work, most: int = 50) -> int:
    """Bring planned changes into force whose moment has come; returns how many. Run by the house."""
    due = work.session.scalars(
        select(OrganisationChange)
        .where(
            OrganisationChange.applied_at.is_(None),
            OrganisationChange.withdrawn_at.is_(None),
            OrganisationChange.since <= work.now,
        )
        .order_by(OrganisationChange.since, OrganisationChange.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for change in due:
        _apply(work, change)
    return len(due)


def history(work: Work, what: What, code: str = "", most: int = 100) -> list[OrganisationChange]:
    """The changes of one, or of all of a kind; the newest first."""
    query = select(OrganisationChange).where(OrganisationChange.what == what)
    if code:
        query = query.where(OrganisationChange.code == code)
    return list(work.session.scalars(query.order_by(OrganisationChange.id.desc()).limit(most)))


def _apply(work: Work, change: OrganisationChange) -> None:
    thing = thing_of(What(change.what), change.after)
    units: Iterable[Unit] = (thing,) if isinstance(thing, Unit) else ()
    categories: Iterable[Category] = (thing,) if isinstance(thing, Category) else ()
    setup.load_organisation(work, units, categories)
    if isinstance(thing, Unit) and thing.active:
        # It answers for itself again: what has gone to its successor stays there, nothing more follows.
        work.session.execute(delete(Succession).where(Succession.unit == thing.code))
    change.applied_at = work.now


def _turn(work: Work, what: What, code: str, seen: int) -> None:
    if not take_turn(work.session, f"{what}:{code}", seen):
        last = next(iter(history(work, what, code, 1)), None)
        who = last.by if last else "别人"
        raise Stale(f"{who}刚刚修改了{code}；请先看最新的内容，您填写的都已保留", rule="§17")


def kept(city: City, what: What, code: str) -> dict[str, Any]:
    """What is kept of one now; empty where there is none of this code."""
    known: Unit | Category | None = city.units.get(code) if what is What.UNIT else city.categories.get(code)
    return {} if known is None else columns_of(known) | {"active": known.active}


def plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as JSON gives them back, for comparing."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in columns.items()}


def closed(thing: Unit | Category) -> Unit | Category:
    """The same, dissolved or retired."""
    return replace(thing, active=False)


def _csv(row: Mapping[str, str], columns: list[str]) -> str:
    text = io.StringIO()
    written = csv.DictWriter(text, columns)
    written.writeheader()
    written.writerow({column: " ".join((row.get(column) or "").split()) for column in columns})
    return text.getvalue()


def _by_column(fault: str, columns: list[str]) -> dict[str, str]:
    named = next((column for column in columns if fault.startswith(column)), "code")
    return {named: fault.removeprefix(named).lstrip() or fault}
