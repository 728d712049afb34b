"""A routing rule is tried on last month's tickets before it is saved, and what must not be is an error."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from hotline.domain.lifecycle import Action, State
from hotline.store.ticket import by_no
from tests.factories.actors import CITY_UNIT, LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_ticket, act
from tests.web.configuration.conftest import filled

AT = "/configuration/routing"


def sent(office: SetOffice) -> tuple[str, str]:
    """Number and category of a ticket that was sent to a county's unit."""
    no = a_ticket(office, State.PENDING_DISPATCH)
    act(office, no, Action.DISPATCH, unit=LEAD_UNIT)
    with office.begin() as work:
        found = by_no(work.session, no)
        assert found is not None
        assert found.category
        return no, found.category


def typed(client: FlaskClient, **given: str) -> dict[str, str]:
    page = client.get(f"{AT}/rule").text
    return filled(page, f"{AT}/rule") | given


def save(client: FlaskClient, page: str) -> None:
    given = filled(page, f"{AT}/save") | {"words": "按会议纪要"}
    assert client.post(f"{AT}/save", data=given).status_code == 303


def test_the_rules_are_listed_with_names_in_place_of_codes(admin: FlaskClient) -> None:
    page = admin.get(AT).text
    assert "METRO-NIGHT" in page
    assert "22:00–06:00" in page
    assert "地铁" in page


def test_a_new_rule_shows_which_tickets_would_have_gone_elsewhere(office: SetOffice, admin: FlaskClient) -> None:
    no, category = sent(office)
    page = admin.post(f"{AT}/rule", data=typed(admin, id="NEW-1", category=category, unit=CITY_UNIT)).text
    assert "件工单试算：1 件会改派" in page
    assert no in page
    assert "c:NEW-1" in page
    save(admin, page)
    assert "NEW-1" in {rule.id for rule in office.rules.routing.explicit}


def test_without_tickets_the_dry_run_says_so(admin: FlaskClient) -> None:
    page = admin.post(f"{AT}/rule", data=typed(admin, id="NEW-1", category="0101", unit=CITY_UNIT)).text
    assert "无法试算" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"unit": "{township}", "category": "1002"}, "不得由街道（乡镇）主办"),
        ({"unit": "没有的单位"}, "不是可派单的单位编码"),
        ({"category": "999999"}, "不在分类表中"),
        ({"start": "25:00", "end": "06:00"}, "hours 应为"),
        ({"id": ""}, "缺少 id"),
        ({"id": "METRO-NIGHT"}, "重复"),
        ({"valid_from": "明年"}, "带时区的时刻"),
        ({"priority": "高"}, "请填写整数"),
    ],
)
def test_a_rule_that_cannot_be_comes_back_as_it_was_typed(admin: FlaskClient, given: dict[str, str], said: str) -> None:
    data = typed(admin, **({"id": "NEW-1", "category": "010101", "unit": CITY_UNIT, "reason": "试一试"} | given))
    answer = admin.post(f"{AT}/rule", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="试一试"' in answer.text


def test_a_rule_is_changed_and_taken_out(office: SetOffice, admin: FlaskClient) -> None:
    page = admin.get(f"{AT}/rule?id=POST").text
    given = filled(page, f"{AT}/rule")
    assert given["id"] == "POST"
    save(admin, admin.post(f"{AT}/rule", data=given | {"priority": "77"}).text)
    assert next(rule for rule in office.rules.routing.explicit if rule.id == "POST").priority == 77
    given = filled(admin.get(f"{AT}/rule?id=POST").text, f"{AT}/rule")
    save(admin, admin.post(f"{AT}/rule", data=given | {"drop": "y"}).text)
    assert "POST" not in {rule.id for rule in office.rules.routing.explicit}
    assert admin.get(f"{AT}/rule?id=POST").status_code == 404


def test_an_unchanged_rule_reads_back_as_it_stands(office: SetOffice, admin: FlaskClient) -> None:
    for rule in office.rules.shipped["routing"]["rule"]:
        given = filled(admin.get(f"{AT}/rule?id={rule['id']}").text, f"{AT}/rule")
        assert "没有改动" in admin.post(f"{AT}/rule", data=given).text, rule["id"]


def test_going_back_from_the_dry_run_keeps_the_rule(admin: FlaskClient) -> None:
    page = admin.post(f"{AT}/rule", data=typed(admin, id="NEW-1", category="0101", unit=CITY_UNIT)).text
    again = admin.post(f"{AT}/edit", data=filled(page, f"{AT}/save")).text
    assert 'value="NEW-1"' in again
