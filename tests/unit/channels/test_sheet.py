"""Tables as people bring them: encodings, broken rows, Excel; one bad row never costs another."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from hotline.channels.sheet import NoTable, Row, opened, places


def written(folder: Path, text: str | bytes, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def rows_in(path: Path) -> list[Row]:
    with opened(path) as table:
        return list(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings_are_known_without_being_told(tmp_path: Path, encoding: str) -> None:
    with opened(written(tmp_path, "内容,电话\r\n路灯不亮,13800138000\r\n", encoding=encoding)) as table:
        assert table.head == ("内容", "电话")
        assert [row.cells for row in table] == [("路灯不亮", "13800138000")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_read_from_the_head(tmp_path: Path, delimiter: str) -> None:
    rows = rows_in(written(tmp_path, delimiter.join("ab") + "\n" + delimiter.join("12") + "\n"))
    assert [row.cells for row in rows] == [("1", "2")]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('"没有结束的引号,1', "引号不成对"),
        ('"结束后"还有,1', "引号不成对"),
        ("只有一列", "列数不符"),
        ("一,二,三", "列数不符"),
        (",", "整行为空"),
        ("坏�字,1", "编码不符"),
        ("长" * 140_000 + ",1", "引号不成对"),
    ],
)
def test_a_bad_row_says_why_and_its_neighbours_are_read(tmp_path: Path, bad: str, said: str) -> None:
    rows = rows_in(written(tmp_path, f'a,b\n前,1\n{bad}\n后,2\n"带,逗号和\n换行",3\n'))
    assert [row.cells for row in rows if not row.fault] == [("前", "1"), ("后", "2"), ("带,逗号和\n换行", "3")]
    faults = [row for row in rows if row.fault]
    assert [row.line for row in faults] == [3]
    assert said in faults[0].fault


def test_bytes_of_another_encoding_cost_only_their_row(tmp_path: Path) -> None:
    text = "甲,乙\n好的,行\n".encode() + "坏的,行\n".encode("gbk") + "又好,行\n".encode()
    rows = rows_in(written(tmp_path, text))
    assert [bool(row.fault) for row in rows] == [False, True, False]


def test_excel_gives_numbers_and_dates_as_people_see_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["电话", "时间", "内容"])
    sheet.append([13800138000.0, datetime(2026, 3, 5, 9, 7), "路灯不亮"])  # noqa: DTZ001 - Excel knows no zones
    sheet.append([None, None, None])
    sheet.append([None, None, "井盖丢失"])
    book.save(tmp_path / "t.xlsx")
    assert [row.cells for row in rows_in(tmp_path / "t.xlsx")] == [
        ("13800138000", "2026-03-05 09:07:00", "路灯不亮"),
        ("", "", "井盖丢失"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.xlsx", b"PK\x03\x04 no workbook", "不是正确的 Excel"),
        ("t.xlsx", b"a,b\n1,2\n", "不是正确的 Excel"),
        ("t.csv", b"", "没有表头"),
        ("t.csv", b"\x89PNG\x00\x01\n\x00", "没有表头"),
        ("t.pdf", b"", "只能导入"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(NoTable, match=said):
        opened(written(tmp_path, content, name))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoTable, match="没有找到"):
        opened(tmp_path / "none.csv")


def test_columns_are_found_by_any_of_their_names() -> None:
    assert places(("External ID", "诉求 内容", "别的"), {"id": ("external_id",), "content": ("诉求内容",)}) == {
        "id": 0,
        "content": 1,
    }
