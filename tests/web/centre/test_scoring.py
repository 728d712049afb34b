"""QA scores how callers were served: drawn by lot, told to whom it concerns, never one's own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.domain.permissions import Actor, Role
from hotline.store.memo import Memo
from hotline.usecases import people
from tests.factories.actors import AGENT, QA
from tests.factories.offices import SetOffice
from tests.factories.tickets import take

Browser = Callable[[Actor], FlaskClient]
FULL = {"points-manner": "20", "points-asking": "25", "points-record": "25", "points-handling": "20"} | {
    "points-telling": "10"
}


def a_colleague(office: SetOffice, username: str, role: Role) -> Actor:
    with office.begin() as work:
        found = people.add(work, username=username, name="陈话", password="correct-horse-12", roles=[role], unit="")
        work.session.flush()
        return Actor(id=found.id, name=found.name, roles=frozenset({role}))


def taken_by(office: SetOffice, who: Actor, n: int = 1) -> list[str]:
    return [take(office, by=who, phone=f"1390000{i:04d}") for i in range(n)]


def test_only_qa_enters(as_: Browser) -> None:
    for path in ("", "month"):
        assert as_(AGENT).get(f"/quality/scoring/{path}").status_code == 403
        assert as_(QA).get(f"/quality/scoring/{path}").status_code == 200


def test_the_sample_is_what_agents_registered_and_stays_the_same_all_day(office: SetOffice, as_: Browser) -> None:
    agent = a_colleague(office, "chen", Role.AGENT)
    mine, by_web = taken_by(office, agent, 25), take(office)
    desk = as_(QA)
    first = re.findall(r"/quality/scoring/(FZ\d+)", desk.get("/quality/scoring/").text)
    assert len(first) == 20
    assert set(first) < set(mine)
    assert by_web not in first
    office.later(hours=3)
    assert re.findall(r"/quality/scoring/(FZ\d+)", desk.get("/quality/scoring/").text) == first
    office.later(days=1)
    assert re.findall(r"/quality/scoring/(FZ\d+)", desk.get("/quality/scoring/").text) != first


def test_points_are_kept_told_and_averaged_and_the_next_is_there(office: SetOffice, as_: Browser) -> None:
    agent = a_colleague(office, "chen", Role.AGENT)
    first, second = taken_by(office, agent, 2)
    desk = as_(QA)
    data = FULL | {"points-telling": "４", "words": "没有告知查询码", "seen": "0"}
    for _ in range(2):
        answer = desk.post(f"/quality/scoring/{first}", data=data)
        assert answer.headers["Location"].endswith(f"/quality/scoring/{second}"), "a second press is harmless"
    desk.post(f"/quality/scoring/{second}", data=FULL | {"seen": "0"})
    page = desk.get("/quality/scoring/month").text
    assert "97.00" in page
    assert "告知到位 −6" in page
    with office.begin() as work:
        told = work.session.scalars(sa.select(Memo.text).where(Memo.person_id == agent.id).order_by(Memo.id)).all()
    assert told == [f"质检评分 94 分：{first}；告知到位 −6；没有告知查询码", f"质检评分 100 分：{second}"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"points-manner": "21"}, "应为 0 到 20 的整数"),
        ({"points-manner": ""}, "应为 0 到 20 的整数"),
        ({"points-manner": "-1"}, "应为 0 到 20 的整数"),
        ({"points-manner": "19", "words": " "}, "扣了分，请写明原因"),
    ],
)
def test_what_is_wrong_stands_under_its_field_and_nothing_is_kept(
    office: SetOffice, as_: Browser, given: dict[str, str], said: str
) -> None:
    (no,) = taken_by(office, a_colleague(office, "chen", Role.AGENT))
    desk = as_(QA)
    answer = desk.post(f"/quality/scoring/{no}", data=FULL | {"seen": "0"} | given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "还没有评分" in desk.get("/quality/scoring/month").text


def test_a_score_of_somebody_else_meanwhile_is_told_first(office: SetOffice, as_: Browser) -> None:
    (no,) = taken_by(office, a_colleague(office, "chen", Role.AGENT))
    other = a_colleague(office, "qa2", Role.QA)
    as_(other).post(f"/quality/scoring/{no}", data=FULL | {"seen": "0"})
    data = FULL | {"points-asking": "20", "words": "没有追问楼栋", "seen": "0"}
    desk = as_(QA)
    answer = desk.post(f"/quality/scoring/{no}", data=data)
    assert answer.status_code == 409
    assert "评了 100 分" in answer.text
    assert "没有追问楼栋" in answer.text
    seen = re.findall(r'name="seen" value="(\d+)"', answer.text)[0]
    assert desk.post(f"/quality/scoring/{no}", data=data | {"seen": seen}).status_code == 303
    assert "95.00" in desk.get("/quality/scoring/month").text, "the last score counts"


def test_nobody_scores_themselves_and_a_web_appeal_has_nobody_to_score(office: SetOffice, as_: Browser) -> None:
    both = a_colleague(office, "lin", Role.AGENT)
    (no,) = taken_by(office, both)
    itself = Actor(id=both.id, name=both.name, roles=frozenset({Role.AGENT, Role.QA}))
    assert as_(itself).post(f"/quality/scoring/{no}", data=FULL | {"seen": "0"}).status_code == 403
    by_web = take(office)
    assert "不是话务员登记的" in as_(QA).get(f"/quality/scoring/{by_web}").text
    assert as_(QA).post(f"/quality/scoring/{by_web}", data=FULL | {"seen": "0"}).status_code == 409
