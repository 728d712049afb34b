"""Statistics, scores and the notice as pages: who sees what, and every number opens its tickets."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from hotline.channels import generic_cti
from hotline.domain.lifecycle import Action, State
from hotline.domain.permissions import Actor, Role
from hotline.store.memo import Memo
from hotline.usecases import board as keeping
from hotline.usecases import calls, telephony
from tests.factories.actors import AGENT, LEAD_UNIT, QA, SUPERVISOR, UNIT, a_person, at_unit
from tests.factories.offices import SetOffice
from tests.factories.tickets import a_handler, a_ticket, act
from tests.web.centre.conftest import Counted

Browser = Callable[[Actor], FlaskClient]
ADMIN = a_person(Role.CENTER_ADMIN, number=40)
ANALYST = a_person(Role.ANALYST, number=41)
TOWN = at_unit("350103-CGW", 42)
MARCH = "month=2026-03"


def a_month(office: SetOffice, closed: int = 2, waiting: int = 1) -> list[str]:
    """Tickets of March, all of one unit, and a board that knows of them."""
    nos = [a_ticket(office, State.CLOSED) for _ in range(closed)]
    nos += [a_ticket(office, State.PROCESSING) for _ in range(waiting)]
    office.at("2026-04-05 09:00")
    with office.begin() as work:
        keeping.catch_up(work)
    return nos


def posted(client: FlaskClient, path: str, **form: object) -> int:
    return client.post(path, data=form).status_code


def test_rates_of_a_period_stand_beside_their_targets_and_open_their_tickets(office: SetOffice, as_: Browser) -> None:
    a_month(office)
    page = as_(SUPERVISOR).get("/analysis?from=2026-03-01&to=2026-03-31").text
    assert "按期办结率" in page
    assert "第 1 版" in page
    assert re.search(r'name="to" value="2026-03-31"', page)
    links = set(re.findall(r'href="(/figures/[^"]+)"', page))
    assert len(links) > 20
    for link in sorted(links)[::9]:
        assert as_(SUPERVISOR).get(link.replace("&amp;", "&")).status_code == 200


def test_an_analyst_sees_rates_without_a_way_to_tickets(office: SetOffice, as_: Browser) -> None:
    a_month(office, 1, 1)
    page = as_(ANALYST).get("/analysis?from=2026-03-01&to=2026-03-31")
    assert page.status_code == 200
    assert "/figures/" not in page.text
    assert 'href=""' not in page.text


@pytest.mark.parametrize(
    "path",
    ["/analysis?key=luck", "/scores?month=märz", "/scores?month=2026-13", "/scores/file.exe", "/statistics?month=x"],
)
def test_what_is_not_there_is_said_in_a_page(as_: Browser, path: str) -> None:
    assert as_(SUPERVISOR).get(path).status_code == 404


def test_who_has_no_board_has_no_statistics(as_: Browser) -> None:
    for path in ("/analysis", "/scores", "/telephony", "/statistics"):
        assert as_(AGENT).get(path).status_code == 403


def test_a_unit_sees_neither_telephony_nor_the_statistics_of_the_city(as_: Browser) -> None:
    assert as_(UNIT).get("/telephony").status_code == 403
    assert as_(UNIT).get("/statistics").status_code == 403
    assert "/telephony" not in as_(UNIT).get("/analysis").text


def test_telephony_shows_the_day_and_all_four_formulas(office: SetOffice, as_: Browser) -> None:
    for call, kind in (("a", "queued"), ("a", "answered"), ("a", "ended"), ("b", "queued"), ("b", "abandoned")):
        later = {"queued": "00", "answered": "08", "ended": "58", "abandoned": "40"}[kind]
        post = {"call_id": call, "event": kind, "at": f"2026-03-11T09:00:{later}+08:00", "from": "13805910001"}
        with office.begin() as work:
            happening = generic_cti.read(post, office.now())
            assert isinstance(happening, generic_cti.Happening)
            calls.note(work, "generic", happening)
    with office.begin() as work:
        telephony.count(work)
    page = as_(ANALYST).get("/telephony").text
    assert "09:00–09:30" in page
    assert "50.00%" in page
    assert page.count("÷") >= 8
    assert "低于目标 95%" in page


def test_small_cells_are_hidden_on_the_page_and_in_the_file(office: SetOffice, as_: Browser) -> None:
    a_month(office, 1, 6)
    page = as_(ANALYST).get(f"/statistics?{MARCH}&down=category&across=type")
    assert page.status_code == 200
    assert not re.search(r'<td class="num">[1-4]</td>', page.text)
    text = as_(ANALYST).get(f"/statistics.csv?{MARCH}&down=category&across=type").text
    assert text.startswith("\ufeff")
    assert ",7" in text
    assert as_(ANALYST).get(f"/statistics?{MARCH}&down=type&across=type").status_code == 422


def test_scores_are_frozen_drafted_and_published_by_two_people(office: SetOffice, as_: Browser) -> None:
    a_month(office)
    assert "未冻结" in as_(SUPERVISOR).get(f"/scores?{MARCH}").text
    assert posted(as_(SUPERVISOR), "/scores/freeze", month="2026-03") == 403
    assert posted(as_(SUPERVISOR), "/scores/draft", month="2026-03", words="平稳") == 409, "not frozen yet"
    assert posted(as_(ADMIN), "/scores/freeze", month="2026-03") == 303
    both = a_person(Role.SUPERVISOR, Role.CENTER_ADMIN, number=43)
    assert posted(as_(both), "/scores/draft", month="2026-03", words="") == 422
    assert 'data-error-for="words"' in as_(both).get(f"/scores?{MARCH}").text
    empty = as_(both).post("/scores/draft", data={"month": "2026-03", "words": " "}, headers={"HX-Request": "true"})
    assert "请写明本月通报的总体情况和要求" in json.loads(empty.headers["HX-Trigger"])["refused"]["fields"]["words"]
    assert posted(as_(both), "/scores/draft", month="2026-03", words="平稳") == 303
    assert posted(as_(both), "/scores/approve", month="2026-03") == 403, "not the one who drafted it"
    assert "通报待批准" in as_(ADMIN).get(f"/scores?{MARCH}").text
    assert posted(as_(ADMIN), "/scores/send-back", month="2026-03", opinion="请写明要求") == 303
    assert "请写明要求" in as_(both).get(f"/scores?{MARCH}").text
    assert posted(as_(both), "/scores/draft", month="2026-03", words="平稳，请按期办结") == 303
    assert "平稳" not in as_(UNIT).get(f"/scores?{MARCH}").text
    assert posted(as_(ADMIN), "/scores/approve", month="2026-03") == 303
    assert "平稳，请按期办结" in as_(UNIT).get(f"/scores?{MARCH}").text
    assert posted(as_(both), "/scores/draft", month="2026-03", words="改") == 409


def test_before_publication_a_unit_sees_its_own_score_and_afterwards_its_groups(
    office: SetOffice, as_: Browser
) -> None:
    a_month(office)
    posted(as_(ADMIN), "/scores/freeze", month="2026-03")
    city = a_person(Role.UNIT_COORD, number=44, unit="350100-CGW")
    assert as_(city).get(f"/scores/350100-CGW?{MARCH}").status_code == 200
    assert "本单位（市城管委）" in as_(city).get(f"/scores?{MARCH}").text
    assert "本单位" not in as_(ADMIN).get(f"/scores?{MARCH}").text
    assert as_(city).get(f"/scores/350102-GOV?{MARCH}").status_code == 403
    posted(as_(SUPERVISOR), "/scores/draft", month="2026-03", words="平稳")
    posted(as_(ADMIN), "/scores/approve", month="2026-03")
    assert as_(city).get(f"/scores/350102-GOV?{MARCH}").status_code == 200


def test_a_unit_objects_once_within_five_working_days_and_is_answered(office: SetOffice, as_: Browser) -> None:
    a_month(office)
    unit = a_person(Role.UNIT_COORD, number=44, unit="350102-GOV")
    assert posted(as_(unit), "/scores/object", month="2026-03", words="不符") == 409
    posted(as_(ADMIN), "/scores/freeze", month="2026-03")
    posted(as_(SUPERVISOR), "/scores/draft", month="2026-03", words="平稳")
    posted(as_(ADMIN), "/scores/approve", month="2026-03")  # Sunday 5 April, a holiday: until 13 April
    office.at("2026-04-13 17:30")
    assert posted(as_(unit), "/scores/object", month="2026-03", words="按期办结率与台账不符") == 303
    assert posted(as_(unit), "/scores/object", month="2026-03", words="再说一次") == 409
    office.at("2026-04-13 17:31")
    other = a_person(Role.UNIT_COORD, number=45, unit="350103-GOV")
    assert posted(as_(other), "/scores/object", month="2026-03", words="晚了") == 409
    answer = {"month": "2026-03", "unit": "350102-GOV", "words": "核对后维持", "upheld": "no"}
    assert posted(as_(SUPERVISOR), "/scores/answer", **answer) == 303
    assert posted(as_(SUPERVISOR), "/scores/answer", **answer) == 409
    assert "核对后维持" in as_(unit).get(f"/scores?{MARCH}").text


def test_points_count_until_they_are_taken_back(office: SetOffice, as_: Browser) -> None:
    a_month(office)
    point = {"month": "2026-03", "unit": "350102-GOV", "kind": "false_reply", "words": "现场未清运，已核实"}
    assert posted(as_(SUPERVISOR), "/scores/points", **(point | {"kind": "luck"})) == 422
    assert posted(as_(SUPERVISOR), "/scores/points", **(point | {"ticket_no": "FZ000"})) == 422
    assert posted(as_(SUPERVISOR), "/scores/points", **point) == 303
    page = as_(SUPERVISOR).get(f"/scores/350102-GOV?{MARCH}").text
    assert "减分 5" in page
    number = re.search(r"/scores/points/(\d+)/take-back", as_(SUPERVISOR).get(f"/scores?{MARCH}").text)
    assert number
    assert posted(as_(SUPERVISOR), number[0]) == 422, "why?"
    assert posted(as_(SUPERVISOR), number[0], words="记错了单位") == 303
    page = as_(SUPERVISOR).get(f"/scores/350102-GOV?{MARCH}").text
    assert "减分 5" not in page
    assert "不计：记错了单位（SUPERVISOR）" in page
    assert posted(as_(SUPERVISOR), number[0].replace("take-back", "put-back")) == 303
    assert "减分 5" in as_(SUPERVISOR).get(f"/scores/350102-GOV?{MARCH}").text


@pytest.mark.parametrize(("true", "said"), [("yes", "-5"), ("", "不计：照片为证")])
def test_a_reply_called_false_is_verified_on_the_page(office: SetOffice, as_: Browser, true: str, said: str) -> None:
    no = a_ticket(office, State.CALLBACK)
    act(office, no, Action.RATE, solved="U", score=1, reason="false_reply")
    page = as_(SUPERVISOR).get(f"/scores?{MARCH}").text
    assert "等待核实" in page
    assert "1 件待核实" in page
    unit = re.search(r'name="unit" value="([^"]+)"', page)
    assert unit
    form = {"month": "2026-03", "unit": unit[1], "ticket_no": no, "words": "照片为证", "true": true}
    assert posted(as_(SUPERVISOR), "/scores/points/verify", **form) == 303
    page = as_(SUPERVISOR).get(f"/scores?{MARCH}").text
    assert "等待核实" not in page
    assert said in page
    assert "等待核实" not in as_(ANALYST).get(f"/scores?{MARCH}").text


def test_a_published_notice_is_told_once_to_whoever_answers_for_a_unit(office: SetOffice, as_: Browser) -> None:
    a_month(office)
    clerk = a_handler(office, "clerk", unit="350102-CGW", roles=["UNIT_COORD"])
    a_handler(office, "hand", unit="350102-CGW")
    posted(as_(ADMIN), "/scores/freeze", month="2026-03")
    posted(as_(SUPERVISOR), "/scores/draft", month="2026-03", words="平稳")
    assert posted(as_(ADMIN), "/scores/approve", month="2026-03") == 303
    assert posted(as_(ADMIN), "/scores/approve", month="2026-03") == 409
    with office.begin() as work:
        told = work.session.scalars(select(Memo).where(Memo.topic == "bulletin")).all()
        assert [(memo.person_id, memo.link) for memo in told] == [(clerk.id, "/scores?month=2026-03")]
        assert "4月13日 17:30 前提出" in told[0].text


def test_a_change_after_the_freeze_stands_beside_the_frozen_rate(office: SetOffice, as_: Browser) -> None:
    nos = a_month(office)
    posted(as_(ADMIN), "/scores/freeze", month="2026-03")
    before = as_(SUPERVISOR).get(f"/scores/350102-GOV?{MARCH}").text
    office.at("2026-03-12 09:00")
    act(office, nos[0], Action.REQ_EXCLUDE)
    act(office, nos[0], Action.OK_EXCLUDE)
    office.at("2026-04-06 09:00")
    with office.begin() as work:
        keeping.catch_up(work)
    after = as_(SUPERVISOR).get(f"/scores/350102-GOV?{MARCH}").text
    assert "冻结后没有变化" in before
    assert nos[0] in after
    assert "-1 / -1 → 100.00%" in after
    assert ">2</a> / " in after, "the frozen pair stays"


@pytest.mark.parametrize("unit", ["", "350102-GOV"])
def test_the_notice_is_a_workbook_a_letter_and_a_pdf(office: SetOffice, as_: Browser, unit: str) -> None:
    a_month(office)
    posted(as_(ADMIN), "/scores/freeze", month="2026-03")
    got = {kind: as_(SUPERVISOR).get(f"/scores/file.{kind}?{MARCH}&unit={unit}") for kind in ("xlsx", "docx", "pdf")}
    assert {each.status_code for each in got.values()} == {200}
    book = load_workbook(io.BytesIO(got["xlsx"].data))
    assert book["主要指标"]._charts
    cells = {cell.value for row in book["主要指标"].iter_rows() for cell in row}
    assert {"解决率", "解决率（原始）"} <= cells
    letter = Document(io.BytesIO(got["docx"].data))
    words = "\n".join(p.text for p in letter.paragraphs)
    assert "2026年3月" in words
    assert any("chart" in part.partname for part in letter.part.package.iter_parts())
    assert got["pdf"].data.startswith(b"%PDF")


def test_a_unit_may_not_take_the_file_of_another(office: SetOffice, as_: Browser) -> None:
    assert as_(TOWN).get(f"/scores/file.pdf?{MARCH}&unit={LEAD_UNIT}").status_code == 403


def test_qa_decides_exclusions_beside_the_ticket(office: SetOffice, as_: Browser) -> None:
    no = a_ticket(office, State.CLOSED)
    assert "没有等待审定" in as_(QA).get("/quality/").text
    act(office, no, Action.REQ_EXCLUDE)
    assert "现场照片" not in as_(QA).get("/quality/").text
    page = as_(QA).get(f"/quality/{no}").text
    assert "现场照片显示已清运" in page
    assert "OK_EXCLUDE" in page
    assert as_(UNIT).get("/quality/").status_code == 403
    act(office, no, Action.OK_EXCLUDE)
    assert "已剔除" in as_(QA).get("/quality/?decided=1").text


def test_pages_ask_few_questions_for_many_units(office: SetOffice, as_: Browser, counted: Counted) -> None:
    a_month(office, 1, 1)
    client = as_(SUPERVISOR)
    for path, most in (("/analysis", 12), (f"/scores?{MARCH}", 14), ("/telephony", 8), (f"/statistics?{MARCH}", 8)):
        client.get(path)
        with counted() as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= most, (path, asked)
