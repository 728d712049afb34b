"""Labelled texts from a table, with every fault named by its row. Nothing is guessed and nothing dropped in silence."""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from classifier.features import Text

FEWEST = 2
"""Examples a label needs before anything can be learnt about it."""

_UNREADABLE = "\ufffd"


class BadData(Exception):  # noqa: N818 - an outcome that the person is told in words
    """The table cannot be used as it is. `faults` are Chinese sentences, one per row, for the person who made it."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("".join(faults[:20]) + (f"……共 {len(faults)} 处。" if len(faults) > 20 else ""))


@dataclass(frozen=True, slots=True)
class Samples:
    """Texts with their labels, and the rows they stood in (the header is row 1)."""

    texts: tuple[Text, ...]
    labels: tuple[str, ...]
    rows: tuple[int, ...]
    faults: tuple[str, ...] = ()


def read(
    path: Path,
    *,
    text: str,
    label: str,
    title: str | None = None,
    known: Collection[str] = (),
    fewest: int = FEWEST,
    skip_bad: bool = False,
) -> Samples:
    """The labelled texts of a CSV file (also gzipped). Faulty rows refuse the file, or are left out with `skip_bad`."""
    faults: list[str] = []
    texts: list[Text] = []
    labels: list[str] = []
    rows: list[int] = []
    for row, cells in rows_of(path, [name for name in (text, label, title) if name], faults):
        name = cells[label].strip()
        said = Text(cells[title] if title else "", cells[text])
        if not name:
            faults.append(f"第 {row} 行：标签为空，请补上。")
        elif known and name not in known:
            faults.append(f"第 {row} 行：标签“{name[:30]}”不在分类表中，请改正。")
        elif not said.body.strip() and not said.title.strip():
            faults.append(f"第 {row} 行：没有文字，请补上或删去这一行。")
        else:
            texts.append(said)
            labels.append(name)
            rows.append(row)
    single = {name for name, n in Counter(labels).items() if n < fewest}
    for name, row in zip(labels, rows, strict=True):
        if name in single:
            faults.append(f"第 {row} 行：标签“{name[:30]}”的例子不足 {fewest} 条，请再补充。")
    if faults and not skip_bad:
        raise BadData(*faults)
    kept = [place for place, name in enumerate(labels) if name not in single]
    if not kept:
        raise BadData("没有一行可用的数据，请检查文件和列名。")
    return Samples(
        tuple(texts[k] for k in kept), tuple(labels[k] for k in kept), tuple(rows[k] for k in kept), tuple(faults)
    )


def rows_of(path: Path, needed: list[str], faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and cells of each row; rows that cannot be read are told in `faults`."""
    with _opened(path) as file:
        lines = _lines(file)
        try:
            table = csv.reader(lines)
            header = [name.strip() for name in next(table, [])]
            missing = [name for name in needed if name not in header]
            if missing:
                raise BadData(f"文件 {path.name} 没有“{'、'.join(missing)}”列，现有列：{'、'.join(header)[:200]}。")
            places = {name: header.index(name) for name in needed}
            for row, cells in enumerate(table, start=2):
                if not cells:
                    continue
                if len(cells) != len(header):
                    faults.append(f"第 {row} 行：应有 {len(header)} 列，实有 {len(cells)} 列，请检查引号和逗号。")
                    continue
                if any(_UNREADABLE in cells[place] for place in places.values()):
                    faults.append(f"第 {row} 行：有不是 UTF-8 编码的文字，请把文件另存为 UTF-8。")
                    continue
                yield row, {name: cells[place] for name, place in places.items()}
        except csv.Error as error:
            raise BadData(f"文件 {path.name} 不是可读的 CSV：{error}。") from None
        except (EOFError, OSError, zlib.error):
            raise BadData(f"文件 {path.name} 读不出来或已损坏，请重新导出。") from None


def _lines(file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        yield line.decode("utf-8-sig" if number == 1 else "utf-8", "replace")


def _opened(path: Path) -> BinaryIO:
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rb")  # type: ignore[return-value]
        return path.open("rb")
    except OSError:
        raise BadData(f"文件 {path} 打不开，请检查路径。") from None
