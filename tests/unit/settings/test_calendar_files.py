"""Calendar files: what is right is read, what is wrong is told all at once."""

from datetime import date, time
from pathlib import Path

import pytest

from hotline.domain.calendar import DueAt
from hotline.settings.calendar import read_calendar

OURS = Path(__file__).parents[3] / "config" / "calendar"
OFFICE = (OURS / "office.toml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "office.toml").write_text(OFFICE, encoding="utf-8")
    return tmp_path


def faults_of(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    return read_calendar(folder)[1]


def test_our_own_calendar_has_no_fault():
    calendar, faults = read_calendar(OURS)
    assert faults == []
    assert calendar.years_known == {2025, 2026}
    assert (len(calendar.holidays), len(calendar.makeups)) == (28 + 33, 5 + 6)


def test_dates_may_be_written_as_text(folder):
    text = 'year = 2027\n[[holidays]]\nname = "元旦"\nfrom = "2027-01-01"\nto = "2027-01-03"\nmakeup = ["2027-01-09"]\n'
    assert faults_of(folder, "2027.toml", text) == []
    calendar, _ = read_calendar(folder)
    assert calendar.holidays[date(2027, 1, 3)] == "元旦"
    assert calendar.is_working_day(date(2027, 1, 9))


def test_all_faults_of_all_files_are_told_at_once(folder):
    (folder / "2028.toml").write_text("year = ", encoding="utf-8")
    text = """
        year = 2026
        colour = "red"
        [[holidays]]
        from = "2026-02-30"
        to = 2026-03-01
        [[holidays]]
        name = "乙"
        from = 2026-05-03
        to = 2026-05-01
        makup = []
        [[holidays]]
        name = "丙"
        from = 2016-05-03
        to = 2026-05-01
        makeup = "2026-05-09"
    """
    faults = faults_of(folder, "2027.toml", text)
    for part in [
        "2028.toml",
        "colour",
        "year 应为 2027",
        "缺少 name",
        "from 不是日期",
        "makup",
        "to 应在 from",
        "2016",
    ]:
        assert any(part in fault for fault in faults), part
    assert any("makeup 应为日期列表" in fault for fault in faults)


@pytest.mark.parametrize(
    ("makeup", "fault"),
    [("2027-01-04", "本来就是工作日"), ("2027-01-02", "既放假又调休上班"), ("2027-01-09, 2027-01-09", "重复")],
)
def test_make_up_days_that_contradict_the_calendar_are_told(folder, makeup, fault):
    text = f'year = 2027\n[[holidays]]\nname = "元旦"\nfrom = 2027-01-01\nto = 2027-01-03\nmakeup = [{makeup}]\n'
    assert [fault in told for told in faults_of(folder, "2027.toml", text)] == [True]


def test_office_hours_and_the_end_of_the_day_are_read(folder):
    text = 'due_at = "24:00"\n[[seasons]]\nfrom = "01-01"\nspans = ["09:00-17:00"]\n'
    assert faults_of(folder, "office.toml", text) == []
    calendar, _ = read_calendar(folder)
    assert calendar.due_at is DueAt.MIDNIGHT
    assert calendar.windows.close(date(2026, 7, 1)) == time(17)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('due_at = "noon"\n' + OFFICE.partition("\n\n")[2], "due_at 应为"),
        ('due_at = "24:00"\n', "缺少 seasons"),
        ('due_at = "24:00"\nseasons = [3]\n', "应写成 [[seasons]]"),
        ('due_at = "24:00"\n[[seasons]]\nfrom = "13-01"\nspans = ["09:00-17:00"]\n', "from 应为月-日"),
        ('due_at = "24:00"\n[[seasons]]\nfrom = "01-01"\nspans = ["09:00-25:00"]\n', "spans 应为"),
        ('due_at = "24:00"\n[[seasons]]\nfrom = "01-01"\nspans = ["09:00-12:00", "11:00-17:00"]\n', "spans 应为"),
        ('due_at = "24:00"\n' + '[[seasons]]\nfrom = "01-01"\nspans = ["09:00-17:00"]\n' * 2, "起始日重复"),
    ],
)
def test_wrong_office_hours_are_told(folder, text, fault):
    assert [fault in told for told in faults_of(folder, "office.toml", text)] == [True]


def test_files_with_other_names_and_missing_ones_are_told(tmp_path):
    assert "以年份命名" in faults_of(tmp_path, "next.toml", "")[0]
    assert "缺少 office.toml" in read_calendar(tmp_path)[1][1]
    assert "没有日历文件夹" in read_calendar(tmp_path / "nowhere")[1][0]


def test_a_file_that_is_no_text_is_told(folder):
    (folder / "2027.toml").write_bytes(b"\xff\xfe\x00")
    assert "不是有效的 TOML" in read_calendar(folder)[1][0]
