"""Reads the organisation of the city (``departments.csv``, ``taxonomy.csv``); tells all faults at once.

A bad row costs only itself: it is left out and told with its line and what to do; the rows around it are kept.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hotline.domain.city import Category, City, Level, Unit

APPEAL_TYPES = {
    "咨询": "CONSULT",
    "求助": "HELP",
    "投诉": "COMPLAINT",
    "举报": "REPORT",
    "建议": "SUGGEST",
    "表扬": "PRAISE",
}
URGENCIES = {"一般": "NORMAL", "紧急": "URGENT", "特急": "CRITICAL"}
UNIT_COLUMNS = [
    "code",
    "name",
    "short_name",
    "parent_code",
    "level",
    "region_code",
    "region_name",
    "line",
    "kind",
    "dispatchable",
    "fallback",
    "service_regions",
    "duties",
]
CATEGORY_COLUMNS = [
    "code",
    "level1",
    "level2",
    "level3",
    "department",
    "line",
    "handling_level",
    "appeal_types",
    "urgency",
    "quick_list",
    "grassroots_ok",
    "sensitive",
    "keywords",
]

Row = Mapping[str, str]
Made = TypeVar("Made", Unit, Category)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of settings, where, and what to do (Chinese, for the operator)."""

    file: str
    line: int
    """1 is the first line of the file; 0 where the fault belongs to no line."""
    message: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行" if self.line else ""
        return f"{self.file}{where}:{self.message}"


class _BadRow(Exception):  # noqa: N818 - a row, not the program, is at fault
    pass


def read_city(folder: Path) -> tuple[City, tuple[Fault, ...]]:
    """The city of ``departments.csv`` and ``taxonomy.csv`` in the folder, and every fault found on the way."""
    units, unit_faults = units_in(_text(folder / "departments.csv"), "departments.csv")
    categories, category_faults = categories_in(_text(folder / "taxonomy.csv"), "taxonomy.csv")
    centres = [u for u in units if u.fallback and u.level is Level.CITY]
    faults = [*unit_faults, *category_faults, *_tree_faults(units)]
    if len(centres) != 1:
        names = "、".join(u.name for u in centres) or "没有"
        faults.append(Fault("departments.csv", 0, f"应当恰有一个市级 fallback=Y 的热线中心，现为：{names}；请改正"))
    centre = centres[0].code if centres else ""
    root = (centres[0].parent_code if centres else "") or ""
    city = City.of(units, categories, root=root, centre=centre)
    return city, (*faults, *_line_faults(city))


def units_in(text: str, file: str) -> tuple[tuple[Unit, ...], tuple[Fault, ...]]:
    """Units of a CSV text (with or without a byte order mark) and its faults."""
    return _rows_in(text, file, UNIT_COLUMNS, _unit)


def categories_in(text: str, file: str) -> tuple[tuple[Category, ...], tuple[Fault, ...]]:
    """Categories of a CSV text (with or without a byte order mark) and its faults."""
    return _rows_in(text, file, CATEGORY_COLUMNS, _category)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def _rows_in(
    text: str, file: str, columns: list[str], make: Callable[[Row], Made]
) -> tuple[tuple[Made, ...], tuple[Fault, ...]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    missing = [c for c in columns if c not in (reader.fieldnames or ())]
    if missing:
        return (), (Fault(file, 1, f"缺少列 {'、'.join(missing)}；请补上表头后重新导入"),)
    made: dict[str, Made] = {}
    faults: list[Fault] = []
    for line, row in _numbered(reader, file, faults):
        if not any(row.values()):
            continue
        if len(row) != len(columns) and None in row:
            faults.append(Fault(file, line, "列数多于表头；含逗号的内容请加引号"))
            continue
        try:
            thing = make({k: (v or "").strip() for k, v in row.items()})
        except _BadRow as bad:
            faults.append(Fault(file, line, str(bad)))
            continue
        if thing.code in made:
            faults.append(Fault(file, line, f"编码 {thing.code} 重复；请删去一行或改用新编码"))
            continue
        made[thing.code] = thing
    return tuple(made.values()), tuple(faults)


def _numbered(reader: "csv.DictReader[str]", file: str, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(file, reader.line_num, f"不是正确的 CSV({error});请检查这一行的引号"))
            continue
        yield reader.line_num, row


def _unit(row: Row) -> Unit:
    return Unit(
        code=_filled(row, "code"),
        name=_filled(row, "name"),
        short_name=row["short_name"] or _filled(row, "name"),
        level=_one_of(row, "level", {level.value: level for level in Level if level is not Level.COMPANY}),
        region_code=_digits(row, "region_code", (6, 9)),
        region_name=_filled(row, "region_name"),
        line=_filled(row, "line"),
        kind=_filled(row, "kind"),
        parent_code=row["parent_code"] or None,
        dispatchable=_yes(row, "dispatchable"),
        fallback=_yes(row, "fallback"),
        service_regions=_parts(row["service_regions"]),
        duties=_parts(row["duties"]),
    )


def _category(row: Row) -> Category:
    types = _parts(row["appeal_types"])
    unknown = [t for t in types if t not in APPEAL_TYPES]
    if unknown or not types:
        raise _BadRow(f"appeal_types 只能是 {'、'.join(APPEAL_TYPES)}，用 | 分隔；现为“{row['appeal_types']}”")
    return Category(
        code=_digits(row, "code", (6,)),
        level1=_filled(row, "level1"),
        level2=_filled(row, "level2"),
        level3=_filled(row, "level3"),
        department=_filled(row, "department"),
        line=_filled(row, "line"),
        handling_level=_one_of(row, "handling_level", {level.value: level for level in Level}),
        appeal_types=tuple(APPEAL_TYPES[t] for t in types),
        urgency=_one_of(row, "urgency", URGENCIES),
        quick_list=_yes(row, "quick_list"),
        grassroots_ok=_yes(row, "grassroots_ok"),
        sensitive=_yes(row, "sensitive"),
        keywords=_parts(row["keywords"]),
    )


def _filled(row: Row, column: str) -> str:
    if not row[column]:
        raise _BadRow(f"{column} 为空；请填写")
    return row[column]


def _digits(row: Row, column: str, lengths: tuple[int, ...]) -> str:
    value = row[column]
    if not (value.isascii() and value.isdigit() and len(value) in lengths):
        raise _BadRow(f"{column} 应为 {' 或 '.join(map(str, lengths))} 位数字；现为“{value}”")
    return value


_Choice = TypeVar("_Choice")


def _one_of(row: Row, column: str, choices: Mapping[str, _Choice]) -> _Choice:
    if row[column] not in choices:
        raise _BadRow(f"{column} 只能是 {'、'.join(choices)}；现为“{row[column]}”")
    return choices[row[column]]


def _yes(row: Row, column: str) -> bool:
    return _one_of(row, column, {"Y": True, "N": False})


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split("|") if part.strip())


def _tree_faults(units: tuple[Unit, ...]) -> Iterator[Fault]:
    """Parents that don't exist, and rings of parents."""
    parents = {u.code: u.parent_code for u in units}
    for unit in units:
        if unit.parent_code is not None and unit.parent_code not in parents:
            yield Fault("departments.csv", 0, f"{unit.code} 的上级 {unit.parent_code} 不存在；请改正 parent_code")
        seen: set[str] = set()
        at: str | None = unit.code
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at == unit.code:
            yield Fault("departments.csv", 0, f"{unit.code} 的上级关系成环；请改正 parent_code")


def _line_faults(city: City) -> Iterator[Fault]:
    """Categories whose line no unit bears: their appeals could only be dispatched by hand."""
    lines = {u.line for u in city.units.values()}
    for category in city.categories.values():
        if category.line not in lines:
            message = (
                f"{category.code} 的条线“{category.line}”没有任何单位承办；请改正 line 或在 departments.csv 中补上单位"
            )
            yield Fault("taxonomy.csv", 0, message)
