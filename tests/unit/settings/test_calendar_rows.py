"""Days off as rows of a table."""

from pathlib import Path

import pytest

from hotline.settings.calendar import calendar_in, calendar_tables
from hotline.settings.calendar_rows import RowFaulty, row_of, years_of

CONFIG = Path(__file__).parents[3] / "config" / "calendar"


def row(first: str, kind: str, name: str, to: str = ""):
    return row_of({"date": first, "kind": kind, "name": name, "to": to})


def test_the_rows_of_2026_make_the_calendar_that_is_shipped():
    shipped, office, _ = calendar_tables(CONFIG)
    rows = []
    for feast in shipped["2026"]["holidays"]:
        rows.append(row(str(feast["from"]), "放假", feast["name"], str(feast["to"])))
        rows += [row(str(day), "上班", feast["name"]) for day in feast.get("makeup", [])]
    years, faults = years_of(rows)
    assert faults == []
    read, said = calendar_in({"2025": shipped["2025"], **years}, office)
    assert said == []
    assert read == calendar_in(shipped, office)[0]
    assert len(read.working_days(2026)) == 248


@pytest.mark.parametrize("typed", ["2027-02-06", "2027/2/6", "2027年2月6日", "2027.02.06", "2027-02-06 00:00:00"])
def test_a_date_is_read_as_people_and_tables_write_it(typed):
    assert row(typed, "放假", "春节").first.isoformat() == "2027-02-06"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("2027-02-30", "放假", "春节"), "日期应写成"),
        (("2027-02-06", "加班", "春节"), "放假”或“上班"),
        (("2027-02-06", "放假", ""), "节日名称"),
        (("2027-02-06", "放假", "春节", "2027-02-01"), "当天或之后"),
        (("2027-02-06", "放假", "春节", "2027-05-01"), "不超过 30 天"),
    ],
)
def test_a_row_that_cannot_be_read_says_what_would_be_right(cells, words):
    with pytest.raises(RowFaulty, match=words):
        row(*cells)


def test_rows_that_do_not_fit_with_the_others_come_back():
    rows = [
        row("2027-02-06", "放假", "春节", "2027-02-12"),
        row("2027-02-12", "放假", "春节"),
        row("2027-02-15", "上班", "春节"),
        row("2027-05-08", "上班", "劳动节"),
    ]
    years, faults = years_of(rows)
    assert [n for n, _ in faults] == [1, 2, 3]
    assert [why for _, why in faults] == [
        "2027-02-12 在表中已经写过，请只写一次",
        "本来就是工作日，不必写成上班",
        "表中没有“劳动节”的放假日期，请先写放假，再写它的调休上班",
    ]
    assert years == {"2027": {"year": 2027, "holidays": [{"name": "春节", "from": "2027-02-06", "to": "2027-02-12"}]}}


def test_the_last_day_of_a_year_off_for_new_year_stands_in_the_next_years_notice():
    years, faults = years_of([row("2027-12-31", "放假", "元旦", "2028-01-02")])
    assert (list(years), faults) == (["2028"], [])
