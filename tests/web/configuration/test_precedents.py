"""A precedent is changed like every rule: looked at first, saved with a reason, in the history, undone from it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from hotline.store.precedent import Precedent
from tests.factories.offices import SetOffice
from tests.web.configuration.conftest import filled

LIST = "/configuration/precedents"
CITY_UNIT = "350100-CGW"


@pytest.fixture
def at(office: SetOffice) -> str:
    """The page of a precedent."""
    with office.begin() as work:
        made = Precedent(
            category="010101",
            keywords=["绿道"],
            lead=CITY_UNIT,
            co_units=[],
            minutes_no="榕协〔2026〕1号",
            made_at=work.now,
            made_by="督办员",
        )
        work.session.add(made)
        work.session.flush()
        return f"{LIST}/{made.id}"


def kept(office: SetOffice, at: str) -> Precedent:
    with office.begin() as work:
        return work.session.get_one(Precedent, int(at.rpartition("/")[2]))


def look(client: FlaskClient, at: str, **given: str) -> str:
    answer = client.post(at, data=filled(client.get(at).text, at) | given)
    assert answer.status_code == 200, answer.text
    return answer.text


def save(client: FlaskClient, at: str, page: str, words: str = "协调会纪要") -> int:
    return client.post(f"{at}/save", data=filled(page, f"{at}/save") | {"words": words}).status_code


def test_none_is_told_in_words(admin: FlaskClient) -> None:
    assert "还没有先例" in admin.get(LIST).text
    assert "还没有修改过" in admin.get(f"{LIST}/history").text


def test_other_keywords_are_looked_at_saved_and_taken_back(office: SetOffice, admin: FlaskClient, at: str) -> None:
    assert "榕协〔2026〕1号" in admin.get(LIST).text
    page = look(admin, at, keywords="绿道、步道", auto="y")
    assert kept(office, at).keywords == ["绿道"], "nothing is saved by looking"
    assert save(admin, at, page, words="") == 422
    assert save(admin, at, page) == 303
    assert (kept(office, at).keywords, kept(office, at).auto) == (["绿道", "步道"], True)
    history = admin.get(f"{LIST}/history?number={at.rpartition('/')[2]}").text
    assert "协调会纪要" in history
    revert = history.split('action="')[-1].split('"')[0]
    assert save(admin, at, admin.post(revert, data=filled(history, revert)).text) == 303
    assert (kept(office, at).keywords, kept(office, at).auto) == (["绿道"], False)


def test_one_is_retired_and_used_again(office: SetOffice, admin: FlaskClient, at: str) -> None:
    assert save(admin, at, look(admin, at, close="y")) == 303
    assert kept(office, at).ended_at is not None
    assert "已停用" in admin.get(LIST).text
    assert save(admin, at, look(admin, at, open="y")) == 303
    assert kept(office, at).ended_at is None


def test_a_keyword_of_one_sign_is_refused_under_its_field(admin: FlaskClient, at: str) -> None:
    answer = admin.post(at, data=filled(admin.get(at).text, at) | {"keywords": "绿"})
    assert answer.status_code == 422
    assert 'value="绿"' in answer.text


def test_the_second_one_sees_that_somebody_was_faster(
    office: SetOffice, admin: FlaskClient, second: FlaskClient, at: str
) -> None:
    mine = look(second, at, keywords="绿道、栈道")
    assert save(admin, at, look(admin, at, keywords="绿道、步道")) == 303
    answer = second.post(f"{at}/save", data=filled(mine, f"{at}/save") | {"words": "补充"})
    assert answer.status_code == 409
    assert "刚刚修改了这条先例" in answer.text
    assert save(second, at, answer.text) == 303
    assert kept(office, at).keywords == ["绿道", "栈道"]
