"""Units and categories as a table that somebody brings: looked at row by row first, then taken in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert

from hotline.channels import sheet
from hotline.channels.sheet import NoTable, Sheet
from hotline.domain.audit import Kind
from hotline.domain.city import Category, Unit
from hotline.domain.errors import Invalid
from hotline.store.organisation import OrganisationChange, Revision
from hotline.store.work import Work
from hotline.usecases import audit_log, imports, setup
from hotline.usecases.organisation import What, columns_of, kept, plain, read_category, read_unit

Names = Mapping[str, tuple[str, ...]]
"""Column → what else its head may be called."""
NAMES: Mapping[What, Names] = {What.UNIT: imports.UNITS_COLUMNS, What.CATEGORY: imports.CATEGORIES_COLUMNS}
NEEDED = {What.UNIT: ("code", "name", "level"), What.CATEGORY: ("code", "level3", "line")}
MOST = 3000
"""Rows of one table; more come by ``hotline import``."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that can't be taken."""

    line: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a table would do."""

    rows: tuple[Row, ...]
    """The good rows that are new or differ, column by column."""
    added: tuple[Unit | Category, ...]
    changed: tuple[Unit | Category, ...]
    same: int
    bad: tuple[Bad, ...]


def rows_of(names: Names, needed: Iterable[str], table: Sheet) -> tuple[list[tuple[int, Row]], list[Bad]]:
    """The rows of a table by our names of the columns, and those that can't be read. Raises NoTable."""
    found = sheet.places(table.head, names)
    if missing := [name for name in needed if name not in found]:
        words = "、".join("/".join((name, *names[name][:1])) for name in missing)
        raise NoTable(f"缺少列 {words}；请检查第一行的列名")
    good: list[tuple[int, Row]] = []
    bad: list[Bad] = []
    for row in table:
        if len(good) + len(bad) >= MOST:
            raise NoTable(f"一次最多 {MOST} 行；请分开导入，或用 hotline import")
        if row.fault:
            bad.append(Bad(row.line, row.cells, row.fault))
        else:
            good.append((row.line, {name: row.cells[at].strip() for name, at in found.items()}))
    return good, bad


def look(work: Work, what: What, given: Iterable[tuple[int, Row]], bad: Iterable[Bad] = ()) -> Looked:
    """Which rows are new, differ, stand so already, or can't be taken, and why; writes nothing."""
    faults = list(bad)
    things: dict[str, tuple[int, Row, Unit | Category]] = {}
    for line, row in given:
        try:
            thing = read_unit(row) if what is What.UNIT else read_category(row)
        except Invalid as refused:
            said = "；".join(f"{name} {words}" for name, words in refused.fields.items())
            faults.append(Bad(line, tuple(row.values()), said or refused.message))
            continue
        if thing.code in things:
            faults.append(Bad(line, tuple(row.values()), f"编码 {thing.code} 在表中重复；请删去一行或改用新编码"))
            continue
        things[thing.code] = (line, row, thing)
    for code, why in _beside_each_other(work, {code: each for code, (_, _, each) in things.items()}).items():
        line, row, _ = things.pop(code)
        faults.append(Bad(line, tuple(row.values()), why))
    rows: list[Row] = []
    added: list[Unit | Category] = []
    changed: list[Unit | Category] = []
    for _, row, thing in things.values():
        before = kept(work.rules.city, what, thing.code)
        if plain(before) == plain(columns_of(thing) | {"active": True}):
            continue
        rows.append(row)
        (changed if before else added).append(thing)
    faults.sort(key=lambda each: each.line)
    return Looked(tuple(rows), tuple(added), tuple(changed), len(things) - len(rows), tuple(faults))


def take(work: Work, what: What, rows: Iterable[Row], *, words: str) -> Looked:
    """Take the rows that can be taken, all at once; each is a change of its own in the history.

    Raises:
        Invalid: no reason is given.
    """
    if not words.strip() or len(words) > 200:
        raise Invalid({"words": "请写明修改原因，最多 200 个字"}, rule="§17")
    looked = look(work, what, enumerate(rows, 1))
    things = (*looked.added, *looked.changed)
    for thing in things:
        work.session.add(
            OrganisationChange(
                what=what,
                code=thing.code,
                since=work.now,
                before=kept(work.rules.city, what, thing.code),
                after=columns_of(thing) | {"active": True},
                words=words.strip(),
                by=work.by.name[:40],
                at=work.now,
                applied_at=work.now,
            )
        )
    if things:
        turns = insert(Revision).values([{"name": f"{what}:{thing.code}", "n": 1} for thing in things])
        work.session.execute(turns.on_conflict_do_update(index_elements=["name"], set_={"n": Revision.n + 1}))
        units = [thing for thing in things if isinstance(thing, Unit)]
        setup.load_organisation(work, units, [thing for thing in things if isinstance(thing, Category)])
        about = f"导入{what.label}：新增 {len(looked.added)}，修改 {len(looked.changed)}"
        audit_log.write(work, Kind.IMPORT, about=about, why=words)
    return looked


def _beside_each_other(work: Work, things: Mapping[str, Unit | Category]) -> dict[str, str]:
    units = {code: thing for code, thing in things.items() if isinstance(thing, Unit)}
    faults = imports.unit_faults(work.rules.city, units)
    lines = {unit.line for unit in work.rules.city.units.values() if unit.active}
    for code, thing in things.items():
        if isinstance(thing, Category) and thing.line not in lines:
            faults[code] = f"条线“{thing.line}”没有任何单位承办；请改正，或先补上单位"
    return faults
