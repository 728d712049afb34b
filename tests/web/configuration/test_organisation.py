"""Units and categories are changed one by one: with their effect, from a moment on, and back again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.domain.routing import Case, route, why_not_lead
from hotline.jobs import tasks
from hotline.store.ticket import by_no
from hotline.usecases import organisation
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act
from tests.web.configuration.conftest import filled

UNIT = "/configuration/organisation/unit"
CATEGORY = "/configuration/organisation/category"
A_CATEGORY = "010101"
IDLE = "350100-TYJ"
pytestmark = pytest.mark.usefixtures("as_shipped")


def changed(client: FlaskClient, at: str, code: str, **typed: str) -> str:
    """The page on which a change of one is looked at."""
    given = filled(client.get(f"{at}?code={code}").text, at) | typed
    answer = client.post(at, data=given)
    assert answer.status_code == 200, answer.text
    return answer.text


def save(client: FlaskClient, at: str, page: str, **given: str) -> int:
    return client.post(f"{at}/save", data=filled(page, f"{at}/save") | {"words": "机构改革"} | given).status_code


def an_idle_unit(office: SetOffice) -> str:
    """A city unit that nothing hangs on."""
    city = office.rules.city
    named = {code for rule in office.rules.routing.explicit for code in (rule.unit, *rule.co_units)}
    return next(
        u.code for u in city.units.values() if u.level == "市" and u.dispatchable and not city.children(u.code)
        and u.code not in named and not u.fallback and not u.is_company
    )  # fmt: skip


def test_the_lists_find_by_name_code_and_keyword(admin: FlaskClient, office: SetOffice) -> None:
    unit = office.rules.city.unit(LEAD_UNIT)
    assert unit.name in admin.get("/configuration/units").text
    assert LEAD_UNIT in admin.get(f"/configuration/units?q={LEAD_UNIT}").text
    assert "换个词" in admin.get("/configuration/units?q=没有这样的").text
    assert "道路清扫保洁不到位" in admin.get("/configuration/taxonomy?q=马路脏").text


def test_a_renamed_unit_keeps_its_tickets_and_shows_its_new_name(office: SetOffice, admin: FlaskClient) -> None:
    no = a_ticket(office, State.PROCESSING)
    page = changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局", short_name="鼓楼区城治局")
    assert "名下有 1 件在办工单，继续由它办理" in page
    assert "新名称即刻用于所有页面" in page
    assert save(admin, UNIT, page) == 303
    assert office.rules.city.unit(LEAD_UNIT).short_name == "鼓楼区城治局"
    with office.begin() as work:
        found = by_no(work.session, no)
        assert found is not None
        assert found.lead_unit == LEAD_UNIT
    history = admin.get(f"{UNIT}/history?code={LEAD_UNIT}").text
    assert "机构改革" in history
    assert "鼓楼区城市治理局" in history


def test_a_change_is_undone_from_its_history(office: SetOffice, admin: FlaskClient) -> None:
    old = office.rules.city.unit(LEAD_UNIT).name
    save(admin, UNIT, changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局"))
    with office.begin() as work:
        number = organisation.history(work, organisation.What.UNIT, LEAD_UNIT)[0].id
    page = admin.post(f"/configuration/organisation/changes/{number}/revert").text
    assert save(admin, UNIT, page) == 303
    assert office.rules.city.unit(LEAD_UNIT).name == old


def test_a_planned_change_comes_into_force_when_the_house_looks(office: SetOffice, admin: FlaskClient) -> None:
    old = office.rules.city.unit(LEAD_UNIT).name
    page = changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局")
    assert save(admin, UNIT, page, since="2026-12-01T00:00") == 303
    tasks.serve(office)
    tasks.organise()
    office.look_again()
    assert office.rules.city.unit(LEAD_UNIT).name == old
    office.later(days=400)
    tasks.organise()
    office.look_again()
    assert office.rules.city.unit(LEAD_UNIT).name == "鼓楼区城市治理局"


def test_a_planned_change_can_be_taken_back(office: SetOffice, admin: FlaskClient) -> None:
    page = changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局")
    save(admin, UNIT, page, since="2026-12-01T00:00")
    with office.begin() as work:
        number = organisation.history(work, organisation.What.UNIT, LEAD_UNIT)[0].id
    at = f"/configuration/organisation/changes/{number}/withdraw"
    assert admin.post(at).status_code == 303
    assert admin.post(at).status_code == 409
    office.later(days=400)
    with office.begin() as work:
        assert organisation.apply_due(work) == 0


def test_a_unit_with_open_tickets_is_not_dissolved(office: SetOffice, admin: FlaskClient) -> None:
    a_ticket(office, State.PROCESSING)
    given = filled(admin.get(f"{UNIT}?code={LEAD_UNIT}").text, UNIT) | {"close": "y"}
    answer = admin.post(UNIT, data=given)
    assert answer.status_code == 409
    assert "还有 1 件在办工单" in answer.text


def test_a_dissolved_unit_is_named_by_the_past_and_sent_nothing(office: SetOffice, admin: FlaskClient) -> None:
    code = an_idle_unit(office)
    assert save(admin, UNIT, changed(admin, UNIT, code, close="y")) == 303
    unit = office.rules.city.unit(code)
    assert not unit.active
    assert "已撤销" in str(why_not_lead(unit, None))
    assert unit not in office.rules.city.on_line(unit.line, unit.level)
    assert "已撤销" in admin.get(f"/configuration/units?q={code}").text
    assert save(admin, UNIT, changed(admin, UNIT, code, open="y")) == 303
    assert office.rules.city.unit(code).active


def test_a_new_unit_is_added(office: SetOffice, admin: FlaskClient) -> None:
    like = filled(admin.get(f"{UNIT}?like={LEAD_UNIT}").text, UNIT)
    typed = like | {"code": "350102-XIN", "name": "鼓楼区新设局", "short_name": "鼓楼区新设局"}
    page = admin.post(UNIT, data=typed).text
    assert save(admin, UNIT, page) == 303
    assert office.rules.city.unit("350102-XIN").parent_code == office.rules.city.unit(LEAD_UNIT).parent_code
    again = admin.post(UNIT, data=typed)
    assert again.status_code == 422
    assert "已经有了" in again.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "为空；请填写"),
        ({"region_code": "12"}, "位数字"),
        ({"parent_code": "没有的单位"}, "不存在"),
        ({"parent_code": LEAD_UNIT}, "成环"),
    ],
)
def test_a_unit_that_cannot_be_comes_back_as_it_was_typed(admin: FlaskClient, typed: dict[str, str], said: str) -> None:
    given = filled(admin.get(f"{UNIT}?code={LEAD_UNIT}").text, UNIT) | {"duties": "市容、照明"} | typed
    answer = admin.post(UNIT, data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "市容、照明" in answer.text


def test_two_who_change_the_same_unit_do_not_overwrite_each_other(
    office: SetOffice, admin: FlaskClient, second: FlaskClient
) -> None:
    mine = changed(second, UNIT, LEAD_UNIT, duties="市容")
    save(admin, UNIT, changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局"))
    answer = second.post(f"{UNIT}/save", data=filled(mine, f"{UNIT}/save") | {"words": "职责调整"})
    assert answer.status_code == 409
    assert "陈管理刚刚修改了" in answer.text
    assert "职责调整" in answer.text


def test_a_retired_category_stays_with_its_tickets_and_is_offered_to_no_new_one(
    office: SetOffice, admin: FlaskClient
) -> None:
    no = a_ticket(office, State.PENDING_DISPATCH)
    with office.begin() as work:
        found = by_no(work.session, no)
        assert found is not None
        assert found.category
        code = found.category
    page = changed(admin, CATEGORY, code, close="y")
    assert "件在办工单属于这一分类：停用后它们保留这一分类办完" in page
    assert save(admin, CATEGORY, page) == 303
    city = office.rules.city
    assert code not in {each.code for each in city.categories_under("")}
    act(office, no, Action.DISPATCH, unit=LEAD_UNIT)
    assert city.category_path(code)
    assert route(Case(code, region="350102"), city, office.rules.routing, office.now()).lead
    assert "已停用" in admin.get("/configuration/taxonomy").text


def test_a_category_is_edited_with_its_keywords_and_marks(office: SetOffice, admin: FlaskClient) -> None:
    page = changed(admin, CATEGORY, A_CATEGORY, keywords="马路脏、落叶、积尘", sensitive="y")
    assert "积尘" in page
    assert save(admin, CATEGORY, page) == 303
    category = office.rules.city.category(A_CATEGORY)
    assert category.keywords == ("马路脏", "落叶", "积尘")
    assert category.sensitive


def test_a_category_sent_as_it_was_drawn_stays_as_it_is(office: SetOffice, admin: FlaskClient) -> None:
    several = [c for c in office.rules.city.categories.values() if len(c.appeal_types) > 1][:3]
    for category in several:
        assert "没有改动" in changed(admin, CATEGORY, category.code), "the first type stays the usual one"


def test_a_category_on_a_line_that_nobody_bears_is_refused(admin: FlaskClient) -> None:
    given = filled(admin.get(f"{CATEGORY}?code={A_CATEGORY}").text, CATEGORY) | {"line": "航天"}
    answer = admin.post(CATEGORY, data=given)
    assert answer.status_code == 422
    assert "没有任何单位承办" in answer.text


def test_nothing_new_and_no_reason_are_told_in_place(office: SetOffice, admin: FlaskClient) -> None:
    page = changed(admin, UNIT, LEAD_UNIT)
    assert save(admin, UNIT, page) == 422
    page = changed(admin, UNIT, LEAD_UNIT, name="鼓楼区城市治理局")
    assert save(admin, UNIT, page, words=" ") == 422
    past = (office.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert save(admin, UNIT, page, since=past) == 422


def test_what_is_not_there_has_no_page(admin: FlaskClient) -> None:
    assert admin.get(f"{UNIT}?code=NONE").status_code == 404
    assert admin.get("/configuration/organisation/river").status_code == 404
