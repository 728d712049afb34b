"""The routing rules that name a unit follow it when it goes into another one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from hotline.usecases import editions, unit_rules
from tests.factories.actors import LEAD_UNIT, OTHER_UNIT
from tests.factories.offices import SetOffice
from tests.web.configuration.conftest import ADMIN, filled

AT = "/configuration/organisation/merge"
pytestmark = pytest.mark.usefixtures("as_shipped")


def a_rule_for(office: SetOffice, unit: str) -> None:
    with office.begin(ADMIN) as work:
        table = editions.table(work, "routing")
        table["rule"] = [*table["rule"], {"id": "OWN", "unit": unit, "category": "0101"}]
        editions.save(work, "routing", table, words="试", seen=editions.seen(work, "routing"))
    office.look_again()


def test_the_rules_that_name_a_unit_follow_it(office: SetOffice, admin: FlaskClient) -> None:
    a_rule_for(office, LEAD_UNIT)
    page = admin.get(f"{AT}?code={LEAD_UNIT}").text
    assert "派单规则 OWN 提到它" in page
    sent = filled(page, AT) | {"into": OTHER_UNIT, "words": "机构改革"}
    assert admin.post(AT, data=sent).status_code == 303
    assert not office.rules.city.unit(LEAD_UNIT).active
    assert next(rule for rule in office.rules.routing.explicit if rule.id == "OWN").unit == OTHER_UNIT
    assert not office.rules.faults
    assert "随单位并入" in admin.get("/configuration/routing/history").text


def test_a_company_and_its_words_are_renamed_too() -> None:
    table = {
        "rule": [{"id": "A", "unit": "X", "co_units": ["Y", "Z"]}, {"id": "B", "unit": "Q"}],
        "company_words": {"X": ["甲"], "Y": ["乙"]},
    }
    made, changed = unit_rules.renamed(table, "X", "Y")
    assert made["rule"] == [{"id": "A", "unit": "Y", "co_units": ["Z"]}, {"id": "B", "unit": "Q"}]
    assert made["company_words"] == {"Y": ["乙", "甲"]}
    assert changed == ["A", "company_words"]
