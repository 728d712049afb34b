"""A table of texts with ids and times, for finding events in it. Every row that is not used as it stands is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifier.events import Told
from classifier.features import Text
from classifier.samples import rows_of

_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d%H%M%S")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns; empty where the table has none."""

    id: str
    text: str
    title: str = ""
    time: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The texts, and a sentence for each row that was left out or lost its time (the header is row 1)."""

    texts: tuple[Told, ...]
    faults: tuple[str, ...]


def read(path: Path, columns: Columns) -> Table:
    """The texts of a CSV file, also gzipped. `BadData` when the file or a column is not there at all.

    A row without an id or with one that stood before is left out; one whose time cannot be read is kept without time.
    """
    faults: list[str] = []
    return Table(tuple(_texts(path, columns, faults)), tuple(faults))


def _texts(path: Path, columns: Columns, faults: list[str]) -> Iterator[Told]:
    seen: dict[str, int] = {}
    wanted = [columns.id, columns.text, *filter(None, (columns.title, columns.time, columns.person))]
    for row, cells in rows_of(path, wanted, faults):
        name = cells[columns.id].strip()
        if not name:
            faults.append(f"第 {row} 行：编号为空，这一行没有参加归并，请补上。")
            continue
        if name in seen:
            faults.append(f"第 {row} 行：编号“{name[:30]}”与第 {seen[name]} 行重复，这一行没有参加归并，请改正。")
            continue
        seen[name] = row
        text = Text(cells[columns.title] if columns.title else "", cells[columns.text])
        if not text.title.strip() and not text.body.strip():
            faults.append(f"第 {row} 行：没有文字，不会归入任何事件。")
        written = cells[columns.time].strip() if columns.time else ""
        at = moment(written)
        if written and at is None:
            faults.append(
                f"第 {row} 行：时间“{written[:30]}”读不出来，按没有时间处理；请写成 2026-01-31 08:30:00 这样。"
            )
        yield Told(name, text, at, cells[columns.person].strip() if columns.person else "")


def moment(written: str) -> datetime | None:
    """The time as it is written, without a zone; None when it is no time."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the table's own local time
        except ValueError:
            continue
    return None
