"""A rule is changed on a page: looked at first, saved with a reason, seen by all, undone from its history."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient

from hotline.domain.allowances import WorkingDays
from hotline.domain.appeal import AppealType
from hotline.settings.editions import KINDS
from tests.factories.actors import AGENT, SUPERVISOR
from tests.factories.offices import SetOffice
from tests.web.centre.conftest import Counted
from tests.web.configuration.conftest import filled
from web.configuration import sections

LIMITS = "/configuration/limits"
COMPLAINT = "handling.normal.complaint"


def complaint(office: SetOffice) -> object:
    return office.rules.limits.handling.normal[AppealType.COMPLAINT]


def looked_at(client: FlaskClient, **typed: str) -> str:
    """The page on which a change of limits is looked at."""
    given = filled(client.get(LIMITS).text, f"{LIMITS}/form") | {k.replace("_at_", "."): v for k, v in typed.items()}
    answer = client.post(f"{LIMITS}/form", data=given)
    assert answer.status_code == 200, answer.text
    return answer.text


def save(client: FlaskClient, page: str, **given: str) -> int:
    data = filled(page, f"{LIMITS}/save") | {"words": "榕政办〔2026〕1号"} | given
    return client.post(f"{LIMITS}/save", data=data).status_code


def test_only_who_may_configure_enters(as_: object) -> None:
    for who in (AGENT, SUPERVISOR):
        assert as_(who).get("/configuration/").status_code == 403  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "view"),
    [*((name, "") for name in KINDS), ("rates", "/text"), ("sms", "/history"), ("surge", "/history/0")],
)
def test_every_name_has_its_pages(admin: FlaskClient, name: str, view: str) -> None:
    answer = admin.get(f"/configuration/{name}{view}")
    assert answer.status_code == 200
    assert KINDS[name].label in answer.text


def test_a_limit_is_changed_after_its_effect_was_looked_at(office: SetOffice, admin: FlaskClient) -> None:
    page = looked_at(admin, **{COMPLAINT: "7"})
    assert "10 个工作日" in page
    assert "7 个工作日" in page
    assert complaint(office) == WorkingDays(10)
    assert save(admin, page) == 303
    assert complaint(office) == WorkingDays(7)
    history = admin.get(f"{LIMITS}/history").text
    assert "陈管理" in history
    assert "榕政办〔2026〕1号" in history
    assert "办理 · 投诉" in admin.get(f"{LIMITS}/history/1").text


def test_a_half_typed_form_keeps_all_that_was_typed(admin: FlaskClient) -> None:
    given = filled(admin.get(LIMITS).text, f"{LIMITS}/form") | {
        COMPLAINT: "十天",
        "callbacks.tries": "0",
        "accept": "5",
    }
    answer = admin.post(f"{LIMITS}/form", data=given)
    assert answer.status_code == 422
    for typed in ('value="十天"', 'value="0"', 'value="5"'):
        assert typed in answer.text
    assert answer.text.count('aria-invalid="true"') == 2


def test_a_save_without_a_reason_keeps_the_change_and_asks_for_it(office: SetOffice, admin: FlaskClient) -> None:
    data = filled(looked_at(admin, **{COMPLAINT: "7"}), f"{LIMITS}/save")
    answer = admin.post(f"{LIMITS}/save", data=data | {"words": " "})
    assert answer.status_code == 422
    assert "请写明修改原因" in answer.text
    assert save(admin, answer.text) == 303


def test_the_second_administrator_sees_what_changed_and_keeps_his_own(
    office: SetOffice, admin: FlaskClient, second: FlaskClient
) -> None:
    mine = looked_at(second, **{"handling.normal.help": "4"})
    assert save(admin, looked_at(admin, **{COMPLAINT: "7"})) == 303
    answer = second.post(f"{LIMITS}/save", data=filled(mine, f"{LIMITS}/save") | {"words": "求助从紧"})
    assert answer.status_code == 409
    assert "陈管理刚刚修改了时限" in answer.text
    assert "求助从紧" in answer.text
    assert save(second, answer.text) == 303
    normal = office.rules.limits.handling.normal
    assert (normal[AppealType.COMPLAINT], normal[AppealType.HELP]) == (WorkingDays(7), WorkingDays(4))


def test_what_both_changed_is_marked_before_it_is_saved_again(admin: FlaskClient, second: FlaskClient) -> None:
    mine = looked_at(second, **{COMPLAINT: "6"})
    save(admin, looked_at(admin, **{COMPLAINT: "7"}))
    answer = second.post(f"{LIMITS}/save", data=filled(mine, f"{LIMITS}/save") | {"words": "从紧"})
    assert "两人都改了" in answer.text


def test_a_planned_change_is_listed_and_can_be_taken_back(office: SetOffice, admin: FlaskClient) -> None:
    assert save(admin, looked_at(admin, **{COMPLAINT: "8"}), since="2027-01-01T00:00") == 303
    assert complaint(office) == WorkingDays(10)
    assert "第 1 版，2027" in admin.get("/configuration/").text
    history = admin.get(f"{LIMITS}/history").text
    answer = admin.post(f"{LIMITS}/history/1/withdraw", data=filled(history, f"{LIMITS}/history/1/withdraw"))
    assert answer.status_code == 303
    assert "已撤销" in admin.get(f"{LIMITS}/history").text


def test_a_change_before_a_planned_one_asks_what_becomes_of_that(admin: FlaskClient) -> None:
    save(admin, looked_at(admin, **{COMPLAINT: "8"}), since="2027-01-01T00:00")
    page = looked_at(admin, **{COMPLAINT: "9"})
    answer = admin.post(f"{LIMITS}/save", data=filled(page, f"{LIMITS}/save") | {"words": "先改"})
    assert answer.status_code == 422
    assert "请选择保留它" in answer.text
    assert save(admin, answer.text, later="keep") == 303


def test_an_older_edition_comes_back_by_the_same_way(office: SetOffice, admin: FlaskClient) -> None:
    save(admin, looked_at(admin, **{COMPLAINT: "7"}))
    office.later(hours=1)
    page = admin.post(f"{LIMITS}/history/0/revert").text
    assert "恢复随系统发布的内容" in page
    assert save(admin, page) == 303
    assert complaint(office) == WorkingDays(10)


def test_another_citys_limits_fill_the_form_and_are_not_saved(office: SetOffice, admin: FlaskClient) -> None:
    page = admin.get(f"{LIMITS}?profile=guangdong").text
    assert "已填入 广东 方案" in page
    assert "is-changed" in page
    assert filled(page, f"{LIMITS}/form")[COMPLAINT] == "15"
    assert complaint(office) == WorkingDays(10)
    assert admin.get(f"{LIMITS}?profile=nowhere").status_code == 422


def test_a_text_with_faults_comes_back_whole_with_every_fault(admin: FlaskClient) -> None:
    broken = 'due_at = "noon"\n[[seasons]]\nfrom = "06-01"\nspans = ["18:00-08:00"]\n'
    answer = admin.post("/configuration/office_hours/text", data={"text": broken, "seen": "0"})
    assert answer.status_code == 422
    assert "有 2 处需要修改" in answer.text
    assert "18:00-08:00" in answer.text
    answer = admin.post("/configuration/office_hours/text", data={"text": "due_at = ", "seen": "0"})
    assert "不是有效的 TOML" in answer.text


def test_going_back_to_the_form_keeps_the_change(admin: FlaskClient) -> None:
    page = looked_at(admin, **{COMPLAINT: "7"})
    again = admin.post(f"{LIMITS}/edit", data=filled(page, f"{LIMITS}/save")).text
    assert filled(again, f"{LIMITS}/form")[COMPLAINT] == "7"
    assert "is-changed" in again


def test_an_unknown_name_is_no_page(admin: FlaskClient) -> None:
    assert admin.get("/configuration/nonsense").status_code == 404
    assert admin.get(f"{LIMITS}/history/99").status_code == 404


FORMS = [
    *("limits", "office_hours", "privacy", "score", "telephony"),
    *("knowledge", "supervision", "matters", "surge", "foresight"),
]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_as_it_was_drawn_changes_nothing(admin: FlaskClient, name: str) -> None:
    at = f"/configuration/{name}"
    page = admin.get(at).text
    assert f'action="{at}/form"' in page, "it is a form, not a text"
    answer = admin.post(f"{at}/form", data=filled(page, f"{at}/form"))
    assert answer.status_code == 200, answer.text
    assert "没有改动" in answer.text


def test_a_weight_of_the_score_is_changed_on_its_form(office: SetOffice, admin: FlaskClient) -> None:
    at = "/configuration/score"
    given = filled(admin.get(at).text, f"{at}/form") | {"item.sign_on_time.weight": "5", "item.on_time.weight": "30"}
    page = admin.post(f"{at}/form", data=given).text
    assert "项目 · 签收及时率 · 分值" in page
    data = filled(page, f"{at}/save") | {"words": "办公会议定"}
    assert admin.post(f"{at}/save", data=data).status_code == 303
    assert {str(item.weight) for item in office.rules.score.items if item.key == "sign_on_time"} == {"5"}


@pytest.mark.parametrize("name", FORMS)
def test_every_value_has_a_name_on_its_form(office: SetOffice, name: str) -> None:
    shown = sections.sections(name, office.rules.shipped[name], office.rules.shipped[name])
    unnamed = [box.key for section in shown for box in section.boxes if box.label.isascii() or section.title.isascii()]
    assert not unnamed, "add it to web/configuration/section_labels.py"


@pytest.mark.parametrize("path", ["/", "/limits", "/routing", "/units"])
def test_a_page_asks_few_queries(office: SetOffice, admin: FlaskClient, counted: Counted, path: str) -> None:
    save(admin, looked_at(admin, **{COMPLAINT: "7"}))
    admin.get(f"/configuration{path}")
    with counted() as asked:
        assert admin.get(f"/configuration{path}").status_code == 200
    assert len(asked) <= 12, asked


def test_looking_at_a_change_asks_few_queries(admin: FlaskClient, counted: Counted) -> None:
    given = filled(admin.get(LIMITS).text, f"{LIMITS}/form") | {COMPLAINT: "7"}
    with counted() as asked:
        assert admin.post(f"{LIMITS}/form", data=given).status_code == 200
    assert len(asked) <= 20, asked


HOURS = "/configuration/office_hours"


def test_a_season_is_added_to_the_office_hours_and_taken_out_again(office: SetOffice, admin: FlaskClient) -> None:
    form = filled(admin.get(HOURS).text, f"{HOURS}/form")
    added = {"seasons.+1.from": "5月1日", "seasons.+1.spans": "8：30～12：00，15:30-18:30"}
    page = admin.post(f"{HOURS}/form", data=form | added).text
    assert "时节 · 05-01" in page
    again = admin.post(f"{HOURS}/edit", data=filled(page, f"{HOURS}/save")).text
    assert 'value="08:30-12:00、15:30-18:30"' in again, "back to the form keeps what was added"
    data = filled(page, f"{HOURS}/save") | {"words": "夏令时"}
    assert admin.post(f"{HOURS}/save", data=data).status_code == 303
    assert office.rules.calendar.windows.close(date(2026, 5, 4)) == time(18, 30)
    form = filled(admin.get(HOURS).text, f"{HOURS}/form") | {"seasons.05-01:gone": "y"}
    data = filled(admin.post(f"{HOURS}/form", data=form).text, f"{HOURS}/save") | {"words": "取消"}
    assert admin.post(f"{HOURS}/save", data=data).status_code == 303
    assert office.rules.calendar.windows.close(date(2026, 5, 4)) == time(17, 30)


def test_what_is_wrong_with_a_new_season_stands_under_its_own_field(admin: FlaskClient) -> None:
    form = filled(admin.get(HOURS).text, f"{HOURS}/form")
    answer = admin.post(f"{HOURS}/form", data=form | {"seasons.+1.from": "五月", "seasons.+1.spans": "全天"})
    assert answer.status_code == 422
    assert 'id="f-seasons.+1.from" name="seasons.+1.from" aria-describedby="f-seasons.+1.from-error" aria-invalid' in (
        answer.text
    )
    assert "office.toml" not in answer.text


def test_entries_are_called_by_their_names_in_what_changed(admin: FlaskClient) -> None:
    form = filled(admin.get("/configuration/foresight").text, "/configuration/foresight/form")
    page = admin.post("/configuration/foresight/form", data=form | {"season.rain.from": "04-15"}).text
    assert "季节 · 强降雨 · 起" in page
    assert "season" not in page.partition("<form")[0]


REVIEW = "/configuration/review"


def test_an_item_of_the_checklist_is_added_and_one_made_optional(office: SetOffice, admin: FlaskClient) -> None:
    form = filled(admin.get(REVIEW).text, f"{REVIEW}/form")
    added = {"item.+1.words": "没有个人信息", "item.+1.required": "y"}
    form = {key: said for key, said in (form | added).items() if key != "item.polite.required"}
    data = filled(admin.post(f"{REVIEW}/form", data=form).text, f"{REVIEW}/save") | {"words": "保护诉求人"}
    assert admin.post(f"{REVIEW}/save", data=data).status_code == 303
    items = {item.words: item.required for item in office.rules.checklist.items}
    assert list(items) == ["答复针对诉求", "依据合法", "内容完整", "语言得体", "没有个人信息"]
    assert items["没有个人信息"]
    assert not items["语言得体"]
    assert items["依据合法"]


def test_an_item_without_words_is_refused_under_its_field(admin: FlaskClient) -> None:
    form = filled(admin.get(REVIEW).text, f"{REVIEW}/form") | {"item.lawful.words": " "}
    answer = admin.post(f"{REVIEW}/form", data=form)
    assert answer.status_code == 422
    assert 'name="item.lawful.words" aria-describedby="f-item.lawful.words-error" aria-invalid' in answer.text
