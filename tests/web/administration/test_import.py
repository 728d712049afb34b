"""Many accounts at once: looked at first, made without roles, their passwords shown once."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.store.person import Person
from tests.factories.actors import LEAD_UNIT
from tests.factories.offices import SetOffice
from tests.web.configuration.conftest import filled

AT = "/accounts/import"
TABLE = f"""用户名,姓名,单位,角色
wang,王一,{LEAD_UNIT},承办人
li,李二,没有的单位,承办人
zhao,,{LEAD_UNIT},承办人
wang,王五,{LEAD_UNIT},承办人
"""


@pytest.fixture
def browser(enter: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of who keeps the accounts."""
    return enter("sys")


def sent(client: FlaskClient, text: str = TABLE) -> str:
    return client.post(AT, data={"file": (io.BytesIO(text.encode()), "人员.csv")}).text


def test_only_who_keeps_accounts_may_import_them(enter: Callable[..., FlaskClient]) -> None:
    for username in ("lin", "sec"):
        assert enter(username).get(AT).status_code == 403


def test_good_rows_become_accounts_without_roles_and_bad_ones_say_why(office: SetOffice, browser: FlaskClient) -> None:
    assert "岗位不从表格读入" in browser.get(AT).text
    page = sent(browser)
    assert "可建立 1 个账号，已有 0 个，退回 3 行" in page
    assert "没有这个在用的单位" in page
    assert "请填写姓名" in page
    assert "在表中重复" in page
    done = browser.post(f"{AT}/take", data=filled(page, f"{AT}/take"))
    assert done.status_code == 200
    assert "已建立 1 个账号" in done.text
    with office.begin() as work:
        person = work.session.scalars(sa.select(Person).where(Person.username == "wang")).one()
        assert (person.name, person.unit, person.roles, person.must_change) == ("王一", LEAD_UNIT, [], True)
    assert "可建立 0 个账号，已有 1 个" in sent(browser)


def test_what_is_no_table_is_told_on_the_form(browser: FlaskClient) -> None:
    answer = browser.post(AT, data={"file": (io.BytesIO(b"a,b\n"), "x.csv")})
    assert answer.status_code == 422
    assert "缺少列" in answer.text
