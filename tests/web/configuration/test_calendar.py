"""The calendar by year: a holiday declared for tomorrow, next year's notice pasted, a slip kept as it was typed."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from tests.factories.offices import SetOffice
from tests.unit.settings.test_holiday_notice import NOTICE_2026
from tests.web.configuration.conftest import filled

AT = "/configuration/calendar"


def save(client: FlaskClient, page: str) -> None:
    given = filled(page, f"{AT}/save") | {"words": "省政府令"}
    assert client.post(f"{AT}/save", data=given).status_code == 303


def test_a_year_is_shown_with_its_holidays_and_make_up_days(admin: FlaskClient) -> None:
    page = admin.get(f"{AT}?year=2026").text
    assert "全年 248 个工作日" in page
    assert 'title="春节放假"' in page
    assert 'title="春节调休上班"' in page
    assert page.count('class="month"') == 12


def test_a_year_without_a_list_says_that_it_is_provisional(admin: FlaskClient) -> None:
    page = admin.get(f"{AT}?year=2027").text
    assert "暂按周一至周五上班" in page


def test_a_holiday_declared_for_tomorrow_holds_once_saved(office: SetOffice, admin: FlaskClient) -> None:
    page = admin.get(f"{AT}?year=2026").text
    given = filled(page, f"{AT}/2026") | {"name-7": "台风停工", "from-7": "3月12日"}
    shown = admin.post(f"{AT}/2026", data=given)
    assert "台风停工" in shown.text
    save(admin, shown.text)
    assert office.rules.calendar.holidays[date(2026, 3, 12)] == "台风停工"


def test_a_day_may_be_worked_without_a_holiday_beside_it(office: SetOffice, admin: FlaskClient) -> None:
    given = filled(admin.get(f"{AT}?year=2026").text, f"{AT}/2026") | {"name-7": "补班", "makeup-7": "3月14日"}
    shown = admin.post(f"{AT}/2026", data=given)
    assert "补班" in shown.text
    save(admin, shown.text)
    assert office.rules.calendar.is_working_day(date(2026, 3, 14))
    assert 'value="2026-03-14"' in admin.get(f"{AT}?year=2026").text


def test_what_is_wrong_is_told_by_rows_and_columns_not_by_the_file(admin: FlaskClient) -> None:
    given = filled(admin.get(f"{AT}?year=2026").text, f"{AT}/2026") | {"name-7": "台风停工", "from-7": "明天"}
    answer = admin.post(f"{AT}/2026", data=given)
    assert answer.status_code == 422
    assert "第 8 行的“放假起”不是日期" in answer.text
    assert ".toml" not in answer.text


def test_a_row_that_is_emptied_is_taken_out(office: SetOffice, admin: FlaskClient) -> None:
    given = filled(admin.get(f"{AT}?year=2026").text, f"{AT}/2026")
    given |= {f"{part}-2": "" for part in ("name", "from", "to", "makeup")}
    save(admin, admin.post(f"{AT}/2026", data=given).text)
    assert office.rules.calendar.is_working_day(date(2026, 4, 6))


def test_a_pasted_notice_fills_the_form_and_then_goes_the_same_way(office: SetOffice, admin: FlaskClient) -> None:
    pasted = NOTICE_2026.replace("2026", "2032").replace("2025", "2031")
    for weekday in "一二三四五六日":
        pasted = pasted.replace(f"（周{weekday}）", "").replace(f"、周{weekday}）", "）")
    page = admin.post(f"{AT}/2027/notice", data={"notice": pasted})
    assert page.status_code == 200
    assert "已从通知读出 7 个节日" in page.text
    given = filled(page.text, f"{AT}/2032")
    assert given["makeup-1"] == "2032-02-14、2032-02-28"
    wrong = admin.post(f"{AT}/2032", data=given)
    assert wrong.status_code == 422, "some make-up days of that year fall on working days"
    assert "本来就是工作日" in wrong.text


def test_a_slip_keeps_every_row_as_it_was_typed(admin: FlaskClient) -> None:
    given = filled(admin.get(f"{AT}?year=2026").text, f"{AT}/2026") | {"name-7": "台风", "from-7": "明天"}
    answer = admin.post(f"{AT}/2026", data=given)
    assert answer.status_code == 422
    assert 'value="明天"' in answer.text
    assert "不是日期" in answer.text


def test_a_notice_that_cannot_be_read_stays_in_its_box(admin: FlaskClient) -> None:
    answer = admin.post(f"{AT}/2026/notice", data={"notice": "明天放假"})
    assert answer.status_code == 422
    assert ">明天放假</textarea>" in answer.text


def test_going_back_keeps_the_typed_year(admin: FlaskClient) -> None:
    given = filled(admin.get(f"{AT}?year=2026").text, f"{AT}/2026") | {"name-7": "台风停工", "from-7": "2026-07-08"}
    shown = admin.post(f"{AT}/2026", data=given).text
    again = admin.post(f"{AT}/edit", data=filled(shown, f"{AT}/save")).text
    assert 'value="台风停工"' in again
