"""A citizen follows an appeal: only with the code, in plain words, with what can be done now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from hotline.domain.permissions import Actor, Role, citizen
from hotline.office import Office
from hotline.read import followed
from hotline.store.ticket import by_no
from hotline.usecases import access, steps
from tests.factories.offices import statements
from tests.web.public.conftest import Clock
from tests.web.public.saying import CONTENT, sent

CENTRE = Actor(
    900, "陈班长", frozenset({Role.DISPATCHER, Role.AGENT, Role.REVIEWER, Role.CALLBACK}), unit="350100-12345"
)
INTERNAL = "经现场核查为线缆被盗"
PUBLIC = "路灯已于当天修复并恢复照明"


def code_of(office: Office, no: str) -> str:
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
        return ticket.query_code


def centre(office: Office, no: str, action: str, **fields: object) -> None:
    with office.begin(by=CENTRE) as work:
        steps.take(work, access.staff(work, no), action, fields)


def unit(office: Office, no: str, action: str, **fields: object) -> None:
    with office.begin() as work:
        code = access.staff(work, no, lock=False).lead_unit or ""
    who = Actor(901, "张工", frozenset({Role.UNIT_COORD, Role.UNIT_HANDLER, Role.UNIT_APPROVER}), unit=code)
    with office.begin(by=who) as work:
        steps.take(work, access.staff(work, no), action, fields)


@pytest.fixture
def no(client: FlaskClient) -> str:
    return sent(client)


def dispatched(office: Office, no: str) -> None:
    with office.begin() as work:
        lead = next(u.code for u in work.rules.city.units.values() if u.dispatchable and u.line == "城管")
        category = next(c.code for c in work.rules.city.categories.values() if c.line == "城管" and c.is_dispatched)
    centre(office, no, "ACCEPT", type="HELP", category=category)
    centre(office, no, "DISPATCH", unit=lead)


def answered(office: Office, no: str) -> None:
    dispatched(office, no)
    unit(office, no, "SIGN")
    unit(office, no, "CONTACT", way="phone", result="已联系")
    unit(office, no, "REPLY", public=PUBLIC, internal=INTERNAL)


def test_number_and_code_open_the_ticket_and_stay_out_of_the_address(
    client: FlaskClient, office: Office, no: str
) -> None:
    stranger = client.application.test_client()
    spaced = f" {no[:4]} {no[4:8]}-{no[8:]} ".lower()
    answer = stranger.post("/t", data={"no": spaced, "code": code_of(office, no)})
    assert answer.headers["Location"] == f"/t/{no}"
    page = stranger.get(f"/t/{no}").text
    assert CONTENT in page
    assert "已收到，等待受理" in page
    assert "13800005678" not in page


def test_the_link_of_a_message_asks_for_the_code_first(client: FlaskClient, no: str) -> None:
    stranger = client.application.test_client()
    page = stranger.get(f"/t/{no}")
    assert CONTENT not in page.text
    assert f'value="{no}"' in page.text


def test_a_wrong_code_and_an_unknown_number_sound_the_same(client: FlaskClient, office: Office, no: str) -> None:
    wrong = "000000" if code_of(office, no) != "000000" else "111111"
    said = [client.post("/t", data={"no": which, "code": wrong}) for which in (no, "FZ260311999990")]
    assert [answer.status_code for answer in said] == [404, 404]
    assert all("编号或查询码不对" in answer.text for answer in said)


def test_too_many_wrong_codes_make_one_wait_even_with_the_right_one(
    client: FlaskClient, office: Office, no: str
) -> None:
    right = code_of(office, no)
    wrong = "000000" if right != "000000" else "111111"
    statuses = [client.post("/t", data={"no": no, "code": wrong}).status_code for _ in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    last = client.post("/t", data={"no": no, "code": right})
    assert last.status_code == 429
    assert "过一会儿再试" in last.text


def test_the_reply_is_shown_only_once_it_has_passed_and_never_the_internal_text(
    client: FlaskClient, office: Office, no: str
) -> None:
    answered(office, no)
    page = client.get(f"/t/{no}").text
    assert PUBLIC not in page
    assert "正在审核" in page
    centre(office, no, "PASS")
    page = client.get(f"/t/{no}").text
    assert PUBLIC in page
    assert INTERNAL not in page


def test_the_unit_and_the_next_date_are_named(client: FlaskClient, office: Office, no: str) -> None:
    dispatched(office, no)
    page = client.get(f"/t/{no}").text
    assert "承办单位：" in page
    assert "3月16日前答复您" in page


def test_a_passed_date_is_said_honestly(client: FlaskClient, office: Office, no: str, clock: Clock) -> None:
    dispatched(office, no)
    clock.on(timedelta(days=20))
    assert "已经超过时间" in client.get(f"/t/{no}").text


def test_a_supplement_is_added_and_shown(client: FlaskClient, no: str) -> None:
    page = client.post(f"/t/{no}/supplement", data={"text": "又坏了一盏"}, follow_redirects=True)
    assert "已收到您的补充" in page.text
    assert "又坏了一盏" in page.text


def test_an_empty_or_too_long_supplement_is_refused_and_kept(client: FlaskClient, no: str) -> None:
    assert "请填写要补充的内容" in client.post(f"/t/{no}/supplement", data={"text": " "}).text
    long = client.post(f"/t/{no}/supplement", data={"text": "灯" * 2001})
    assert long.status_code == 422
    assert "灯" * 2001 in long.text


def test_one_urge_a_day(client: FlaskClient, office: Office, no: str, clock: Clock) -> None:
    assert "催办已记下" in client.post(f"/t/{no}/urge", follow_redirects=True).text
    assert "24 小时内已经催办过" in client.get(f"/t/{no}").text
    assert client.post(f"/t/{no}/urge").status_code == 409
    clock.on(timedelta(hours=24))
    assert client.post(f"/t/{no}/urge").status_code == 303


def test_what_is_withdrawn_is_over(client: FlaskClient, no: str) -> None:
    page = client.post(f"/t/{no}/withdraw", follow_redirects=True).text
    assert "您已撤回" in page
    assert f"/t/{no}/withdraw" not in page
    assert client.post(f"/t/{no}/withdraw").status_code == 409


def test_two_questions_and_at_most_two_reasons(client: FlaskClient, office: Office, no: str) -> None:
    answered(office, no)
    centre(office, no, "PASS")
    rating = {"solved": "U", "score": "2", "words": "还是黑的"}
    many = client.post(f"/t/{no}/rate", data={**rating, "reason": ["result", "speed", "attitude"]})
    assert many.status_code == 422
    assert "最多选 2 项" in many.text
    assert "还是黑的" in many.text
    page = client.post(f"/t/{no}/rate", data={**rating, "reason": ["result", "speed"]}, follow_redirects=True)
    assert "谢谢您的评价" in page.text
    with office.begin() as work:
        ticket = by_no(work.session, no)
        assert ticket
        assert (ticket.result, ticket.score, ticket.rework_wanted) == ("U", 2, True)
    page = client.get(f"/t/{no}").text
    assert "已收到您的评价，正在核实" in page
    assert "请您评价" not in page


def test_half_an_answer_is_asked_for_the_other_half(client: FlaskClient, office: Office, no: str) -> None:
    answered(office, no)
    centre(office, no, "PASS")
    page = client.post(f"/t/{no}/rate", data={"solved": "S"})
    assert page.status_code == 422
    assert "请选择是否满意" in page.text


def test_a_rating_is_changed_once(client: FlaskClient, office: Office, no: str) -> None:
    answered(office, no)
    centre(office, no, "PASS")
    good = {"solved": "S", "score": "5"}
    assert [client.post(f"/t/{no}/rate", data=good).status_code for _ in range(3)] == [303, 303, 409]
    assert "/rate" not in client.get(f"/t/{no}").text


def test_a_review_is_asked_for_once_after_closing(client: FlaskClient, office: Office, no: str, clock: Clock) -> None:
    assert client.post(f"/t/{no}/review", data={"words": "不同意"}).status_code == 409
    answered(office, no)
    centre(office, no, "PASS")
    client.post(f"/t/{no}/rate", data={"solved": "S", "score": "4"})
    assert client.post(f"/t/{no}/review", data={"words": ""}).status_code == 422
    assert client.post(f"/t/{no}/review", data={"words": "不同意"}).status_code == 303
    page = client.get(f"/t/{no}").text
    assert "已办结，正在复核" in page
    assert "复核结果在" in page
    assert "请等待答复" in page
    centre(office, no, "KEEP", opinion="结果属实")
    page = client.get(f"/t/{no}").text
    assert "正在复核" not in page
    assert "已经复核过，不能再次申请" in page


def test_without_the_code_nothing_can_be_done(client: FlaskClient, office: Office, no: str) -> None:
    stranger = client.application.test_client()
    assert stranger.post(f"/t/{no}/withdraw").headers["Location"] == f"/t/{no}"
    with office.begin(by=citizen()) as work:
        assert followed.of(work, no, code_of(office, no)).may("WITHDRAW")


def test_leaving_forgets_the_codes(client: FlaskClient, no: str) -> None:
    client.post("/t/leave")
    assert CONTENT not in client.get(f"/t/{no}").text


def test_a_long_story_costs_no_more_queries(client: FlaskClient, office: Office, no: str) -> None:
    code = code_of(office, no)
    for n in range(5):
        client.post(f"/t/{no}/supplement", data={"text": f"第 {n} 次补充"})
    with office.begin(by=citizen()) as work, statements(office) as asked:
        followed.of(work, no, code)
    assert len(asked) <= 4, asked
