"""``hotline export``: whole tables without personal data, harmless in a spreadsheet, and every export on record."""

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from hotline import cli

PHONE = "13800138000"
DAYS = ["--from", "2026-01-01", "--to", "2099-12-31"]


@pytest.fixture
def audited(
    new_database: Callable[[], str], redis_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[], list[str]]:
    """A house with one ordinary and one confidential ticket; tells what was put on record about exports."""
    url = new_database()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path / "data"))
    file = tmp_path / "a.csv"
    file.write_text(
        "标题,内容,电话,姓名,地址,保密\n"
        f"=HYPERLINK(1),路灯不亮请回电{PHONE},{PHONE},林晓,鼓楼区东街8号楼201室,\n"
        f"保密事项,有人占道经营,{PHONE},陈强,,是\n",
        encoding="utf-8",
    )
    assert cli.run(["import", "appeals", str(file)]) == 0
    assert cli.run(["recount"]) == 0

    def told() -> list[str]:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(connection.scalars(sa.text("SELECT about FROM audit WHERE kind = 'export' ORDER BY id")))

    return told


def test_a_table_holds_no_personal_data_and_no_formula(audited: Callable[[], list[str]], tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    assert cli.run(["export", "tickets", *DAYS, "--out", str(out)]) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = out.read_text(encoding="utf-8-sig")
    assert not [word for word in (PHONE, "林晓", "陈强", "201室") if word in text]
    titles = [row["标题"] for row in csv.DictReader(text.splitlines())]
    assert titles == ["'=HYPERLINK(1)", "保密事项"]
    assert len(audited()) == 1


def test_with_a_reason_people_are_named_but_who_asked_for_confidence_is_not(
    audited: Callable[[], list[str]], tmp_path: Path
) -> None:
    out = tmp_path / "t.jsonl"
    assert cli.run(["export", "tickets", *DAYS, "--out", str(out), "--personal", "回访核对"]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["name"], row["phone"]) for row in rows] == [("林晓", PHONE), ("", "")]
    assert "回访核对" in audited()[0]


def test_a_workbook_holds_texts_not_formulas(audited: Callable[[], list[str]], tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    assert cli.run(["export", "tickets", *DAYS, "--out", str(out)]) == 0
    head, first, *_ = openpyxl.load_workbook(out).worksheets[0].values
    assert dict(zip(head, first, strict=True))["标题"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(("what", "count"), [("figures", 1), ("journal", 2)])
def test_figures_and_journals_come_as_lines(
    audited: Callable[[], list[str]], tmp_path: Path, what: str, count: int
) -> None:
    out = tmp_path / "t.jsonl"
    assert cli.run(["export", what, *DAYS, "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= count
    assert not [row for row in rows if row.get("actor")]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--from", "2026-13-01", "--to", "2026-01-02", "--out", "a.csv"], 2, "日期写法"),
        (["--from", "2026-01-03", "--to", "2026-01-02", "--out", "a.csv"], 1, "不能晚于"),
        (["--from", "2026-01-01", "--to", "2026-01-02", "--out", "a.pdf"], 2, ".csv"),
        (["--from", "2026-01-01", "--to", "2026-01-02", "--out", "a.csv", "--personal", ""], 2, "用途"),
    ],
)
def test_wrong_use_is_said(more: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "tickets", *more]) == code
    assert said in capsys.readouterr().err
