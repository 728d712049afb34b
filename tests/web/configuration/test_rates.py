"""What is usually changed of a rate is changed on a form, tried on tickets, and counts from its day on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.domain.rates import Window
from tests.factories.offices import SetOffice
from tests.web.configuration.conftest import filled

RATES = "/configuration/rates"
ONE = f"{RATES}/rate"


def typed(client: FlaskClient, key: str, **given: Any) -> dict[str, Any]:
    page = client.get(f"{ONE}?key={key}").text
    chosen = re.findall(r'name="unless" value="(\w+)"[^>]* checked', page)
    return filled(page, ONE) | {"unless": chosen} | given


def save(client: FlaskClient, page: str) -> None:
    data = filled(page, f"{RATES}/save") | {"words": "考核办法修订"}
    assert client.post(f"{RATES}/save", data=data).status_code == 303


def test_a_new_version_holds_from_its_day_on_and_the_earlier_days_keep_theirs(
    office: SetOffice, admin: FlaskClient
) -> None:
    given = typed(admin, "satisfied", since="2026-07-01", target="92.5", unless=["withdrawn_unanswered"])
    page = admin.post(ONE, data=given | {"satisfied_min": "4", "window": Window.CLOSED.value}).text
    assert "满意率（2026-07-01 起） · 除外" in page, "a further version is told by what differs from the one before"
    assert "满意率（2026-07-01 起） · 分子" not in page
    save(admin, page)
    old, new = office.rules.counting.rates.versions("satisfied")
    assert (old.until, new.since, new.version) == (date(2026, 7, 1), date(2026, 7, 1), "2")
    assert (new.target, new.satisfied_min, new.window) == (Decimal("92.5"), 4, Window.CLOSED)
    assert (new.counts[0].unless, new.counts[0].at) == (("outside", "withdrawn_unanswered"), "closed_at")
    assert old.counts[0].unless == ("outside", "withdrawn_unanswered", "excluded")
    assert "2026-07-01 起" in admin.get(RATES).text


def test_from_the_same_day_on_the_version_itself_is_changed(office: SetOffice, admin: FlaskClient) -> None:
    page = admin.post(ONE, data=typed(admin, "response", since="2020-01-01", target="95")).text
    assert "响应率 · 目标" in page
    save(admin, page)
    (only,) = office.rules.counting.rates.versions("response")
    assert only.target == Decimal(95)


@pytest.mark.parametrize("key", ["sign_on_time", "reply", "resolved", "invalid_return", "direct_answer"])
def test_a_form_sent_as_it_was_drawn_changes_nothing(office: SetOffice, admin: FlaskClient, key: str) -> None:
    answer = admin.post(ONE, data=typed(admin, key, since="2020-01-01"))
    assert "没有改动" in answer.text


def test_back_from_the_effect_everything_typed_is_there(admin: FlaskClient) -> None:
    page = admin.post(ONE, data=typed(admin, "on_time", since="2026-08-01", target="90")).text
    again = filled(admin.post(f"{RATES}/edit", data=filled(page, f"{RATES}/save")).text, ONE)
    assert (again["since"], again["target"], again["key"]) == ("2026-08-01", "90", "on_time")


@pytest.mark.parametrize(
    ("field", "said"), [("since", "2019-12-31"), ("target", "120"), ("target", "九十"), ("numerator", " ")]
)
def test_what_is_wrong_stands_under_its_field(admin: FlaskClient, field: str, said: str) -> None:
    answer = admin.post(ONE, data=typed(admin, "on_time", **{field: said}))
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 1
    assert "Not a valid" not in answer.text
