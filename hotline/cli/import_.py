"""``hotline import appeals|units|people|knowledge|calendar FILE``: good rows stay, bad ones come back."""

import argparse
import csv
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from hotline.channels import sheet
from hotline.channels.sheet import NoTable, Sheet
from hotline.cli.office import data_argument, office
from hotline.cli.progress import Progress
from hotline.domain.audit import Kind as AuditKind
from hotline.domain.city import Unit
from hotline.domain.errors import Invalid
from hotline.office import Office
from hotline.settings import calendar_rows
from hotline.store.work import Work
from hotline.usecases import audit_log, calendar_import, imports, knowledge_import
from hotline.usecases.imports import Outcome, Result

BATCH = 200
"""Rows per transaction at most."""
BATCH_FOR = 0.5
"""Seconds after which a transaction ends anyway: live appeals wait for its serial numbers."""

NEEDED = {
    "appeals": ("content",),
    "units": ("code", "name", "level"),
    "people": ("username", "roles"),
    "knowledge": ("title", "category", "body", "unit"),
    "calendar": ("date", "kind", "name"),
}
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "appeals": imports.APPEAL_COLUMNS,
    "units": imports.UNITS_COLUMNS,
    "people": imports.PEOPLE_COLUMNS,
    "knowledge": knowledge_import.COLUMNS,
    "calendar": calendar_import.COLUMNS,
}
WHAT = {"appeals": "诉求", "units": "单位", "people": "人员", "knowledge": "知识", "calendar": "日历"}
REASON = "reason"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What and from where."""
    parser.add_argument("what", choices=list(NAMES), help="；".join(":".join(each) for each in WHAT.items()))
    parser.add_argument("file", type=_table, metavar="FILE", help="CSV 或 Excel 文件，第一行为列名")
    data_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when the file was read to its end, also when some rows came back: then it is said where they lie."""
    with sheet.opened(args.file) as table:
        return _taken(args, table)


def _taken(args: argparse.Namespace, table: Sheet) -> int:
    found = sheet.places(table.head, NAMES[args.what])
    if missing := [name for name in NEEDED[args.what] if name not in found]:
        words = "、".join("/".join((name, *NAMES[args.what][name][:2])) for name in missing)
        raise NoTable(f"{args.file.name} 缺少列 {words}；请检查第一行的列名")
    if unused := [head for at, head in enumerate(table.head) if head and at not in found.values() and head != REASON]:
        print(f"没有用到的列：{'、'.join(unused)}", file=sys.stderr)
    with office(args.data, new=True) as house, Rejected(args.file, table.head) as rejected:
        run_of = {
            "appeals": _appeals,
            "units": _units,
            "people": _people,
            "knowledge": _knowledge,
            "calendar": _calendar,
        }
        counts = run_of[args.what](house, table, found, rejected, args.file)
        with house.begin() as work:
            told = ",".join(f"{result}={counts[result]}" for result in Result)
            audit_log.write(work, AuditKind.IMPORT, about=f"{args.what} {args.file.name} {told}")
    print(f"收入 {counts[Result.TAKEN]}，重复 {counts[Result.KNOWN]}，退回 {counts[Result.REFUSED]}")
    if counts[Result.REFUSED]:
        print(f"退回的行及原因见 {rejected.path}")
    return 0


class Rejected:
    """``FILE.rejected.csv``: the rows that came back, as they were, and why. Readable by its owner only."""

    def __init__(self, source: Path, head: tuple[str, ...]) -> None:
        self.path = source.with_name(f"{source.stem}.rejected.csv")
        self._head = head
        self._old = head.index(REASON) if REASON in head else None
        self._file: Any = None
        self._rows: Any = None

    def __enter__(self) -> "Rejected":
        return self

    def __exit__(self, *fault: object) -> None:
        if self._file is not None:
            self._file.close()
            self._new.replace(self.path)
        elif fault[0] is None:
            self.path.unlink(missing_ok=True)  # of an earlier run: there is nothing left to mend

    @property
    def _new(self) -> Path:
        return self.path.with_suffix(".csv.part")

    def add(self, cells: Iterable[str], reason: str) -> None:
        """Keep one row."""
        if self._file is None:
            self._file = private(self._new, "w", encoding="utf-8-sig")
            self._rows = csv.writer(self._file)
            self._rows.writerow([*self._kept(self._head), REASON])
        whole = [*cells]
        whole += [""] * (len(self._head) - len(whole))
        self._rows.writerow([*self._kept(whole), reason])

    def _kept(self, cells: Iterable[str]) -> list[str]:
        return [cell for at, cell in enumerate(cells) if at != self._old]


def private(path: Path, mode: str, *, encoding: str = "utf-8") -> Any:
    """A text file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if mode == "a" else os.O_TRUNC)
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, mode, encoding=encoding, newline="")


Found = Mapping[str, int]
"""Where each known column stands."""


def _appeals(house: Office, table: Sheet, found: Found, rejected: Rejected, _file: Path) -> Counter[Result]:
    return _rows(house, table, found, rejected, "appeals", imports.appeal)


def _people(house: Office, table: Sheet, found: Found, rejected: Rejected, file: Path) -> Counter[Result]:
    """Accounts; who has no password gets a random one, written before the account is committed so that none is lost."""
    keys = file.with_name(f"{file.stem}.passwords.csv")
    given: list[tuple[str, str]] = []

    def take(work: Work, row: imports.Row) -> bool:
        made = "" if row.get("password") else imports.password()
        fresh = imports.person(work, {**row, "password": row.get("password") or made})
        if fresh and made:
            given.append((row["username"], made))
        return fresh

    def keep() -> None:
        if given:
            new = not keys.exists()
            with private(keys, "a") as file:
                rows = csv.writer(file)
                if new:
                    rows.writerow(["username", "password"])
                rows.writerows(given)
            given.clear()

    counts = _rows(house, table, found, rejected, "people", take, before_commit=keep)
    if keys.exists():
        print(f"初始密码见 {keys}（仅本人可读）;请分发后删除")
    return counts


def _knowledge(house: Office, table: Sheet, found: Found, rejected: Rejected, _file: Path) -> Counter[Result]:
    return _rows(house, table, found, rejected, "knowledge", knowledge_import.take)


def _rows(
    house: Office,
    table: Sheet,
    found: Found,
    rejected: Rejected,
    what: str,
    take: Callable[[Work, imports.Row], bool],
    *,
    before_commit: Callable[[], None] = lambda: None,
) -> Counter[Result]:
    """One row after the other, in order; some to a transaction, each in a savepoint."""
    counts: Counter[Result] = Counter()
    progress = Progress(f"导入{WHAT[what]}")
    rows = iter(table)
    more = True
    while more:
        back: list[tuple[tuple[str, ...], str]] = []
        outcomes: list[Outcome] = []
        with house.begin() as work:
            more, until = False, time.monotonic() + BATCH_FOR
            for row in rows:
                outcome = Outcome(Result.REFUSED, row.fault)
                if not row.fault:
                    outcome = imports.tried(work, take, _named(row.cells, found), NAMES[what])
                outcomes.append(outcome)
                if outcome.result is Result.REFUSED:
                    back.append((row.cells, outcome.reason))
                if len(outcomes) >= BATCH or time.monotonic() > until:
                    more = True
                    break
            before_commit()
        counts.update(outcome.result for outcome in outcomes)
        for cells, reason in back:
            rejected.add(cells, reason)
        if more:
            progress.tell(row.done, counts.total())
    progress.clear()
    return counts


def _units(house: Office, table: Sheet, found: Found, rejected: Rejected, _file: Path) -> Counter[Result]:
    """Units come all at once: one may stand before the unit above it. There are a few thousand at most."""
    counts: Counter[Result] = Counter()
    units: dict[str, Unit] = {}
    cells_of: dict[str, tuple[str, ...]] = {}
    back: list[tuple[tuple[str, ...], str]] = []
    for row in table:
        if row.fault:
            back.append((row.cells, row.fault))
            continue
        try:
            unit = imports.unit_read(_named(row.cells, found))
        except Invalid as refused:
            back.append((row.cells, refused.message))
            continue
        if unit.code in units:
            back.append((row.cells, f"编码 {unit.code} 在文件中重复；请删去一行或改用新编码"))
            continue
        units[unit.code], cells_of[unit.code] = unit, row.cells
    with house.begin() as work:
        faults = imports.unit_faults(work.rules.city, units)
        changed, known = imports.put_units(work, [unit for code, unit in units.items() if code not in faults])
    back += [(cells_of[code], fault) for code, fault in faults.items()]
    for cells, fault in back:
        rejected.add(cells, fault)
    counts.update({Result.TAKEN: len(changed), Result.KNOWN: len(known), Result.REFUSED: len(back)})
    return counts


def _calendar(house: Office, table: Sheet, found: Found, rejected: Rejected, file: Path) -> Counter[Result]:
    """Days off come as whole years: one row alone says nothing about the year. Good rows count, bad ones come back."""
    counts: Counter[Result] = Counter()
    read: list[tuple[calendar_rows.Row, tuple[str, ...]]] = []
    for row in table:
        try:
            if row.fault:
                raise calendar_rows.RowFaulty(row.fault)
            read.append((calendar_rows.row_of(_named(row.cells, found)), row.cells))
        except calendar_rows.RowFaulty as fault:
            rejected.add(row.cells, str(fault))
            counts[Result.REFUSED] += 1
    years, faults = calendar_rows.years_of([row for row, _ in read])
    for n, why in faults:
        rejected.add(read[n][1], why)
        counts[Result.REFUSED] += 1
    with house.begin() as work:
        fresh = bool(years) and calendar_import.load(work, years, words=f"导入 {file.name}")
    counts[Result.TAKEN if fresh else Result.KNOWN] += len(read) - len(faults)
    if fresh:
        print(f"已录入 {'、'.join(sorted(years))} 年的放假安排；在办工单的时限随后自动重算")
    return counts


def _named(cells: tuple[str, ...], found: Found) -> dict[str, str]:
    return {name: cells[at].strip() for name, at in found.items()}


def _table(typed: str) -> Path:
    path = Path(typed)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise argparse.ArgumentTypeError(f"应为 .csv 或 .xlsx 文件，现为 {path.name}")
    return path
